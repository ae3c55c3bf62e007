"""Tables of creators and their figures."""

from datetime import date, datetime
from enum import StrEnum

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from fanzadmin.kernel.db import (
    Column,
    Model,
    choice,
    cluster_column,
    created,
    minor_units,
    moment,
    pk,
    user_ref,
)
from fanzadmin.kernel.marks import marks
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


def counter(*, label: str = "", currency: str = "") -> Column:
    """A number that facts add to; an amount in minor units names the path to its `currency`."""
    info = {name: value for name, value in (("label", label), ("currency", currency)) if value}
    return mapped_column(BigInteger, nullable=False, default=0, server_default=text("0"), info=info)


@searchable("name", "handle")
@marks(
    searched="handle name state tier subscription_minor joined_at",
    sorted_by="name state tier joined_at",
    sealed="legal_name email",
)
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
    email: Mapped[str] = mapped_column(String(254), default="", info={"pii": "email", "label": "E-mail"})
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = choice(
        CreatorState, 12, default=CreatorState.APPLIED, index=True, checked=False,
        tones={CreatorState.APPLIED: "info", CreatorState.ONBOARDING: "warn", CreatorState.OFFBOARDED: ""},
    )  # fmt: skip
    state_reason: Mapped[str] = mapped_column(Text, default="", info={"label": "Why"})
    tier: Mapped[str] = choice(
        Tier,
        12,
        default=Tier.STARTER,
        checked=False,
        pill=True,
        tones={Tier.STAR: "accent", Tier.RISING: "info"},
    )
    subscription_minor: Mapped[int] = minor_units(label="Subscription a month", currency="brand.currency")
    manager_user_id: Mapped[int | None] = user_ref()
    joined_at: Mapped[datetime | None] = moment(index=True, label="Joined", day_only=True)
    created_at: Mapped[datetime] = created()

    brand: Mapped[Cluster] = relationship(
        primaryjoin=lambda: foreign(Creator.cluster) == Cluster.key,
        viewonly=True,
        lazy="joined",
        innerjoin=True,
    )
    manager: Mapped[User | None] = relationship(User, foreign_keys=[manager_user_id], viewonly=True)
    login: Mapped[User | None] = relationship(User, foreign_keys=[user_id], viewonly=True)
    numbers: Mapped["CreatorNumbers | None"] = relationship(back_populates="creator", viewonly=True)

    @property
    def login_name(self) -> str:
        """The user name that the creator signs in with, empty for none."""
        return self.login.username if self.login is not None else ""

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"


@marks(
    searched="published subscribers likes gross_minor earned_minor updated_at",
    sorted_by="published subscribers likes comments messages clicks unlocks gross_minor earned_minor",
)
class CreatorNumbers(Model):
    """A creator's figures in all, one row each; amounts in minor units of the cluster's currency."""

    __tablename__ = "creator_numbers"
    __table_args__ = ({"schema": "crm"},)
    __audited__ = False

    creator_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), primary_key=True
    )
    cluster: Mapped[str] = cluster_column()
    assets: Mapped[int] = counter(label="Uploads")
    published: Mapped[int] = counter()
    subscribers: Mapped[int] = counter()
    followers: Mapped[int] = counter(label="Follows")
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    shares: Mapped[int] = counter()
    messages: Mapped[int] = counter()
    clicks: Mapped[int] = counter()
    unlocks: Mapped[int] = counter()
    tips: Mapped[int] = counter()
    suggestions_accepted: Mapped[int] = counter(label="Suggestions taken")
    gross_minor: Mapped[int] = counter(label="Gross", currency="creator.brand.currency")
    earned_minor: Mapped[int] = counter(label="Earned", currency="creator.brand.currency")
    paid_out_minor: Mapped[int] = counter(label="Paid out", currency="creator.brand.currency")
    updated_at: Mapped[datetime] = moment(nullable=False, label="Last change")

    creator: Mapped[Creator] = relationship(back_populates="numbers", viewonly=True)

    def __str__(self) -> str:
        return str(self.creator)


@marks(
    searched="creator_id day cluster published started ended gross_minor earned_minor",
    sorted_by="day cluster published started ended likes comments messages clicks gross_minor earned_minor",
)
class CreatorDay(Model):
    """A creator's figures of one UTC day; `started` and `ended` are subscriptions."""

    __tablename__ = "creator_day"
    __table_args__ = (Index("ix_creator_day_cluster_day", "cluster", "day"), {"schema": "crm"})
    __audited__ = False

    creator_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("crm.creator.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True, info={"cell": "day"})
    cluster: Mapped[str] = mapped_column(String(40))
    published: Mapped[int] = counter()
    started: Mapped[int] = counter(label="Subscribed")
    ended: Mapped[int] = counter(label="Left")
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    messages: Mapped[int] = counter()
    clicks: Mapped[int] = counter()
    gross_minor: Mapped[int] = counter(label="Gross", currency="creator.brand.currency")
    earned_minor: Mapped[int] = counter(label="Earned", currency="creator.brand.currency")

    creator: Mapped[Creator] = relationship()
