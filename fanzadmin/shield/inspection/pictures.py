"""A picture: its header held against the caps, its metadata left behind, its clean copy decoded to the last frame."""

from __future__ import annotations

import io
import re
import warnings
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import Image, ImageChops, ImageOps, ImageSequence

from fanzadmin.shield.inspection.measures import Caps, Cleaned, Measures
from fanzadmin.shield.inspection.sandbox import SandboxFailure, TookTooLong, ffmpeg
from fanzadmin.shield.inspection.stripping import strip_picture
from fanzadmin.shield.parsing.containers import boxes
from fanzadmin.shield.parsing.formats import FORMATS, Format
from fanzadmin.shield.parsing.frames import picture_work
from fanzadmin.shield.parsing.pictures import Bytes, jpeg_parts, malformed, truncated
from fanzadmin.shield.parsing.reasons import Refused

pillow_heif.register_heif_opener()

_ORIENTATION, _SUBFILE, _DNG = 0x0112, 0x00FE, 0xC612
_EOI = b"\xff\xd9"
_REDRAW_SECONDS, _REDRAW_BYTES_A_SECOND = 8.0, 500_000
_PLANES: dict[str, tuple[tuple[str, ...], ...]] = {
    "JPEG XL": (("-map", "0:v:0"),),
    "AVIF": (("-filter_complex", "[0:v:0][0:v:1]alphamerge"), ("-map", "0:v:0")),
}
_AS_PNG = ("-map_metadata", "-1", "-f", "image2", "-c:v", "png", "-update", "1")
_JPEG_DAMAGE = re.compile("overread|error count|error y=|bad vlc|error dc")
_BLANK = b" \t\r\n\x00"


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    orientation: int = 1
    personal: tuple[str, ...] = ()


def inspect_picture(path: Path, data: Bytes, form: Format, *, into: Path, caps: Caps) -> Cleaned:
    """Write a clean copy of the picture at `path` (mapped as `data`) to `into`. Raises Refused."""
    if form.layout == "rewritten":
        return _redrawn(path, data, form, into=into, caps=caps)
    header = _header(path, form)
    if header:
        _cap_size(header.width, header.height, caps)
    elif (
        form.name == "AVIF"
    ):  # libavif is stricter than browsers are: an alpha plane that does not state its size
        return _redrawn_by_ffmpeg(path, form, reader="mov", into=into, caps=caps)
    _cap_work(data, form, caps)
    strip_picture(form.name, data, into, orientation=header.orientation if header else 1)
    if form.name == "JPEG":
        _check_data(data, into, caps)
    with open_picture(into, form) as clean:
        size = clean.size
        _cap_size(*size, caps)
        if picture_personal(clean):
            raise Refused("unclean_metadata")
        frames = _decode(clean, form, caps)
    personal = header.personal if header else ("unreadable EXIF",)
    return Cleaned(Measures("image", *size, frames=frames, personal=personal), form.suffix, form.mime)


def open_picture(path: Path | io.BytesIO, form: Format) -> Image.Image:
    """Open with the one plugin for this format; the header only. Raises Refused for a bomb or an unreadable header."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(path, formats=[form.reader])
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception as error:  # Pillow's plugins raise whatever their parsers raise
        if "too large" in str(error).lower():
            raise Refused("bomb") from error
        raise Refused("undecodable", format=form.name) from error


def _header(path: Path, form: Format) -> _Header | None:
    """None when the original cannot be read as it is: what was left out of the clean copy may be why."""
    try:
        picture = open_picture(path, form)
    except Refused as refused:
        if refused.reason.code != "undecodable":
            raise
        return None
    with picture:
        personal = picture_personal(picture)
        orientation = 1 if "unreadable EXIF" in personal else _orientation(picture)
        return _Header(*picture.size, orientation, personal)


def _orientation(picture: Image.Image) -> int:
    value = picture.getexif().get(_ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _too_many_pixels() -> Refused:
    return Refused("too_many_pixels")


def _cap_work(data: Bytes, form: Format, caps: Caps) -> None:
    """What the headers of all frames and scans promise, before any of them is decoded."""
    cost = picture_work(form.name, data)
    if cost.widest > caps.image_side or cost.largest > caps.image_pixels:
        raise _too_many_pixels()
    if cost.frames > caps.image_frames or cost.pixels > caps.animation_pixels:
        raise Refused("too_many_frames")
    if cost.scans > caps.image_scans:
        raise Refused("bomb.passes", count=f"{cost.scans:,}")


def _cap_size(width: int, height: int, caps: Caps) -> None:
    if width * height > caps.image_pixels or max(width, height) > caps.image_side:
        limit = caps.image_pixels // 1_000_000
        raise Refused("too_many_pixels.picture", width=f"{width:,}", height=f"{height:,}", limit=limit)


def _decode(picture: Image.Image, form: Format, caps: Caps) -> int:
    """Decode every frame; Pillow raises when the data stops early."""
    area, frames = picture.size[0] * picture.size[1], 0
    if getattr(picture, "n_frames", 1) * area > caps.animation_pixels:
        raise Refused("too_many_frames")
    try:
        for frame in ImageSequence.Iterator(picture):
            frames += 1
            frame.load()
            if form.name == "JPEG":
                break
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError) as error:
        cut = any(word in str(error).lower() for word in ("truncated", "end of", "eof"))
        raise (truncated() if cut else Refused("undecodable", format=form.name)) from error
    return frames


def _check_data(data: Bytes, clean: Path, caps: Caps) -> None:
    """A JPEG is whole when more data behind it would change no pixel, and when no decoder stumbles over it.

    libjpeg fills up what is missing with grey and says nothing.
    """
    body = clean.read_bytes()[: -len(_EOI)]
    is_marked = list(jpeg_parts(data))[-1].name == "D9"
    drawn = [_drawn(body + more + _EOI, at_once=is_marked) for more in (b"", b"\x5a\xa5\x33\xcc" * 1024)]
    if ImageChops.difference(*drawn).getbbox():
        raise truncated()
    try:
        output = ffmpeg(["-f", "null", "-"], source=clean, reader="jpeg_pipe", timeout=caps.decode_seconds)
    except SandboxFailure:  # ffmpeg knows fewer kinds of JPEG than Pillow does
        return
    if any(_JPEG_DAMAGE.search(line) for line in output.complaints):
        raise malformed("parts of it cannot be decoded")


def _drawn(content: bytes, *, at_once: bool) -> Image.Image:
    """The picture; `at_once` takes an eighth of its size, which is enough to see that data is missing."""
    try:
        with open_picture(io.BytesIO(content), FORMATS["JPEG"]) as picture:
            if at_once:
                picture.draft(None, (1, 1))
            picture.load()
            return picture.convert("RGB")
    except OSError as error:
        raise truncated() from error


def picture_personal(picture: Image.Image) -> tuple[str, ...]:
    """Kinds of personal data in the picture: gps, camera, dates, owner, comment, xmp. An emptied packet is none."""
    try:
        exif = picture.getexif()
        detail = exif.get_ifd(0x8769)
    except Exception:
        return ("unreadable EXIF",)
    kinds = {
        "gps": 0x8825 in exif,
        "camera": bool({0x010F, 0x0110} & set(exif)) or bool({0xA431, 0xA434, 0x927C} & set(detail)),
        "dates": 0x0132 in exif or bool({0x9003, 0x9004} & set(detail)),
        "owner": bool({0x013B, 0x8298} & set(exif)) or 0xA430 in detail,
        "comment": 0x010E in exif or 0x9286 in detail or "comment" in picture.info,
        "xmp": any(_says_something(picture.info.get(key)) for key in ("xmp", "XML:com.adobe.xmp")),
    }
    return tuple(kind for kind, there in kinds.items() if there)


def _says_something(packet: str | bytes | None) -> bool:
    packet = packet.encode(errors="replace") if isinstance(packet, str) else packet
    return bool(packet and packet.strip(_BLANK))


def _redrawn(path: Path, data: Bytes, form: Format, *, into: Path, caps: Caps) -> Cleaned:
    """A format whose parts no length binds together is drawn anew, so that nothing but its pixels is left."""
    if form.name == "JPEG XL":
        if data[4:8] == b"JXL ":
            deque(boxes(data), maxlen=0)  # every box lies in the file as a whole
        return _redrawn_by_ffmpeg(path, form, reader=form.reader, into=into, caps=caps)
    with open_picture(path, form) as picture:
        _cap_size(*picture.size, caps)
        _refuse_raw(picture, form)
        personal = picture_personal(picture)
        try:
            picture.load()
            upright = ImageOps.exif_transpose(picture)
        except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError, TypeError) as error:
            cut = any(word in str(error).lower() for word in ("truncated", "end of", "eof", "not enough"))
            raise (truncated() if cut else Refused("undecodable", format=form.name)) from error
        profile = picture.info.get("icc_profile")
    target = FORMATS["PNG"] if form.name == "BMP" else form
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    if palette := upright.getpalette():
        fresh.putpalette(palette)
    options = {"compression": "tiff_adobe_deflate"} if target.name == "TIFF" else {}
    try:
        fresh.save(into, target.reader, icc_profile=profile, **options)
    except (OSError, ValueError, RuntimeError):
        fresh.convert("RGB").save(into, target.reader, **options)
    return Cleaned(Measures("image", *fresh.size, personal=personal), target.suffix, target.mime)


def _refuse_raw(picture: Image.Image, form: Format) -> None:
    """A camera's raw file begins with a small picture of itself: taking that one would be a surprise."""
    tags = getattr(picture, "tag_v2", {})
    if form.name == "TIFF" and (_DNG in tags or int(tags.get(_SUBFILE, 0)) & 1):
        raise Refused("type_not_allowed.raw")


def _redrawn_by_ffmpeg(path: Path, form: Format, *, reader: str, into: Path, caps: Caps) -> Cleaned:
    """The first picture as PNG, with its alpha where that is a plane of its own."""
    target, problem = FORMATS["PNG"], ""
    for tracks in _PLANES[form.name]:
        try:
            output = ffmpeg(
                [*tracks, "-frames:v", "1", *_AS_PNG, "-y", f"file:{into}"],
                source=path,
                reader=reader,
                before=("-max_pixels", str(caps.image_pixels)),
                timeout=min(
                    caps.decode_seconds, _REDRAW_SECONDS + path.stat().st_size / _REDRAW_BYTES_A_SECOND
                ),
                max_output=caps.image_bytes * 8,
            )
        except SandboxFailure as failure:
            problem = str(failure)
            continue
        except TookTooLong as waited:  # the decoder waits for ever for what a cut JPEG XL does not hold
            raise truncated() from waited
        if not output.complaints and into.exists() and into.stat().st_size:
            with open_picture(into, target) as drawn:
                _cap_size(*drawn.size, caps)
                _decode(drawn, target, caps)
                return Cleaned(Measures("image", *drawn.size), target.suffix, target.mime)
    if "max_pixels" in problem or "maximum" in problem:
        raise _too_many_pixels()
    raise Refused("undecodable", format=form.name)
