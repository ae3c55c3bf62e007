"""Shapes of FanzFinance's REST. Amounts are minor units of an ISO 4217 currency."""

from flask_babel import gettext
from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from fanzadmin.kernel.ids import is_id

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


class SubscribeArgs(Schema):
    creator_id = f.String(required=True, validate=_must_be_an_id)
    payment_token = f.String(required=True, validate=TOKEN, load_only=True)


class PayoutArgs(Schema):
    amount_minor = f.Integer(required=True, strict=True, validate=validate.Range(-(2**53), 2**53))


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


class SubscriptionSchema(Schema):
    subscription_id = f.String()
    creator_id = f.String()
    state = f.String()
    price_minor = f.Integer()
    currency = f.String()
    paid_until = f.DateTime()


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


class BalanceSchema(Schema):
    available_minor = f.Integer()
    reserved_minor = f.Integer()
    paid_minor = f.Integer()
    currency = f.String()


class PayoutSchema(Schema):
    id = f.String()
    amount_minor = f.Integer()
    currency = f.String()
    state = f.String()
    requested_at = f.DateTime()
    paid_at = f.DateTime(allow_none=True)
    reason = f.String(allow_none=True)
