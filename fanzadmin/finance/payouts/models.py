"""Payouts to creators. Amounts are minor units."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import (
    Model,
    choice,
    cluster_column,
    currency_column,
    minor_units,
    moment,
    pk,
    ref,
    user_ref,
)
from fanzadmin.kernel.marks import marks


class PayoutState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


@marks(
    searched="amount_minor state requested_at paid_at",
    sorted_by="creator_id cluster amount_minor state requested_at paid_at",
)
class Payout(Model):
    """What a creator asks to be paid: requested, approved by another person, paid; or refused."""

    __tablename__ = "payout"
    __table_args__ = (
        Index("ix_payout_creator_id_id", "creator_id", "id"),
        Index("ix_payout_state_requested_at", "state", "requested_at"),
        Index("uq_payout_request_key", "creator_id", "request_key", unique=True),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        {"schema": "finance"},
    )

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    amount_minor: Mapped[int] = minor_units(label="Amount")
    state: Mapped[str] = choice(
        PayoutState, 10, default=PayoutState.REQUESTED, tones={"requested": "info", "approved": "warn"}
    )
    request_key: Mapped[str | None] = mapped_column(String(240))
    requested_at: Mapped[datetime] = moment(nullable=False, label="Requested")
    requested_by: Mapped[int | None] = user_ref()
    approved_at: Mapped[datetime | None] = moment()
    approved_by: Mapped[int | None] = user_ref()
    paid_at: Mapped[datetime | None] = moment()
    paid_by: Mapped[int | None] = user_ref()
    refused_at: Mapped[datetime | None] = moment()
    refused_by: Mapped[int | None] = user_ref()
    reason: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return f"payout {self.id[-8:]}"
