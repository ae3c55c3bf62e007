"""A video or sound: its header held against the caps, decoded at both ends, its tracks copied into a fresh container."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream

from fanzadmin.shield.inspection.measures import Caps, Cleaned, Measures
from fanzadmin.shield.inspection.sandbox import SandboxFailure, ffmpeg
from fanzadmin.shield.parsing.formats import Format
from fanzadmin.shield.parsing.pictures import malformed, truncated
from fanzadmin.shield.parsing.reasons import Refused, time_text

_WHOLE_MS = 30_000
"""Up to this length all of a file is decoded, of a longer one its start and its end."""
_HEAD_SECONDS, _TAIL_SECONDS = 3, 2
_HEAD_BYTES, _MATROSKA_DURATION = 4096, b"\x44\x89\x88"
_LOSSLESS_SLACK_MS = 20  # rounding; a FLAC header counts its samples exactly
_VIDEO_CODECS = frozenset(
    "h264 hevc vp8 vp9 av1 mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4v3 mpeg1video mpeg2video mjpeg prores dvvideo theora h263 h263p"
    " rawvideo png flv1 vp6 vp6f wmv1 wmv2 wmv3 vc1 ffv1 huffyuv ffvhuff utvideo dnxhd cfhd qtrle".split()
)
_AUDIO_CODECS = frozenset(
    "aac aac_latm mp1 mp2 mp3 opus vorbis flac alac ac3 eac3 dca truehd amr_nb amr_wb amrnb amrwb wmav1 wmav2 wmapro speex"
    " nellymoser".split()
)
_TEXT_CODECS = frozenset("mov_text subrip srt ass ssa webvtt text".split())
_STILL_CODECS = {"mjpeg", "png"}
_DAMAGE = re.compile(
    "Error submitting packet to decoder|Decoding error|error while decoding MB|corrupted macroblock|CRC mismatch"
    "|Invalid track number|exceeds containing master element|header damaged"
)
_TOLERATED = {"MP3": 1, "AAC": 1, "AVI": 1, "MPEG-TS": 3, "MPEG": 3}
"""Packets that may be in pieces, in streams that begin, end or join in the middle of one as a matter of course."""
_HARMLESS_ATTACHMENTS = (
    "font/",
    "image/",
    "application/x-truetype-font",
    "application/x-font",
    "application/vnd.ms-opentype",
    "application/font",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_MUXERS = {
    "MP4": "mp4", "QuickTime": "mov", "WebM": "webm", "Matroska": "matroska", "AVI": "avi",
    "MP3": "mp3", "M4A": "ipod", "WAV": "wav", "Ogg": "ogg", "FLAC": "flac", "3GP": "mp4",
}  # fmt: skip
_TEXT_ENCODERS = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt", "matroska": "subrip"}
_REMUX = (
    "-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-dn",
    "-c:v", "copy", "-c:a", "copy", "-fflags", "+bitexact", "-flags", "+bitexact",
)  # fmt: skip


@dataclass(frozen=True)
class _Track:
    index: int
    language: str


@dataclass(frozen=True)
class _Tracks:
    """What is copied: one picture, every sound, every text."""

    picture: _Track | None
    sounds: tuple[_Track, ...]
    texts: tuple[_Track, ...]
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class _Source:
    """The file as the sandbox sees it: tags before and whatever lies behind the media are left out."""

    path: Path
    span: tuple[int, int]
    form: Format
    caps: Caps


def inspect_stream(path: Path, form: Format, *, span: tuple[int, int], into: Path, caps: Caps) -> Cleaned:
    """Write a clean copy of the video or sound at `path`, whose media lies in `span`, to `into`. Raises Refused."""
    try:
        with av.open(
            str(path), format=form.reader, options={"protocol_whitelist": "file"}, metadata_errors="replace"
        ) as media:
            tracks = _tracks(media, form, caps)
            personal = stream_personal(media)
            duration = (media.duration or 0) // 1000 or _last_packet_ms(media, caps)
    except (FFmpegError, ValueError, IndexError) as error:
        raise Refused("undecodable", format=form.name) from error
    if duration > caps.duration_ms:
        raise Refused("too_long", length=time_text(duration), limit=time_text(caps.duration_ms))
    source = _Source(path, span, form, caps)
    _decode(source, tracks, duration)
    suffix = _remux(source, tracks, into)
    _keep_length(into, duration)
    kind = "video" if tracks.picture else "audio"
    return Cleaned(
        Measures(kind, tracks.width, tracks.height, duration, personal=personal), suffix, form.mime
    )


def _tracks(media: InputContainer, form: Format, caps: Caps) -> _Tracks:
    played = len(media.streams.video) + len(media.streams.audio) + len(media.streams.subtitles)
    if played > caps.streams:
        raise Refused("too_many_streams", count=played, limit=caps.streams)
    _refuse_attachments(media)
    moving = [video for video in media.streams.video if not _is_cover(video)]
    sounds = [
        sound for sound in media.streams.audio if _codec(sound) in _AUDIO_CODECS or _is_pcm(_codec(sound))
    ]
    pictures = [video for video in moving if _codec(video) in _VIDEO_CODECS]
    if moving and not pictures:
        raise _not_taken(_codec(moving[0]))
    if not pictures and not sounds:
        if media.streams.audio:
            raise _not_taken(_codec(media.streams.audio[0]))
        raise Refused("undecodable", format=form.name)
    main = min(pictures, key=_rank) if pictures else None
    for video in pictures:
        _cap_video(video.codec_context.width, video.codec_context.height, caps)
    texts = [text for text in media.streams.subtitles if _codec(text) in _TEXT_CODECS]
    size = (main.codec_context.width, main.codec_context.height) if main else (0, 0)
    return _Tracks(
        _track(main) if main else None, tuple(map(_track, sounds)), tuple(map(_track, texts)), *size
    )


def _codec(stream: Stream) -> str:
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context else "unknown"


def _is_pcm(name: str) -> bool:
    return name.startswith(("pcm_", "adpcm_"))


def _not_taken(codec: str) -> Refused:
    return Refused("codec_not_allowed", codec=codec)


def _track(stream: Stream) -> _Track:
    language = stream.metadata.get("language", "")
    return _Track(stream.index, language if _LANGUAGE.fullmatch(language) and language != "und" else "")


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _rank(stream: av.VideoStream) -> tuple[bool, bool, int]:
    """The track that plays first: no still that a camera put beside it, the default one, the earlier one."""
    is_still = _codec(stream) in _STILL_CODECS and stream.frames == 1
    is_default = bool(stream.disposition & av.stream.Disposition.default)
    return is_still, not is_default, stream.index


def _refuse_attachments(media: InputContainer) -> None:
    for stream in media.streams.attachments:
        kind = stream.metadata.get("mimetype", "").lower()
        if not kind.startswith(_HARMLESS_ATTACHMENTS):
            raise Refused("hidden_attachment")


def _cap_video(width: int, height: int, caps: Caps) -> None:
    if width * height > caps.video_pixels or max(width, height) > caps.video_side:
        raise Refused(
            "too_many_pixels.video", width=f"{width:,}", height=f"{height:,}", limit=f"{caps.video_side:,}"
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


def _decode(source: _Source, tracks: _Tracks, duration_ms: int) -> None:
    """Decode all of a short or lossless file, of others the start and the end, and see that something came out of both."""
    is_lossless = source.form.name == "FLAC"
    is_whole = duration_ms <= _WHOLE_MS or is_lossless
    head = _decoded(source, tracks, after=() if is_whole else ("-t", str(_HEAD_SECONDS)))
    if not head.frames and not head.ms:
        raise Refused("undecodable", format=source.form.name)
    if is_lossless and head.ms < duration_ms - _LOSSLESS_SLACK_MS:
        raise truncated()
    if is_whole:
        return
    start = max(0, duration_ms // 1000 - _TAIL_SECONDS)
    tail = _decoded(source, tracks, before=("-noaccurate_seek", "-ss", str(start)))
    if not tail.frames and not tail.ms:
        raise truncated()


@dataclass(frozen=True)
class _Decoded:
    frames: int
    ms: int


def _decoded(
    source: _Source, tracks: _Tracks, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()
) -> _Decoded:
    played = [track for track in (tracks.picture, *tracks.sounds[:1]) if track]
    try:
        output = ffmpeg(
            [*after, *_maps(played), "-f", "null", "-progress", "pipe:1", "-"],
            source=source.path,
            span=source.span,
            reader=source.form.reader,
            before=("-err_detect", "crccheck", *before),
            timeout=source.caps.decode_seconds,
        )
    except SandboxFailure:
        return _Decoded(0, 0)
    damage = [line for line in output.complaints if _DAMAGE.search(line)]
    if len(damage) > _TOLERATED.get(source.form.name, 0):
        raise malformed("parts of it cannot be decoded")
    return _Decoded(_last(output.text, "frame"), _last(output.text, "out_time_us") // 1000)


def _last(progress: str, name: str) -> int:
    values = [line.split("=")[1].strip() for line in progress.splitlines() if line.startswith(f"{name}=")]
    return int(values[-1]) if values and values[-1].lstrip("-").isdigit() else 0


def _maps(tracks: Iterable[_Track]) -> list[str]:
    return [word for track in tracks for word in ("-map", f"0:{track.index}")]


def _remux(source: _Source, tracks: _Tracks, into: Path) -> str:
    """Copy the tracks into a new container; what its own muxer refuses goes into Matroska, which takes every codec.

    Returns the copy's file ending.
    """
    own = _MUXERS.get(source.form.name, "matroska")
    attempts = [(own, tracks.texts), ("matroska", tracks.texts), ("matroska", ())]
    if tracks.texts and own not in _TEXT_ENCODERS:
        attempts = attempts[1:]
    problem = ""
    for muxer, texts in attempts:
        try:
            ffmpeg(
                [*_copied(tracks, texts, muxer), *_REMUX, "-f", muxer, "-y", f"file:{into}"],
                source=source.path,
                span=source.span,
                reader=source.form.reader,
                before=("-fflags", "+genpts"),
                timeout=source.caps.decode_seconds,
                max_output=source.path.stat().st_size * 2 + (16 << 20),
            )
        except SandboxFailure as failure:
            problem = str(failure)
            continue
        return ".mkv" if muxer == "matroska" else source.form.suffix
    raise Refused("unclean_metadata") from SandboxFailure(problem)


def _copied(tracks: _Tracks, texts: tuple[_Track, ...], muxer: str) -> list[str]:
    """The options that copy these tracks, each with its language and nothing else that was said about it."""
    picture = (tracks.picture,) if tracks.picture else ()
    options = _maps((*picture, *tracks.sounds, *texts))
    for letter, kind in (("a", tracks.sounds), ("s", texts)):
        for number, track in enumerate(kind):
            if track.language:
                options += [f"-metadata:s:{letter}:{number}", f"language={track.language}"]
    return [*options, *(("-c:s", _TEXT_ENCODERS[muxer]) if texts else ())]


def _keep_length(copy: Path, duration_ms: int) -> None:
    """Matroska says in its header alone how long the last picture stands; a copy of the packets does not carry that over."""
    with copy.open("r+b") as file:
        head = file.read(_HEAD_BYTES)
        at = head.find(_MATROSKA_DURATION)
        if not head.startswith(b"\x1a\x45\xdf\xa3") or at < 0:
            return
        place = at + len(_MATROSKA_DURATION)
        (length,) = struct.unpack(">d", head[place : place + 8])
        if length < duration_ms:
            file.seek(place)
            file.write(struct.pack(">d", float(duration_ms)))
