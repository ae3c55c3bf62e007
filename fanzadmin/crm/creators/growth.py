"""Figures for the analytics board. Each is one statement; `clusters` None means: all of them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Label, Subquery, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers
from fanzadmin.kernel.db import session
from security.models import Cluster

Clusters = frozenset[str] | None
_COUNTED = ("published", "started", "ended", "likes", "comments", "messages", "clicks")


@dataclass(frozen=True, slots=True)
class ClusterDay:
    """A cluster on one UTC day. `subscribers` stand at its end; `active_creators` published or earned on it."""

    day: date
    cluster: str
    active_creators: int
    published: int
    started: int
    ended: int
    likes: int
    comments: int
    messages: int
    clicks: int
    subscribers: int


@dataclass(frozen=True, slots=True)
class Growth:
    """A cluster over a period. `before` are the subscribers at its beginning, `subscribers` those of now;
    `active_creators` published or earned in it."""

    cluster: str
    name: str
    before: int
    started: int
    ended: int
    subscribers: int
    active_creators: int


@dataclass(frozen=True, slots=True)
class CreatorGrowth:
    """A creator over a period; `gross_minor` in minor units of `currency`, never to be added across creators."""

    creator_id: str
    name: str
    handle: str
    cluster: str
    currency: str
    subscribers: int
    started: int
    ended: int
    published: int
    reactions: int
    messages: int
    clicks: int
    gross_minor: int


def days_by_cluster(since: date, *, clusters: Clusters = None) -> tuple[ClusterDay, ...]:
    """Each cluster's days from `since` on, oldest first; days without anything are left out.

    Subscribers are counted back from those of now, so that only the days asked for are read.
    """
    by = (CreatorDay.day, CreatorDay.cluster)
    daily = (
        select(
            *by,
            func.count().filter(_busy()).label("active_creators"),
            *(func.sum(getattr(CreatorDay, name)).label(name) for name in _COUNTED),
        )
        .where(CreatorDay.day >= since, *_within(CreatorDay.cluster, clusters))
        .group_by(*by)
        .subquery()
    )
    held = _held()
    net = daily.c.started - daily.c.ended
    later = func.sum(net).over(partition_by=daily.c.cluster, order_by=daily.c.day.desc()) - net
    query = (
        select(daily, func.coalesce(held.c.subscribers, 0) - later)
        .outerjoin(held, held.c.cluster == daily.c.cluster)
        .order_by(daily.c.day, daily.c.cluster)
    )
    return tuple(ClusterDay(on, key, *map(int, counted)) for on, key, *counted in session.execute(query))


def growth_by_cluster(since: date, *, clusters: Clusters = None) -> tuple[Growth, ...]:
    """How each cluster grew since then, by name; one without any change too."""
    period = (
        select(
            CreatorDay.cluster,
            func.sum(CreatorDay.started).label("started"),
            func.sum(CreatorDay.ended).label("ended"),
            func.count(func.distinct(case((_busy(), CreatorDay.creator_id)))).label("active"),
        )
        .where(CreatorDay.day >= since)
        .group_by(CreatorDay.cluster)
        .subquery()
    )
    held = _held()
    query = (
        select(
            Cluster.key,
            Cluster.name,
            *_zeros(held.c.subscribers, period.c.started, period.c.ended, period.c.active),
        )
        .outerjoin(held, held.c.cluster == Cluster.key)
        .outerjoin(period, period.c.cluster == Cluster.key)
        .where(*_within(Cluster.key, clusters))
        .order_by(Cluster.name)
    )
    return tuple(
        Growth(
            row.key,
            row.name,
            int(row.subscribers - row.started + row.ended),
            int(row.started),
            int(row.ended),
            int(row.subscribers),
            int(row.active),
        )
        for row in session.execute(query)
    )


def top_growth(since: date, *, limit: int = 10, clusters: Clusters = None) -> tuple[CreatorGrowth, ...]:
    """The creators who won most subscribers since then, the best first."""
    reactions = func.sum(CreatorDay.likes + CreatorDay.comments)
    net = func.sum(CreatorDay.started - CreatorDay.ended)
    sums = (
        select(
            CreatorDay.creator_id,
            func.sum(CreatorDay.started).label("started"),
            func.sum(CreatorDay.ended).label("ended"),
            func.sum(CreatorDay.published).label("published"),
            reactions.label("reactions"),
            func.sum(CreatorDay.messages).label("messages"),
            func.sum(CreatorDay.clicks).label("clicks"),
            func.sum(CreatorDay.gross_minor).label("gross_minor"),
        )
        .where(CreatorDay.day >= since, *_within(CreatorDay.cluster, clusters))
        .group_by(CreatorDay.creator_id)
        .order_by(net.desc(), reactions.desc(), CreatorDay.creator_id)
        .limit(limit)
        .subquery()
    )
    query = (
        select(
            Creator.id,
            Creator.name,
            Creator.handle,
            Cluster.name,
            Cluster.currency,
            *_zeros(CreatorNumbers.subscribers),
            *(column for column in sums.c if column.name != "creator_id"),
        )
        .join(sums, sums.c.creator_id == Creator.id)
        .join(Cluster, Cluster.key == Creator.cluster)
        .outerjoin(CreatorNumbers, CreatorNumbers.creator_id == Creator.id)
        .order_by((sums.c.started - sums.c.ended).desc(), sums.c.reactions.desc(), Creator.id)
    )
    return tuple(
        CreatorGrowth(key, name, handle, cluster, currency, *map(int, counted))
        for key, name, handle, cluster, currency, *counted in session.execute(query)
    )


def _held() -> Subquery:
    """The subscribers of now by cluster."""
    return (
        select(CreatorNumbers.cluster, func.sum(CreatorNumbers.subscribers).label("subscribers"))
        .group_by(CreatorNumbers.cluster)
        .subquery()
    )


def _busy() -> ColumnElement[bool]:
    return (CreatorDay.published > 0) | (CreatorDay.gross_minor > 0)


def _zeros(*columns: ColumnElement[int] | InstrumentedAttribute[int]) -> tuple[Label[int], ...]:
    return tuple(func.coalesce(column, 0).label(column.key) for column in columns)


def _within(column: object, clusters: Clusters) -> tuple[ColumnElement[bool], ...]:
    return () if clusters is None else (column.in_(clusters),)  # type: ignore[attr-defined]
