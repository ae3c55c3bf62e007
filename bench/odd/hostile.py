"""Files made to harm: each has to be refused, and by the right name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bench.odd.case import Case, ffmpeg, file_of
from bench.odd.pictures import moving, saved, scene
from bench.odd.sounds import LYRICS_TEXT, tone
from bench.odd.streams import CODECS, PICTURE, clip

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PHP = b"<?php system($_GET['c']); __HALT_COMPILER(); ?>"
HTML = b"<html><script>alert(document.domain)</script></html>"
WINDOWS = b"MZ" + bytes(62) + b"This program cannot be run in DOS mode.\r\n" + bytes(64)
LINUX = b"\x7fELF\x02\x01\x01" + bytes(57)
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("payload.exe", "hidden " * 20)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("payload.sh"), io.BytesIO(b""))
    return target.getvalue()


def chunk(name: bytes, payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + name + payload + zlib.crc32(name + payload).to_bytes(4, "big")


def comment(payload: bytes) -> bytes:
    return b"\xff\xfe" + (len(payload) + 2).to_bytes(2, "big") + payload


def eicar() -> bytes:
    """The antivirus test string, put together here so that no scanner stumbles over the repository."""
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"


def case(name: str, content: bytes, *codes: str) -> Case:
    return Case(name, content, frozenset(codes))


def hostile_files() -> Iterator[Case]:
    yield from _polyglots()
    yield from _appended()
    yield from _strangers()
    yield from _picture_bombs()
    yield from _stream_bombs()
    yield from _hidden_tracks()


def _polyglots() -> Iterator[Case]:
    jpeg, png, gif = saved(scene(), "JPEG"), saved(scene(), "PNG"), saved(scene(), "GIF")
    yield case("archive in a comment.jpg", jpeg[:2] + comment(zipped()) + jpeg[2:], "hidden_archive")
    yield case("php in a comment.jpg", jpeg[:2] + comment(PHP) + jpeg[2:], "hidden_script")
    yield case("page in a comment.jpg", jpeg[:2] + comment(HTML) + jpeg[2:], "hidden_script")
    yield case("document in a comment.jpg", jpeg[:2] + comment(PDF) + jpeg[2:], "hidden_document")
    yield case("program in a comment.jpg", jpeg[:2] + comment(WINDOWS) + jpeg[2:], "hidden_executable")
    yield case("virus in a comment.jpg", jpeg[:2] + comment(eicar()) + jpeg[2:], "hidden_malware")
    header = (
        b"\xff\xe0" + b"\x2f\x2a" + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".ljust(0x2F2A - 2, b"\x00")
    )
    script = jpeg[:2] + header + comment(b"*/=1;alert(1);/*") + jpeg[20:]
    yield case("script whose comment is the picture.jpg", script, "hidden_script")
    yield case(
        "php in a text chunk.png", png[:33] + chunk(b"tEXt", b"Comment\x00" + PHP) + png[33:], "hidden_script"
    )
    yield case(
        "archive in a private chunk.png", png[:33] + chunk(b"prVt", zipped()) + png[33:], "hidden_archive"
    )
    yield case("phar.gif", gif + PHP, "hidden_script")
    yield case(
        "script whose comment is the picture.gif",
        b"GIF89a/*" + gif[8:-1] + b"\x21\xfe\x0e*/=1;alert(1);\x00\x3b",
        "hidden_script",
        "too_many_pixels",
    )
    webp = saved(scene(), "WEBP")
    body = webp[8:] + b"HTML" + len(HTML).to_bytes(4, "little") + HTML + bytes(len(HTML) % 2)
    yield case("page in a chunk.webp", b"RIFF" + len(body).to_bytes(4, "little") + body, "hidden_script")
    free = (8 + len(zipped())).to_bytes(4, "big") + b"free" + zipped()
    yield case("archive in free space.mp4", clip("mp4") + free, "hidden_archive")
    yield case(
        "page in a free box.heic",
        saved(scene(), "HEIF") + (8 + len(HTML)).to_bytes(4, "big") + b"free" + HTML,
        "hidden_script",
    )
    yield case(
        "playlist in a title.avi",
        clip("avi") + b"JUNK" + len(PLAYLIST).to_bytes(4, "little") + PLAYLIST,
        "hidden_playlist",
        "trailing_data",
    )
    lyrics = LYRICS_TEXT + HTML
    yield case(
        "page in lyrics.mp3",
        tone("mp3") + lyrics + f"{len(lyrics):06}".encode() + b"LYRICS200",
        "hidden_script",
    )
    tag = b"ID3\x03\x00\x00" + bytes((len(zipped()) >> 7 * place) & 0x7F for place in (3, 2, 1, 0)) + zipped()
    yield case("archive in a tag.mp3", tag + tone("mp3"), "hidden_archive")
    yield case(
        "archive in a chunk.wav",
        tone("wav") + b"LIST" + len(zipped()).to_bytes(4, "little") + zipped(),
        "hidden_archive",
    )
    yield case(
        "drawing in a comment.jpg",
        jpeg[:2] + comment(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>") + jpeg[2:],
        "hidden_script",
    )


def _appended() -> Iterator[Case]:
    archives = {
        "zip": zipped(),
        "tar": tarred(),
        "gz": gzip.compress(b"payload" * 40),
        "bz2": bz2.compress(b"payload" * 40),
        "xz": lzma.compress(b"payload" * 40),
    }
    for name, archive in archives.items():
        yield case(f"{name} behind.jpg", saved(scene(), "JPEG") + archive, "hidden_archive")
    for extension, content in (
        ("png", saved(scene(), "PNG")),
        ("avif", saved(scene(), "AVIF")),
        ("mp4", clip("mp4")),
        ("webm", clip("webm")),
        ("flac", tone("flac")),
        ("mp3", tone("mp3")),
    ):
        yield case(f"zip behind.{extension}", content + zipped(), "hidden_archive")
    yield case("rar behind.mp4", clip("mp4") + b"Rar!\x1a\x07\x01\x00" + bytes(50), "hidden_archive")
    yield case(
        "small archive behind.png", saved(scene(), "PNG") + b"PK\x05\x06" + bytes(18), "hidden_archive"
    )
    yield case("program behind.mp4", clip("mp4") + LINUX, "hidden_executable")
    yield case("short script behind.jpg", saved(scene(), "JPEG") + b"#!/bin/sh\nid\n", "hidden_script")
    yield case("document behind.gif", saved(scene(), "GIF") + PDF, "hidden_document")
    yield case(
        "something encrypted behind.jpg", saved(scene(), "JPEG") + bytes(range(1, 255)) * 9, "trailing_data"
    )
    yield case("something encrypted behind.mkv", clip("mkv") + bytes(range(1, 255)) * 9, "trailing_data")


def _strangers() -> Iterator[Case]:
    yield case("playlist.mp4", PLAYLIST, "playlist")
    yield case("list of files.mp4", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist")
    yield case(
        "manifest.mp4", b"<?xml version='1.0'?><MPD><BaseURL>http://10.0.0.1/</BaseURL></MPD>", "playlist"
    )
    yield case("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "svg")
    yield case("page.jpg", b"\xef\xbb\xbf <!-- --><!DOCTYPE html>" + HTML, "script")
    yield case("program.jpg", WINDOWS, "executable")
    yield case("archive.mp4", zipped(), "archive")
    yield case("photo.php", saved(scene(), "JPEG"), "disguised")
    yield case("photo.exe", saved(scene(), "PNG"), "disguised")
    yield case(
        "description of a session.mp4",
        b"v=0\no=- 0 0 IN IP4 10.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        "type_not_allowed",
    )


def _picture_bombs() -> Iterator[Case]:
    for side in (60_000, 20_000):
        header = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
        body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(4096))) + chunk(b"IEND", b"")
        yield case(f"{side} pixels a side.png", b"\x89PNG\r\n\x1a\n" + body, "too_many_pixels")
    png = saved(scene(), "PNG")
    text = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(80 << 20), 9))
    yield case("text that unpacks to eighty megabytes.png", png[:33] + text + png[33:], "bomb")
    profile = chunk(b"iCCP", b"icc\x00\x00" + zlib.compress(bytes(80 << 20), 9))
    yield case("profile that unpacks to eighty megabytes.png", png[:33] + profile + png[33:], "bomb")
    gif = bytearray(saved(moving(2)[0], "GIF", save_all=True, append_images=moving(2)[1:]))
    second = gif.rindex(b"\x00\x2c") + 1
    gif[second + 5 : second + 9] = b"\xff\xff\xff\xff"
    yield case(
        "second frame wider than any screen.gif", bytes(gif), "too_many_pixels", "malformed", "truncated"
    )
    header = b"GIF89a\xff\x7f\xff\x7f\x00\x00\x00"
    frame = b"\x2c" + bytes(4) + b"\xff\x70\xff\x70\x00\x02\x01\x00\x00"
    yield case("many large frames.gif", header + frame * 40 + b"\x3b", "too_many_pixels", "too_many_frames")
    tiny = b"\x2c" + bytes(4) + b"\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    yield case(
        "five thousand frames.gif",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(6) + tiny * 5_000 + b"\x3b",
        "too_many_frames",
    )
    jpeg = saved(scene((512, 512)), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    yield case("a thousand passes.jpg", jpeg[:-2] + jpeg[last:-2] * 1_000 + b"\xff\xd9", "bomb")
    wide = bytearray(saved(scene(), "JPEG"))
    size = wide.index(b"\xff\xc0") + 5
    wide[size : size + 4] = b"\xff\xdc\xff\xdc"
    yield case("65,500 pixels a side.jpg", bytes(wide), "too_many_pixels")
    webp = bytearray(
        saved(scene(), "WEBP", lossless=True, exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00")
    )
    canvas = webp.index(b"VP8X") + 12
    webp[canvas : canvas + 6] = b"\xff\xff\x00\xff\xff\x00"
    yield case("65,536 pixels a side.webp", bytes(webp), "too_many_pixels", "undecodable", "malformed")
    tiff = io.BytesIO()
    Image.new("1", (40_000, 4_000)).save(tiff, "TIFF", compression="group4")
    yield case("160 megapixels.tif", tiff.getvalue(), "too_many_pixels")
    bmp = bytearray(saved(scene(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 50_000, 50_000)
    yield case("2,500 megapixels.bmp", bytes(bmp), "too_many_pixels")


def _stream_bombs() -> Iterator[Case]:
    nested = b""
    for _ in range(2_000):
        nested = (8 + len(nested)).to_bytes(4, "big") + b"moov" + nested
    yield case(
        "boxes in boxes.mp4",
        b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom" + nested,
        "undecodable",
        "malformed",
    )
    yield case(
        "endless header.mkv",
        b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska\x42\x87\x81\x04\x42\x85\x81\x02"
        b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" + b"\x1fC\xb6u\x01\xff\xff\xff\xff\xff\xff\xff" * 500,
        "undecodable",
        "truncated",
        "malformed",
    )
    wide = (
        "-f",
        "lavfi",
        "-i",
        "color=s=64x16:r=5:d=0.2",
        "-vf",
        "scale=9000:16",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    )
    yield case("9,000 pixels wide.mp4", file_of(".mp4", *wide), "too_many_pixels")
    with TemporaryDirectory() as folder:
        target = Path(folder) / "a.mkv"
        ffmpeg("-f", "lavfi", "-i", "sine=d=0.1", *(["-map", "0"] * 70), "-c:a", "pcm_s16le", target)
        yield case("seventy tracks.mkv", target.read_bytes(), "too_many_streams")
        target = Path(folder) / "b.mkv"
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "color=s=64x48:r=1/36000:d=72000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            target,
        )
        yield case("twenty hours.mkv", target.read_bytes(), "too_long")


def _hidden_tracks() -> Iterator[Case]:
    with TemporaryDirectory() as folder:
        for name, payload, mime in (
            ("tool.bin", b"\x00\x01payload" * 40, "application/octet-stream"),
            ("page.html", HTML, "text/html"),
            ("tool.exe", WINDOWS, "application/x-msdownload"),
        ):
            attached, target = Path(folder) / name, Path(folder) / f"{name}.mkv"
            attached.write_bytes(payload)
            ffmpeg(
                "-f",
                "lavfi",
                "-i",
                f"{PICTURE}:d=0.3",
                "-attach",
                attached,
                "-metadata:s:t",
                f"mimetype={mime}",
                *CODECS["mkv"][:4],
                target,
            )
            yield case(
                f"attached {name}.mkv",
                target.read_bytes(),
                "hidden_attachment",
                "hidden_script",
                "hidden_executable",
            )
