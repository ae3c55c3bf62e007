"""When the pictures of a video are shown: how fast where it is fastest, when the first begins and the last ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise

import av
import av.container
import av.error

GAP_MS = 250
"""Less than this between picture and sound is how codecs round."""

_WHOLE_MS = 120_000
_WINDOW_PACKETS = 900
_COMMON_RATES = tuple(
    Fraction(rate)
    for rate in ("10", "12", "15", "20", "24", "25", "30", "48", "50", "60", "90", "100", "120", "240")
)
_VARIES = Fraction(110, 100)
_NEAR = Fraction(4, 100)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """`rate` is in frames a second: the average where it is constant, that of the fast parts where it varies."""

    rate: Fraction
    start_ms: int
    end_ms: int


def read_timing(
    container: av.container.InputContainer, stream: av.VideoStream, *, duration_ms: int
) -> Timing:
    """Read the packets of `stream`: all of a short file, of a long one those at five places and at its end."""
    shown = sorted(_shown(container, stream, duration_ms))
    origin = Fraction(container.start_time or 0, 1_000_000)
    average = Fraction(stream.average_rate or stream.guessed_rate or 25)
    if not shown:
        return Timing(rate=average, start_ms=0, end_ms=duration_ms)
    gaps = sorted(later[0] - earlier[0] for earlier, later in pairwise(shown) if later[0] > earlier[0])
    start, end = shown[0][0] - origin, shown[-1][0] + shown[-1][1] - origin
    if (
        stream.duration and stream.time_base
    ):  # what the index states counts: of a file that is cut off less can be read
        end = max(end, ((stream.start_time or 0) + stream.duration) * stream.time_base - origin)
    return Timing(rate=_rate(average, gaps), start_ms=round(start * 1000), end_ms=round(end * 1000))


def _rate(average: Fraction, gaps: list[Fraction]) -> Fraction:
    if len(gaps) < 3:
        return average
    fast = 1 / gaps[len(gaps) // 20]
    if fast <= average * _VARIES:
        return average
    nearest = min(_COMMON_RATES, key=lambda rate: abs(rate - fast))
    return nearest if abs(nearest - fast) <= nearest * _NEAR else fast


def _shown(
    container: av.container.InputContainer, stream: av.VideoStream, duration_ms: int
) -> Iterator[tuple[Fraction, Fraction]]:
    """(time, length) in seconds of the packets read."""
    if duration_ms <= _WHOLE_MS:
        yield from _window(container, stream, 0, most=None)
        return
    for part in range(5):
        yield from _window(container, stream, duration_ms * part // 5, most=_WINDOW_PACKETS)
    yield from _window(container, stream, duration_ms - 3_000, most=None)


def _window(
    container: av.container.InputContainer, stream: av.VideoStream, start_ms: int, *, most: int | None
) -> Iterator[tuple[Fraction, Fraction]]:
    try:
        container.seek((container.start_time or 0) + start_ms * 1000)
        for packet in islice(container.demux(stream), most):
            if packet.pts is not None and packet.time_base:
                yield packet.pts * packet.time_base, (packet.duration or 0) * packet.time_base
    except av.error.FFmpegError:  # a file without an index cannot be searched: what was read so far counts
        return
