"""Where the sound in a stream of frames ends: MPEG audio, ADTS (13818-7), Ogg (RFC 3533), FLAC (RFC 9639)."""

from __future__ import annotations

import zlib

from fanzadmin.shield.parsing.pictures import Bytes, malformed, truncated
from fanzadmin.shield.parsing.tags import leading_tags_end, padding_end, skip_tag, trailing_tags_start

_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_FRAMES_SLACK = 2
_RESYNC = 4096
"""Players look this far for the next frame: encoders leave such gaps at the start, cuts and joins in the middle."""
_LONGEST_MP3_FRAME = 1441
"""What is lost where two songs are joined in the middle of a frame."""
_FLAC_REACH = 1 << 20
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_FLAC_SYNC = (b"\xff\xf8", b"\xff\xf9")


def mp3_end(data: Bytes) -> int:
    """After the last frame; a last frame cut short is usual in the wild and counts as media."""
    start = _next_frame(data, leading_tags_end(data))
    at, frames = start, 0
    end, lost = at, 0
    while size := _mp3_frame(data, at):
        at, frames = at + size, frames + 1
        end = at
        while (after := padding_end(data, skip_tag(data, at))) != at and after < len(data):
            at = after
        if not _mp3_frame(data, at):
            lost, at = lost + _next_frame(data, at) - at, _next_frame(data, at)
        if lost > _LONGEST_MP3_FRAME:
            raise malformed("its sound breaks off in the middle")
    if not frames:
        raise malformed("it holds no MPEG audio")
    if frames < _stated_frames(bytes(data[start : start + _LONGEST_MP3_FRAME])) - _FRAMES_SLACK:
        raise truncated()
    return min(len(data), end)


def mp3_start(head: bytes) -> int:
    """Where the first of three frames in a row begins behind a little noise; -1 when there are none."""
    at = _next_frame(head, 0)
    third = at
    for _ in range(3):
        size = _mp3_frame(head, third)
        if not size:
            return -1
        third += size
    return at


def _stated_frames(first: bytes) -> int:
    """How many frames the header of Xing and LAME in the first one says there are; 0 without it."""
    for mark in (b"Xing", b"Info"):
        at = first.find(mark, 4, 64)
        if at >= 0 and len(first) >= at + 12 and first[at + 7] & 1:
            return int.from_bytes(first[at + 8 : at + 12], "big")
    return 0


def _next_frame(data: Bytes, at: int) -> int:
    """The next offset within reach where two frames follow each other; `at` itself when there is none."""
    reach = bytes(data[at : at + _RESYNC])
    place = reach.find(b"\xff")
    while place >= 0:
        size = _mp3_frame(data, at + place)
        if size and (_mp3_frame(data, at + place + size) or at + place + size == len(data)):
            return at + place
        place = reach.find(b"\xff", place + 1)
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


def adts_end(data: Bytes) -> int:
    at = start = leading_tags_end(data)
    while size := adts_frame(data, at):
        at += size
        if at > len(data):
            raise truncated()
    if at == start:
        raise malformed("it holds no AAC")
    return at


def adts_frame(data: Bytes, at: int) -> int:
    """Bytes of the ADTS frame that starts here, 0 when none does."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or (head[2] >> 2) & 15 > 12:
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size >= 7 else 0


def ogg_end(data: Bytes) -> int:
    """After the last whole page. A stream whose last page is not marked as its last is usual: voice notes, live recordings."""
    at, sound = leading_tags_end(data), False
    while data[at : at + 4] == b"OggS":
        if at + 27 > len(data):
            raise truncated()
        body = at + 27 + data[at + 26]
        end = body + sum(data[at + 27 : body])
        if end > len(data):
            raise truncated()
        if not _has_right_checksum(data[at:end]):
            raise malformed("a page does not match its checksum")
        sound = sound or data[at + 6 : at + 14].strip(b"\x00\xff") != b""
        at = end
    if not sound:
        raise truncated()
    return at


def _has_right_checksum(page: bytes) -> bool:
    """The checksum of RFC 3533 is that of zlib with the bits of every byte turned round and without its complements."""
    stated = int.from_bytes(page[22:26], "little")
    turned = (page[:22] + bytes(4) + page[26:]).translate(_TURNED)
    checksum = zlib.crc32(turned, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{checksum:032b}"[::-1], 2) == stated


def flac_end(data: Bytes) -> int:
    """After the last frame, found from behind: a frame does not state its length, but its checksum (CRC-16) is zero at its end."""
    start = leading_tags_end(data)
    tail = trailing_tags_start(data, start)
    reach = bytes(data[max(start, tail - _FLAC_REACH) : tail])
    at = len(reach)
    while (at := max(reach.rfind(sync, 0, at + 1) for sync in _FLAC_SYNC) - 1) >= -1:
        frame = at + 1
        if _is_flac_header(reach, frame) and (ends := _checksum_ends(reach[frame:])):
            if (
                reach[frame + ends : frame + ends + 2] in _FLAC_SYNC
            ):  # the next frame has begun and does not end
                raise truncated()
            return tail - len(reach) + frame + ends
    return tail


def _is_flac_header(data: bytes, at: int) -> bool:
    """A frame header with a right CRC-8 (RFC 9639, 9.1.8)."""
    if at + 6 > len(data) or data[at + 2] >> 4 == 0 or data[at + 2] & 15 == 15 or data[at + 3] & 1:
        return False
    coded = data[at + 4]
    size = 5 + (max(0, 7 - (coded ^ 0xFF).bit_length() - 1) if coded & 0x80 else 0)
    size += {6: 1, 7: 2}.get(data[at + 2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(data[at + 2] & 15, 0)
    checksum = 0
    for byte in data[at : at + size]:
        checksum ^= byte
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x07 if checksum & 0x80 else 0)) & 0xFF
    return at + size < len(data) and checksum == data[at + size]


def _checksum_ends(frame: bytes) -> int:
    """The last offset at which the frame's checksum becomes zero, 0 when it never does. Zeros behind it leave it so."""
    checksum, end = 0, 0
    for index, byte in enumerate(frame):
        before, checksum = checksum, (checksum << 8 & 0xFFFF) ^ _CRC16[checksum >> 8 ^ byte]
        if checksum == 0 and before and index > 8:
            end = index + 1
    return end


def _crc16_entry(value: int) -> int:
    value <<= 8
    for _ in range(8):
        value = (value << 1 ^ (0x8005 if value & 0x8000 else 0)) & 0xFFFF
    return value


_CRC16 = tuple(_crc16_entry(value) for value in range(256))
