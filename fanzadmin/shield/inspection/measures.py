"""What we take at most, and what an inspection says about a file that it let pass."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True)
class Caps:
    """The most we take: bytes by kind, pixels and sides, milliseconds, frames, streams."""

    image_bytes: int = 100 * _MIB
    audio_bytes: int = 1024 * _MIB
    video_bytes: int = 4096 * _MIB
    image_pixels: int = 120_000_000
    image_side: int = 30_000
    image_frames: int = 3_000
    image_scans: int = 100
    animation_pixels: int = 2_000_000_000
    video_side: int = 8_192
    video_pixels: int = 8_192 * 4_352
    duration_ms: int = 6 * 3600 * 1000
    streams: int = 64
    decode_seconds: float = 300.0

    def bytes_for(self, kind: str) -> int:
        return {"image": self.image_bytes, "audio": self.audio_bytes}.get(kind, self.video_bytes)


@dataclass(frozen=True)
class Measures:
    """What the decoder saw. `personal` names the kinds of personal data present, never their content."""

    kind: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    frames: int = 1
    personal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cleaned:
    """A clean copy was written: what was measured, and the copy's file ending and type."""

    measures: Measures
    suffix: str
    mime: str
