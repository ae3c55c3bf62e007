"""Clicks and views, counted: by day, by where from, by device, by referrer; the links that lead.

`people` counts every click of a user, `visits` leaves out who came again within half an hour, `bots` are apart.
A visitor cannot be recognised on another day: visits of several days add up to visits, not to persons.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, cast, func, select

from fanzadmin.biolink.visits.models import Click, View
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.partitions import made_within


class Dimension(StrEnum):
    """By what clicks can be grouped."""

    COUNTRY = "country"
    DEVICE = "device"
    REFERRER = "referrer"
    BOT = "bot_reason"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which clicks: of one link, one creator or one cluster, or all of them; from `since` on, before `until`."""

    since: datetime
    until: datetime | None = None
    link_id: str | None = None
    creator_id: str | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    day: date
    people: int
    visits: int
    bots: int


@dataclass(frozen=True, slots=True)
class Share:
    """`name` is empty where it is unknown."""

    name: str
    people: int
    visits: int


@dataclass(frozen=True, slots=True)
class LinkClicks:
    """A link's clicks, seen from every side."""

    link_id: str
    days: tuple[DayCount, ...]
    countries: tuple[Share, ...]
    devices: tuple[Share, ...]
    referrers: tuple[Share, ...]
    bots: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """A creator's page in the last days."""

    days: int
    views: int
    visits: int
    clicks: int


def last_days(
    days: int, *, link_id: str | None = None, creator_id: str | None = None, cluster: str | None = None
) -> Scope:
    """A scope from midnight UTC, `days` days back, today included."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=days - 1)
    return Scope(since=since, link_id=link_id, creator_id=creator_id, cluster=cluster)


def clicks_by_day(scope: Scope) -> tuple[DayCount, ...]:
    """Every UTC day of the scope, those without a click too."""
    return _by_day(Click, scope)


def views_by_day(scope: Scope) -> tuple[DayCount, ...]:
    """The same of page views; `link_id` does not apply."""
    return _by_day(View, scope)


def clicks_by(dimension: Dimension, scope: Scope, *, limit: int = 12) -> tuple[Share, ...]:
    """The largest groups. People only, except by bot reason."""
    column: ColumnElement[str] = getattr(Click, dimension.value)
    query = (
        select(column, func.count(), func.count().filter(Click.is_unique))
        .where(*_within(Click, scope), Click.is_bot.is_(dimension is Dimension.BOT))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(limit)
    )
    return tuple(Share(name, people, visits) for name, people, visits in session.execute(query))


def clicks_of_link(link_id: str, *, days: int) -> LinkClicks:
    """One link's clicks of the last days, grouped by dimension."""
    scope = last_days(days, link_id=link_id)
    return LinkClicks(
        link_id=link_id,
        days=clicks_by_day(scope),
        countries=clicks_by(Dimension.COUNTRY, scope),
        devices=clicks_by(Dimension.DEVICE, scope),
        referrers=clicks_by(Dimension.REFERRER, scope),
        bots=clicks_by(Dimension.BOT, scope),
    )


def page_numbers(creator_id: str, *, days: int = 30) -> PageNumbers:
    """Views, visits and clicks of one creator's page."""
    scope = last_days(days, creator_id=creator_id)
    views, visits = session.execute(
        select(func.count(), func.count().filter(View.is_unique)).where(
            *_within(View, scope), View.is_bot.is_(False)
        )
    ).one()
    clicks = session.execute(
        select(func.count()).select_from(Click).where(*_within(Click, scope), Click.is_bot.is_(False))
    ).scalar_one()
    return PageNumbers(days, views, visits, clicks)


def _by_day(table: type[Click] | type[View], scope: Scope) -> tuple[DayCount, ...]:
    day = cast(func.timezone("UTC", table.at), Date)
    query = (
        select(
            day,
            func.count().filter(~table.is_bot),
            func.count().filter(~table.is_bot & table.is_unique),
            func.count().filter(table.is_bot),
        )
        .where(*_within(table, scope))
        .group_by(day)
    )
    counts = {row[0]: DayCount(*row) for row in session.execute(query)}
    last = ((scope.until or clock.now()) - timedelta(microseconds=1)).date()
    count = (last - scope.since.date()).days + 1
    days = (scope.since.date() + timedelta(days=n) for n in range(count))
    return tuple(counts.get(at, DayCount(at, 0, 0, 0)) for at in days)


def _within(table: type[Click] | type[View], scope: Scope) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [
        *made_within(table.id, scope.since, scope.until),
        table.at >= scope.since,
    ]
    if scope.until is not None:
        rules.append(table.at < scope.until)
    if scope.link_id is not None and table is Click:
        rules.append(Click.link_id == scope.link_id)
    if scope.creator_id is not None:
        rules.append(table.creator_id == scope.creator_id)
    if scope.cluster is not None:
        rules.append(table.cluster == scope.cluster)
    return rules
