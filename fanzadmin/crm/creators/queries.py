"""Creators and their figures, read."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, select

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers, CreatorState
from fanzadmin.crm.timeline.queries import TimelineLine, timeline
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
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


def _creator_where(condition: ColumnElement[bool]) -> CreatorCard | None:
    row = session.execute(_CREATOR.where(condition)).first()
    return CreatorCard(**row._mapping) if row else None


def _numbers(currency: str, row: CreatorNumbers | None) -> Numbers:
    if row is None:
        return Numbers(currency=currency)
    counted = {name: getattr(row, name) for name in Numbers.__slots__ if name != "currency"}
    return Numbers(currency=currency, **counted)


def names_of_creators(creator_ids: tuple[str, ...]) -> dict[str, str]:
    """What creators are called, by id; unknown ids are left out."""
    query = select(Creator.id, Creator.name).where(Creator.id.in_(set(creator_ids) - {""}))
    return {row.id: row.name for row in session.execute(query)}
