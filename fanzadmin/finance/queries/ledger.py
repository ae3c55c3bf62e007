"""Balances: sums of postings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.finance import Balance
from fanzadmin.finance.models import Account, Payment, PaymentState, Payout, Posting
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask


@dataclass(frozen=True, slots=True)
class PayoutCard:
    """A payout as its creator sees it; minor units."""

    id: str
    amount_minor: int
    currency: str
    state: str
    requested_at: datetime
    paid_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Earning:
    """A payment as the creator who earned it sees it; minor units."""

    payment_id: str
    purpose: str
    state: str
    fan_id: str
    asset_id: str | None
    gross_minor: int
    creator_minor: int
    currency: str
    settled_at: datetime | None


def balance(creator_id: str) -> Balance:
    """A creator's balance in the currency of the creator's cluster; all zero for one without entries."""
    creator = ask(People).creator(creator_id)
    sums = (
        select(Account.code, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.creator_id == creator_id)
        .group_by(Account.code)
    )
    if creator is not None:
        sums = sums.where(Account.cluster == creator.cluster, Account.currency == creator.currency)
    owed = {code: -int(total) for code, total in session.execute(sums)}
    return Balance(
        available_minor=owed.get("creator_available", 0),
        reserved_minor=owed.get("creator_reserved", 0),
        paid_minor=owed.get("creator_paid", 0),
        currency=creator.currency if creator is not None else "",
    )


def lifetime_value_minor(fan_id: str) -> int:
    """All that a fan ever paid and did not get back."""
    paid = select(func.coalesce(func.sum(Payment.gross_minor), 0)).where(
        Payment.fan_id == fan_id, Payment.state == PaymentState.SETTLED
    )
    return int(session.execute(paid).scalar_one())


def account_totals(account_ids: tuple[str, ...]) -> dict[str, int]:
    """The sums of several accounts, debits positive; accounts without postings are left out."""
    sums = (
        select(Posting.account_id, func.sum(Posting.amount_minor))
        .where(Posting.account_id.in_(account_ids))
        .group_by(Posting.account_id)
    )
    return {account_id: int(total) for account_id, total in session.execute(sums)}


def payouts_of(creator_id: str, limit: int = 20) -> tuple[PayoutCard, ...]:
    """A creator's payouts, newest first."""
    query = select(Payout).where(Payout.creator_id == creator_id).order_by(Payout.id.desc()).limit(limit)
    return tuple(
        PayoutCard(
            row.id, row.amount_minor, row.currency, row.state, row.requested_at, row.paid_at, row.reason
        )
        for row in session.execute(query).scalars()
    )


def earnings_of(creator_id: str, limit: int = 20) -> tuple[Earning, ...]:
    """What a creator earned, newest first; refunded payments say so."""
    query = (
        select(Payment)
        .where(
            Payment.creator_id == creator_id,
            Payment.state.in_((PaymentState.SETTLED, PaymentState.REFUNDED)),
        )
        .order_by(Payment.id.desc())
        .limit(limit)
    )
    return tuple(
        Earning(
            payment_id=row.id,
            purpose=row.purpose,
            state=row.state,
            fan_id=row.fan_id,
            asset_id=row.asset_id,
            gross_minor=row.gross_minor,
            creator_minor=row.creator_minor,
            currency=row.currency,
            settled_at=row.settled_at,
        )
        for row in session.execute(query).scalars()
    )
