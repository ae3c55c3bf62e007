"""Looking ahead: a regression beside the seasonal-naive baseline, judged on weeks already known.

The series is the net change of each day. The regression is ordinary least squares on a trend and the weekday, over the
last twelve weeks; the baseline repeats the last week. Both are run from several past days as if the rest was not known
(rolling origin); the one with the smaller mean absolute error of the level is shown. The interval holds 80 percent of
the errors of that method at each distance, by the normal approximation, growing with the square root of the distance.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]
HORIZON = 28
WEEK = 7
LEARNED = 84
ROUNDS = 4
NEEDED_DAYS = 2 * HORIZON
Z_80 = 1.2816  # the standard normal distribution's 90th percentile
REGRESSION, NAIVE = "Regression", "Last week repeated"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next HORIZON days' levels by the better method, and by the other one. Errors are mean absolute ones over
    `rounds` past spans."""

    winner: str
    loser: str
    values: list[float]
    low: list[float]
    high: list[float]
    others: list[float]
    error: float
    other_error: float
    rounds: int


def outlook(net: Sequence[int], *, now: int) -> Outlook | None:
    """Continue a level that stands at `now` after the daily changes `net`. None with too little history."""
    if len(net) < NEEDED_DAYS:
        return None
    changes = np.asarray(net, dtype=np.float64)
    misses = {name: _misses(changes, method) for name, method in METHODS.items()}
    errors = {name: float(np.abs(errors_of).mean()) for name, errors_of in misses.items()}
    winner, loser = sorted(METHODS, key=lambda name: errors[name])
    values = now + np.cumsum(METHODS[winner](changes))
    distance = np.sqrt(np.arange(1, HORIZON + 1))
    spread = Z_80 * float(np.sqrt(np.mean((misses[winner] / distance) ** 2))) * distance
    return Outlook(
        winner=winner,
        loser=loser,
        values=_rounded(values),
        low=_rounded(np.maximum(values - spread, 0)),
        high=_rounded(values + spread),
        others=_rounded(now + np.cumsum(METHODS[loser](changes))),
        error=errors[winner],
        other_error=errors[loser],
        rounds=len(misses[winner]),
    )


def regression(changes: Series) -> Series:
    """The next HORIZON daily changes by least squares on a trend and the weekday."""
    learned = changes[-LEARNED:]
    at = np.arange(len(learned) + HORIZON)
    weekdays = np.eye(WEEK)[at % WEEK]
    design = np.column_stack([at / LEARNED, weekdays])
    fitted, *_ = np.linalg.lstsq(design[: len(learned)], learned, rcond=None)
    return np.asarray(design[len(learned) :] @ fitted, dtype=np.float64)


def last_week_repeated(changes: Series) -> Series:
    """The next HORIZON daily changes as those of the last week, again and again."""
    return np.tile(changes[-WEEK:], HORIZON // WEEK)


METHODS: dict[str, Callable[[Series], Series]] = {REGRESSION: regression, NAIVE: last_week_repeated}


def _misses(changes: Series, method: Callable[[Series], Series]) -> Series:
    """How far the level was off, by past origin and distance."""
    origins = [len(changes) - HORIZON - WEEK * back for back in range(ROUNDS)]
    return np.array(
        [
            np.cumsum(method(changes[:origin])) - np.cumsum(changes[origin : origin + HORIZON])
            for origin in origins
            if origin >= 2 * WEEK
        ]
    )


def _rounded(values: Series) -> list[float]:
    return [round(float(value), 1) for value in values]
