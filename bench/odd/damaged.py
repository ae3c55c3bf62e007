"""Files that lost or changed a part on their way: each has to be refused, so that no one publishes half of what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from bench.odd.case import Case, file_of
from bench.odd.hostile import case
from bench.odd.pictures import moving, saved, scene
from bench.odd.sounds import tone
from bench.odd.streams import clip

CUTS = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.93)
BROKEN = ("truncated", "malformed", "undecodable", "type_not_allowed")
BLOCK, MP3_BLOCK = 48, 2_000


def damaged_files() -> Iterator[Case]:
    whole = {
        "photo.jpg": saved(scene((320, 240)), "JPEG", quality=92),
        "picture.png": saved(scene((320, 240)), "PNG"),
        "video.mp4": clip("mp4", seconds=2),
        "video.webm": clip("webm", seconds=2),
    }
    for name, content in whole.items():
        for share in CUTS:
            yield case(f"cut at {share:.0%} {name}", content[: int(len(content) * share)], *BROKEN)
    drawing = file_of(".jxl", "-f", "lavfi", "-i", "gradients=s=96x64:r=1:d=1:seed=1", "-frames:v", "1")
    yield case("cut in the middle drawing.jxl", drawing[: len(drawing) // 2], *BROKEN)
    yield from _flipped()
    yield from _false_sizes()


def _with_block_flipped(content: bytes, share: float, size: int = BLOCK) -> bytes:
    at = int(len(content) * share)
    return content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + size]) + content[at + size :]


def _busy(extension: str) -> bytes:
    """A clip with so much in it that a wrong bit is seen by every decoder."""
    source = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1", "-vf", "noise=alls=40:all_seed=7")
    return file_of(
        f".{extension}", *source, "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-crf", "18"
    )


def _flipped() -> Iterator[Case]:
    photo = saved(scene((320, 240)), "JPEG", quality=92)
    for name, content, share in (
        ("photo.jpg", photo, 0.5),
        ("progressive.jpg", saved(scene((320, 240)), "JPEG", quality=92, progressive=True), 0.5),
        ("picture.png", saved(scene(), "PNG"), 0.5),
        ("moving.png", saved(moving()[0], "PNG", save_all=True, append_images=moving()[1:]), 0.7),
        ("moving.gif", saved(moving()[0], "GIF", save_all=True, append_images=moving()[1:]), 0.6),
        ("photo.avif", saved(scene((320, 240)), "AVIF", quality=95), 0.6),
        ("photo.heic", saved(scene((320, 240)), "HEIF", quality=95), 0.006),
        ("video.mp4", _busy("mp4"), 0.5),
        ("video.mkv", _busy("mkv"), 0.5),
        ("sound.flac", tone("flac", seconds=2), 0.5),
        ("sound.ogg", tone("ogg", "-c:a", "libopus", seconds=2), 0.5),
        ("sound.mp3", tone("mp3", seconds=2), 0.5),
    ):
        size = MP3_BLOCK if name.endswith(".mp3") else BLOCK
        yield case(f"flipped block {name}", _with_block_flipped(content, share, size), *BROKEN)


def _false_sizes() -> Iterator[Case]:
    jpeg, png, webp = saved(scene(), "JPEG"), saved(scene(), "PNG"), saved(scene(), "WEBP")
    mp4, wav, avi = clip("mp4"), tone("wav"), clip("avi")
    yield case("segment longer than the file.jpg", jpeg[:4] + b"\xff\xf0" + jpeg[6:], *BROKEN)
    yield case("segment of no length.jpg", jpeg[:4] + b"\x00\x00" + jpeg[6:], *BROKEN)
    yield case("chunk longer than the file.png", png[:33] + b"\x7f\xff\xff\xff" + png[37:], *BROKEN)
    yield case("longer than the file.webp", webp[:4] + b"\xff\xff\xff\x7f" + webp[8:], *BROKEN)
    media = mp4.index(b"mdat") - 4
    yield case(
        "media longer than the file.mp4", mp4[:media] + b"\x7f\xff\xff\xff" + mp4[media + 4 :], *BROKEN
    )
    yield case(
        "samples longer than the file.wav",
        wav[: wav.index(b"data") + 4] + b"\xff\xff\xff\x0f" + wav[wav.index(b"data") + 8 :],
        *BROKEN,
    )
    yield case("longer than the file.avi", avi[:4] + b"\xff\xff\xff\x7f" + avi[8:], *BROKEN)
    flac = bytearray(tone("flac"))
    flac[23:26] = b"\xff\xff\xff"
    yield case("more samples than there are.flac", bytes(flac), *BROKEN)
