"""Subscriptions of fans. Amounts are minor units."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import Model, choice, cluster_column, currency_column, minor_units, moment, pk, ref
from fanzadmin.kernel.marks import marks


class SubscriptionState(StrEnum):
    """`past_due`: a renewal was declined and is tried again; `cancelled`: runs to the end of what is paid."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    ENDED = "ended"


@marks(searched="state started_at paid_until ended_at", sorted_by="state started_at paid_until ended_at")
class Subscription(Model):
    """A fan's monthly subscription to a creator. `instrument` is the processor's token for charging again.

    `paused_at` is set while the creator may not act: nothing is charged, and the days that are paid wait.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "uq_subscription_running",
            "creator_id",
            "fan_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_subscription_fan_id", "fan_id"),
        Index("ix_subscription_creator_id_id", "creator_id", "id"),
        Index("ix_subscription_state_id", "state", "id"),
        Index("ix_subscription_started_at", "started_at"),
        Index("ix_subscription_paid_until", "paid_until"),
        Index("ix_subscription_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
        Index(
            "ix_subscription_running",
            "cluster",
            postgresql_include=["currency", "price_minor"],
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_subscription_due", "next_charge_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_subscription_paused", "creator_id", postgresql_where=text("paused_at IS NOT NULL")),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        {"schema": "finance"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    fan_id: Mapped[str] = ref("fan", index=False)
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    price_minor: Mapped[int] = minor_units(label="A month")
    state: Mapped[str] = choice(
        SubscriptionState,
        10,
        default=SubscriptionState.ACTIVE,
        tones={"cancelled": "warn", "past_due": "warn", "ended": ""},
    )
    instrument: Mapped[str] = mapped_column(String(120), default="")
    failed_renewals: Mapped[int] = mapped_column(Integer, default=0, info={"label": "Declined renewals"})
    started_at: Mapped[datetime] = moment(nullable=False, label="Since", day_only=True)
    paid_until: Mapped[datetime] = moment(nullable=False, day_only=True)
    next_charge_at: Mapped[datetime] = moment(nullable=False, day_only=True)
    paused_at: Mapped[datetime | None] = moment(label="Paused", day_only=True)
    cancelled_at: Mapped[datetime | None] = moment(day_only=True)
    ended_at: Mapped[datetime | None] = moment(day_only=True)

    def __str__(self) -> str:
        return f"subscription {self.id[-8:]}"
