"""Creators and their figures, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, case, func, select

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers, CreatorState
from fanzadmin.crm.timeline.queries import TimelineLine, timeline
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.paging import KeysetQuery
from security.clusters import within
from security.models import Cluster

_CREATOR = select(
    Creator.id,
    Creator.user_id,
    Creator.handle,
    Creator.name,
    Creator.cluster,
    Cluster.name.label("cluster_name"),
    Cluster.currency,
    Creator.subscription_minor,
    Creator.state,
    Creator.about,
).join(Cluster, Cluster.key == Creator.cluster)


class NoSuchCreator(NotFound):
    title = "There is no such creator"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A creator's figures in all; amounts in minor units of `currency`."""

    currency: str
    assets: int = 0
    published: int = 0
    subscribers: int = 0
    followers: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    messages: int = 0
    clicks: int = 0
    unlocks: int = 0
    tips: int = 0
    suggestions_accepted: int = 0
    gross_minor: int = 0
    earned_minor: int = 0
    paid_out_minor: int = 0


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A creator's figures of one UTC day."""

    day: date
    published: int
    started: int
    ended: int
    likes: int
    comments: int
    messages: int
    clicks: int
    gross_minor: int
    earned_minor: int


@dataclass(frozen=True, slots=True)
class MonthGrowth:
    """A cluster in one month (its first day). `subscribers` stand at the month's end; `active_creators` published
    or earned in it; `gross_minor` is in minor units of `currency`."""

    month: date
    cluster: str
    currency: str
    started: int
    ended: int
    subscribers: int
    active_creators: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class CreatorLine:
    """A creator as a list shows one."""

    card: CreatorCard
    tier: str
    joined_at: datetime | None
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class CreatorProfile:
    """A creator as programs read one; `subscription_minor` is the monthly price."""

    id: str
    handle: str
    name: str
    cluster: str
    about: str
    state: str
    tier: str
    currency: str
    subscription_minor: int
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A creator with figures and the latest timeline entries."""

    creator: CreatorProfile
    numbers: Numbers
    timeline: tuple[TimelineLine, ...]


class CreatorAnswers:
    """What `contracts.crm.People` asks about creators."""

    def creator(self, creator_id: str) -> CreatorCard | None:
        return _creator_where(Creator.id == creator_id) if creator_id else None

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        rows = session.execute(_CREATOR.where(Creator.id.in_(set(creator_ids) - {""})))
        return {row.id: CreatorCard(**row._mapping) for row in rows}

    def creator_by_handle(self, handle: str) -> CreatorCard | None:
        return _creator_where(Creator.handle == handle.removeprefix("@").lower())

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return _creator_where(Creator.user_id == user_id)

    def active_among(self, creator_ids: tuple[str, ...]) -> frozenset[str]:
        ids = set(creator_ids) - {""}
        if not ids:
            return frozenset()
        active = select(Creator.id).where(Creator.id.in_(ids), Creator.state == CreatorState.ACTIVE)
        return frozenset(session.execute(active).scalars())


def numbers_of(creator_id: str) -> Numbers:
    """A creator's figures; zeros where nothing was counted yet, without currency for an unknown creator."""
    query = (
        select(Cluster.currency, CreatorNumbers)
        .select_from(Creator)
        .join(Cluster, Cluster.key == Creator.cluster)
        .outerjoin(CreatorNumbers, CreatorNumbers.creator_id == Creator.id)
        .where(Creator.id == creator_id)
    )
    row = session.execute(query.execution_options(populate_existing=True)).first()
    return _numbers(row.currency, row.CreatorNumbers) if row else Numbers(currency="")


def days_of(creator_id: str, *, since: date) -> tuple[DayFigures, ...]:
    """A creator's figures by day from `since` on; days on which nothing happened are left out."""
    fields = [getattr(CreatorDay, name) for name in DayFigures.__slots__]
    query = select(*fields).where(CreatorDay.creator_id == creator_id, CreatorDay.day >= since)
    return tuple(DayFigures(**row._mapping) for row in session.execute(query.order_by(CreatorDay.day)))


def creators(clusters: frozenset[str] | None, *, state: str = "") -> KeysetQuery[CreatorProfile]:
    """The creators of `clusters` (None for all), newest first."""
    query = within(select(Creator), Creator.cluster, clusters)
    query = query.where(Creator.state == state) if state else query
    return KeysetQuery(query, (Creator.id,), creator_profile)


def profile(creator_id: str, *, clusters: frozenset[str] | None = None) -> Profile:
    """A creator of `clusters` with figures and timeline. Raises NoSuchCreator."""
    query = within(select(Creator).where(Creator.id == creator_id), Creator.cluster, clusters)
    row = session.execute(query).scalar() if is_id(creator_id) else None
    if row is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    return Profile(creator_profile(row), numbers_of(row.id), timeline(row.id).lines)


def creator_profile(row: Creator) -> CreatorProfile:
    """`row` as programs read it."""
    plain = {name: getattr(row, name) for name in CreatorProfile.__slots__ if name != "currency"}
    return CreatorProfile(currency=row.brand.currency, **plain)


def creator_lines(
    *, state: str = "", clusters: frozenset[str] | None = None, limit: int = 100
) -> tuple[CreatorLine, ...]:
    """Creators with their figures, best earning first; `clusters` None means all."""
    query = (
        _CREATOR.add_columns(Creator.tier, Creator.joined_at, CreatorNumbers)
        .outerjoin(CreatorNumbers, CreatorNumbers.creator_id == Creator.id)
        .order_by(func.coalesce(CreatorNumbers.gross_minor, 0).desc(), Creator.id)
        .limit(limit)
    )
    if state:
        query = query.where(Creator.state == state)
    query = within(query, Creator.cluster, clusters)
    return tuple(_line(row) for row in session.execute(query))


def growth_by_month(
    *, since: date, until: date, clusters: frozenset[str] | None = None
) -> tuple[MonthGrowth, ...]:
    """Each cluster's months from the one of `since` to the one of `until`, oldest first."""
    month = func.date_trunc("month", CreatorDay.day).label("month")
    busy = (CreatorDay.published > 0) | (CreatorDay.gross_minor > 0)
    monthly = (
        select(
            CreatorDay.cluster,
            month,
            func.sum(CreatorDay.started).label("started"),
            func.sum(CreatorDay.ended).label("ended"),
            func.count(func.distinct(case((busy, CreatorDay.creator_id)))).label("active_creators"),
            func.sum(CreatorDay.gross_minor).label("gross_minor"),
        )
        .where(CreatorDay.day <= until)
        .group_by(CreatorDay.cluster, month)
        .subquery()
    )
    so_far = func.sum(monthly.c.started - monthly.c.ended).over(
        partition_by=monthly.c.cluster, order_by=monthly.c.month
    )
    query = select(monthly, so_far.label("subscribers"), Cluster.currency).join(
        Cluster, Cluster.key == monthly.c.cluster
    )
    if clusters is not None:
        query = query.where(monthly.c.cluster.in_(clusters))
    rows = session.execute(query.order_by(monthly.c.month, monthly.c.cluster))
    return tuple(_month(row._mapping) for row in rows if row.month.date() >= since.replace(day=1))


def state_counts(*, clusters: frozenset[str] | None = None) -> dict[str, int]:
    """How many creators stand where."""
    query = select(Creator.state, func.count()).group_by(Creator.state)
    query = within(query, Creator.cluster, clusters)
    counted = {row.state: row[1] for row in session.execute(query)}
    return {state.value: counted.get(state.value, 0) for state in CreatorState}


def _creator_where(condition: ColumnElement[bool]) -> CreatorCard | None:
    row = session.execute(_CREATOR.where(condition)).first()
    return CreatorCard(**row._mapping) if row else None


def _numbers(currency: str, row: CreatorNumbers | None) -> Numbers:
    if row is None:
        return Numbers(currency=currency)
    counted = {name: getattr(row, name) for name in Numbers.__slots__ if name != "currency"}
    return Numbers(currency=currency, **counted)


def _line(row: Row[Any]) -> CreatorLine:  # Any: the row's columns are those of the query above
    values = dict(row._mapping)
    tier, joined_at, counted = values.pop("tier"), values.pop("joined_at"), values.pop("CreatorNumbers")
    return CreatorLine(CreatorCard(**values), tier, joined_at, _numbers(values["currency"], counted))


def _month(values: Mapping[Any, Any]) -> MonthGrowth:  # Any: as above
    counted = {
        name: int(values[name])
        for name in ("started", "ended", "subscribers", "active_creators", "gross_minor")
    }
    return MonthGrowth(values["month"].date(), values["cluster"], values["currency"], **counted)


def names_of_creators(creator_ids: tuple[str, ...]) -> dict[str, str]:
    """What creators are called, by id; unknown ids are left out."""
    query = select(Creator.id, Creator.name).where(Creator.id.in_(set(creator_ids) - {""}))
    return {row.id: row.name for row in session.execute(query)}
