"""One ffmpeg process from the source to every rung and the normalised sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from flask_babel import gettext

from fanzadmin.kernel.errors import BusinessError
from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.ladder import AUDIO_BIT_RATE, GOP_SECONDS, Rung, frame_rate
from fanzadmin.media.transcoding.probing import Probe, Track

CRF = 23
LOUDNESS = "loudnorm=I=-16:TP=-1.5:LRA=11"
"""EBU R128 in one pass, at the level streaming services use (-16 LUFS)."""

OnPercent = Callable[[int], None]
Cancelled = Callable[[], bool]

_TONEMAP = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,"
)


class CutOff(BusinessError):
    """The file promises more than it holds."""

    status = 422
    title = "This file is cut off"


@dataclass(frozen=True, kw_only=True)
class EncodedRung:
    rung: Rung
    path: Path
    size: int
    duration_ms: int


@dataclass(frozen=True, kw_only=True)
class EncodedSound:
    """One sound track; `name` is of its stream and folder, `language` empty where the source does not say."""

    name: str
    path: Path
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class EncodedText:
    """One track of captions as WebVTT."""

    name: str
    path: Path
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class EncodedLadder:
    rungs: tuple[EncodedRung, ...]
    sounds: tuple[EncodedSound, ...] = ()
    texts: tuple[EncodedText, ...] = ()

    @property
    def audio(self) -> Path | None:
        """The sound that plays unless another is chosen."""
        return self.sounds[0].path if self.sounds else None


def encode_ladder(
    source: Path,
    *,
    probe: Probe,
    rungs: Sequence[Rung],
    folder: Path,
    on_percent: OnPercent | None = None,
    cancelled: Cancelled | None = None,
    timeout_s: float | None = None,
) -> EncodedLadder:
    """Encode `source` to one MP4 per rung (H.264, key frames every 2 s at the same times), one AAC file per sound track and one
    WebVTT file per text track.

    Files of an earlier run in `folder` are overwritten. Nothing of the source's metadata is kept. Raises CutOff,
    programs.ProgramFailed, programs.TookTooLong, programs.StorageFull, programs.Stopped.
    """
    sounds = tuple(_sounds(probe, folder))
    texts = tuple(_texts(probe, folder))
    command = [programs.ffmpeg(), *_input(source), "-filter_complex", _filters(probe, rungs)]
    for number, rung in enumerate(rungs):
        command += _rung_output(f"[v{number}]", rung, probe=probe, path=folder / f"{rung.name}.mp4")
    for sound, track in zip(sounds, probe.sounds, strict=True):
        command += aac_output(track, path=sound.path)
    for text, track in zip(texts, probe.texts, strict=True):
        command += ["-map", f"0:{track.index}", "-c:s", "webvtt", *CLEAN_TEXT, str(text.path)]
    programs.run(
        command,
        folder=folder,
        timeout_s=timeout_s or allowed_seconds(probe),
        on_line=percent_reader(probe.duration_ms or 0, on_percent),
        cancelled=cancelled,
    )
    encoded = tuple(_checked(rung, folder / f"{rung.name}.mp4") for rung in rungs)
    _check_whole(probe, encoded, sounds[0].path if sounds else None)
    return EncodedLadder(
        rungs=encoded, sounds=sounds, texts=tuple(text for text in texts if _has_cues(text.path))
    )


def _sounds(probe: Probe, folder: Path) -> Iterator[EncodedSound]:
    for number, track in enumerate(probe.sounds, 1):
        name = "audio" if number == 1 else f"audio-{number}"
        yield EncodedSound(name=name, path=folder / f"{name}.m4a", language=track.language)


def _texts(probe: Probe, folder: Path) -> Iterator[EncodedText]:
    for number, track in enumerate(probe.texts, 1):
        yield EncodedText(name=f"text-{number}", path=folder / f"text-{number}.vtt", language=track.language)


def _has_cues(path: Path) -> bool:
    return path.is_file() and "-->" in path.read_text("utf-8", "replace")


def aac_output(track: Track, *, path: Path) -> list[str]:
    return [
        *("-map", f"0:{track.index}", "-af", f"{normalised(track)}:async=1:first_pts=0"),
        *("-c:a", "aac", "-b:a", str(AUDIO_BIT_RATE)),
        *CLEAN,
        str(path),
    ]


def normalised(track: Track) -> str:
    """The filters that bring a sound to one loudness: one channel stays one, more become two."""
    layout = "mono" if track.channels == 1 else "stereo"
    down = "pan=stereo|c0=c0|c1=c1" if track.channels > MOST_CHANNELS else f"aresample=48000:ochl={layout}"
    return f"{down},{LOUDNESS},aresample=48000"


MOST_CHANNELS = 8
"""Beyond 7.1 no layout says which loudspeaker is meant."""

CLEAN = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn")
CLEAN_TEXT = ("-map_metadata", "-1", "-map_chapters", "-1", "-dn")


def source_rate(probe: Probe) -> Fraction:
    """Frames a second of the source; 25 where it does not say."""
    return probe.fps or Fraction(25)


def allowed_seconds(probe: Probe) -> float:
    """Twenty times the length and ten minutes: a hundred times what a common machine needs."""
    return 600 + 20 * (probe.duration_ms or 0) / 1000


def percent_reader(duration_ms: int, on_percent: OnPercent | None) -> Callable[[str], None]:
    """Reads ffmpeg's `-progress` lines; calls `on_percent` with 0..100, never twice with the same number."""
    last = -1

    def read(line: str) -> None:
        nonlocal last
        name, _, value = line.strip().partition("=")
        if name != "out_time_us" or not value.lstrip("-").isdigit() or not on_percent or not duration_ms:
            return
        percent = max(0, min(100, int(value) // 10 // duration_ms))
        if percent > last:
            last = percent
            on_percent(percent)

    return read


def _input(source: Path) -> list[str]:
    return [
        *("-nostdin", "-hide_banner", "-v", "error", "-y", "-progress", "pipe:1", "-stats_period", "0.25"),
        *programs.SAFE_INPUT,
        *("-i", f"file:{source}"),
    ]


def _filters(probe: Probe, rungs: Sequence[Rung]) -> str:
    """From large to small, each rung scaled from the one above it: half the pixels to read."""
    chains = []
    feed = f"[0:{probe.video_stream}]{_shown(probe)}"
    for number in range(len(rungs) - 1, -1, -1):
        scaled = f"scale={rungs[number].width}:{rungs[number].height}:flags=bicubic,setsar=1,format=yuv420p"
        if number:
            chains.append(f"{feed}{scaled},split=2[v{number}][to{number - 1}]")
            feed = f"[to{number - 1}]"
        else:
            chains.append(f"{feed}{scaled}[v0]")
    return ";".join(chains)


def _shown(probe: Probe) -> str:
    """What stands before the scaling: whole pictures out of fields, a constant rate, a picture wherever there is sound."""
    filters = ["bwdif=mode=send_frame:deint=interlaced"] if probe.is_interlaced else []
    start = ":start_time=0" if probe.begins_late else ""
    tonemap = _TONEMAP if probe.is_hdr else ""
    filters.append(f"{tonemap}fps={frame_rate(source_rate(probe))}{start}")
    if probe.ends_early:
        seconds = (probe.duration_ms or 0) / 1000
        filters.append(f"tpad=stop=-1:stop_mode=clone,trim=end={seconds:.3f}")
    return ",".join(filters) + ","


def _rung_output(label: str, rung: Rung, *, probe: Probe, path: Path) -> list[str]:
    rate = frame_rate(source_rate(probe))
    return [
        *("-map", label, "-c:v", "libx264", "-preset", "veryfast", "-crf", str(CRF), "-profile:v", "high"),
        *("-maxrate", str(rung.max_bit_rate), "-bufsize", str(2 * rung.max_bit_rate)),
        *("-force_key_frames", f"expr:gte(t,n_forced*{GOP_SECONDS})"),
        *("-g", str(round(2 * GOP_SECONDS * rate)), "-sc_threshold", "0"),
        *CLEAN,
        str(path),
    ]


def _checked(rung: Rung, path: Path) -> EncodedRung:
    if not path.is_file() or not path.stat().st_size:
        raise CutOff(gettext("The file ends before its first picture; upload it again."))
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise CutOff(gettext("The file ends before its first picture; upload it again."))
        video = container.streams.video[0]
        if (video.width, video.height) != (rung.width, rung.height) or not video.frames:
            raise CutOff(
                gettext("The rendition %(name)s came out wrong; upload the file again.", name=rung.name)
            )
        duration_ms = round(float((video.duration or 0) * (video.time_base or 0)) * 1000)
    return EncodedRung(rung=rung, path=path, size=path.stat().st_size, duration_ms=duration_ms)


def _check_whole(probe: Probe, encoded: tuple[EncodedRung, ...], audio: Path | None) -> None:
    """ffmpeg ends well when a file is cut off halfway; only its length shows it."""
    expected = probe.duration_ms or 0
    reached = max(item.duration_ms for item in encoded)
    if audio:
        reached = max(reached, length_ms(audio))
    if reached < expected - max(500, expected * 3 // 100):
        raise CutOff(
            gettext(
                "Only %(read)s of %(expected)s seconds can be read: the file is cut off. Upload it again.",
                read=f"{reached / 1000:.1f}",
                expected=f"{expected / 1000:.1f}",
            )
        )


def length_ms(path: Path) -> int:
    with av.open(str(path)) as container:
        return round((container.duration or 0) / 1000)
