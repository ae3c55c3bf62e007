"""Which renditions a video gets: never larger than the source, always at least one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

STEPS = (240, 360, 480, 720, 1080, 1440, 2160)
"""Lengths of the shorter side, so that a portrait video gets the same quality as a landscape one."""

GOP_SECONDS = 2
MAX_FPS = 60
MIN_FPS = Fraction(1, GOP_SECONDS)
AUDIO_BIT_RATE = 128_000

_MAX_LONG_SIDE = 4096
_MIN_SIDE = 2
_MIN_BIT_RATE = 100_000
_SOURCE_STEP = Fraction(115, 100)
_BITS_PER_PIXEL = {240: 0.130, 360: 0.115, 480: 0.105, 720: 0.095, 1080: 0.080, 1440: 0.070, 2160: 0.060}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One rendition: even `width` and `height` in pixels, `max_bit_rate` in bits per second."""

    name: str
    width: int
    height: int
    max_bit_rate: int


def plan_ladder(
    *, width: int, height: int, fps: Fraction, source_bit_rate: int | None = None, same_codec: bool = True
) -> tuple[Rung, ...]:
    """Rungs from small to large for a picture of `width` x `height` pixels as shown.

    A source between two steps gets its own size as the top rung when that is clearly more than the step below.
    Bit rates are capped at 1.3 times the source's (2 times when the source has a better codec than H.264), since
    more bits cannot bring back what the source does not have.
    """
    short = min(width, height)
    steps = [step for step in STEPS if step <= short]
    if not steps or (short < STEPS[-1] and short > steps[-1] * _SOURCE_STEP):
        steps.append(short)
    cap = source_bit_rate and int(source_bit_rate * (1.3 if same_codec else 2.0))
    rungs: list[Rung] = []
    for step in steps:
        rung = _rung(step, width=width, height=height, fps=fps)
        if not rungs or (rung.width, rung.height) != (rungs[-1].width, rungs[-1].height):
            floor = rungs[-1].max_bit_rate if rungs else _MIN_BIT_RATE
            rungs.append(_within(rung, floor=floor, cap=cap))
    return tuple(rungs)


def frame_rate(fps: Fraction) -> Fraction:
    """The constant rate every rung runs at: the source's own, at most 60 frames a second, at least one for every segment's half."""
    return max(MIN_FPS, min(fps, Fraction(MAX_FPS))).limit_denominator(1001)


def _rung(step: int, *, width: int, height: int, fps: Fraction) -> Rung:
    short, long = min(width, height), max(width, height)
    scale = min(Fraction(step, short), Fraction(_MAX_LONG_SIDE, long), Fraction(1))
    shown_width, shown_height = _even(width, scale), _even(height, scale)
    nearest = min(_BITS_PER_PIXEL, key=lambda rated_step: abs(rated_step - step))
    rate = shown_width * shown_height * min(float(fps), MAX_FPS) ** 0.75 * 30**0.25 * _BITS_PER_PIXEL[nearest]
    return Rung(name=f"{step}p", width=shown_width, height=shown_height, max_bit_rate=int(round(rate, -3)))


def _even(side: int, scale: Fraction) -> int:
    return max(_MIN_SIDE, min(2 * round(side * scale / 2), side - side % 2))


def _within(rung: Rung, *, floor: int, cap: int | None) -> Rung:
    bit_rate = min(rung.max_bit_rate, cap) if cap else rung.max_bit_rate
    return replace(rung, max_bit_rate=max(floor, bit_rate))
