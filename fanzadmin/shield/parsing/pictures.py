"""The parts of a picture file, walked by their own lengths: JPEG (ITU T.81), PNG (W3C PNG 3), GIF89a.

A walk raises Refused("truncated") when the file ends before the picture does, and Refused("malformed") when a length or a checksum lies.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from fanzadmin.shield.parsing.reasons import Refused

Bytes = bytes | mmap.mmap

_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
EOI, SOS = 0xD9, 0xDA
IEND = b"\x00\x00\x00\x00IEND\xaeB`\x82"
STRAY_BYTES = 64
"""So few bytes that belong to nothing hide nothing: a line break, a checksum, a camera's mark."""


@dataclass(frozen=True)
class Part:
    """A marker segment, chunk or block: its name and where it lies, header included."""

    name: str
    start: int
    end: int


def truncated() -> Refused:
    return Refused("truncated")


def malformed(_what: str) -> Refused:
    """`_what` says to a reader of the code what is wrong with the bytes."""
    return Refused("malformed")


def jpeg_parts(data: Bytes) -> Iterator[Part]:
    """Marker segments after SOI named 'E1', 'DA'…; a scan's part holds its entropy-coded data; the last is 'D9' (EOI).

    Without EOI the last part is the scan that runs to the end of the file: whether it is whole only a decoder can say. A few
    stray bytes between segments are left out, as every decoder does.
    """
    at, scans = 2, 0
    while True:
        start, marker, at = _jpeg_marker(data, at, may_end=scans > 0)
        if marker is None:
            return
        if marker == EOI:
            yield Part("D9", start, at)
            return
        if marker not in _JPEG_ALONE:
            length = int.from_bytes(data[at : at + 2], "big")
            if length < 2:
                raise truncated() if at + 2 > len(data) else malformed("a JPEG segment has no length")
            at += length
            if at > len(data):
                raise truncated()
        if marker == SOS:
            scans, at = scans + 1, _entropy_end(data, at)
        yield Part(f"{marker:02X}", start, at)


def _jpeg_marker(data: Bytes, at: int, *, may_end: bool) -> tuple[int, int | None, int]:
    start = at
    if data[at : at + 1] not in {b"\xff", b""}:
        start = at = data.find(b"\xff", at, at + STRAY_BYTES)
        if at < 0:
            raise malformed("a JPEG marker is missing")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        if may_end:
            return start, None, at
        raise truncated()
    return start, data[at], at + 1


def _entropy_end(data: Bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data) if at < 0 else at
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def png_parts(data: Bytes) -> Iterator[Part]:
    """Chunks named by their four letters, each with its CRC checked; the last is 'IEND', which may be missing.

    A chunk that a decoder may do without and whose checksum is wrong is called 'damaged'.
    """
    at, pixels = 8, False
    while True:
        if pixels and at + 12 > len(data) and IEND.startswith(data[at:]):
            return
        if at + 12 > len(data):
            raise truncated()
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if end > len(data):
            raise truncated()
        name = data[at + 4 : at + 8].decode("latin-1")
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            if not name[:1].islower():
                raise malformed("a PNG chunk does not match its checksum")
            name = "damaged"
        yield Part(name, at, end)
        if name == "IEND":
            return
        pixels = pixels or name == "IDAT"
        at = end


def gif_parts(data: Bytes) -> Iterator[Part]:
    """Blocks named 'header', 'image', 'control', 'comment', 'text', 'app:<id>' and at last 'trailer', which may be missing."""
    if len(data) < 13:
        raise truncated()
    at = 13 + _colour_table(data[10])
    yield Part("header", 0, at)
    images = 0
    while True:
        if at >= len(data) and images:  # no trailer: every frame is there
            return
        if at >= len(data):
            raise truncated()
        start, introducer = at, data[at]
        if introducer == 0x3B:
            yield Part("trailer", start, start + 1)
            return
        if introducer == 0x2C:
            if at + 10 > len(data):
                raise truncated()
            at = _sub_blocks_end(data, at + 10 + _colour_table(data[at + 9]) + 1)
            images += 1
            yield Part("image", start, at)
        elif introducer == 0 and images:  # stray zeros between blocks
            at += 1
        elif introducer == 0x21 and at + 2 < len(data):
            at = _sub_blocks_end(data, at + 2)
            yield Part(_gif_extension(data, start), start, at)
        else:
            raise truncated() if introducer == 0x21 else malformed("a GIF block is of no known kind")


def _gif_extension(data: Bytes, start: int) -> str:
    label = data[start + 1]
    if label == 0xFF:
        return "app:" + data[start + 3 : start + 14].decode("latin-1")
    return {0xF9: "control", 0xFE: "comment", 0x01: "text"}.get(label, "unknown")


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks_end(data: Bytes, at: int) -> int:
    while True:
        if at >= len(data):
            raise truncated()
        if data[at] == 0:
            return at + 1
        at += data[at] + 1
