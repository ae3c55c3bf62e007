"""Payouts: a creator's money from available to reserved to paid, through two people."""

from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import PayoutApproved, PayoutPaid, PayoutRefused, PayoutRequested
from fanzadmin.finance.models import Payout, PayoutState
from fanzadmin.finance.service import ledger, templates
from fanzadmin.finance.service.payments import NoSuchCreator
from fanzadmin.finance.service.templates import Books
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Forbidden, Invalid, NotFound
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask

LOWEST_PAYOUT_MINOR = 2_000
LARGE_PAYOUT_MINOR = 100_000


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
    record(PayoutApproved(**_told(payout)))


def mark_paid(payout_id: str, *, by_user_id: int | None) -> None:
    """The bank has sent the money. Raises NoSuchPayout, WrongPayoutState, FourEyesNeeded."""
    payout = _locked(payout_id, PayoutState.APPROVED)
    _require_other_person(payout, by_user_id)
    now = clock.now()
    payout.state, payout.paid_at, payout.paid_by = PayoutState.PAID, now, by_user_id
    ledger.post(
        templates.payout_paid(
            _books(payout), payout.id, creator_id=payout.creator_id, amount_minor=payout.amount_minor, at=now
        )
    )
    record(PayoutPaid(**_told(payout)))


def is_large_payout(payout: Payout) -> bool:
    """Whether so much money leaves that two of the team must agree to it: 1,000.00 of any currency."""
    return payout.amount_minor >= LARGE_PAYOUT_MINOR


def refuse_payout(payout_id: str, *, by_user_id: int | None, reason: str) -> None:
    """The money becomes available again. Raises NoSuchPayout, WrongPayoutState, ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(gettext("The creator reads why the payout was refused."))
    payout = _locked(payout_id, PayoutState.REQUESTED, PayoutState.APPROVED)
    now = clock.now()
    payout.state, payout.refused_at, payout.refused_by = PayoutState.REFUSED, now, by_user_id
    payout.reason = reason
    ledger.post(
        templates.payout_refused(
            _books(payout), payout.id, creator_id=payout.creator_id, amount_minor=payout.amount_minor, at=now
        )
    )
    record(PayoutRefused(**_told(payout), reason=reason))


def _reserve(creator: CreatorCard, amount_minor: int, by_user_id: int | None, key: str | None) -> str:
    now = clock.now()
    payout = Payout(
        id=new_id(),
        creator_id=creator.id,
        cluster=creator.cluster,
        currency=creator.currency,
        amount_minor=amount_minor,
        state=PayoutState.REQUESTED,
        request_key=key,
        requested_at=now,
        requested_by=by_user_id,
    )
    session.add(payout)
    ledger.post(
        templates.payout_requested(
            _books(payout), payout.id, creator_id=creator.id, amount_minor=amount_minor, at=now
        )
    )
    record(PayoutRequested(**_told(payout)))
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
    """Neither the creator nor whoever asked for the payout moves it on; somebody must answer for it."""
    creator = ask(People).creator(payout.creator_id)
    if user_id is None or user_id in {payout.requested_by, creator.user_id if creator else None}:
        raise FourEyesNeeded(
            gettext("A payout is approved and paid by somebody other than the one who asked for it.")
        )


def _books(payout: Payout) -> Books:
    return Books(payout.cluster, payout.currency)


def _told(payout: Payout) -> dict[str, Any]:  # Any: the fields that every payout fact has
    return {
        "payout_id": payout.id,
        "creator_id": payout.creator_id,
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
        "cluster": payout.cluster,
    }
