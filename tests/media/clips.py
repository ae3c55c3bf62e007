"""Small real files made by ffmpeg and Pillow; nothing binary is kept in the repository."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def ffmpeg(*arguments: object) -> str:
    """Run ffmpeg as an outsider would; returns what it says."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


def video(
    path: Path,
    *,
    size: str = "640x360",
    seconds: float = 2,
    rate: str = "30",
    sound: bool = True,
    extra: tuple[str, ...] = (),
) -> Path:
    inputs: list[object] = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]
    if sound:
        inputs += ["-f", "lavfi", "-i", f"sine=440:d={seconds}"]
    odd = any(int(side) % 2 for side in size.split("x"))
    pixels = "yuv444p" if odd else "yuv420p"
    ffmpeg(*inputs, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", pixels, *extra, path)
    return path


def colours(path: Path, names: tuple[str, ...], *, seconds: float = 3) -> Path:
    """A small silent video that shows one colour after the other."""
    inputs = [
        part for name in names for part in ("-f", "lavfi", "-i", f"color={name}:s=128x72:r=10:d={seconds}")
    ]
    joined = f"concat=n={len(names)}:v=1:a=0,format=yuv420p"
    ffmpeg(*inputs, "-filter_complex", joined, "-c:v", "libx264", "-preset", "ultrafast", path)
    return path


def turned(source: Path, path: Path, degrees: int) -> Path:
    """The same stream with a display matrix, as phones write it."""
    ffmpeg("-display_rotation", degrees, "-i", source, "-c", "copy", path)
    return path


def sound(path: Path, *, seconds: float = 2, volume: float = 1.0) -> Path:
    ffmpeg("-f", "lavfi", "-i", f"sine=440:d={seconds},volume={volume}", path)
    return path


def picture(path: Path, *, size: tuple[int, int] = (800, 600), **options: object) -> Path:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((200, 30, 30), (0, 0, size[0] // 4, size[1] // 4))
    image.save(path, **options)
    return path


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(target, kind)
    return target.getvalue()


def count_frames(address: Path | str, *options: object) -> int:
    """Frames an independent decoder gets out of a file or playlist."""
    text = ffmpeg(*options, "-i", address, "-map", "0:v:0", "-f", "null", "-")
    return int(text.rsplit("frame=", 1)[1].split()[0])


def cut(source: Path, path: Path, share: float) -> Path:
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path
