"""The chart of accounts and the journal. Postings are positive for a debit, negative for a credit."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fanzadmin.kernel.db import Model, choice, created, currency_column, minor_units, moment, pk, ref
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned


class Kind(StrEnum):
    """What an account is; assets and expenses grow by debits, the others by credits."""

    ASSET = "asset"
    LIABILITY = "liability"
    REVENUE = "revenue"
    EXPENSE = "expense"


@marks(searched="cluster currency code kind title", sorted_by="cluster kind title creator_id")
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
        {"schema": "finance"},
    )

    id: Mapped[str] = pk()
    cluster: Mapped[str] = mapped_column(String(40), nullable=False)
    currency: Mapped[str] = currency_column()
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = choice(Kind, 10)
    title: Mapped[str] = mapped_column(Text)
    creator_id: Mapped[str | None] = ref("creator", nullable=True)
    created_at: Mapped[datetime] = created(label="Opened")

    @property
    def balance_minor(self) -> int:
        """What `queries.read_balances` read; KeyError where it did not."""
        return int(self.__dict__["_balance_minor"])

    @balance_minor.setter
    def balance_minor(self, balance_minor: int) -> None:
        self.__dict__["_balance_minor"] = balance_minor

    def __str__(self) -> str:
        return self.title


@marks(searched="reference template cluster effective_at", sorted_by="reference effective_at")
class JournalEntry(Model):
    """One balanced transaction. `reference` makes it happen once; `reverses_id` names the entry it reverses."""

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
    rule_version: Mapped[int | None] = mapped_column(Integer, info={"label": "Fee rule"})
    cluster: Mapped[str] = mapped_column(String(40), nullable=False)
    description: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime] = moment(nullable=False, label="Effective")
    posted_at: Mapped[datetime] = moment(nullable=False)
    reverses_id: Mapped[str | None] = mapped_column(
        ForeignKey("finance.journal_entry.id"), info={"label": "Takes back", "cell": "code"}
    )

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id", viewonly=True)

    def __str__(self) -> str:
        return self.description


@partitioned("entry_id")
@marks(searched="entry_id account_id currency", sorted_by="id")
class Posting(Model):
    """One leg of an entry, in the currency of its account. All legs of an entry lie in the partition of its time."""

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
    entry_id: Mapped[str] = mapped_column(
        ForeignKey("finance.journal_entry.id"), primary_key=True, info={"cell": "code"}
    )
    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), info={"cell": "code"})
    amount_minor: Mapped[int] = minor_units(label="Amount")
    currency: Mapped[str] = currency_column()

    account: Mapped[Account] = relationship(viewonly=True)
    entry: Mapped[JournalEntry] = relationship(viewonly=True)

    # PostgreSQL's key holds what the table is cut by, too; the id alone names a row.
    __mapper_args__: ClassVar[dict[str, tuple[str, ...]]] = {"primary_key": ("id",)}
