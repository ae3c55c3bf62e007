"""What is published, held against an independent decode of the original."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pillow_heif
from PIL import Image, ImageFile, ImageOps

from fanzadmin.media.transcoding.rendering import Rendered, render

pillow_heif.register_heif_opener()

LEAST_PSNR = 30.0
LENGTH_SLACK_S = 0.1
Samples = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class Decoded:
    """A video or sound as ffmpeg itself plays it."""

    seconds: float
    frames: int
    channels: int
    pictures: Samples


def differences(original: Path, clean: Path, folder: Path) -> list[str]:
    """What is another than in the original, as sentences; none when it was published as it was sent."""
    rendered = render(clean, folder=folder, report=lambda _percent, _message: None)
    out = folder / "out"
    if rendered.kind == "image":
        return list(_of_picture(original, out, rendered))
    return list(_of_stream(original, folder, rendered))


def _of_picture(original: Path, out: Path, rendered: Rendered) -> list[str]:
    shown = _shown(original)
    largest = max(
        (piece for piece in rendered.pieces if piece.purpose == "image"), key=lambda piece: piece.width or 0
    )
    faults = []
    with Image.open(out / largest.path) as drawn:
        if drawn.size != shown.size:
            return [f"{drawn.size} instead of {shown.size}"]
        psnr = _psnr(np.asarray(shown, dtype=np.float64), np.asarray(drawn.convert("RGB"), dtype=np.float64))
        if psnr < LEAST_PSNR:
            faults.append(f"{psnr:.1f} dB")
    frames = _frames(original)
    moving = [piece for piece in rendered.pieces if piece.name == "moving"]
    if frames > 1:
        with Image.open(out / moving[0].path) as drawn:
            if (drawn_frames := getattr(drawn, "n_frames", 1)) != frames:
                faults.append(f"{drawn_frames} frames instead of {frames}")
    return faults


def _shown(original: Path) -> Image.Image:
    """The picture on white, upright, in eight bits, by another way than the product's where there is one."""
    if original.suffix == ".jxl":
        target = original.with_suffix(".ppm")
        _ffmpeg("-i", original, "-frames:v", "1", "-pix_fmt", "rgb24", "-y", target)
        return Image.open(target).convert("RGB")
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # a missing end mark, as browsers take it
    with Image.open(original) as opened:
        try:
            image = ImageOps.exif_transpose(opened)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        if image.mode.startswith("I;16"):
            return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
        layered = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")


def _frames(original: Path) -> int:
    if original.suffix not in {".gif", ".webp", ".png", ".avif"}:
        return 1
    with Image.open(original) as image:
        return int(getattr(image, "n_frames", 1))


def _of_stream(original: Path, folder: Path, rendered: Rendered) -> list[str]:
    source = _decoded(original)
    videos = sorted((folder / "scratch").glob("*p.mp4"), key=lambda path: path.stat().st_size)
    sound = folder / "scratch" / "audio.m4a"
    result = _decoded(videos[-1], beside=sound if sound.exists() else None) if videos else _decoded(sound)
    faults = []
    if abs(result.seconds - source.seconds) > LENGTH_SLACK_S:
        faults.append(f"{result.seconds:.2f} s instead of {source.seconds:.2f} s")
    if result.channels != min(2, source.channels):
        faults.append(f"{result.channels} channels instead of {source.channels}")
    if videos:
        expected = max(source.frames, round(source.seconds * float(rendered.probe.fps or 0)))
        if not source.frames <= result.frames <= expected + 1:
            faults.append(f"{result.frames} frames instead of {source.frames}")
        if result.pictures.shape != source.pictures.shape:
            faults.append(f"{result.pictures.shape} instead of {source.pictures.shape}")
        elif (psnr := _psnr(source.pictures, result.pictures)) < LEAST_PSNR:
            faults.append(f"{psnr:.1f} dB")
    return faults


def _decoded(path: Path, *, beside: Path | None = None) -> Decoded:
    """Length, frames, channels and the first picture, even in both sides, of a file or of two that play together."""
    text = _ffmpeg("-i", path, "-map", "0:v:0?", "-map", "0:a:0?", "-f", "null", "-", loud=True)
    sound = _ffmpeg("-i", beside, "-f", "null", "-", loud=True) if beside else text
    channels = re.search(r"Audio: .*?Hz, (mono|stereo|\d\.\d|quad|\d+ channels)", sound.split("Output #0")[0])
    names = {"mono": 1, "stereo": 2}
    frames = re.findall(r"frame=\s*(\d+)", text)
    size = re.search(r"Output #0.*?Video: .*?, (\d+)x(\d+)", text, re.DOTALL)
    pictures = np.zeros((0,))
    if size:
        width, height = (max(2, int(side) - int(side) % 2) for side in size.groups())
        scale = f"scale={width}:{height}:flags=bicubic,setsar=1"
        raw = _raw("-i", path, "-frames:v", "1", "-vf", scale, "-pix_fmt", "gray", "-f", "rawvideo", "-")
        pictures = np.frombuffer(raw, dtype=np.uint8).astype(np.float64).reshape(height, width)
    return Decoded(
        seconds=max(_seconds(text), _seconds(sound)),
        frames=int(frames[-1]) if frames else 0,
        channels=names.get(channels.group(1), 3) if channels else 0,
        pictures=pictures,
    )


def _seconds(text: str) -> float:
    times = re.findall(r"time=(\d+):(\d+):([\d.]+)", text)
    if not times:
        return 0.0
    hours, minutes, seconds = times[-1]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _psnr(first: Samples, second: Samples) -> float:
    error = float(((first - second) ** 2).mean())
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


def _raw(*arguments: object) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def _ffmpeg(*arguments: object, loud: bool = False) -> str:
    level = () if loud else ("-v", "error")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", *level, *map(str, arguments)]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, errors="replace", timeout=60
    ).stderr
