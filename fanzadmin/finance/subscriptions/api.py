"""REST of subscriptions: a fan subscribes and cancels."""

from flask.views import MethodView
from flask_babel import gettext
from marshmallow import fields as f

from fanzadmin.finance.payments.api import PaymentArgs, blueprint, idempotency_key, must_be_an_id
from fanzadmin.finance.rights import FINANCE_OWN_PAY
from fanzadmin.finance.subscriptions import queries, service
from fanzadmin.kernel.web.rest import PageArgs, Paged, PageOptions, page_of
from security.identity import own_fan
from security.rbac import requires


class SubscribeArgs(PaymentArgs):
    creator_id = f.String(required=True, validate=must_be_an_id)


@blueprint.route("/subscriptions")
class Subscriptions(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.arguments(SubscribeArgs)
    @blueprint.response(201, queries.SubscriptionCard)
    def post(self, args: dict[str, str]) -> queries.SubscriptionCard:
        """Subscribe to a creator, month by month; the first month is paid now."""
        return queries.subscription(service.subscribe(own_fan().id, key=idempotency_key(), **args))

    @requires(FINANCE_OWN_PAY)
    @blueprint.response(200, list[queries.SubscriptionCard])
    def get(self) -> list[queries.SubscriptionCard]:
        """Your running subscriptions."""
        return list(queries.subscriptions_of(own_fan().id))


@blueprint.route("/subscriptions/ended")
class EndedSubscriptions(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(queries.SubscriptionCard))
    def get(self, args: PageOptions) -> Paged[queries.SubscriptionCard]:
        """Your subscriptions that ended, the latest first."""
        return queries.subscription_history(own_fan().id).page(**args)


@blueprint.route("/subscriptions/<subscription_id>")
class OneSubscription(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.response(200, queries.SubscriptionCard)
    def get(self, subscription_id: str) -> queries.SubscriptionCard:
        """One of your subscriptions, running or ended."""
        own = queries.own_subscription(own_fan().id, subscription_id)
        if own is None:
            raise service.NoSuchSubscription(gettext("There is no such subscription of yours."))
        return own

    @requires(FINANCE_OWN_PAY)
    @blueprint.response(204)
    def delete(self, subscription_id: str) -> None:
        """Let a subscription end when what is paid has run out."""
        service.cancel_subscription(own_fan().id, subscription_id)


@blueprint.route("/subscriptions/<subscription_id>/resumption")
class Resumption(MethodView):
    @requires(FINANCE_OWN_PAY)
    @blueprint.response(200, queries.SubscriptionCard)
    def post(self, subscription_id: str) -> queries.SubscriptionCard:
        """Let a subscription that you cancelled go on while what is paid lasts; nothing is charged now."""
        service.resume_subscription(own_fan().id, subscription_id)
        return queries.subscription(subscription_id)
