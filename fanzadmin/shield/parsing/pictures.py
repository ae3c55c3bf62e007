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


@dataclass(frozen=True)
class Part:
    """A marker segment, chunk or block: its name and where it lies, header included."""

    name: str
    start: int
    end: int


def truncated() -> Refused:
    return Refused("truncated", "The file breaks off before its end. Please upload it again.")


def malformed(what: str) -> Refused:
    return Refused("malformed", f"The file is damaged: {what}.")


def jpeg_parts(data: Bytes) -> Iterator[Part]:
    """Marker segments after SOI named 'E1', 'DA'…; a scan's part holds its entropy-coded data; the last is 'D9' (EOI)."""
    at = 2
    while True:
        start, marker, at = _jpeg_marker(data, at)
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
            at = _entropy_end(data, at)
        yield Part(f"{marker:02X}", start, at)


def _jpeg_marker(data: Bytes, at: int) -> tuple[int, int, int]:
    start = at
    if data[at : at + 1] not in {b"\xff", b""}:
        raise malformed("a JPEG marker is missing")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data):
        raise truncated()
    return start, data[at], at + 1


def _entropy_end(data: Bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise truncated()
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def png_parts(data: Bytes) -> Iterator[Part]:
    """Chunks named by their four letters, each with its CRC checked; the last is 'IEND'."""
    at = 8
    while True:
        if at + 12 > len(data):
            raise truncated()
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if end > len(data):
            raise truncated()
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise malformed("a PNG chunk does not match its checksum")
        name = data[at + 4 : at + 8].decode("latin-1")
        yield Part(name, at, end)
        if name == "IEND":
            return
        at = end


def gif_parts(data: Bytes) -> Iterator[Part]:
    """Blocks named 'header', 'image', 'control', 'comment', 'text', 'app:<id>' and at last 'trailer'."""
    if len(data) < 13:
        raise truncated()
    at = 13 + _colour_table(data[10])
    yield Part("header", 0, at)
    while True:
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
            yield Part("image", start, at)
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
