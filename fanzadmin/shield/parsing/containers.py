"""Where the media in a container ends by the container's own lengths: RIFF, ISO base media (14496-12), EBML, FLV, ASF, MPEG."""

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
from fanzadmin.shield.parsing.sound import adts_end, flac_end, mp3_end, ogg_end

_AVI_FORMS = {b"AVI ", b"AVIX"}
_RIFF_STARTS = {b"RIFF", b"RF64"}
_RIFF_SLACK = 8
"""Recorders that count the header into the length it states are old acquaintances of every player."""
_CHUNKS_BEHIND = {
    b"LIST",
    b"id3 ",
    b"ID3 ",
    b"bext",
    b"iXML",
    b"cue ",
    b"smpl",
    b"PEAK",
    b"JUNK",
    b"FLLR",
    b"_PMX",
    b"afsp",
}
_EBML_HEADER, _EBML_SEGMENT, _EBML_VOID, _EBML_CRC = 0x1A45DFA3, 0x18538067, 0xEC, 0xBF
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_KNOWN = {
    "3026b2758e66cf11a6d900aa0062ce6c",
    "3626b2758e66cf11a6d900aa0062ce6c",
    "90080033b1e5cf1189f400a0c90349cb",
    "d329e2d6da35d111903400a0c90349be",
    "f803b1fead12644c840f2a1d2f7ad48c",
}
_TS_SIZES = (188, 192, 204)
_TOP_BOXES = {
    b"ftyp",
    b"moov",
    b"mdat",
    b"meta",
    b"free",
    b"skip",
    b"wide",
    b"uuid",
    b"moof",
    b"mfra",
    b"sidx",
    b"styp",
    b"udta",
}
UNSTATED = -1


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
    while data[at : at + 4] in _RIFF_STARTS:
        form = data[at + 8 : at + 12]
        if at and form not in _AVI_FORMS:
            break
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if form == b"WAVE" and size in {0, 0xFFFFFFFF}:  # written to a pipe, or longer than 32 bits can say
            return _wave_end(data, at + 12)
        end = at + 8 + size
        if end > len(data) + _RIFF_SLACK or size < 4 or (form != b"WAVE" and end > len(data)):
            raise truncated()
        if form == b"WAVE":
            end = _wave_end(data, at + 12)
        at = min(end + (size & 1), len(data))
    return at


def _wave_end(data: Bytes, at: int) -> int:
    """After the last chunk of a WAVE form: of the sound itself nothing may be missing."""
    long_size, samples = 0, False
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if samples and name not in _CHUNKS_BEHIND:
            break
        if name == b"ds64":
            long_size = int.from_bytes(data[at + 16 : at + 24], "little")
        if name == b"data":
            samples = True
            if size in {0, 0xFFFFFFFF}:
                size = long_size or len(data) - at - 8
        if at + 8 + size > len(data):
            raise truncated()
        at = min(at + 8 + size + (size & 1), len(data))
    if not samples:
        raise truncated()
    return at


def riff_chunks(data: Bytes) -> Iterator[Part]:
    """The chunks of a one-form RIFF file (WebP), padding byte included."""
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
            if at and start == 0 and name not in _TOP_BOXES:  # stray bytes that look like a name
                return
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
    """After the EBML header, segments and padding. Inside a segment of no stated size its elements are followed, so that one
    that is cut off shows."""
    at, inside = 0, False
    while at < len(data):
        if data[at] == 0 and not data[at : at + 4096].strip(b"\x00"):
            return at
        ident, at_size = _ebml_number(data, at, keep_marker=True)
        if not ident or not (inside or ident in {_EBML_HEADER, _EBML_SEGMENT, _EBML_VOID, _EBML_CRC}):
            return at
        size, body = _ebml_number(data, at_size, keep_marker=False)
        if size < 0:
            at, inside = body, True
            continue
        if body + size > len(data):
            raise truncated()
        at = body + size
    return at


def _ebml_number(data: Bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer and the offset after it; -1 stands for "size unknown"."""
    if at >= len(data):
        raise truncated()
    width = 9 - data[at].bit_length()
    if width > (4 if keep_marker else 8):
        return 0, at + 1
    if at + width > len(data):
        raise truncated()
    value = int.from_bytes(data[at : at + width], "big")
    if keep_marker:
        return value, at + width
    value &= (1 << 7 * width) - 1
    return (UNSTATED if value == (1 << 7 * width) - 1 else value), at + width


def flv_end(data: Bytes) -> int:
    """Tags of eleven bytes, their data, and the length again (Adobe FLV 10.1, annex E)."""
    at = int.from_bytes(data[5:9], "big") + 4
    tags = 0
    while at + 11 <= len(data) and data[at] & 0x1F in {8, 9, 18}:
        end = at + 11 + int.from_bytes(data[at + 1 : at + 4], "big") + 4
        if end > len(data):
            raise truncated()
        at, tags = end, tags + 1
    if not tags:
        raise malformed("it holds neither picture nor sound")
    return at


def asf_end(data: Bytes) -> int:
    """The top-level objects of an ASF file (Windows Media)."""
    at, samples = 0, False
    while at + 24 <= len(data) and data[at : at + 16].hex() in _ASF_KNOWN:
        size = int.from_bytes(data[at + 16 : at + 24], "little")
        if data[at : at + 16] == _ASF_DATA:
            samples = True
            size = size or len(data) - at
        if size < 24 or at + size > len(data):
            raise truncated()
        at += size
    if not samples:
        raise truncated()
    return at


def ts_size(data: Bytes) -> int:
    """Bytes of a packet of this transport stream (188, 192 with a time code before, 204 with a checksum), 0 when it is none."""
    for size in _TS_SIZES:
        first = 4 if size == 192 else 0
        if all(data[at : at + 1] == b"\x47" for at in range(first, first + 5 * size, size)):
            return size
    return 0


def ts_end(data: Bytes) -> int:
    size = ts_size(data[:4096])
    at, first = 0, 4 if size == 192 else 0
    while at + size <= len(data) and data[at + first] == 0x47:
        at += size
    if at < len(data) and data[at + first : at + first + 1] == b"\x47":
        raise truncated()
    return at


def program_stream_end(data: Bytes) -> int:
    """Packs and packets of an MPEG program stream (13818-1 and 11172-1). Many end without their end code."""
    at = 0
    while data[at : at + 3] == b"\x00\x00\x01" and at + 4 <= len(data):
        code = data[at + 3]
        if code == 0xB9:
            return at + 4
        if code == 0xBA:
            end = at + (14 + (data[at + 13] & 7) if at + 13 < len(data) and data[at + 4] >> 6 == 1 else 12)
        elif code >= 0xBB:
            end = at + 6 + int.from_bytes(data[at + 4 : at + 6], "big")
        else:
            break
        if end > len(data):
            raise truncated()
        at = end
    if not at:
        raise malformed("it holds no packets")
    return at


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
    "adts": adts_end,
    "flac": flac_end,
    "flv": flv_end,
    "asf": asf_end,
    "ts": ts_end,
    "ps": program_stream_end,
    "rewritten": _whole,  # drawn anew: nothing of the file itself is kept
}
