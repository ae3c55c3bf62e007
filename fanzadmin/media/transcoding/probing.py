"""What a file really is: read by decoders, not by its name.

Only local files, only demuxers that never open another address, and only within caps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import av.container
import pillow_heif
from av.stream import Stream
from av.subtitles.stream import SubtitleStream
from flask_babel import gettext
from PIL import Image, UnidentifiedImageError

from fanzadmin.kernel.errors import BusinessError
from fanzadmin.media.transcoding.timing import GAP_MS, read_timing

pillow_heif.register_heif_opener()

Kind = Literal["video", "audio", "image"]

MAX_PIXELS = 120_000_000
MAX_DURATION_MS = 12 * 3_600_000
MAX_STREAMS = 32

IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "TIFF")
_DEMUXERS = "mov,mp4,m4a,matroska,webm,avi,mp3,wav,ogg,flac,aac"


class Unreadable(BusinessError):
    status = 422
    title = "This file cannot be read"


class TooLarge(BusinessError):
    status = 422
    title = "This file is larger than allowed"


@dataclass(frozen=True, kw_only=True)
class Track:
    """A track beside the picture: `language` is a tag of BCP 47, empty where the file does not say."""

    index: int
    language: str = ""
    channels: int = 0


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Width and height are as shown (after rotation); bit rates are bits per second; None is "has none".

    `begins_late` and `ends_early` say that the sound goes on where there is no picture.
    """

    kind: Kind
    container: str
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    fps: Fraction | None = None
    frames: int | None = None
    rotation: int = 0
    video_stream: int = 0
    audio_stream: int = 0
    video_codec: str | None = None
    video_bit_rate: int | None = None
    colour_transfer: str | None = None
    audio_codec: str | None = None
    audio_bit_rate: int | None = None
    channels: int | None = None
    sample_rate: int | None = None
    sounds: tuple[Track, ...] = ()
    texts: tuple[Track, ...] = ()
    is_interlaced: bool = False
    begins_late: bool = False
    ends_early: bool = False

    @property
    def is_hdr(self) -> bool:
        return self.colour_transfer in ("smpte2084", "arib-std-b67")

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self) | {"fps": float(self.fps) if self.fps else None}


def probe(path: Path) -> Probe:
    """What `path` holds. Raises Unreadable for anything that is no picture, video or sound; TooLarge beyond the caps."""
    if path.stat().st_size == 0:
        raise Unreadable(gettext("The file is empty."))
    return _probe_image(path) or _probe_stream(path)


def _probe_image(path: Path) -> Probe | None:
    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            width, height = image.size
            frames = getattr(image, "n_frames", 1)
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            container = (image.format or "").lower()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    except Image.DecompressionBombError as bomb:
        raise TooLarge(_too_many_pixels()) from bomb
    _check_picture(width, height)
    if turned and container != "heif":  # libheif has turned the picture already
        width, height = height, width
    return Probe(kind="image", container=container, width=width, height=height, frames=frames)


def _probe_stream(path: Path) -> Probe:
    with _opened(path) as container:
        if len(container.streams) > MAX_STREAMS:
            raise Unreadable(gettext("The file has more than %(most)s streams.", most=MAX_STREAMS))
        video = next((s for s in container.streams.video if _moves(s)), None)
        sounds = [s for s in container.streams.audio if s.codec_context is not None]
        audio = sounds[0] if sounds else None
        timed: Stream | None = video or audio
        if timed is None:
            raise Unreadable(gettext("The file holds neither a picture that moves nor sound."))
        duration_ms = _duration_ms(container, timed)
        shown = _video_facts(container, video, duration_ms) if video else {}
        audio_facts = _audio_facts(audio) if audio else {}
        texts = [s for s in container.streams.subtitles if s.codec_context is not None]
        if not duration_ms:
            raise Unreadable(gettext("The file has no length; it is probably cut off."))
        if duration_ms > MAX_DURATION_MS:
            raise TooLarge(
                gettext("The file is longer than %(hours)s hours.", hours=MAX_DURATION_MS // 3_600_000)
            )
        return Probe(
            kind="video" if video else "audio",
            container=container.format.name.split(",")[0],
            duration_ms=duration_ms,
            sounds=tuple(map(_track, sounds)),
            texts=tuple(map(_track, texts)),
            **shown,
            **audio_facts,
        )


@contextmanager
def _opened(path: Path) -> Iterator[av.container.InputContainer]:
    fence = {"protocol_whitelist": "file", "format_whitelist": _DEMUXERS}
    try:
        with av.open(f"file:{path}", mode="r", options=fence, metadata_errors="replace") as container:
            yield container
    except (av.error.FFmpegError, ValueError, IndexError) as refused:
        raise Unreadable(
            gettext("The file cannot be read as video, sound or a picture; it may be cut off.")
        ) from refused


def _moves(stream: av.VideoStream) -> bool:
    attached = bool(stream.disposition & av.stream.Disposition.attached_pic)
    return stream.codec_context is not None and not attached


def _track(stream: av.AudioStream | SubtitleStream) -> Track:
    language = stream.metadata.get("language", "")
    channels = getattr(stream.codec_context, "channels", 0)
    return Track(index=stream.index, language="" if language == "und" else language, channels=channels)


def _video_facts(
    container: av.container.InputContainer, stream: av.VideoStream, duration_ms: int
) -> dict[str, Any]:
    context = stream.codec_context
    width, height = context.width, context.height
    _check_picture(width, height)
    first = _first_frame(container, stream)
    rotation = -int(first.rotation) % 360
    sample = stream.sample_aspect_ratio
    if sample and sample != 1:
        width = round(width * sample)
    if rotation % 180:
        width, height = height, width
    timing = read_timing(container, stream, duration_ms=duration_ms)
    return {
        "width": width,
        "height": height,
        "fps": timing.rate,
        "is_interlaced": bool(first.interlaced_frame),
        "begins_late": timing.start_ms > GAP_MS,
        "ends_early": timing.end_ms < duration_ms - GAP_MS,
        "frames": stream.frames or None,
        "rotation": rotation,
        "video_stream": stream.index,
        "video_codec": context.name,
        "video_bit_rate": context.bit_rate or container.bit_rate or None,
        "colour_transfer": {16: "smpte2084", 18: "arib-std-b67"}.get(int(context.color_trc or 2)),
    }


def _audio_facts(stream: av.AudioStream) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "audio_codec": context.name,
        "audio_bit_rate": context.bit_rate or None,
        "channels": context.channels,
        "sample_rate": context.sample_rate,
        "audio_stream": stream.index,
    }


def _first_frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame:
    """The display matrix and the fields of an interlaced picture reach PyAV on a decoded frame only."""
    try:
        return next(container.decode(stream))
    except (StopIteration, av.error.FFmpegError) as broken:
        raise Unreadable(
            gettext("The video has no picture that can be decoded; it may be cut off.")
        ) from broken


def _duration_ms(container: av.container.InputContainer, stream: Stream) -> int:
    if container.duration:
        return round(container.duration / 1000)
    if stream.duration and stream.time_base:
        return round(float(stream.duration * stream.time_base) * 1000)
    return _counted_duration_ms(container, stream)


def _counted_duration_ms(container: av.container.InputContainer, stream: Stream) -> int:
    """Browser recordings (WebM from MediaRecorder) carry no length: read the packets to the end."""
    end = Fraction(0)
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base:
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    container.seek(0)
    return round(end * 1000)


def _check_picture(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise TooLarge(_too_many_pixels())


def _too_many_pixels() -> str:
    return str(gettext("The picture has more than %(most)s megapixels.", most=MAX_PIXELS // 1_000_000))
