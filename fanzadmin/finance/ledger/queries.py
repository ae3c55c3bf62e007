"""Balances: sums of postings."""

from collections.abc import Iterable

from sqlalchemy import func, select

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.finance import Balance
from fanzadmin.finance.ledger.models import Account, Kind, Posting
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


def read_balances(accounts: Iterable[Account]) -> None:
    """Give several accounts their `balance_minor`, in one statement: positive on the side that an account's kind grows."""
    by_id = {account.id: account for account in accounts}
    sums = (
        select(Posting.account_id, func.sum(Posting.amount_minor))
        .where(Posting.account_id.in_(by_id))
        .group_by(Posting.account_id)
    )
    debits = {account_id: int(total) for account_id, total in session.execute(sums)}
    for account in by_id.values():
        total = debits.get(account.id, 0)
        account.balance_minor = total if account.kind in {Kind.ASSET, Kind.EXPENSE} else -total
