"""REST of payments: fans pay, creators see what they earned."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_babel import gettext
from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from fanzadmin.finance import TITLE
from fanzadmin.finance.payments import queries, service
from fanzadmin.finance.rights import FINANCE_OWN_EARN, FINANCE_OWN_PAY
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged, PageOptions, page_of
from security.identity import own_creator, own_fan
from security.rbac import requires

blueprint = Blueprint("finance", __name__, url_prefix="/api/v1/finance", description=TITLE)


def must_be_an_id(text: str) -> None:
    if not is_id(text):
        raise ValidationError(gettext("This is not an id."))


class PaymentArgs(Schema):
    """`payment_token` is the processor's name for the card."""

    payment_token = f.String(required=True, validate=validate.Length(1, 200), load_only=True)


class UnlockArgs(PaymentArgs):
    asset_id = f.String(required=True, validate=must_be_an_id)


class AmountArgs(Schema):
    amount_minor = f.Integer(required=True, strict=True, validate=validate.Range(-(2**53), 2**53))


class TipArgs(PaymentArgs, AmountArgs):
    creator_id = f.String(required=True, validate=must_be_an_id)
    currency = f.String(required=True, validate=validate.Length(equal=3))


def idempotency_key() -> str | None:
    return request.headers.get("Idempotency-Key")


@blueprint.route("/unlocks")
class Unlocks(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.arguments(UnlockArgs)
    @blueprint.response(201, queries.PaymentCard)
    def post(self, args: dict[str, str]) -> queries.PaymentCard:
        """Pay for a pay-per-view item, once."""
        return service.unlock(
            own_fan().id, args["asset_id"], payment_token=args["payment_token"], key=idempotency_key()
        )


@blueprint.route("/tips")
class Tips(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.arguments(TipArgs)
    @blueprint.response(201, queries.PaymentCard)
    def post(self, args: dict[str, Any]) -> queries.PaymentCard:  # Any: what TipArgs names
        """Give a creator a tip, in the currency of the creator's brand."""
        return service.tip(own_fan().id, key=idempotency_key(), **args)


@blueprint.route("/payments")
class Payments(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(queries.PaymentCard))
    def get(self, args: PageOptions) -> Paged[queries.PaymentCard]:
        """What you paid, newest first."""
        return queries.payments_of(own_fan().id).page(**args)


@blueprint.route("/earnings")
class Earnings(MethodView):
    @requires(FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(queries.Earning))
    def get(self, args: PageOptions) -> Paged[queries.Earning]:
        """What you earned, newest first."""
        return queries.earnings_of(own_creator().id).page(**args)
