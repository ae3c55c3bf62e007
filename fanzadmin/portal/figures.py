"""Figures of a creator's days: this span against the one before, months for a chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fanzadmin.crm.queries import DayFigures


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of the last days, its change in percent against as many days before (None without any), and its days."""

    value: int
    change: float | None
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of a chart: its first day, its amount, its height in percent of the highest."""

    month: date
    amount: int
    height: float


def trend(
    days: Sequence[DayFigures], figure: Callable[[DayFigures], int], *, today: date, span: int = 30
) -> Trend:
    """The sum of a figure over the last `span` days, today included."""
    by_day = {day.day: figure(day) for day in days}
    last = [by_day.get(today - timedelta(days=back), 0) for back in reversed(range(span))]
    before = sum(by_day.get(today - timedelta(days=back), 0) for back in range(span, 2 * span))
    change = 100 * (sum(last) - before) / before if before > 0 else None
    return Trend(sum(last), change, tuple(last))


def this_month(days: Sequence[DayFigures], *, today: date, last: Trend) -> Trend:
    """What was earned this month against the same days of the month before; drawn with the days of `last`."""
    begin, before = today.replace(day=1), months_back(today, 1)
    until = min(before.replace(day=1) + (today - begin), begin - timedelta(days=1))
    earned = sum(day.earned_minor for day in days if day.day >= begin)
    then = sum(day.earned_minor for day in days if before <= day.day <= until)
    return Trend(earned, 100 * (earned - then) / then if then > 0 else None, last.days)


def months_back(today: date, count: int) -> date:
    """The first day of the month `count` months before the one of `today`."""
    months = today.year * 12 + today.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def bars(days: Sequence[DayFigures], *, today: date, months: int = 12) -> tuple[Bar, ...]:
    """What was earned in each of the last months, the oldest first."""
    sums: dict[date, int] = {}
    for day in days:
        first = day.day.replace(day=1)
        sums[first] = sums.get(first, 0) + day.earned_minor
    shown = [months_back(today, back) for back in reversed(range(months))]
    highest = max([sums.get(month, 0) for month in shown] + [1])
    return tuple(
        Bar(month, sums.get(month, 0), round(100 * max(sums.get(month, 0), 0) / highest, 2))
        for month in shown
    )
