"""Posting templates: pure functions from an event of the business to a balanced draft of a journal entry.

Debits are positive, credits negative. A creator's share is a liability; the processor's fee is an expense that the
payment recovers, so that what the platform keeps is exactly `platform_fee_minor`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from fanzadmin.finance.models import Kind
from fanzadmin.finance.service.fees import Shares

CHART_SPACE = UUID("6b1f3e0a-9d0c-5c5e-8a55-0f1b1f6c2257")

CHART: dict[str, tuple[Kind, str]] = {
    "psp_clearing": (Kind.ASSET, "Owed by the payment processor"),
    "bank": (Kind.ASSET, "Bank"),
    "creator_paid": (Kind.ASSET, "Bank, paid out to the creator"),
    "creator_available": (Kind.LIABILITY, "Creator's balance, available"),
    "creator_reserved": (Kind.LIABILITY, "Creator's balance, reserved for payouts"),
    "accrued_costs": (Kind.LIABILITY, "Owed for storage and processing"),
    "platform_fee_revenue": (Kind.REVENUE, "Platform fees"),
    "processor_fee_recovered": (Kind.REVENUE, "Processor fees carried by payments"),
    "processor_fee_expense": (Kind.EXPENSE, "Processor fees"),
    "storage_cost": (Kind.EXPENSE, "Storage"),
    "processing_cost": (Kind.EXPENSE, "Processing"),
}


@dataclass(frozen=True, slots=True)
class AccountKey:
    """An account by what it is; `id` follows from it, so that nobody has to look it up."""

    cluster: str
    currency: str
    code: str
    creator_id: str | None = None

    @property
    def id(self) -> str:
        return str(uuid5(CHART_SPACE, f"{self.cluster}/{self.currency}/{self.code}/{self.creator_id or ''}"))


@dataclass(frozen=True, slots=True)
class Line:
    account: AccountKey
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted once per `reference`; lines of zero are left out."""

    reference: str
    template: str
    cluster: str
    currency: str
    description: str
    effective_at: datetime
    lines: tuple[Line, ...] = field(default=())
    rule_version: int | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books: a cluster's, in its currency."""

    cluster: str
    currency: str

    def account(self, code: str, creator_id: str | None = None) -> AccountKey:
        return AccountKey(self.cluster, self.currency, code, creator_id)

    def draft(
        self,
        template: str,
        reference: str,
        *,
        description: str,
        at: datetime,
        amounts: tuple[tuple[AccountKey, int], ...],
        rule_version: int | None = None,
    ) -> Draft:
        lines = tuple(Line(account, amount) for account, amount in amounts if amount)
        return Draft(reference, template, self.cluster, self.currency, description, at, lines, rule_version)


def payment_settled(
    books: Books, payment_id: str, *, purpose: str, creator_id: str, shares: Shares, at: datetime
) -> Draft:
    """Gross in; the processor's fee, the platform's fee and the creator's share out of it."""
    fee = shares.processor_fee_minor
    amounts = (
        (books.account("psp_clearing"), shares.gross_minor - fee),
        (books.account("processor_fee_expense"), fee),
        (books.account("processor_fee_recovered"), -fee),
        (books.account("platform_fee_revenue"), -shares.platform_fee_minor),
        (books.account("creator_available", creator_id), -shares.creator_minor),
    )
    return books.draft(
        "payment_settled",
        payment_reference(payment_id),
        description=f"{purpose.capitalize()} paid",
        at=at,
        amounts=amounts,
        rule_version=shares.rule_version,
    )


def payment_reference(payment_id: str) -> str:
    """The journal reference of a payment's entry."""
    return f"payment:{payment_id}"


def asset_cost(
    books: Books, asset_id: str, *, storage_minor: int, processing_minor: int, at: datetime
) -> Draft:
    """What an asset costs the platform."""
    amounts = (
        (books.account("storage_cost"), storage_minor),
        (books.account("processing_cost"), processing_minor),
        (books.account("accrued_costs"), -storage_minor - processing_minor),
    )
    return books.draft(
        "asset_cost",
        f"asset-cost:{asset_id}",
        description="Storage and processing of an asset",
        at=at,
        amounts=amounts,
    )


def payout_requested(
    books: Books, payout_id: str, *, creator_id: str, amount_minor: int, at: datetime
) -> Draft:
    """Available becomes reserved."""
    amounts = (
        (books.account("creator_available", creator_id), amount_minor),
        (books.account("creator_reserved", creator_id), -amount_minor),
    )
    return books.draft(
        "payout_requested",
        f"payout-requested:{payout_id}",
        description="Payout requested",
        at=at,
        amounts=amounts,
    )


def payout_refused(
    books: Books, payout_id: str, *, creator_id: str, amount_minor: int, at: datetime
) -> Draft:
    """Reserved becomes available again."""
    amounts = (
        (books.account("creator_reserved", creator_id), amount_minor),
        (books.account("creator_available", creator_id), -amount_minor),
    )
    return books.draft(
        "payout_refused", f"payout-refused:{payout_id}", description="Payout refused", at=at, amounts=amounts
    )


def payout_paid(books: Books, payout_id: str, *, creator_id: str, amount_minor: int, at: datetime) -> Draft:
    """The reserved money leaves the bank."""
    amounts = (
        (books.account("creator_reserved", creator_id), amount_minor),
        (books.account("creator_paid", creator_id), -amount_minor),
    )
    return books.draft(
        "payout_paid", f"payout-paid:{payout_id}", description="Payout paid", at=at, amounts=amounts
    )


def processor_settled(books: Books, day: str, *, amount_minor: int, at: datetime) -> Draft:
    """The processor pays what it owes into the bank."""
    amounts = ((books.account("bank"), amount_minor), (books.account("psp_clearing"), -amount_minor))
    reference = f"processor-settled:{books.cluster}:{books.currency}:{day}"
    return books.draft(
        "processor_settled",
        reference,
        description=f"Settlement of the processor, {day}",
        at=at,
        amounts=amounts,
    )
