"""REST of payments: fans pay, creators see what they earned. Amounts are minor units of an ISO 4217 currency."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_babel import gettext
from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.finance import TITLE
from fanzadmin.finance.payments import queries, service
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page_of
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("finance", __name__, url_prefix="/api/v1/finance", description=TITLE)
TOKEN = validate.Length(1, 200)


def _must_be_an_id(text: str) -> None:
    if not is_id(text):
        raise ValidationError(gettext("This is not an id."))


class UnlockArgs(Schema):
    asset_id = f.String(required=True, validate=_must_be_an_id)
    payment_token = f.String(required=True, validate=TOKEN, load_only=True)


class TipArgs(Schema):
    creator_id = f.String(required=True, validate=_must_be_an_id)
    amount_minor = f.Integer(required=True, strict=True, validate=validate.Range(-(2**53), 2**53))
    currency = f.String(required=True, validate=validate.Length(equal=3))
    payment_token = f.String(required=True, validate=TOKEN, load_only=True)


class PaymentSchema(Schema):
    """`repeated` is true when the payment was made before and nothing was charged now."""

    payment_id = f.String()
    purpose = f.String()
    state = f.String()
    fan_id = f.String()
    creator_id = f.String()
    asset_id = f.String(allow_none=True)
    gross_minor = f.Integer()
    currency = f.String()
    settled_at = f.DateTime(allow_none=True)
    repeated = f.Boolean()


class EarningSchema(Schema):
    payment_id = f.String()
    purpose = f.String()
    state = f.String()
    fan_id = f.String()
    asset_id = f.String(allow_none=True)
    gross_minor = f.Integer()
    creator_minor = f.Integer()
    currency = f.String()
    settled_at = f.DateTime(allow_none=True)


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
    @blueprint.arguments(UnlockArgs)
    @blueprint.response(201, PaymentSchema)
    def post(self, args: dict[str, Any]):
        """Pay for a pay-per-view item, once."""
        return service.unlock(the_fan().id, key=the_key(), **args)


@blueprint.route("/tips")
class Tips(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @blueprint.arguments(TipArgs)
    @blueprint.response(201, PaymentSchema)
    def post(self, args: dict[str, Any]):
        """Give a creator a tip, in the currency of the creator's brand."""
        return service.tip(the_fan().id, key=the_key(), **args)


@blueprint.route("/payments")
class Payments(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(PaymentSchema))
    def get(self, args: dict[str, Any]):
        """What you paid, newest first."""
        return queries.payments_of(the_fan().id).page(**args)


@blueprint.route("/earnings")
class Earnings(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(EarningSchema))
    def get(self, args: dict[str, Any]):
        """What you earned, newest first."""
        return queries.earnings_of(the_creator().id).page(**args)
