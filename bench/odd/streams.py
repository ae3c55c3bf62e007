"""Videos and sounds that are odd and sound: every player plays them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.odd.case import Case, ffmpeg, file_of

PICTURE = "testsrc2=s=64x48:r=10"
SMOOTH = "gradients=s=64x48:r=10:speed=0.05:seed=1"
TONE = "sine=440:r=48000"
FAST = ("-preset", "ultrafast")
CODECS: dict[str, tuple[str, ...]] = {
    "mp4": ("-c:v", "libx264", *FAST, "-c:a", "aac"),
    "mov": ("-c:v", "libx264", *FAST, "-c:a", "aac"),
    "mkv": ("-c:v", "libx264", *FAST, "-c:a", "aac"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "avi": ("-c:v", "mpeg4", "-q:v", "3", "-c:a", "mp3"),
    "ts": ("-c:v", "mpeg2video", "-q:v", "3", "-r", "25", "-c:a", "mp2"),
    "mpg": ("-c:v", "mpeg2video", "-q:v", "3", "-r", "25", "-c:a", "mp2"),
    "flv": ("-c:v", "libx264", *FAST, "-c:a", "aac"),
    "wmv": ("-c:v", "wmv2", "-q:v", "3", "-c:a", "wmav2"),
    "3gp": ("-c:v", "libx264", *FAST, "-c:a", "aac"),
}
TAG = b"TAG" + b"Title".ljust(30, b"\x00") + bytes(95)


def clip(extension: str, *more: str, seconds: float = 0.6) -> bytes:
    """A short clip with sound in the container of this name."""
    sources = (
        "-f",
        "lavfi",
        "-i",
        f"{SMOOTH}:d={seconds},format=yuv420p",
        "-f",
        "lavfi",
        "-i",
        f"{TONE}:d={seconds}",
    )
    return file_of(f".{extension}", *sources, *CODECS[extension], *more)


def odd_streams() -> Iterator[Case]:
    yield from _containers()
    yield from _depths()
    yield from _times()
    yield from _shapes()
    yield from _tracks()


def _containers() -> Iterator[Case]:
    for extension in CODECS:
        yield Case(
            f"plain.{extension}", clip(extension), is_encoded=extension in {"mp4", "webm", "ts", "wmv", "3gp"}
        )
    for extension in ("mp4", "mov", "mkv", "webm", "avi", "flv", "ts", "mpg"):
        yield Case(f"line break behind.{extension}", clip(extension) + b"\r\n")
        yield Case(f"padding behind.{extension}", clip(extension) + bytes(512))
    yield Case("index first.mp4", clip("mp4", "-movflags", "+faststart"))
    yield Case("fragments.mp4", clip("mp4", "-movflags", "+frag_keyframe+empty_moov"), is_encoded=True)
    yield Case("free space.mp4", _with_box(clip("mp4"), b"free"))
    yield Case("tag behind.mp4", clip("mp4") + TAG)
    yield Case("without cues.webm", _live(clip("webm")))
    yield Case("without cues.mkv", _live(clip("mkv"), "matroska"))
    yield Case("raw tracks.avi", clip("avi", "-c:a", "pcm_s16le"))
    yield Case("camera.m2ts", _m2ts(clip("ts")))


def _with_box(content: bytes, name: bytes) -> bytes:
    return content + (108).to_bytes(4, "big") + name + bytes(100)


def _live(content: bytes, muxer: str = "webm") -> bytes:
    """As a browser's recorder writes it: no length, no sizes, no index."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "a"
        source.write_bytes(content)
        return ffmpeg("-i", source, "-c", "copy", "-f", muxer, "-live", "1", "-")


def _m2ts(content: bytes) -> bytes:
    return b"".join(b"\x00\x00\x00\x00" + content[at : at + 188] for at in range(0, len(content), 188))


def _depths() -> Iterator[Case]:
    kinds = {
        "ten bits.mp4": ("-c:v", "libx264", *FAST, "-pix_fmt", "yuv420p10le"),
        "grey.mp4": ("-c:v", "libx264", *FAST, "-pix_fmt", "gray"),
        "full colour.mp4": ("-c:v", "libx264", *FAST, "-pix_fmt", "yuv444p"),
        "full range.mp4": ("-c:v", "libx264", *FAST, "-pix_fmt", "yuvj420p"),
        "ten bits.mkv": ("-c:v", "libx265", *FAST, "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"),
        "prores with alpha.mov": ("-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"),
        "lossless.mkv": ("-c:v", "ffv1",),
        "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
        "vp9 with alpha.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuva420p"),
        "av1.mp4": ("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1"),
        "photographs.avi": ("-c:v", "mjpeg", "-q:v", "3"),
        "animation.mov": ("-c:v", "qtrle",),
        "old film.flv": ("-c:v", "flv1", "-q:v", "3"),
        "old phone.3gp": ("-c:v", "h263", "-s", "128x96", "-q:v", "3"),
        "first generation.mpg": ("-c:v", "mpeg1video", "-q:v", "3", "-r", "25"),
        "old windows.wmv": ("-c:v", "wmv1", "-q:v", "3"),
    }  # fmt: skip
    encoded = {"ten bits.mp4", "grey.mp4", "old phone.3gp", "prores with alpha.mov", "vp9.webm"}
    for name, options in kinds.items():
        size = (
            "-f",
            "lavfi",
            "-i",
            f"{SMOOTH.replace('64x48', '64x64') if name == 'av1.mp4' else SMOOTH}:d=0.4,format=yuv420p",
        )
        yield Case(name, file_of(Path(name).suffix, *size, *options), is_encoded=name in encoded)


def _times() -> Iterator[Case]:
    source = ("-f", "lavfi", "-i")
    x264 = ("-c:v", "libx264", *FAST)
    yield Case("one frame.mp4", file_of(".mp4", *source, f"{PICTURE}:d=0.1", *x264), is_encoded=True)
    yield Case("two frames.mov", file_of(".mov", *source, f"{PICTURE}:d=0.2", *x264))
    slides = file_of(".mp4", *source, "testsrc2=s=64x48:r=1/2:d=6", *x264)
    yield Case("slides.mp4", slides, is_encoded=True)
    varying = ("-vf", "select='lt(t,1)+not(mod(n,8))'", "-fps_mode", "vfr")
    yield Case("varying rate.mp4", file_of(".mp4", *source, "testsrc2=s=64x48:r=30:d=2", *varying, *x264))
    yield Case(
        "varying rate.webm",
        file_of(".webm", *source, "testsrc2=s=64x48:r=30:d=2", *varying, *CODECS["webm"][:6]),
    )
    yield Case("a hundred a second.mp4", file_of(".mp4", *source, "testsrc2=s=64x48:r=100:d=0.3", *x264))
    late = (
        "-itsoffset",
        "0.8",
        *source,
        f"{SMOOTH}:d=1,format=yuv420p",
        *source,
        f"{TONE}:d=2",
        "-map",
        "0",
        "-map",
        "1",
    )
    yield Case("picture begins late.mkv", file_of(".mkv", *late, *CODECS["mkv"]), is_encoded=True)
    longer = (*source, f"{SMOOTH}:d=0.5,format=yuv420p", *source, f"{TONE}:d=1.5")
    yield Case("sound longer than picture.mp4", file_of(".mp4", *longer, *CODECS["mp4"]), is_encoded=True)
    still = (*source, "testsrc2=s=64x48:r=1:d=1", *source, f"{TONE}:d=2")
    yield Case("one picture and sound.mp4", file_of(".mp4", *still, *CODECS["mp4"]), is_encoded=True)
    fields = ("-vf", "interlace", "-flags", "+ilme+ildct", "-x264opts", "tff=1")
    yield Case("interlaced.mp4", file_of(".mp4", *source, "testsrc2=s=64x64:r=50:d=0.6", *fields, *x264))
    turned = clip("mp4")
    yield Case("turned.mp4", _remuxed(turned, ".mp4", before=("-display_rotation", "90")), is_encoded=True)
    yield Case("wide pixels.mp4", file_of(".mp4", *source, f"{PICTURE}:d=0.3", "-vf", "setsar=4/3", *x264))
    yield Case("silence.mp3", file_of(".mp3", *source, "anullsrc=r=44100:cl=stereo:d=0.5"))


def _remuxed(content: bytes, suffix: str, *options: str, before: tuple[str, ...] = ()) -> bytes:
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / f"a{suffix}", Path(folder) / f"b{suffix}"
        source.write_bytes(content)
        ffmpeg(*before, "-i", source, "-map", "0", "-c", "copy", *options, target)
        return target.read_bytes()


def _shapes() -> Iterator[Case]:
    for width, height in ((4000, 4), (4, 4000), (2, 2), (1, 480), (480, 1), (17, 13), (1, 1)):
        pixels = "yuv444p" if width % 2 or height % 2 else "yuv420p"
        source = (
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x64:r=10:d=0.2",
            "-vf",
            f"scale={width}:{height},setsar=1",
            "-pix_fmt",
            pixels,
        )
        yield Case(
            f"{width} by {height}.mkv",
            file_of(".mkv", *source, "-c:v", "libx264", *FAST),
            is_encoded=(width, height) in {(4, 4000), (2, 2)},
        )


def _tracks() -> Iterator[Case]:
    with TemporaryDirectory() as folder:
        captions = Path(folder) / "a.srt"
        captions.write_text("1\n00:00:00,100 --> 00:00:00,400\nHello.\n")
        source = (
            "-f",
            "lavfi",
            "-i",
            f"{PICTURE}:d=0.6",
            "-f",
            "lavfi",
            "-i",
            f"{TONE}:d=0.6",
            "-f",
            "lavfi",
            "-i",
            "sine=880:d=0.6",
        )
        named = (
            "-metadata:s:a:0",
            "language=eng",
            "-metadata:s:a:1",
            "language=spa",
            "-metadata:s:s:0",
            "language=fra",
        )
        for extension, texts in (("mp4", "mov_text"), ("mkv", "subrip")):
            target = Path(folder) / f"b.{extension}"
            ffmpeg(
                *source,
                "-i",
                captions,
                "-map",
                "0",
                "-map",
                "1",
                "-map",
                "2",
                "-map",
                "3",
                *CODECS[extension],
                "-c:s",
                texts,
                *named,
                target,
            )
            yield Case(f"two sounds and captions.{extension}", target.read_bytes())
        cover = Path(folder) / "cover.jpg"
        ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1:r=1", "-frames:v", "1", cover)
        for extension in ("mp3", "flac", "m4a"):
            target = Path(folder) / f"c.{extension}"
            options = ("-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v:0", "attached_pic")
            ffmpeg("-f", "lavfi", "-i", f"{TONE}:d=0.6", "-i", cover, *options, target)
            yield Case(f"cover.{extension}", target.read_bytes())
        target = Path(folder) / "d.mkv"
        ffmpeg(
            "-f", "lavfi", "-i", f"{TONE}:d=1", "-i", cover, "-map", "0", "-map", "1", "-c:v", "mjpeg", target
        )
        yield Case("cover as a track of one frame.mkv", target.read_bytes())
        target = Path(folder) / "e.mkv"
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            f"{PICTURE}:d=0.5",
            "-attach",
            cover,
            "-metadata:s:t",
            "mimetype=image/jpeg",
            *CODECS["mkv"][:4],
            target,
        )
        yield Case("picture attached.mkv", target.read_bytes())
    yield Case("time code.mov", clip("mov", "-timecode", "01:00:00:00"))
    chapters = clip("mp4", "-metadata", "title=By hand", "-metadata", "comment=Anything")
    yield Case("titles.mp4", chapters)
