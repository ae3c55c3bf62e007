"""Drafts of journal entries, and the chart of accounts that they post to.

Debits are positive, credits negative. A template is a pure function from an event of the business to a balanced Draft;
each area has its own.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from fanzadmin.finance.ledger.models import Kind

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
    """An account by what it is; `id` follows from it, so that no one has to look it up."""

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
