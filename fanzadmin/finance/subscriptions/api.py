"""REST of subscriptions: a fan subscribes and cancels."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.finance.payments.api import TOKEN, _must_be_an_id, blueprint, the_fan, the_key
from fanzadmin.finance.subscriptions import queries, service
from security.rbac import Right, requires


class SubscribeArgs(Schema):
    creator_id = f.String(required=True, validate=_must_be_an_id)
    payment_token = f.String(required=True, validate=TOKEN, load_only=True)


class SubscriptionSchema(Schema):
    subscription_id = f.String()
    creator_id = f.String()
    state = f.String()
    price_minor = f.Integer()
    currency = f.String()
    paid_until = f.DateTime()


@blueprint.route("/subscriptions")
class Subscriptions(MethodView):
    @requires(Right.FINANCE_OWN_PAY)
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
