"""Honest media and hostile files, made when asked for; none is kept in the repository."""

import io
import subprocess
import zipfile
import zlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg
import pillow_heif
from PIL import Image

GPS = {1: "N", 2: (48.0, 8.0, 14.0), 3: "E", 4: (11.0, 34.0, 31.0)}
PICTURES = ("jpg", "png", "webp", "avif", "heic", "gif")
STREAMS = ("mp4", "mov", "webm", "mkv", "avi", "mp3", "m4a", "wav", "ogg", "flac")
_PICTURE_NAMES = {"jpg": "JPEG", "heic": "HEIF"}
_CODECS = {
    "mp4": ("-c:v", "libx264", "-c:a", "aac"),
    "mov": ("-c:v", "libx264", "-c:a", "aac"),
    "mkv": ("-c:v", "libx264", "-c:a", "aac"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "avi": ("-c:v", "mpeg4", "-c:a", "mp3"),
}


def photo(*, personal: bool = False, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if personal:
        exif[0x010F], exif[0x0110], exif[0x0132] = "Acme", "Camera 3", "2026:05:01 10:00:00"
        exif.get_ifd(0x8825).update(GPS)
    return exif


@cache
def picture(
    extension: str, *, personal: bool = False, orientation: int = 1, size: tuple[int, int] = (96, 64)
) -> bytes:
    """A small picture, upright and anonymous unless asked otherwise."""
    pillow_heif.register_heif_opener()
    result = Image.linear_gradient("L").resize(size).convert("RGB")
    result.paste((200, 30, 30), (8, 8, size[0] // 2, size[1] // 2))
    target, extra = io.BytesIO(), {}
    if personal or orientation != 1:
        extra = {"exif": photo(personal=personal, orientation=orientation).tobytes()}
    if personal and extension in {"jpg", "gif"}:
        extra["comment"] = b"home of the photographer"
    if extension == "gif":
        extra.pop("exif", None)
    result.save(target, _PICTURE_NAMES.get(extension, extension.upper()), **extra)
    return target.getvalue()


@cache
def stream(extension: str, *, seconds: int = 1, personal: bool = False) -> bytes:
    """A short clip or tone."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"sample.{extension}"
        sources = ["-f", "lavfi", "-i", f"sine=d={seconds}"]
        if extension in _CODECS:
            sources = ["-f", "lavfi", "-i", f"testsrc2=s=160x120:r=12:d={seconds}", *sources]
        tags = ["-metadata", "title=At home", "-metadata", "artist=Mia"] if personal else []
        if personal and extension in {"mp4", "mov", "m4a"}:
            tags += [
                "-metadata",
                "location=+48.1371+011.5754/",
                "-metadata",
                "creation_time=2026-05-01T10:00:00Z",
            ]
        ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
        subprocess.run(
            [ffmpeg, "-v", "error", *sources, *_CODECS.get(extension, ()), *tags, str(path)], check=True
        )
        return path.read_bytes()


def sample(extension: str, *, personal: bool = False) -> bytes:
    return (
        picture(extension, personal=personal)
        if extension in PICTURES
        else stream(extension, personal=personal)
    )


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        zipped.writestr("payload.txt", "hidden " * 20)
    return target.getvalue()


def eicar() -> bytes:
    """The antivirus test string, put together here so that no scanner stumbles over the repository."""
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"


def png_chunk(name: bytes, payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + name + payload + zlib.crc32(name + payload).to_bytes(4, "big")


def bomb_png(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is `side` pixels wide and high."""
    header = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    body = zlib.compress(b"\x00" * 4096)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    )
