"""The decoder's word: it opens only what was identified, reads the header first, and must reach the end."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import av
import pillow_heif
from av.container import InputContainer
from av.error import FFmpegError
from PIL import Image, ImageSequence

from fanzadmin.shield.inspection.sandbox import SandboxFailure, ffmpeg
from fanzadmin.shield.parsing.formats import Format
from fanzadmin.shield.parsing.pictures import truncated
from fanzadmin.shield.parsing.reasons import Refused, spoken_time

_MIB = 1 << 20
_TAIL_SECONDS = 2
_LOSSLESS_SLACK_MS = 20  # rounding; a FLAC header counts its samples exactly
_VIDEO_CODECS = {
    "h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "msmpeg4v3", "mpeg1video", "mpeg2video", "mjpeg", "prores", "dvvideo", "theora", "h263", "rawvideo", "png",
}  # fmt: skip
_AUDIO_CODECS = {
    "aac",
    "mp3",
    "mp2",
    "opus",
    "vorbis",
    "flac",
    "alac",
    "ac3",
    "eac3",
    "amr_nb",
    "amr_wb",
    "wmav2",
}


@dataclass(frozen=True)
class Caps:
    """The most we take: bytes by kind, pixels and sides, milliseconds, frames, streams."""

    image_bytes: int = 100 * _MIB
    audio_bytes: int = 1024 * _MIB
    video_bytes: int = 4096 * _MIB
    image_pixels: int = 120_000_000
    image_side: int = 30_000
    image_frames: int = 3_000
    animation_pixels: int = 2_000_000_000
    video_side: int = 8_192
    video_pixels: int = 8_192 * 4_352
    duration_ms: int = 6 * 3600 * 1000
    streams: int = 16
    decode_seconds: float = 300.0

    def bytes_for(self, kind: str) -> int:
        return {"image": self.image_bytes, "audio": self.audio_bytes}.get(kind, self.video_bytes)


@dataclass(frozen=True)
class Measures:
    """What the decoder found. `personal` names the kinds of personal data present, never their content."""

    kind: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    frames: int = 1
    personal: tuple[str, ...] = ()


def measure(path: Path, form: Format, caps: Caps) -> Measures:
    """Read the header, hold it against the caps, then decode to the end. Raises Refused."""
    return measure_picture(path, form, caps) if form.kind == "image" else measure_stream(path, form, caps)


def open_picture(path: Path, form: Format) -> Image.Image:
    """Open with the one plugin for this format; the header only. Raises Refused for a bomb or an unreadable header."""
    pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(path, formats=[form.reader])
    except Image.DecompressionBombError:
        raise Refused("too_many_pixels", "The picture has far more pixels than we take.") from None
    except Exception as error:  # Pillow's plugins raise whatever their parsers raise
        raise Refused("undecodable", f"The file cannot be read as {form.name}.") from error


def measure_picture(path: Path, form: Format, caps: Caps) -> Measures:
    with open_picture(path, form) as picture:
        width, height = picture.size
        _cap_picture(width, height, caps)
        personal = picture_personal(picture)
        frames = _decode_picture(picture, form, caps)
    return Measures("image", width, height, frames=frames, personal=personal)


def _cap_picture(width: int, height: int, caps: Caps) -> None:
    if width * height > caps.image_pixels or max(width, height) > caps.image_side:
        limit = caps.image_pixels // 1_000_000
        raise Refused(
            "too_many_pixels",
            f"The picture is {width:,} × {height:,} pixels; we take up to {limit} megapixels.",
        )


def _decode_picture(picture: Image.Image, form: Format, caps: Caps) -> int:
    """Decode every frame; Pillow raises when the data stops early."""
    area, frames = picture.size[0] * picture.size[1], 0
    picture.draft("RGB", (1, 1))  # a JPEG's whole data is read, at an eighth of the memory
    try:
        for frame in ImageSequence.Iterator(picture):
            frames += 1
            _cap_frames(frames, area, caps)
            frame.load()
    except Refused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError) as error:
        cut = any(word in str(error).lower() for word in ("truncated", "end of", "eof"))
        raise (
            truncated() if cut else Refused("undecodable", f"The {form.name} picture cannot be decoded.")
        ) from error
    return frames


def _cap_frames(frames: int, area: int, caps: Caps) -> None:
    if frames > caps.image_frames or frames * area > caps.animation_pixels:
        raise Refused("too_many_frames", f"The animation has more than {frames - 1:,} frames of this size.")


def picture_personal(picture: Image.Image) -> tuple[str, ...]:
    """Kinds of personal data in the picture: gps, camera, dates, owner, comment, xmp."""
    try:
        exif = picture.getexif()
    except Exception:
        return ("unreadable EXIF",)
    detail = exif.get_ifd(0x8769)
    kinds = {
        "gps": 0x8825 in exif,
        "camera": bool({0x010F, 0x0110} & set(exif)) or bool({0xA431, 0xA434, 0x927C} & set(detail)),
        "dates": 0x0132 in exif or bool({0x9003, 0x9004} & set(detail)),
        "owner": bool({0x013B, 0x8298} & set(exif)) or 0xA430 in detail,
        "comment": 0x010E in exif or 0x9286 in detail or "comment" in picture.info,
        "xmp": "xmp" in picture.info or "XML:com.adobe.xmp" in picture.info,
    }
    return tuple(kind for kind, there in kinds.items() if there)


def measure_stream(path: Path, form: Format, caps: Caps) -> Measures:
    try:
        with av.open(
            str(path), format=form.reader, options={"protocol_whitelist": "file"}, metadata_errors="replace"
        ) as media:
            header = _stream_header(media, form, caps)
            duration = (media.duration or 0) // 1000 or _last_packet_ms(media, caps)
    except FFmpegError as error:
        raise Refused("undecodable", f"The file cannot be read as {form.name}.") from error
    if duration > caps.duration_ms:
        raise Refused(
            "too_long", f"It lasts {spoken_time(duration)}; we take up to {spoken_time(caps.duration_ms)}."
        )
    _decode_stream(path, form, duration, caps)
    return Measures(header.kind, header.width, header.height, duration, personal=header.personal)


def _stream_header(media: InputContainer, form: Format, caps: Caps) -> Measures:
    if len(media.streams) > caps.streams:
        raise Refused(
            "too_many_streams", f"The file has {len(media.streams)} tracks; we take up to {caps.streams}."
        )
    moving = [video for video in media.streams.video if video.codec_context and not _is_cover(video)]
    for stream in [*moving, *media.streams.audio]:
        name = stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"
        if name not in _VIDEO_CODECS | _AUDIO_CODECS and not name.startswith(("pcm_", "adpcm_")):
            raise Refused("codec_not_allowed", f"The file uses the codec {name}, which we do not take.")
    if not moving and not media.streams.audio:
        raise Refused("undecodable", f"The {form.name} file has neither picture nor sound that can be read.")
    for video in moving:
        _cap_video(video.codec_context.width, video.codec_context.height, caps)
    first = moving[0].codec_context if moving else None
    width, height = (first.width, first.height) if first else (0, 0)
    return Measures("video" if moving else "audio", width, height, personal=stream_personal(media))


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _cap_video(width: int, height: int, caps: Caps) -> None:
    if width * height > caps.video_pixels or max(width, height) > caps.video_side:
        raise Refused(
            "too_many_pixels",
            f"The video is {width:,} × {height:,} pixels; we take up to {caps.video_side:,} a side.",
        )


def stream_personal(media: InputContainer) -> tuple[str, ...]:
    """Kinds of personal data in a container: gps, camera, dates, tags, telemetry, attachments, cover, chapters."""
    keys = {key.lower() for part in (media, *media.streams) for key in part.metadata}
    kinds = {
        "gps": any("location" in key or "gps" in key for key in keys),
        "camera": any(
            word in key for key in keys for word in ("make", "model", "manufacturer", "com.android")
        ),
        "dates": any("creation" in key or key in {"date", "year"} for key in keys),
        "tags": bool(
            keys & {"title", "artist", "album", "comment", "copyright", "author", "description", "composer"}
        ),
        "telemetry": bool(media.streams.data),
        "attachments": bool(media.streams.attachments),
        "cover": any(_is_cover(stream) for stream in media.streams.video),
        "chapters": bool(media.chapters()),
    }
    return tuple(kind for kind, there in kinds.items() if there)


def _last_packet_ms(media: InputContainer, caps: Caps) -> int:
    """The length of a recording whose header does not say it, from its packets, no further than the cap."""
    latest = 0.0
    for packet in media.demux():
        if packet.pts is not None and packet.time_base is not None:
            latest = max(latest, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if latest * 1000 > caps.duration_ms:
            break
    return int(latest * 1000)


def _decode_stream(path: Path, form: Format, duration_ms: int, caps: Caps) -> None:
    """Decode the start and the end (all of a short or lossless file) and see that something came out of both."""
    if not _decoded_ms(path, form, caps, after=("-t", "3")):
        raise Refused("undecodable", f"The {form.name} file cannot be decoded.")
    if form.name == "FLAC":
        if _decoded_ms(path, form, caps) < duration_ms - _LOSSLESS_SLACK_MS:
            raise truncated()
    elif duration_ms > 3000 and not _decoded_ms(path, form, caps, before=("-sseof", f"-{_TAIL_SECONDS}")):
        raise truncated()


def _decoded_ms(
    path: Path, form: Format, caps: Caps, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()
) -> int:
    tracks = ("-map", "0:V:0?", "-map", "0:a:0?")
    try:
        output = ffmpeg(
            [*after, *tracks, "-f", "null", "-progress", "pipe:1", "-"],
            source=path,
            reader=form.reader,
            before=before,
            timeout=caps.decode_seconds,
        )
    except SandboxFailure:
        return 0
    times = [line.split("=")[1] for line in output.splitlines() if line.startswith("out_time_us=")]
    return int(times[-1]) // 1000 if times and times[-1].lstrip("-").isdigit() else 0
