"""Balances: sums of postings."""

from collections.abc import Iterable

from sqlalchemy import func, select

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.finance import Balance
from fanzadmin.finance.models import Account, Payment, PaymentState, Posting
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask


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


def sum_balances(accounts: Iterable[Account]) -> None:
    """Note the balances of several accounts on them, in one statement; `balance_minor` reads the note."""
    chosen = tuple(accounts)
    totals = account_totals(tuple(account.id for account in chosen))
    for account in chosen:
        account.__dict__["summed_minor"] = totals.get(account.id, 0)
