"""FanzFinance's tables. Amounts are minor units; postings are positive for a debit, negative for a credit."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import (
    Model,
    cluster_column,
    created,
    currency_column,
    minor_units,
    moment,
    pk,
    ref,
    session,
    user_ref,
)


class Kind(StrEnum):
    """What an account is; assets and expenses grow by debits, the others by credits."""

    ASSET = "asset"
    LIABILITY = "liability"
    REVENUE = "revenue"
    EXPENSE = "expense"


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


class SubscriptionState(StrEnum):
    """`past_due`: a renewal was declined and is tried again; `cancelled`: runs to the end of what is paid."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    ENDED = "ended"


class PayoutState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


class Account(Model):
    """A line of the chart of accounts. `creator_id` is set where the account is a creator's own."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("id", "currency", name="uq_account_id_currency"),
        Index(
            "uq_account_chart",
            "cluster",
            "currency",
            "code",
            "creator_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("kind IN ('asset', 'liability', 'revenue', 'expense')", name="kind"),
        {"schema": "finance"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = mapped_column(String(40), nullable=False)
    currency: Mapped[str] = currency_column()
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Text)
    creator_id: Mapped[str | None] = ref("creator", nullable=True)
    created_at: Mapped[datetime] = created()

    @property
    def balance_minor(self) -> int:
        """The sum of its postings, positive on the side that its kind grows; what queries.sum_balances noted, if it did."""
        noted = vars(self).get("summed_minor")
        if noted is None:
            total = select(func.coalesce(func.sum(Posting.amount_minor), 0)).where(
                Posting.account_id == self.id
            )
            noted = int(session.execute(total).scalar_one())
        return int(noted) if self.kind in {Kind.ASSET, Kind.EXPENSE} else -int(noted)

    def __str__(self) -> str:
        return self.title


class JournalEntry(Model):
    """One balanced transaction. `reference` makes it happen once; `reverses_id` names the entry it takes back."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_cluster_effective_at", "cluster", "effective_at"),
        Index("uq_journal_entry_reverses_id", "reverses_id", unique=True),
        Index("ix_journal_entry_effective_at", "effective_at"),
        Index("ix_journal_entry_template_id", "template", "id"),
        {"schema": "finance"},
    )
    __large__ = True
    __audited__ = False

    id: Mapped[str] = pk()
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[int | None] = mapped_column(Integer)
    cluster: Mapped[str] = mapped_column(String(40), nullable=False)
    description: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime] = moment(nullable=False)
    posted_at: Mapped[datetime] = moment(nullable=False)
    reverses_id: Mapped[str | None] = mapped_column(ForeignKey("finance.journal_entry.id"))

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id", viewonly=True)

    def __str__(self) -> str:
        return self.description


class Posting(Model):
    """One leg of an entry, in the currency of its account."""

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "currency"],
            ["finance.account.id", "finance.account.currency"],
            name="fk_posting_account_id_currency",
        ),
        CheckConstraint("amount_minor <> 0", name="amount_minor"),
        Index("ix_posting_entry_id", "entry_id"),
        Index("ix_posting_account_id", "account_id", postgresql_include=["amount_minor"]),
        {"schema": "finance"},
    )
    __large__ = True
    __audited__ = False

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("finance.journal_entry.id"))
    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    amount_minor: Mapped[int] = minor_units()
    currency: Mapped[str] = currency_column()

    account: Mapped[Account] = relationship(viewonly=True)
    entry: Mapped[JournalEntry] = relationship(viewonly=True)


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
        CheckConstraint("purpose IN ('subscription', 'unlock', 'tip')", name="purpose"),
        CheckConstraint("state IN ('pending', 'settled', 'declined', 'refunded')", name="state"),
        {"schema": "finance"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    purpose: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default=PaymentState.PENDING)
    fan_id: Mapped[str] = ref("fan", index=False)
    creator_id: Mapped[str] = ref("creator", index=False)
    asset_id: Mapped[str | None] = ref("asset", nullable=True)
    subscription_id: Mapped[str | None] = mapped_column(ForeignKey("finance.subscription.id"), index=True)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    gross_minor: Mapped[int] = minor_units()
    processor_fee_minor: Mapped[int] = minor_units()
    platform_fee_minor: Mapped[int] = minor_units()
    creator_minor: Mapped[int] = minor_units()
    rule_version: Mapped[int] = mapped_column(Integer)
    adapter: Mapped[str] = mapped_column(String(20))
    processor_reference: Mapped[str | None] = mapped_column(String(120))
    request_key: Mapped[str | None] = mapped_column(String(240))
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    settled_at: Mapped[datetime | None] = moment()
    refunded_at: Mapped[datetime | None] = moment()
    refunded_by: Mapped[int | None] = user_ref()

    def __str__(self) -> str:
        return f"{self.purpose} {self.id[-8:]}"


class Subscription(Model):
    """A fan's monthly subscription to a creator. `instrument` is the processor's token for charging again."""

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
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("state IN ('active', 'past_due', 'cancelled', 'ended')", name="state"),
        {"schema": "finance"},
    )
    __large__ = True

    id: Mapped[str] = pk()
    fan_id: Mapped[str] = ref("fan", index=False)
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    price_minor: Mapped[int] = minor_units()
    state: Mapped[str] = mapped_column(String(10), default=SubscriptionState.ACTIVE)
    instrument: Mapped[str] = mapped_column(String(120), default="")
    failed_renewals: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime] = moment(nullable=False)
    paid_until: Mapped[datetime] = moment(nullable=False)
    next_charge_at: Mapped[datetime] = moment(nullable=False)
    cancelled_at: Mapped[datetime | None] = moment()
    ended_at: Mapped[datetime | None] = moment()

    def __str__(self) -> str:
        return f"subscription {self.id[-8:]}"


class Payout(Model):
    """What a creator asks to be paid: requested, approved by another person, paid; or refused."""

    __tablename__ = "payout"
    __table_args__ = (
        Index("ix_payout_creator_id_id", "creator_id", "id"),
        Index("ix_payout_state_requested_at", "state", "requested_at"),
        Index("uq_payout_request_key", "creator_id", "request_key", unique=True),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint("state IN ('requested', 'approved', 'paid', 'refused')", name="state"),
        {"schema": "finance"},
    )

    id: Mapped[str] = pk()
    creator_id: Mapped[str] = ref("creator", index=False)
    cluster: Mapped[str] = cluster_column()
    currency: Mapped[str] = currency_column()
    amount_minor: Mapped[int] = minor_units()
    state: Mapped[str] = mapped_column(String(10), default=PayoutState.REQUESTED)
    request_key: Mapped[str | None] = mapped_column(String(240))
    requested_at: Mapped[datetime] = moment(nullable=False)
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
