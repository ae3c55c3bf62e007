"""Sound without pictures: AAC for HLS and DASH, Opus for everything newer, and peaks to draw."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flask_babel import gettext

from fanzadmin.media.transcoding import programs
from fanzadmin.media.transcoding.encoding import (
    CLEAN,
    Cancelled,
    CutOff,
    OnPercent,
    aac_output,
    allowed_seconds,
    length_ms,
    normalised,
    percent_reader,
)
from fanzadmin.media.transcoding.probing import Probe

OPUS_BIT_RATE = 96_000
PEAKS = 1000
_PEAK_RATE = 8_000


@dataclass(frozen=True, kw_only=True)
class EncodedAudio:
    aac: Path
    opus: Path
    waveform: Path
    duration_ms: int


def encode_audio(
    source: Path,
    *,
    probe: Probe,
    folder: Path,
    on_percent: OnPercent | None = None,
    cancelled: Cancelled | None = None,
) -> EncodedAudio:
    """`audio.m4a`, `audio.opus` (both at -16 LUFS) and `waveform.json`, in one ffmpeg process."""
    aac, opus, raw = folder / "audio.m4a", folder / "audio.opus", folder / "peaks.s16"
    track = probe.sounds[0]
    stream = f"0:{track.index}"
    command = [
        programs.ffmpeg(),
        *("-nostdin", "-v", "error", "-y", "-progress", "pipe:1", "-stats_period", "0.25"),
        *(*programs.SAFE_INPUT, "-i", f"file:{source}"),
        *aac_output(track, path=aac),
        *(
            "-map",
            stream,
            "-af",
            normalised(track),
            "-c:a",
            "libopus",
            "-b:a",
            str(OPUS_BIT_RATE),
            *CLEAN,
            str(opus),
        ),
        *("-map", stream, "-af", f"aresample={_PEAK_RATE}:ochl=mono", "-f", "s16le", *CLEAN, str(raw)),
    ]
    programs.run(
        command,
        folder=folder,
        timeout_s=allowed_seconds(probe),
        on_line=percent_reader(probe.duration_ms or 0, on_percent),
        cancelled=cancelled,
    )
    duration_ms = raw.stat().st_size // 2 * 1000 // _PEAK_RATE
    expected = probe.duration_ms or 0
    if duration_ms < expected - max(500, expected * 3 // 100) or not length_ms(aac):
        raise CutOff(
            gettext(
                "Only %(read)s of %(expected)s seconds can be read: the file is cut off. Upload it again.",
                read=f"{duration_ms / 1000:.1f}",
                expected=f"{expected / 1000:.1f}",
            )
        )
    waveform = folder / "waveform.json"
    waveform.write_text(json.dumps(_peaks(raw), separators=(",", ":")))
    raw.unlink()
    return EncodedAudio(aac=aac, opus=opus, waveform=waveform, duration_ms=duration_ms)


def _peaks(raw: Path) -> dict[str, object]:
    """Lowest and highest sample of at most 1000 stretches, in the JSON form of BBC's audiowaveform (version 2)."""
    samples = np.memmap(raw, dtype="<i2", mode="r")
    per_pixel = max(1, math.ceil(len(samples) / PEAKS))
    starts = np.arange(0, len(samples), per_pixel)
    lowest = np.minimum.reduceat(samples, starts) // 256
    highest = np.maximum.reduceat(samples, starts) // 256
    return {
        "version": 2,
        "channels": 1,
        "sample_rate": _PEAK_RATE,
        "samples_per_pixel": per_pixel,
        "bits": 8,
        "length": len(starts),
        "data": np.column_stack([lowest, highest]).ravel().tolist(),
    }
