"""Payouts: a creator's money from available to reserved to paid, through two people."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import PayoutApproved, PayoutPaid, PayoutRefused, PayoutRequested
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books, Draft
from fanzadmin.finance.payments.service import NoSuchCreator
from fanzadmin.finance.payouts.models import Payout, PayoutState
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Forbidden, Invalid, NotFound
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask

LOWEST_PAYOUT_MINOR = 2_000
LARGE_PAYOUT_MINOR = 100_000
DEBIT_CREDIT = {  # what becomes of the money with each state; an approval moves none
    PayoutState.REQUESTED: ("creator_available", "creator_reserved"),
    PayoutState.REFUSED: ("creator_reserved", "creator_available"),
    PayoutState.PAID: ("creator_reserved", "creator_paid"),
}


class NoSuchPayout(NotFound):
    title = "There is no such payout"


class PayoutTooSmall(Invalid):
    title = "The amount is below the smallest payout"


class NotEnoughAvailable(BusinessError):
    title = "Not enough is available"


class WrongPayoutState(BusinessError):
    title = "The payout is not in the right state for this"


class FourEyesNeeded(Forbidden):
    title = "Another person has to do this"


class ReasonNeeded(Invalid):
    title = "Say why"


def request_payout(
    creator_id: str, *, amount_minor: int, by_user_id: int | None = None, key: str | None = None
) -> str:
    """Reserve a part of a creator's available balance. Returns the payout's id; with the same `key`, the same one.

    Raises NoSuchCreator, PayoutTooSmall, NotEnoughAvailable.
    """
    creator = ask(People).creator(creator_id)
    if creator is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    if amount_minor < LOWEST_PAYOUT_MINOR:
        raise PayoutTooSmall(
            gettext(
                "The smallest payout is %(amount)s.",
                amount=money_text(LOWEST_PAYOUT_MINOR, creator.currency),
            )
        )
    available = Books(creator.cluster, creator.currency).account("creator_available", creator_id)
    ledger.lock(available)
    earlier = _requested_with(creator_id, key)
    if earlier is not None:
        return earlier.id
    free = -ledger.total_minor(available)
    if amount_minor > free:
        raise NotEnoughAvailable(
            gettext("%(amount)s is available.", amount=money_text(max(free, 0), creator.currency))
        )
    return _reserve(creator, amount_minor, by_user_id, key)


def approve_payout(payout_id: str, *, by_user_id: int | None) -> None:
    """A second person agrees. Raises NoSuchPayout, WrongPayoutState, FourEyesNeeded."""
    payout = _locked(payout_id, PayoutState.REQUESTED)
    _require_other_person(payout, by_user_id)
    payout.state, payout.approved_at, payout.approved_by = PayoutState.APPROVED, clock.now(), by_user_id
    record(PayoutApproved(**_fact_fields(payout)))


def mark_paid(payout_id: str, *, by_user_id: int | None) -> None:
    """The bank has sent the money. Raises NoSuchPayout, WrongPayoutState, FourEyesNeeded."""
    payout = _locked(payout_id, PayoutState.APPROVED)
    _require_other_person(payout, by_user_id)
    payout.state, payout.paid_at, payout.paid_by = PayoutState.PAID, clock.now(), by_user_id
    _book(payout)
    record(PayoutPaid(**_fact_fields(payout)))


def is_large_payout(payout: Payout) -> bool:
    """Whether so much money leaves that two of the team must agree to it: 1,000.00 of any currency."""
    return payout.amount_minor >= LARGE_PAYOUT_MINOR


def refuse_payout(payout_id: str, *, by_user_id: int | None, reason: str) -> None:
    """The money becomes available again. Raises NoSuchPayout, WrongPayoutState, ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(gettext("The creator reads why the payout was refused."))
    payout = _locked(payout_id, PayoutState.REQUESTED, PayoutState.APPROVED)
    payout.state, payout.refused_at, payout.refused_by = PayoutState.REFUSED, clock.now(), by_user_id
    payout.reason = reason
    _book(payout)
    record(PayoutRefused(**_fact_fields(payout), reason=reason))


def payout_draft(
    books: Books, payout_id: str, *, state: PayoutState, creator_id: str, amount_minor: int, at: datetime
) -> Draft:
    """The posting template of a payout that comes into `state`: the money moves between the creator's accounts."""
    debit, credit = (books.account(code, creator_id) for code in DEBIT_CREDIT[state])
    return books.draft(
        f"payout_{state}",
        f"payout-{state}:{payout_id}",
        description=f"Payout {state}",
        at=at,
        amounts=((debit, amount_minor), (credit, -amount_minor)),
    )


def _reserve(creator: CreatorCard, amount_minor: int, by_user_id: int | None, key: str | None) -> str:
    payout = Payout(
        id=new_id(),
        creator_id=creator.id,
        cluster=creator.cluster,
        currency=creator.currency,
        amount_minor=amount_minor,
        state=PayoutState.REQUESTED,
        request_key=key,
        requested_at=clock.now(),
        requested_by=by_user_id,
    )
    session.add(payout)
    _book(payout)
    record(PayoutRequested(**_fact_fields(payout)))
    return payout.id


def _requested_with(creator_id: str, key: str | None) -> Payout | None:
    if key is None:
        return None
    query = select(Payout).where(Payout.creator_id == creator_id, Payout.request_key == key)
    return session.execute(query).scalar()


def _locked(payout_id: str, *states: PayoutState) -> Payout:
    payout: Payout | None = session.execute(
        select(Payout).where(Payout.id == payout_id).with_for_update()
    ).scalar()
    if payout is None:
        raise NoSuchPayout(gettext("There is no such payout."))
    if payout.state not in states:
        raise WrongPayoutState(_standing(payout))
    return payout


def _standing(payout: Payout) -> str:
    sentences: dict[str, str] = {
        PayoutState.REQUESTED: gettext("This payout is requested."),
        PayoutState.APPROVED: gettext("This payout is approved."),
        PayoutState.PAID: gettext("This payout is paid."),
        PayoutState.REFUSED: gettext("This payout is refused."),
    }
    return sentences[payout.state]


def _require_other_person(payout: Payout, user_id: int | None) -> None:
    """Neither the creator nor the requester moves a payout on, nor an unnamed user."""
    creator = ask(People).creator(payout.creator_id)
    if user_id is None or user_id in {payout.requested_by, creator.user_id if creator else None}:
        raise FourEyesNeeded(
            gettext("A payout is approved and paid by somebody other than the one who asked for it.")
        )


def _book(payout: Payout) -> None:
    books, state = Books(payout.cluster, payout.currency), PayoutState(payout.state)
    ledger.post(
        payout_draft(
            books,
            payout.id,
            state=state,
            creator_id=payout.creator_id,
            amount_minor=payout.amount_minor,
            at=clock.now(),
        )
    )


def _fact_fields(payout: Payout) -> dict[str, Any]:  # Any: the fields that every payout fact has
    return {
        "payout_id": payout.id,
        "creator_id": payout.creator_id,
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "cluster": payout.cluster,
    }
