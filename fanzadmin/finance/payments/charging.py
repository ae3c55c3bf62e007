"""One payment, from claim to books."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.finance import PaymentDeclined, PaymentSettled
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books
from fanzadmin.finance.payments import templates
from fanzadmin.finance.payments.fees import Shares, divide, rule_at
from fanzadmin.finance.payments.models import Payment, PaymentState, Purpose
from fanzadmin.finance.payments.processors import Charge, processor
from fanzadmin.finance.payments.queries import PaymentCard, payment_card
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid
from fanzadmin.kernel.ids import new_id


class KeyOfAnotherPayment(Invalid):
    title = "This key was used for another payment"


class Declined(BusinessError):
    """The payment row and the fact of the refusal are kept."""

    status = 402
    title = "The payment was declined"
    keeps_work = True


class ConfirmationNeeded(Declined):
    title = "The bank wants a confirmation"


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """What is to be charged. With a `key`, once."""

    purpose: Purpose
    fan_id: str
    creator_id: str
    cluster: str
    currency: str
    amount_minor: int
    token: str
    key: str | None = None
    asset_id: str | None = None
    subscription_id: str | None = None


def charge(request: ChargeRequest) -> PaymentCard:
    """Claim, charge, book and announce one payment; the same key or unlock again answers with the first.

    Raises Declined (or ConfirmationNeeded) after recording the refusal; ProcessorAway.
    """
    payment, answer = try_charge(request)
    if answer is None:
        return payment_card(payment, repeated=True)
    if not answer.approved:
        raise refusal(payment, answer)
    return payment_card(payment)


def try_charge(request: ChargeRequest) -> tuple[Payment, Charge | None]:
    """As `charge`, but a refusal is returned. No Charge when the payment stood already."""
    payment_id = _claim(request)
    if payment_id is None:
        return _earlier(request), None
    payment = session.get_one(Payment, payment_id)
    answer = processor().charge(
        request.token,
        amount_minor=request.amount_minor,
        currency=request.currency,
        reference=f"{request.fan_id}:{request.key}" if request.key else payment_id,
    )
    payment.processor_reference = answer.reference
    if answer.approved:
        _settle(payment)
    else:
        _decline(payment, answer.reason)
    return payment, answer


def refusal(payment: Payment, answer: Charge) -> Declined:
    """The error to raise for a charge that was not approved."""
    reason = gettext(answer.reason) if answer.reason else ""
    if answer.needs_confirmation:
        sentence = gettext("%(reason)s Repeat the payment with the token of the confirmation.", reason=reason)
        return ConfirmationNeeded(sentence, payment_id=payment.id, confirm_with=answer.instrument)
    return Declined(reason, payment_id=payment.id)


def unlock_of(fan_id: str, asset_id: str) -> Payment | None:
    """The payment by which a fan holds an asset."""
    query = select(Payment).where(
        Payment.fan_id == fan_id,
        Payment.asset_id == asset_id,
        Payment.purpose == Purpose.UNLOCK,
        Payment.state == PaymentState.SETTLED,
    )
    return session.execute(query).scalar()


def shares_of(payment: Payment) -> Shares:
    return Shares(
        payment.gross_minor,
        payment.processor_fee_minor,
        payment.platform_fee_minor,
        payment.creator_minor,
        payment.rule_version,
    )


def _claim(request: ChargeRequest) -> str | None:
    """The row of this payment, None when it stands already; a concurrent payment for the same waits here."""
    shares = divide(request.amount_minor, rule_at(clock.now()))
    row = insert(Payment).values(
        id=new_id(),
        purpose=request.purpose.value,
        state=PaymentState.PENDING.value,
        fan_id=request.fan_id,
        creator_id=request.creator_id,
        asset_id=request.asset_id,
        subscription_id=request.subscription_id,
        cluster=request.cluster,
        currency=request.currency,
        gross_minor=shares.gross_minor,
        processor_fee_minor=shares.processor_fee_minor,
        platform_fee_minor=shares.platform_fee_minor,
        creator_minor=shares.creator_minor,
        rule_version=shares.rule_version,
        adapter=processor().name,
        request_key=request.key,
        created_at=clock.now(),
    )
    return session.execute(row.on_conflict_do_nothing().returning(Payment.id)).scalar()


def _earlier(request: ChargeRequest) -> Payment:
    """The payment that the claim of `request` ran into. Raises KeyOfAnotherPayment."""
    if request.key is not None:
        query = select(Payment).where(
            Payment.fan_id == request.fan_id,
            Payment.request_key == request.key,
            Payment.state != PaymentState.DECLINED,
        )
        payment: Payment | None = session.execute(query).scalar()
        if payment is not None:
            requested = (
                request.purpose,
                request.creator_id,
                request.asset_id,
                request.subscription_id,
                request.amount_minor,
            )
            charged = (
                payment.purpose,
                payment.creator_id,
                payment.asset_id,
                payment.subscription_id,
                payment.gross_minor,
            )
            if requested != charged:
                raise KeyOfAnotherPayment(gettext("Use a new key for a new payment."))
            return payment
    payment = unlock_of(request.fan_id, request.asset_id) if request.asset_id else None
    if payment is None:
        raise KeyOfAnotherPayment(gettext("This payment is being made right now; try again in a moment."))
    return payment


def _settle(payment: Payment) -> None:
    payment.state, payment.settled_at = PaymentState.SETTLED, clock.now()
    books = Books(payment.cluster, payment.currency)
    draft = templates.payment_settled(
        books,
        payment.id,
        purpose=payment.purpose,
        creator_id=payment.creator_id,
        shares=shares_of(payment),
        at=payment.settled_at,
    )
    ledger.post(draft)
    record(
        PaymentSettled(
            payment_id=payment.id,
            purpose=payment.purpose,
            fan_id=payment.fan_id,
            creator_id=payment.creator_id,
            asset_id=payment.asset_id or "",
            gross_minor=payment.gross_minor,
            processor_fee_minor=payment.processor_fee_minor,
            platform_fee_minor=payment.platform_fee_minor,
            creator_minor=payment.creator_minor,
            currency=payment.currency,
            cluster=payment.cluster,
        )
    )


def _decline(payment: Payment, reason: str) -> None:
    payment.state, payment.reason = PaymentState.DECLINED, reason
    record(
        PaymentDeclined(
            payment_id=payment.id,
            purpose=payment.purpose,
            fan_id=payment.fan_id,
            creator_id=payment.creator_id,
            reason=reason,
            cluster=payment.cluster,
        )
    )
