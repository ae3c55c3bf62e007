"""How much a decoder would have to do, by what the headers of a picture's frames and scans say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fanzadmin.shield.parsing.containers import riff_chunks
from fanzadmin.shield.parsing.pictures import Bytes, gif_parts, jpeg_parts, png_parts


@dataclass(frozen=True)
class PictureWork:
    """The widest side and the largest area of a frame, their number and all their pixels, and the scans of a JPEG."""

    widest: int = 0
    largest: int = 0
    frames: int = 0
    pixels: int = 0
    scans: int = 0


def picture_work(format_name: str, data: Bytes) -> PictureWork:
    """What the headers promise; nothing for formats whose decoder says it itself. Raises Refused as the walkers do."""
    if format_name == "JPEG":
        return PictureWork(scans=sum(part.name == "DA" for part in jpeg_parts(data)))
    sizes = {"GIF": _gif_sizes, "PNG": _png_sizes, "WebP": _webp_sizes}.get(format_name)
    widest = largest = frames = pixels = 0
    for width, height in sizes(data) if sizes else ():
        widest, largest = max(widest, width, height), max(largest, width * height)
        frames, pixels = frames + 1, pixels + width * height
    return PictureWork(widest, largest, frames, pixels)


def _gif_sizes(data: Bytes) -> Iterator[tuple[int, int]]:
    for part in gif_parts(data):
        if part.name == "image":
            yield _number(data, part.start + 5, 2), _number(data, part.start + 7, 2)


def _png_sizes(data: Bytes) -> Iterator[tuple[int, int]]:
    for part in png_parts(data):
        if part.name == "IHDR":
            yield _number(data, part.start + 8, 4, "big"), _number(data, part.start + 12, 4, "big")
        elif part.name == "fcTL":
            yield _number(data, part.start + 12, 4, "big"), _number(data, part.start + 16, 4, "big")


def _webp_sizes(data: Bytes) -> Iterator[tuple[int, int]]:
    for part in riff_chunks(data):
        if part.name == "ANMF":
            yield _number(data, part.start + 14, 3) + 1, _number(data, part.start + 17, 3) + 1


def _number(data: Bytes, at: int, width: int, order: str = "little") -> int:
    return int.from_bytes(data[at : at + width], "big" if order == "big" else "little")
