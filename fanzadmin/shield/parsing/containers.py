"""Where the media in a container ends by the container's own lengths: RIFF, ISO base media (14496-12), EBML, Ogg (RFC 3533), MP3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fanzadmin.shield.parsing.pictures import (
    Bytes,
    Part,
    gif_parts,
    jpeg_parts,
    malformed,
    png_parts,
    truncated,
)

_AVI_FORMS = {b"AVI ", b"AVIX"}
_EBML_HEADER, _EBML_SEGMENT, _EBML_VOID, _EBML_CRC = 0x1A45DFA3, 0x18538067, 0xEC, 0xBF
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def media_end(layout: str, data: Bytes) -> int:
    """The offset after the last byte that belongs to the media. Raises Refused when the media is cut off or its lengths lie."""
    return _ENDS[layout](data)


def _last_end(parts: Callable[[Bytes], Iterator[Part]]) -> Callable[[Bytes], int]:
    def end(data: Bytes) -> int:
        last = 0
        for part in parts(data):
            last = part.end
        return last

    return end


def riff_end(data: Bytes) -> int:
    at = 0
    while data[at : at + 4] == b"RIFF":
        if at and data[at + 8 : at + 12] not in _AVI_FORMS:
            break
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if size == 0xFFFFFFFF:  # a WAV written to a pipe never learnt its length
            return len(data)
        end = at + 8 + size
        if end > len(data) or size < 4:
            raise truncated()
        at = min(end + (size & 1), len(data))
    return at


def riff_chunks(data: Bytes) -> Iterator[Part]:
    """The chunks of a one-form RIFF file (WebP, WAV), padding byte included."""
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        after = min(at + 8 + size + (size & 1), len(data))
        if at + 8 + size > end:
            raise truncated()
        yield Part(data[at : at + 4].decode("latin-1"), at, after)
        at = after


def boxes(data: Bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[Part, int]]:
    """ISO boxes between two offsets, each with the offset of its payload."""
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        name = data[at + 4 : at + 8]
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if not all(32 <= letter < 127 or letter == 0xA9 for letter in name) or size < header:
            return
        if at + size > end:
            raise truncated()
        yield Part(name.decode("latin-1"), at, at + size), at + header
        at += size


def boxes_end(data: Bytes) -> int:
    names: set[str] = set()
    end = 0
    for part, _ in boxes(data):
        end = part.end
        names.add(part.name)
    if not names & {"moov", "meta"}:
        raise (
            truncated() if "mdat" in names or len(data) < 64 else malformed("it has no index of its content")
        )
    return end


def ebml_end(data: Bytes) -> int:
    """After the EBML header, segments and padding. A recording whose segment has no stated size ends where the file does."""
    at = 0
    while at < len(data):
        ident, at_size = _ebml_number(data, at, keep_marker=True)
        if ident not in {_EBML_HEADER, _EBML_SEGMENT, _EBML_VOID, _EBML_CRC}:
            return at
        size, body = _ebml_number(data, at_size, keep_marker=False)
        if size < 0:
            return len(data)
        if body + size > len(data):
            raise truncated()
        at = body + size
    return at


def _ebml_number(data: Bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer and the offset after it; -1 stands for "size unknown"."""
    if at >= len(data):
        raise truncated()
    width = 9 - data[at].bit_length()
    if width > 8:
        return 0, at + 1
    if at + width > len(data):
        raise truncated()
    value = int.from_bytes(data[at : at + width], "big")
    if keep_marker:
        return value, at + width
    value &= (1 << 7 * width) - 1
    return (-1 if value == (1 << 7 * width) - 1 else value), at + width


def ogg_end(data: Bytes) -> int:
    at, ended = 0, False
    while data[at : at + 4] == b"OggS":
        if at + 27 > len(data):
            raise truncated()
        segments = data[at + 26]
        body = at + 27 + segments
        end = body + sum(data[at + 27 : body])
        if end > len(data):
            raise truncated()
        ended, at = bool(data[at + 5] & 4), end
    if not ended:
        raise truncated()
    return at


def mp3_end(data: Bytes) -> int:
    """After the last frame and its closing tag; a last frame cut short is usual in the wild and counts as media."""
    at = _id3_end(data)
    frames = 0
    while size := _mp3_frame(data, at):
        at, frames = at + size, frames + 1
    if not frames:
        raise malformed("it holds no MPEG audio")
    if at > len(data):
        return len(data)
    if data[at : at + 8] == b"APETAGEX":
        at += 32 + int.from_bytes(data[at + 12 : at + 16], "little")
    return min(len(data), at + 128 if data[at : at + 3] == b"TAG" else at)


def _id3_end(data: Bytes) -> int:
    if data[:3] != b"ID3":
        return 0
    size = sum((data[6 + index] & 0x7F) << 7 * (3 - index) for index in range(4)) if len(data) >= 10 else 0
    at = 10 + size
    while at < len(data) and data[at] == 0:
        at += 1
    if at >= len(data):
        raise truncated()
    return at


def _mp3_frame(data: Bytes, at: int) -> int:
    """Bytes of the layer III frame that starts here, 0 when none does."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return 0
    version, bitrate, rate = (data[at + 1] >> 3) & 3, data[at + 2] >> 4, (data[at + 2] >> 2) & 3
    if version == 1 or bitrate in {0, 15} or rate == 3:
        return 0
    full = version == 3
    kilobits = (_MP3_BITRATES_1 if full else _MP3_BITRATES_2)[bitrate]
    return (144 if full else 72) * kilobits * 1000 // _MP3_RATES[version][rate] + ((data[at + 2] >> 1) & 1)


def _whole(data: Bytes) -> int:
    return len(data)


_ENDS: dict[str, Callable[[Bytes], int]] = {
    "jpeg": _last_end(jpeg_parts),
    "png": _last_end(png_parts),
    "gif": _last_end(gif_parts),
    "riff": riff_end,
    "boxes": boxes_end,
    "ebml": ebml_end,
    "ogg": ogg_end,
    "mp3": mp3_end,
    "flac": _whole,  # a FLAC frame does not state its length; its decoded time is compared instead
}
