"""Tags that players expect around sound: ID3v2 (id3.org) before and behind, ID3v1, APE, Lyrics3, each of them perhaps more than once."""

from __future__ import annotations

from fanzadmin.shield.parsing.pictures import Bytes, truncated

PADDING = b"\x00 \t\r\n\xff"
_BLOCK = 1 << 16
_MOST_TAGS = 32


def padding_end(data: Bytes, at: int) -> int:
    """The offset of the first byte from `at` on that is not zero."""
    while at < len(data):
        block = data[at : at + _BLOCK]
        rest = len(block.lstrip(b"\x00"))
        at += len(block) - rest
        if rest:
            break
    return at


def leading_tags_end(data: Bytes) -> int:
    """The offset after every ID3v2 tag at the start and its padding; 0 without one. Raises Refused when nothing follows."""
    at = 0
    while size := id3v2_size(data, at):
        at = padding_end(data, at + size)
    if at and at >= len(data):
        raise truncated()
    return at


def id3v2_size(data: Bytes, at: int) -> int:
    """Bytes of the ID3v2 tag that starts here, its header and footer included; 0 when none does."""
    header = data[at : at + 10]
    if header[:3] != b"ID3" or len(header) < 10 or header[3] > 4 or max(header[6:10]) > 0x7F:
        return 0
    return 10 + _syncsafe(header[6:10]) + (10 if header[5] & 0x10 else 0)


def trailing_tags_start(data: Bytes, start: int) -> int:
    """The offset where the closing tags and their padding begin; the end of the file without any. Never before `start`."""
    end = _without_padding(data, len(data), start)
    if not _tag_before(data, end, start):
        return len(data)
    for _ in range(_MOST_TAGS):
        size = _tag_before(data, end, start)
        if not size:
            break
        end = _without_padding(data, end - size, start)
    return end


def _without_padding(data: Bytes, end: int, start: int) -> int:
    while end > start:
        block = data[max(start, end - _BLOCK) : end]
        rest = len(block.rstrip(b"\x00"))
        end -= len(block) - rest
        if rest:
            break
    return end


def _tag_before(data: Bytes, end: int, start: int) -> int:
    """Bytes of the tag that ends here, 0 when none does. An ID3v1 tag may end in zeros: its start is looked for as well."""
    tail = data[max(start, end - 355) : end]
    size = 0
    if tail[-32:-24] == b"APETAGEX":
        flags = int.from_bytes(tail[-12:-8], "little")
        size = int.from_bytes(tail[-20:-16], "little") + (32 if flags & 0x80000000 else 0)
    elif tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        size = int(tail[-15:-9]) + 15
    elif tail[-9:] == b"LYRICSEND":
        began = data[max(start, end - 5_200) : end].rfind(b"LYRICSBEGIN")
        size = end - max(start, end - 5_200) - began if began >= 0 else 0
    elif tail[-10:-7] == b"3DI" and max(tail[-4:]) <= 0x7F:
        size = _syncsafe(tail[-4:]) + 20
    elif (at := data[max(start, end - 128) : end].rfind(b"TAG")) >= 0:
        size = min(end - start, 128) - at
        before = data[max(start, end - size - 227) : end - size]
        size += 227 if before[:4] == b"TAG+" else 0
    return size if 0 < size <= end - start else 0


def skip_tag(data: Bytes, at: int) -> int:
    """The offset after the closing tag that starts here; `at` itself when none does."""
    if data[at : at + 8] == b"APETAGEX":
        flags = int.from_bytes(data[at + 20 : at + 24], "little")
        size = int.from_bytes(data[at + 12 : at + 16], "little")
        return at + 32 + (size if flags & 0x20000000 else 0)
    if data[at : at + 11] == b"LYRICSBEGIN":
        reach = bytes(data[at : at + (1 << 20)])
        ends = [place + 9 for mark in (b"LYRICS200", b"LYRICSEND") if (place := reach.find(mark)) >= 0]
        return at + min(ends) if ends else at
    if data[at : at + 4] == b"TAG+":
        return at + 227
    if data[at : at + 3] == b"TAG":
        return at + 128
    return at + id3v2_size(data, at)


def _syncsafe(four: bytes) -> int:
    return sum((byte & 0x7F) << 7 * (3 - index) for index, byte in enumerate(four))
