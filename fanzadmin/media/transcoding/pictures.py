"""Still pictures: renditions of images, posters of videos, ThumbHash placeholders."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
import thumbhash
from flask_babel import gettext
from PIL import Image, ImageCms, ImageOps

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.probing import MAX_PIXELS, Probe, TooLarge, Unreadable

pillow_heif.register_heif_opener()

IMAGE_WIDTHS = (320, 640, 1280, 1920)
POSTER_WIDTHS = (320, 640, 1280)
TEASER_WIDTH = 320
CARD_WIDTH = 640
CARD, TEASER = "card.webp", "teaser.webp"
_FORMATS = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 80, "method": 4},
    "jpg": {"quality": 82, "optimize": True, "progressive": True},
}
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
    """The most representative picture of `video` (an encoded rung with a key frame every 2 s), at three widths."""
    still = folder / "poster.png"
    seek = ("-skip_frame", "nokey") if duration_ms > 10_000 else ()
    programs.run(
        [
            programs.ffmpeg(),
            *("-nostdin", "-v", "error", "-y", *seek, *programs.SAFE_INPUT, "-i", f"file:{video}"),
            *("-vf", "thumbnail=n=60", "-frames:v", "1", "-update", "1", str(still)),
        ],
        folder=folder,
        timeout_s=600,
    )
    with Image.open(still, formats=("PNG",)) as image:
        poster = _write(image.convert("RGB"), folder=folder, name="poster", widths=POSTER_WIDTHS)
    still.unlink()
    return poster


def animate(
    source: Path, *, folder: Path, name: str, width: int = 320, start_ms: int = 0, length_ms: int = 3000
) -> Path:
    """A short silent WebP that plays in a list of cards."""
    animation = folder / f"{name}.webp"
    programs.run(
        [
            programs.ffmpeg(),
            *(
                "-nostdin",
                "-v",
                "error",
                "-y",
                "-ss",
                f"{start_ms / 1000:.3f}",
                "-t",
                f"{length_ms / 1000:.3f}",
            ),
            *(*programs.SAFE_INPUT, "-i", f"file:{source}"),
            *("-vf", f"fps=10,scale='min({width},iw)':-2", "-an", "-c:v", "libwebp_anim", "-loop", "0"),
            *("-quality", "60", "-compression_level", "3", "-map_metadata", "-1", str(animation)),
        ],
        folder=folder,
        timeout_s=600,
    )
    return animation


def is_animated(probe: Probe) -> bool:
    return probe.container == "gif" and (probe.frames or 1) > 1


def _upright(source: Path) -> Image.Image:
    with Image.open(source) as image:
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


def _write(image: Image.Image, *, folder: Path, name: str, widths: Sequence[int]) -> PictureSet:
    pictures = []
    for width in sorted({min(width, image.width) for width in widths}):
        height = max(1, round(image.height * width / image.width))
        scaled = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        for extension, options in _FORMATS.items():
            path = folder / f"{name}-{width}.{extension}"
            clean = _flat(scaled) if extension == "jpg" else scaled.copy()
            clean.info.clear()  # Pillow would carry EXIF, XMP and comments over
            clean.save(path, _PILLOW_NAMES[extension], **options)
            pictures.append(Picture(path=path, width=width, height=height, format=extension))
    return PictureSet(
        pictures=tuple(pictures),
        card=_card(image, folder=folder),
        teaser=_teaser(image, folder=folder),
        thumbhash=placeholder(image),
    )


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
