"""Sounds that are odd and sound: every player plays them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bench.odd.case import Case, file_of
from bench.odd.streams import TAG, TONE, clip


def odd_sounds() -> Iterator[Case]:
    yield from _channels()
    yield from _short()
    yield from _mp3s()
    yield from _waves()
    yield from _oggs_and_flacs()


def tone(extension: str, *more: str, seconds: float = 0.6, layout: str = "mono") -> bytes:
    """A short tone; `layout` is its channels as ffmpeg calls them."""
    return file_of(
        f".{extension}",
        "-f",
        "lavfi",
        "-i",
        f"{TONE}:d={seconds}",
        "-af",
        f"aformat=channel_layouts={layout}",
        *more,
    )


def _short() -> Iterator[Case]:
    yield Case("twenty milliseconds.wav", tone("wav", seconds=0.02))
    yield Case("twenty milliseconds.mp3", tone("mp3", seconds=0.02))
    yield Case("twenty milliseconds.flac", tone("flac", seconds=0.02))
    yield Case("twenty milliseconds.ogg", tone("ogg", "-c:a", "libopus", seconds=0.02))


def _channels() -> Iterator[Case]:
    layouts = ("mono", "stereo", "2.1", "quad", "5.0", "5.1", "6.1", "7.1")
    for layout in layouts:
        yield Case(
            f"{layout}.wav",
            tone("wav", layout=layout, seconds=0.3),
            is_encoded=layout in {"mono", "stereo", "7.1"},
        )
        yield Case(f"{layout}.flac", tone("flac", layout=layout, seconds=0.3))
    for layout in ("mono", "stereo", "5.1", "7.1"):
        yield Case(
            f"{layout}.opus",
            tone("opus", "-c:a", "libopus", "-mapping_family", "1", layout=layout),
            is_encoded=layout == "7.1",
        )
        yield Case(f"{layout}.m4a", tone("m4a", layout=layout))
    yield Case("5.1.mp4", clip("mp4", "-af", "aformat=channel_layouts=5.1"), is_encoded=True)
    yield Case("5.1 dolby.mkv", clip("mkv", "-af", "aformat=channel_layouts=5.1", "-c:a", "ac3"))
    yield Case("apple lossless.m4a", tone("m4a", "-c:a", "alac"))
    yield Case("tags before.aac", _id3v2(64) + tone("aac"))
    yield Case("plain.aac", tone("aac"), is_encoded=True)


def _id3v2(size: int, text: bytes = b"") -> bytes:
    body = text.ljust(size, b"\x00")
    syncsafe = bytes(len(body) >> 7 * place & 0x7F for place in (3, 2, 1, 0))
    return b"ID3\x03\x00\x00" + syncsafe + body


def _ape(items: bytes = b"") -> bytes:
    size = (len(items) + 32).to_bytes(4, "little")
    start, end = (
        b"APETAGEX" + struct.pack("<I", 2000) + size + bytes(4) + struct.pack("<I", flags) + bytes(8)
        for flags in (0xA0000000, 0x80000000)
    )
    return start + items + end


LYRICS_TEXT = b"LYRICSBEGININD0000200LYR00014[00:00]by hand"
LYRICS = LYRICS_TEXT + f"{len(LYRICS_TEXT):06}".encode() + b"LYRICS200"


def _mp3s() -> Iterator[Case]:
    plain = tone("mp3", "-write_xing", "0", "-id3v2_version", "0")
    for name, content in {
        "plain": plain,
        "variable": tone("mp3", "-q:a", "4"),
        "eight kilohertz": tone("mp3", "-ar", "8000"),
        "joint stereo": tone("mp3", layout="stereo"),
        "tag behind": plain + TAG,
        "tag behind twice": plain + TAG + TAG,
        "tag before": _id3v2(64) + plain,
        "tag before twice": _id3v2(64) + _id3v2(2000) + plain,
        "tag before with padding": _id3v2(64) + bytes(300) + plain,
        "ape behind": plain + _ape(),
        "ape and tag behind": plain + _ape(b"\x04\x00\x00\x00\x00\x00\x00\x00Year\x002020") + TAG,
        "lyrics behind": plain + LYRICS + TAG,
        "tag in the middle": plain + _id3v2(64) + plain,
        "two songs": plain + plain,
        "noise before": b"\x12\x34\x56\x00\x99" * 40 + plain,
        "zeros before": bytes(700) + plain,
        "zeros behind": plain + bytes(700),
        "last frame cut short": plain[:-20],
        "stray bytes behind": plain + b"\x01\x02\x03",
        "id3 behind": plain + _id3v2(40),
    }.items():
        yield Case(f"{name}.mp3", content, is_encoded=name in {"plain", "tag before twice"})


def _waves() -> Iterator[Case]:
    plain = tone("wav")
    size = int.from_bytes(plain[4:8], "little")
    data = plain.index(b"data")
    for name, content in {
        "float": tone("wav", "-c:a", "pcm_f32le"),
        "twenty four bits": tone("wav", "-c:a", "pcm_s24le"),
        "eight bits": tone("wav", "-c:a", "pcm_u8"),
        "telephone": tone("wav", "-c:a", "pcm_mulaw", "-ar", "8000"),
        "compressed": tone("wav", "-c:a", "adpcm_ms"),
        "sixty four": tone("wav", "-rf64", "always"),
        "length with header": plain[:4] + (size + 8).to_bytes(4, "little") + plain[8:],
        "no length": plain[:4] + bytes(4) + plain[8 : data + 4] + bytes(4) + plain[data + 8 :],
        "length unknown": plain[:4] + b"\xff" * 4 + plain[8 : data + 4] + b"\xff" * 4 + plain[data + 8 :],
        "list behind": plain + b"LIST" + (12).to_bytes(4, "little") + b"INFOICMT\x00\x00\x00\x00",
        "id3 behind": plain + b"id3 " + (50).to_bytes(4, "little") + _id3v2(40),
        "stray byte": plain + b"\x07",
    }.items():
        yield Case(f"{name}.wav", content, is_encoded=name in {"float", "no length"})


def _oggs_and_flacs() -> Iterator[Case]:
    opus = tone("ogg", "-c:a", "libopus")
    last = opus.rindex(b"OggS")
    unmarked = bytearray(opus)
    unmarked[last + 5] &= ~4 & 0xFF
    yield Case("plain.ogg", opus, is_encoded=True)
    yield Case("not marked as last.ogg", _ogg_checked(bytes(unmarked), last))
    yield Case("vorbis.ogg", tone("ogg", "-c:a", "libvorbis", layout="stereo"))
    yield Case("padding behind.ogg", opus + bytes(200))
    yield Case("two streams.ogg", opus + opus)
    yield Case("flac.oga", tone("oga", "-c:a", "flac"))
    flac = tone("flac")
    yield Case("plain.flac", flac, is_encoded=True)
    yield Case("tag before.flac", _id3v2(64) + flac)
    yield Case("tag before twice.flac", _id3v2(64) + _id3v2(64) + flac)
    yield Case("tag behind.flac", flac + TAG)
    yield Case("stray bytes behind.flac", flac + b"\r\n")
    yield Case("padding behind.flac", flac + bytes(300))
    yield Case("no number of samples.flac", flac[:21] + bytes([flac[21] & 0xF0]) + bytes(4) + flac[26:])
    yield Case("twenty four bits.flac", tone("flac", "-sample_fmt", "s32"))


def _ogg_checked(content: bytes, page: int) -> bytes:
    """The file with the checksum of the page at `page` put right (RFC 3533, section 6)."""
    head = content[page : page + 22] + bytes(4) + content[page + 26 :]
    checksum = 0
    for byte in head:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x04C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    return content[: page + 22] + checksum.to_bytes(4, "little") + content[page + 26 :]
