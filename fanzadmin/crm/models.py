"""Tables of CreatorCRM."""

from datetime import date, datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from fanzadmin.kernel.db import Column, Model, cluster_column, created, minor_units, moment, pk, user_ref
from fanzadmin.kernel.i18n.stored_messages import StoredMessage, for_reader
from fanzadmin.kernel.search import searchable
from security.models import Cluster


class CreatorState(StrEnum):
    """Where a creator stands; only the active may publish."""

    APPLIED = "applied"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    OFFBOARDED = "offboarded"


class Tier(StrEnum):
    """How much care a creator gets from the team."""

    STARTER = "starter"
    RISING = "rising"
    STAR = "star"


class Subject(StrEnum):
    """Whom a timeline is about."""

    CREATOR = "creator"
    FAN = "fan"


def counter() -> Column:
    """A number that facts add to."""
    return mapped_column(BigInteger, nullable=False, default=0, server_default=text("0"))


@searchable("name", "handle")
class Creator(Model):
    """A creator of one cluster. `handle` is the public name in addresses, `legal_name` is for contracts only."""

    __tablename__ = "creator"
    __table_args__ = (
        CheckConstraint("handle ~ '^[a-z0-9][a-z0-9_.]{1,29}$'", name="handle"),
        CheckConstraint("subscription_minor >= 0", name="subscription_minor"),
        {"schema": "crm"},
    )

    id: Mapped[str] = pk()
    user_id: Mapped[int | None] = user_ref(unique=True)
    cluster: Mapped[str] = cluster_column()
    handle: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    legal_name: Mapped[str] = mapped_column(String(160), default="", info={"pii": "name"})
    email: Mapped[str] = mapped_column(String(254), default="", info={"pii": "email"})
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default=CreatorState.APPLIED.value, index=True)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[str] = mapped_column(String(12), default=Tier.STARTER.value)
    subscription_minor: Mapped[int] = minor_units()
    manager_user_id: Mapped[int | None] = user_ref()
    joined_at: Mapped[datetime | None] = moment(index=True)
    created_at: Mapped[datetime] = created()

    brand: Mapped[Cluster] = relationship(
        primaryjoin=lambda: foreign(Creator.cluster) == Cluster.key,
        viewonly=True,
        lazy="joined",
        innerjoin=True,
    )
    manager: Mapped[User | None] = relationship(User, foreign_keys=[manager_user_id], viewonly=True)
    numbers: Mapped["CreatorNumbers | None"] = relationship(back_populates="creator", viewonly=True)

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"


class CreatorNumbers(Model):
    """A creator's figures in all, one row each; amounts in minor units of the cluster's currency."""

    __tablename__ = "creator_numbers"
    __table_args__ = ({"schema": "crm"},)
    __audited__ = False

    creator_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), primary_key=True
    )
    cluster: Mapped[str] = cluster_column()
    assets: Mapped[int] = counter()
    published: Mapped[int] = counter()
    subscribers: Mapped[int] = counter()
    followers: Mapped[int] = counter()
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    shares: Mapped[int] = counter()
    messages: Mapped[int] = counter()
    clicks: Mapped[int] = counter()
    unlocks: Mapped[int] = counter()
    tips: Mapped[int] = counter()
    suggestions_accepted: Mapped[int] = counter()
    gross_minor: Mapped[int] = counter()
    earned_minor: Mapped[int] = counter()
    paid_out_minor: Mapped[int] = counter()
    updated_at: Mapped[datetime] = moment(nullable=False)

    creator: Mapped[Creator] = relationship(back_populates="numbers", viewonly=True)

    def __str__(self) -> str:
        return str(self.creator)


class CreatorDay(Model):
    """A creator's figures of one UTC day; `started` and `ended` are subscriptions."""

    __tablename__ = "creator_day"
    __table_args__ = (Index("ix_creator_day_cluster_day", "cluster", "day"), {"schema": "crm"})
    __audited__ = False

    creator_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    cluster: Mapped[str] = mapped_column(String(40))
    published: Mapped[int] = counter()
    started: Mapped[int] = counter()
    ended: Mapped[int] = counter()
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    messages: Mapped[int] = counter()
    clicks: Mapped[int] = counter()
    gross_minor: Mapped[int] = counter()
    earned_minor: Mapped[int] = counter()

    creator: Mapped[Creator] = relationship()


@searchable("name")
class Fan(Model):
    """A fan of one cluster. `spent_minor` is all that was ever paid, in the cluster's currency."""

    __tablename__ = "fan"
    __table_args__ = (
        Index("ix_fan_cluster_spent_minor", "cluster", "spent_minor"),
        Index("ix_fan_tags", "tags", postgresql_using="gin"),
        Index("ix_fan_name_id", "name", "id"),
        Index("ix_fan_country_id", "country", "id"),
        Index("ix_fan_spent_minor_id", "spent_minor", "id"),
        {"schema": "crm"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    user_id: Mapped[int | None] = user_ref(unique=True)
    cluster: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), default="", info={"pii": "email"})
    country: Mapped[str] = mapped_column(String(2), default="")
    spent_minor: Mapped[int] = counter()
    last_seen: Mapped[datetime | None] = moment(index=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list, server_default=text("'{}'"))
    joined_at: Mapped[datetime] = moment(nullable=False, index=True)
    created_at: Mapped[datetime] = created()

    brand: Mapped[Cluster] = relationship(
        primaryjoin=lambda: foreign(Fan.cluster) == Cluster.key, viewonly=True, lazy="joined", innerjoin=True
    )

    def __str__(self) -> str:
        return self.name


@searchable("body")
class Note(Model):
    """What a colleague wrote down about a creator or a fan; `author` keeps the name when the login is gone."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("num_nonnulls(creator_id, fan_id) = 1", name="one_subject"),
        {"schema": "crm"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    creator_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), index=True
    )
    fan_id: Mapped[str | None] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.fan.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[str] = mapped_column(Text, info={"pii": "free text"})
    author_user_id: Mapped[int | None] = user_ref()
    author: Mapped[str] = mapped_column(String(120))
    pinned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = created()

    creator: Mapped[Creator | None] = relationship()
    fan: Mapped[Fan | None] = relationship()

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:60]}"


class TimelineEntry(Model):
    """One sentence of a creator's or fan's story. `link` names what it is about as `noun/id`; each face of the
    platform makes its own address from it. The sentence stands in English, and in `told` with its message and values:
    entries from before that have none."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("ix_timeline_entry_subject_id_at", "subject_id", "at", "id"),
        Index("ix_timeline_entry_link", "link", postgresql_where=text("link <> ''")),
        Index("ix_timeline_entry_kind_at", "kind", "at"),
        {"schema": "crm"},
    )
    __audited__ = False
    __large__ = True

    id: Mapped[str] = pk()
    cluster: Mapped[str] = cluster_column()
    subject_kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = moment(nullable=False, index=True)
    kind: Mapped[str] = mapped_column(String(40))
    english: Mapped[str] = mapped_column("sentence", Text)
    told: Mapped[StoredMessage | None] = mapped_column(JSONB(none_as_null=True))
    link: Mapped[str] = mapped_column(String(80), default="")
    trace_id: Mapped[str] = mapped_column(String(32), index=True)

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return for_reader(self.english, self.told)

    def __str__(self) -> str:
        return self.sentence
