"""Payouts as their creator sees them. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.finance.payouts.models import Payout
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.paging import KeysetQuery


class NoSuchOwnPayout(NotFound):
    title = "There is no such payout"


@dataclass(frozen=True, slots=True)
class PayoutCard:
    """A payout as its creator sees it."""

    id: str
    amount_minor: int
    currency: str
    state: str
    requested_at: datetime
    paid_at: datetime | None
    reason: str | None


def payouts_of(creator_id: str) -> KeysetQuery[PayoutCard]:
    """A creator's payouts, newest first."""
    return KeysetQuery(select(Payout).where(Payout.creator_id == creator_id), (Payout.id,), payout_card)


def payout_card(row: Payout) -> PayoutCard:
    return PayoutCard(
        row.id, row.amount_minor, row.currency, row.state, row.requested_at, row.paid_at, row.reason
    )


def own_payout(creator_id: str, payout_id: str) -> PayoutCard:
    """A payout of this creator. Raises NoSuchOwnPayout, also for a neighbour's."""
    query = select(Payout).where(Payout.creator_id == creator_id, Payout.id == payout_id)
    payout = session.execute(query).scalar() if is_id(payout_id) else None
    if payout is None:
        raise NoSuchOwnPayout(gettext("There is no such payout among yours."))
    return payout_card(payout)
