"""REST of FanzFinance OS: fans pay, creators see what they earned and ask to be paid."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_babel import gettext

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.finance import queries, service
from fanzadmin.finance.models import Payment, Payout
from fanzadmin.finance.schemas import (
    BalanceSchema,
    EarningSchema,
    PaymentSchema,
    PayoutArgs,
    PayoutSchema,
    SubscribeArgs,
    SubscriptionSchema,
    TipArgs,
    UnlockArgs,
)
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.idempotency import idempotent
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page, page_of
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("finance", __name__, url_prefix="/api/v1/finance", description="FanzFinance OS")


class NoFanAccount(NotFound):
    title = "You have no fan account"


class NoCreatorAccount(NotFound):
    title = "You have no creator account"


def the_fan() -> FanCard:
    fan = ask(People).fan_of_user(me().user_id)
    if fan is None:
        raise NoFanAccount(gettext("Only fans pay here."))
    return fan


def the_creator() -> CreatorCard:
    creator = ask(People).creator_of_user(me().user_id)
    if creator is None:
        raise NoCreatorAccount(gettext("Only creators have a balance."))
    return creator


def the_key() -> str | None:
    return request.headers.get("Idempotency-Key")


@blueprint.route("/unlocks")
class Unlocks(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @idempotent
    @blueprint.arguments(UnlockArgs)
    @blueprint.response(201, PaymentSchema)
    def post(self, args: dict[str, Any]):
        """Pay for a pay-per-view item, once."""
        return service.unlock(the_fan().id, key=the_key(), **args)


@blueprint.route("/tips")
class Tips(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @idempotent
    @blueprint.arguments(TipArgs)
    @blueprint.response(201, PaymentSchema)
    def post(self, args: dict[str, Any]):
        """Give a creator a tip, in the currency of the creator's brand."""
        return service.tip(the_fan().id, key=the_key(), **args)


@blueprint.route("/subscriptions")
class Subscriptions(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @idempotent
    @blueprint.arguments(SubscribeArgs)
    @blueprint.response(201, SubscriptionSchema)
    def post(self, args: dict[str, Any]):
        """Subscribe to a creator, month by month; the first month is paid now."""
        fan = the_fan()
        return queries.subscription(service.subscribe(fan.id, key=the_key(), **args))

    @requires(Right.FINANCE_OWN_PAY)
    @blueprint.response(200, SubscriptionSchema(many=True))
    def get(self):
        """Your running subscriptions."""
        return list(queries.subscriptions_of(the_fan().id))


@blueprint.route("/subscriptions/<subscription_id>")
class OneSubscription(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @blueprint.response(204)
    def delete(self, subscription_id: str) -> None:
        """Let a subscription end when what is paid has run out."""
        service.cancel_subscription(the_fan().id, subscription_id)


@blueprint.route("/payments")
class Payments(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(PaymentSchema))
    def get(self, args: dict[str, Any]):
        """What you paid, newest first."""
        return page(queries.payments_of(the_fan().id), args, key=Payment.id, shape=queries.payment_card)


@blueprint.route("/earnings")
class Earnings(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(EarningSchema))
    def get(self, args: dict[str, Any]):
        """What you earned, newest first."""
        return page(queries.earned_by(the_creator().id), args, key=Payment.id, shape=queries.earning)


@blueprint.route("/balance")
class OwnBalance(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.response(200, BalanceSchema)
    def get(self):
        """What is yours: available, reserved for payouts, paid out so far."""
        return queries.balance(the_creator().id)


@blueprint.route("/payouts")
class Payouts(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(PayoutSchema))
    def get(self, args: dict[str, Any]):
        """Your payouts, newest first."""
        return page(queries.payouts_by(the_creator().id), args, key=Payout.id, shape=queries.payout_card)

    @requires(Right.FINANCE_OWN_EARN)
    @idempotent
    @blueprint.arguments(PayoutArgs)
    @blueprint.response(201, PayoutSchema)
    def post(self, args: dict[str, Any]):
        """Ask for a part of what is available."""
        creator = the_creator()
        payout_id = service.request_payout(creator.id, by_user_id=me().user_id, key=the_key(), **args)
        return queries.payout(payout_id)
