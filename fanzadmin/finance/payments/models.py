"""Payments of fans. Amounts are minor units."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.db import (
    Model,
    choice,
    cluster_column,
    created,
    currency_column,
    minor_units,
    moment,
    pk,
    ref,
    user_ref,
)
from fanzadmin.kernel.marks import marks


class Purpose(StrEnum):
    SUBSCRIPTION = "subscription"
    UNLOCK = "unlock"
    TIP = "tip"


class PaymentState(StrEnum):
    """`pending` only inside the transaction that charges."""

    PENDING = "pending"
    SETTLED = "settled"
    DECLINED = "declined"
    REFUNDED = "refunded"


@marks(
    searched="purpose state gross_minor processor_reference settled_at refunded_at",
    sorted_by="state gross_minor",
)
class Payment(Model):
    """What a fan paid, or tried to. Holds no card data: `processor_reference` is the processor's name for the charge."""

    __tablename__ = "payment"
    __table_args__ = (
        Index(
            "uq_payment_unlock",
            "fan_id",
            "asset_id",
            unique=True,
            postgresql_where=text("purpose = 'unlock' AND state IN ('pending', 'settled')"),
        ),
        Index(
            "uq_payment_request_key",
            "fan_id",
            "request_key",
            unique=True,
            postgresql_where=text("state <> 'declined'"),
        ),
        Index("ix_payment_fan_id_id", "fan_id", "id"),
        Index("ix_payment_creator_id_id", "creator_id", "id"),
        Index("ix_payment_state_id", "state", "id"),
        Index("ix_payment_gross_minor_id", "gross_minor", "id"),
        Index("ix_payment_settled_at", "settled_at"),
        Index("ix_payment_refunded_at", "refunded_at", postgresql_where=text("refunded_at IS NOT NULL")),
        Index(
            "ix_payment_processor_reference",
            "processor_reference",
            postgresql_where=text("processor_reference IS NOT NULL"),
        ),
        Index(
            "ix_payment_settled",
            "settled_at",
            postgresql_include=[
                "cluster",
                "currency",
                "purpose",
                "creator_id",
                "gross_minor",
                "processor_fee_minor",
                "platform_fee_minor",
                "creator_minor",
            ],
            postgresql_where=text("state = 'settled'"),
        ),
        CheckConstraint("gross_minor > 0", name="gross_minor"),
        CheckConstraint(
            "gross_minor = processor_fee_minor + platform_fee_minor + creator_minor",
            name="shares_sum_to_gross",
        ),
        {"schema": "finance"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    purpose: Mapped[str] = choice(
        Purpose, 20, pill=True, tones={"tip": "accent", "unlock": "info", "subscription": ""}
    )
    state: Mapped[str] = choice(
        PaymentState, 10, default=PaymentState.PENDING, tones={"refunded": "warn", "declined": "bad"}
    )
    fan_id: Mapped[str] = ref("fan", index=False)
    creator_id: Mapped[str] = ref("creator", index=False)
    asset_id: Mapped[str | None] = ref("asset", nullable=True, label="Item")
    subscription_id: Mapped[str | None] = mapped_column(ForeignKey("finance.subscription.id"), index=True)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    gross_minor: Mapped[int] = minor_units(label="Gross")
    processor_fee_minor: Mapped[int] = minor_units(label="Processor's fee")
    platform_fee_minor: Mapped[int] = minor_units(label="Platform's fee")
    creator_minor: Mapped[int] = minor_units(label="Creator's share")
    rule_version: Mapped[int] = mapped_column(Integer, info={"label": "Fee rule"})
    adapter: Mapped[str] = mapped_column(String(20))
    processor_reference: Mapped[str | None] = mapped_column(String(120))
    request_key: Mapped[str | None] = mapped_column(String(240))
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created(label="When")
    settled_at: Mapped[datetime | None] = moment()
    refunded_at: Mapped[datetime | None] = moment()
    refunded_by: Mapped[int | None] = user_ref()

    def __str__(self) -> str:
        return f"{self.purpose} {self.id[-8:]}"
