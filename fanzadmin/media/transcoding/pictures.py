"""Still pictures: renditions of images, posters of videos, ThumbHash placeholders."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pillow_heif
import thumbhash
from flask_babel import gettext
from PIL import Image, ImageCms, ImageOps

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.probing import IMAGE_FORMATS, MAX_PIXELS, Probe, TooLarge, Unreadable

pillow_heif.register_heif_opener()

IMAGE_WIDTHS = (320, 640, 1280, 1920)
POSTER_WIDTHS = (320, 640, 1280)
TEASER_WIDTH = 320
CARD_WIDTH = 640
CARD, TEASER = "card.webp", "teaser.webp"
LONGEST_SIDE = 16_383
"""The most that WebP can hold; AVIF and JPEG hold more."""
LONG_SHAPE, CARD_SHAPE = 4, 3
POSTER_WHOLE_MS, POSTER_LOOKS, POSTER_ENOUGH = 10_000, 40, 0.6
MOVING_WIDTH, MOVING_PIXELS = 640, 128_000_000
_FORMATS: dict[str, dict[str, object]] = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 80, "method": 4},
    "jpg": {"quality": 82, "optimize": True, "progressive": True},
}
_FINE: dict[str, dict[str, object]] = {
    "avif": {"quality": 80, "speed": 8, "subsampling": "4:4:4"},
    "webp": {"quality": 92, "method": 4, "use_sharp_yuv": True},
    "jpg": {"quality": 92, "optimize": True, "subsampling": "4:4:4"},
}
FINE_PIXELS = 640 * 640
"""Up to this size a picture is drawings and icons as well: their edges cost little and show every loss."""
_PILLOW_NAMES = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}


@dataclass(frozen=True, kw_only=True)
class Picture:
    path: Path
    width: int
    height: int
    format: str


@dataclass(frozen=True, kw_only=True)
class PictureSet:
    """The same picture in AVIF, WebP and JPEG at several widths; `thumbhash` is base64.

    `card` is for lists, under one name whatever its width; `teaser` is blurred beyond recognition, for those who
    have not paid yet.
    """

    pictures: tuple[Picture, ...]
    card: Picture
    teaser: Picture
    thumbhash: str


def render_image(source: Path, *, folder: Path) -> PictureSet:
    """Renditions of a photo at 320, 640, 1280 and 1920 pixels, never wider than the source; metadata dropped.

    Turned upright by EXIF, converted to sRGB. Raises Unreadable when the picture is cut off, TooLarge beyond the cap.
    """
    return _write(_upright(source), folder=folder, name="image", widths=IMAGE_WIDTHS)


def render_poster(video: Path, *, duration_ms: int, folder: Path) -> PictureSet:
    """A picture of `video` (an encoded rung with a key frame every 2 s) that shows something, at three widths."""
    return render_moment(video, second=_poster_second(video, duration_ms), folder=folder)


def render_cover(source: Path, *, folder: Path) -> PictureSet:
    """A photo as the poster of something else, at three widths. Raises what render_image raises."""
    return _write(_upright(source), folder=folder, name="poster", widths=POSTER_WIDTHS)


def render_moment(video: Path, *, second: float, folder: Path) -> PictureSet:
    """The picture that `video` shows so many seconds after its beginning, at three widths. Raises programs.ProgramFailed."""
    still = folder / "poster.png"
    programs.run(
        [
            programs.ffmpeg(),
            *("-nostdin", "-v", "error", "-y", "-ss", f"{second:.3f}"),
            *(*programs.SAFE_INPUT, "-i", f"file:{video}", "-frames:v", "1", "-update", "1", str(still)),
        ],
        folder=folder,
        timeout_s=600,
    )
    with Image.open(still, formats=("PNG",)) as image:
        poster = _write(image.convert("RGB"), folder=folder, name="poster", widths=POSTER_WIDTHS)
    still.unlink()
    return poster


def _poster_second(video: Path, duration_ms: int) -> float:
    """When the earliest picture is shown that has nearly as much to see in it as any: not black, not one colour."""
    details: list[tuple[float, float]] = []
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        if duration_ms > POSTER_WHOLE_MS:
            stream.codec_context.skip_frame = "NONKEY"
        step, due = max(0.2, duration_ms / 1000 / POSTER_LOOKS), 0.0
        for frame in container.decode(stream):
            if frame.time is not None and frame.time >= due:
                due = frame.time + step
                details.append((frame.time, _detail(frame)))
    most = max((detail for _, detail in details), default=0.0)
    return next((second for second, detail in details if detail >= POSTER_ENOUGH * most), 0.0)


def _detail(frame: av.VideoFrame) -> float:
    """How much there is to see: the spread of the brightness."""
    height, width = frame.height, frame.width
    return float(frame.to_ndarray(format="gray")[:: max(1, height // 90), :: max(1, width // 160)].std())


def animate(
    video: Path, *, folder: Path, name: str, width: int = 320, start_ms: int = 0, length_ms: int = 3000
) -> Path:
    """A short silent WebP of a video that plays in a list of cards."""
    animation = folder / f"{name}.webp"
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        across = max(2, min(width, stream.width))
        down = max(2, min(LONGEST_SIDE, round(stream.height * across / stream.width)))
    programs.run(
        [
            programs.ffmpeg(),
            *("-nostdin", "-v", "error", "-y"),
            *("-ss", f"{start_ms / 1000:.3f}", "-t", f"{length_ms / 1000:.3f}"),
            *(*programs.SAFE_INPUT, "-i", f"file:{video}"),
            *("-vf", f"fps=10:round=up,scale={across}:{down}", "-an", "-c:v", "libwebp_anim", "-loop", "0"),
            *("-quality", "60", "-compression_level", "3", "-map_metadata", "-1", str(animation)),
        ],
        folder=folder,
        timeout_s=600,
    )
    return animation


def move(source: Path, *, folder: Path, name: str = "moving") -> Path:
    """An animated picture (GIF, APNG, WebP, AVIF) as WebP: every frame as long as in the original, at most 640 wide."""
    path = folder / f"{name}.webp"
    with Image.open(source, formats=IMAGE_FORMATS) as image:
        first = 1 if image.info.get("default_image") or getattr(image, "default_image", False) else 0
        count = getattr(image, "n_frames", 1) - first
        size = _moving_size(image, count)
        frames, lengths = [], []
        for number in range(first, first + count):
            image.seek(number)
            frame = _eight_bits(image)
            frame = frame.convert("RGBA" if frame.has_transparency_data else "RGB")
            frames.append(frame if frame.size == size else frame.resize(size, Image.Resampling.LANCZOS))
            lengths.append(_shown_ms(image))
    frames[0].info.clear()
    frames[0].save(
        path, "WEBP", save_all=True, append_images=frames[1:], duration=lengths, loop=0, quality=80, method=2
    )
    return path


def _moving_size(image: Image.Image, count: int) -> tuple[int, int]:
    """As large as the picture, a card, and the memory for all frames allow."""
    share = min(1.0, MOVING_WIDTH / image.width, LONGEST_SIDE / image.height)
    share = min(share, (MOVING_PIXELS / (count * image.width * image.height)) ** 0.5)
    return max(1, round(image.width * share)), max(1, round(image.height * share))


def _shown_ms(image: Image.Image) -> int:
    """How long a frame is shown; what says "at once" is shown for a tenth of a second, as browsers do."""
    length = float(image.info.get("duration") or 0)
    return round(length) if length > 10 else 100


def is_animated(probe: Probe) -> bool:
    return probe.container in {"gif", "webp", "png", "avif"} and (probe.frames or 1) > 1


def _upright(source: Path) -> Image.Image:
    with Image.open(source, formats=IMAGE_FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise TooLarge(
                gettext("The picture has more than %(most)s megapixels.", most=MAX_PIXELS // 1_000_000)
            )
        image.draft("RGB", (2 * max(IMAGE_WIDTHS), 2 * max(IMAGE_WIDTHS)))
        try:
            image.load()
        except (OSError, SyntaxError, ValueError) as broken:
            raise Unreadable(
                gettext("The picture cannot be read to its end; it is cut off. Upload it again.")
            ) from broken
        return _srgb(ImageOps.exif_transpose(image))


def _srgb(image: Image.Image) -> Image.Image:
    image = _eight_bits(image)
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            return turned or image.convert(mode)
        except ImageCms.PyCMSError:
            pass  # a broken profile is ignored, as browsers do
    return image.convert(mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of more than eight bits, which Pillow would cut off at 255 instead of scaling it."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        samples = np.asarray(image, dtype=np.float64)
        top = 65535.0 if image.mode != "F" or samples.max(initial=0) > 1 else 1.0
        grey = Image.fromarray((samples.clip(0, top) * (255 / top) + 0.5).astype(np.uint8))
        if isinstance(seen_through := image.info.get("transparency"), int):
            grey.putalpha(Image.fromarray(np.where(samples == seen_through, 0, 255).astype(np.uint8)))
        return grey
    return image


def _write(image: Image.Image, *, folder: Path, name: str, widths: Sequence[int]) -> PictureSet:
    pictures = []
    for width, height in _sizes(image, widths):
        scaled = (
            image
            if (width, height) == image.size
            else image.resize((width, height), Image.Resampling.LANCZOS)
        )
        for extension, options in _FORMATS.items():
            path = folder / f"{name}-{width}.{extension}"
            clean = _flat(scaled) if extension == "jpg" else scaled.copy()
            clean.info.clear()  # Pillow would carry EXIF, XMP and comments over
            fine = _FINE[extension] if scaled is image and width * height <= FINE_PIXELS else options
            clean.save(path, _PILLOW_NAMES[extension], **fine)
            pictures.append(Picture(path=path, width=width, height=height, format=extension))
    card = _in_proportion(image)
    return PictureSet(
        pictures=tuple(pictures),
        card=_card(card, folder=folder),
        teaser=_teaser(card, folder=folder),
        thumbhash=placeholder(card),
    )


def _sizes(image: Image.Image, widths: Sequence[int]) -> list[tuple[int, int]]:
    """The sizes of the renditions, small to large: no side longer than every format can hold, whatever the shape."""
    most = min(1.0, LONGEST_SIDE / max(image.size))
    widest = max(1, int(image.width * most))
    widths_drawn = {min(width, widest) for width in widths}
    if image.width > LONG_SHAPE * image.height:  # of a panorama the height is what people look at
        widths_drawn.add(widest)
    return [
        (width, min(LONGEST_SIDE, max(1, round(image.height * width / image.width))))
        for width in sorted(widths_drawn)
    ]


def _in_proportion(image: Image.Image) -> Image.Image:
    """The picture for a card: of a very long one its beginning, since the whole would be a line."""
    width, height = image.size
    return image.crop((0, 0, min(width, CARD_SHAPE * height), min(height, CARD_SHAPE * width)))


def _card(image: Image.Image, *, folder: Path) -> Picture:
    small = image.copy()
    small.thumbnail((CARD_WIDTH, 2 * CARD_WIDTH), Image.Resampling.LANCZOS)
    small.info.clear()
    path = folder / CARD
    small.save(path, "WEBP", **_FORMATS["webp"])
    return Picture(path=path, width=small.width, height=small.height, format="webp")


def _teaser(image: Image.Image, *, folder: Path) -> Picture:
    tiny = _flat(image).resize((12, max(1, round(12 * image.height / image.width))), Image.Resampling.BOX)
    height = max(1, round(TEASER_WIDTH * image.height / image.width))
    path = folder / TEASER
    tiny.resize((TEASER_WIDTH, height), Image.Resampling.BICUBIC).save(path, "WEBP", quality=60)
    return Picture(path=path, width=TEASER_WIDTH, height=height, format="webp")


def _flat(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image.copy()
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def placeholder(image: Image.Image) -> str:
    """ThumbHash (about 25 bytes) as base64; drawn before the picture has loaded.

    Transparent pictures are laid on white: thumbhash 0.1.2 fails on any alpha below 255.
    """
    small = _flat(image).convert("RGBA")
    small.thumbnail((100, 100))
    pixels = list(small.tobytes())
    return base64.b64encode(bytes(thumbhash.rgba_to_thumb_hash(small.width, small.height, pixels))).decode()
