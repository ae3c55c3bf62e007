"""Pictures without their personal metadata: segments and chunks are dropped, pixels stay bit for bit the same.

Kept: colour profiles, transparency, animation, and the orientation in an EXIF block of its own that holds nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from fanzadmin.shield.inspection.heif import blank_heif
from fanzadmin.shield.parsing.containers import riff_chunks
from fanzadmin.shield.parsing.pictures import IEND, Bytes, Part, gif_parts, jpeg_parts, png_parts

Piece = bytes | Part
_ORIENTATION = 0x0112
_PNG_KEPT = {
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "hIST", "sPLT",
    "acTL", "fcTL", "fdAT", "cICP", "mDCV", "cLLI",
}  # fmt: skip
_WEBP_KEPT = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_GIF_KEPT = {"header", "image", "control", "trailer", "app:NETSCAPE2.0", "app:ANIMEXTS1.0"}


def strip_picture(format_name: str, data: Bytes, into: Path, *, orientation: int) -> None:
    """Write the picture in `data` to `into` without its metadata. `orientation` is the EXIF value, 1 for upright."""
    if format_name in {"HEIC", "AVIF"}:
        into.write_bytes(blank_heif(bytes(data)))
        return
    with into.open("wb") as target:
        for piece in _PIECES[format_name](data, orientation):
            target.write(piece if isinstance(piece, bytes) else data[piece.start : piece.end])


def orientation_exif(orientation: int) -> bytes:
    """The smallest TIFF block that says how the picture is turned (EXIF 2.32, tag 0x0112)."""
    entry = (
        _ORIENTATION.to_bytes(2, "little")
        + b"\x03\x00"
        + (1).to_bytes(4, "little")
        + orientation.to_bytes(4, "little")
    )
    return b"II*\x00\x08\x00\x00\x00\x01\x00" + entry + b"\x00\x00\x00\x00"


def jpeg_pieces(data: Bytes, orientation: int) -> Iterator[Piece]:
    yield b"\xff\xd8"
    exif = b"Exif\x00\x00" + orientation_exif(orientation)
    if orientation != 1:
        yield b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    end = ""
    for part in jpeg_parts(data):
        end = part.name
        if part.name == "E0" and data[part.start + 4 : part.start + 9] == b"JFIF\x00":
            yield _jfif_without_thumbnail(data, part)
        elif not _is_jpeg_metadata(data, part):
            yield part
    if end != "D9":
        yield b"\xff\xd9"


def _is_jpeg_metadata(data: Bytes, part: Part) -> bool:
    payload = data[part.start + 4 : part.start + 16]
    if part.name == "E2":
        return not payload.startswith(b"ICC_PROFILE\x00")
    if part.name == "EE":
        return not payload.startswith(b"Adobe")  # says how the colours are stored
    return part.name == "FE" or part.name.startswith("E")


def _jfif_without_thumbnail(data: Bytes, part: Part) -> bytes:
    return b"\xff\xe0\x00\x10" + data[part.start + 4 : part.start + 16].ljust(12, b"\x00") + b"\x00\x00"


def png_pieces(data: Bytes, orientation: int) -> Iterator[Piece]:
    yield b"\x89PNG\r\n\x1a\n"
    end = ""
    for part in png_parts(data):
        end = part.name
        if part.name in _PNG_KEPT:
            yield part
        if part.name == "IHDR" and orientation != 1:
            exif = orientation_exif(orientation)
            yield (
                len(exif).to_bytes(4, "big") + b"eXIf" + exif + zlib.crc32(b"eXIf" + exif).to_bytes(4, "big")
            )
    if end != "IEND":
        yield IEND


def webp_pieces(data: Bytes, orientation: int) -> Iterator[Piece]:
    body = b""
    for part in riff_chunks(data):
        if part.name not in _WEBP_KEPT:
            continue
        chunk = bytes(data[part.start : part.end])
        if part.name == "VP8X":
            flags = chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP) & 0xFF
            chunk = chunk[:8] + bytes([flags | (_WEBP_EXIF if orientation != 1 else 0)]) + chunk[9:]
        body += chunk
    if orientation != 1 and body.startswith(b"VP8X"):
        exif = orientation_exif(orientation)
        body += b"EXIF" + len(exif).to_bytes(4, "little") + exif
    yield b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def gif_pieces(data: Bytes, orientation: int) -> Iterator[Piece]:  # noqa: ARG001  a GIF has no orientation
    end = ""
    for part in gif_parts(data):
        end = part.name
        if part.name in _GIF_KEPT:
            yield part
    if end != "trailer":
        yield b"\x3b"


_PIECES: dict[str, Callable[[Bytes, int], Iterator[Piece]]] = {
    "JPEG": jpeg_pieces,
    "PNG": png_pieces,
    "WebP": webp_pieces,
    "GIF": gif_pieces,
}
