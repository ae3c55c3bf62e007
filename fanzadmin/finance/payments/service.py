"""Unlocks, tips and refunds. The charge itself, which subscriptions share, is in `charging`."""

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import Blocks, CreatorCard, People
from fanzadmin.contracts.finance import PaymentRefunded
from fanzadmin.contracts.media import Assets
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books
from fanzadmin.finance.payments import templates
from fanzadmin.finance.payments.charging import ChargeRequest, charge, unlock_of
from fanzadmin.finance.payments.models import Payment, PaymentState, Purpose
from fanzadmin.finance.payments.processors import processor_named
from fanzadmin.finance.payments.queries import PaymentCard, payment_card
from fanzadmin.kernel import clock
from fanzadmin.kernel.bulk_flush import is_dry_run
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid, NotFound
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ports import ask

TIP_MINOR = (100, 50_000)
HIGHEST_PRICE_MINOR = 1_000_000


class NoSuchFan(NotFound):
    title = "There is no such fan"


class NoSuchCreator(NotFound):
    title = "There is no such creator"


class NoSuchPayment(NotFound):
    title = "There is no such payment"


class NotForSale(BusinessError):
    title = "This is not for sale"


class OtherBrand(BusinessError):
    title = "This creator belongs to another brand"


class WrongCurrency(Invalid):
    title = "The currency does not fit"


class AmountOutOfRange(Invalid):
    title = "The amount is outside the limits"


class NotRefundable(BusinessError):
    title = "This payment cannot be given back"


def unlock(fan_id: str, asset_id: str, *, payment_token: str, key: str | None = None) -> PaymentCard:
    """Let a fan pay for a published pay-per-view asset, once: a second unlock answers with the first.

    Raises NoSuchFan, NotForSale, OtherBrand, WrongCurrency, AmountOutOfRange, Declined, ProcessorAway.
    """
    paid = unlock_of(fan_id, asset_id)
    if paid is not None:
        return payment_card(paid, repeated=True)
    card = ask(Assets).card(asset_id)
    if card is None or card.state != "published" or card.audience != "ppv":
        raise NotForSale(gettext("This item is not offered for sale."))
    creator = creator_for(fan_id, card.creator_id)
    _require_currency(card.currency, creator)
    _require_range(card.price_minor, (1, HIGHEST_PRICE_MINOR), creator.currency)
    return charge(
        ChargeRequest(
            Purpose.UNLOCK,
            fan_id,
            creator.id,
            creator.cluster,
            creator.currency,
            card.price_minor,
            payment_token,
            key=key,
            asset_id=asset_id,
        )
    )


def tip(
    fan_id: str,
    creator_id: str,
    *,
    amount_minor: int,
    currency: str,
    payment_token: str,
    key: str | None = None,
) -> PaymentCard:
    """A gift from a fan, between the limits of TIP_MINOR, in the creator's currency. With the same `key`, once.

    Raises NoSuchFan, NoSuchCreator, NotForSale, OtherBrand, WrongCurrency, AmountOutOfRange, Declined, ProcessorAway.
    """
    creator = creator_for(fan_id, creator_id)
    _require_currency(currency, creator)
    _require_range(amount_minor, TIP_MINOR, creator.currency)
    return charge(
        ChargeRequest(
            Purpose.TIP,
            fan_id,
            creator_id,
            creator.cluster,
            creator.currency,
            amount_minor,
            payment_token,
            key=key,
        )
    )


def refund_payment(payment_id: str, *, by_user_id: int | None, reason: str) -> None:
    """Give a settled payment back whole: its entry is reversed; what it unlocked is locked by its state, the running
    subscription that it paid ends when `subscriptions` hears of it.

    Raises NoSuchPayment, NotRefundable, ProcessorAway.
    """
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    payment = session.execute(query).scalar()
    if payment is None:
        raise NoSuchPayment(gettext("There is no such payment."))
    if payment.state != PaymentState.SETTLED:
        raise NotRefundable(_not_refundable(payment))
    books = Books(payment.cluster, payment.currency)
    ledger.lock(books.account("creator_available", payment.creator_id))
    if not is_dry_run(session()):  # a dry run is rolled back; what the processor did would not be
        processor_named(payment.adapter).refund(
            payment.processor_reference or "", amount_minor=payment.gross_minor, currency=payment.currency
        )
    payment.state, payment.refunded_at = PaymentState.REFUNDED, clock.now()
    payment.refunded_by, payment.reason = by_user_id, reason
    ledger.reverse(
        templates.payment_reference(payment.id),
        by_reference=f"refund:{payment.id}",
        template="payment_refunded",
        description=f"{payment.purpose.capitalize()} refunded",
    )
    record(
        PaymentRefunded(
            payment_id=payment.id,
            purpose=payment.purpose,
            fan_id=payment.fan_id,
            creator_id=payment.creator_id,
            asset_id=payment.asset_id or "",
            gross_minor=payment.gross_minor,
            creator_minor=payment.creator_minor,
            currency=payment.currency,
            cluster=payment.cluster,
        )
    )


def creator_for(fan_id: str, creator_id: str) -> CreatorCard:
    """An active creator whom this fan may pay. Raises NoSuchFan, NoSuchCreator, NotForSale, OtherBrand."""
    people = ask(People)
    fan, creator = people.fan(fan_id), people.creator(creator_id)
    if fan is None:
        raise NoSuchFan(gettext("There is no such fan."))
    if creator is None:
        raise NoSuchCreator(gettext("There is no such creator."))
    if not creator.is_active or ask(Blocks).is_blocked(creator.id, fan.id):
        raise NotForSale(gettext("This creator does not take payments at the moment."))
    if fan.cluster != creator.cluster:
        raise OtherBrand(
            gettext(
                "%(creator)s is on %(brand)s; sign in there to pay.",
                creator=creator.name,
                brand=creator.cluster_name,
            )
        )
    return creator


def _not_refundable(payment: Payment) -> str:
    sentences: dict[str, str] = {
        PaymentState.PENDING: gettext("This payment is pending; only a settled one can be given back."),
        PaymentState.DECLINED: gettext("This payment is declined; only a settled one can be given back."),
        PaymentState.REFUNDED: gettext("This payment is refunded; only a settled one can be given back."),
    }
    return sentences[payment.state]


def _require_currency(currency: str, creator: CreatorCard) -> None:
    if currency != creator.currency:
        raise WrongCurrency(
            gettext(
                "%(brand)s is priced in %(right)s, not in %(wrong)s.",
                brand=creator.cluster_name,
                right=creator.currency,
                wrong=currency,
            )
        )


def _require_range(amount_minor: int, limits: tuple[int, int], currency: str) -> None:
    lowest, highest = limits
    if not lowest <= amount_minor <= highest:
        raise AmountOutOfRange(
            gettext(
                "Choose an amount from %(lowest)s to %(highest)s.",
                lowest=money_text(lowest, currency),
                highest=money_text(highest, currency),
            )
        )
