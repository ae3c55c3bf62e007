"""A fan's own subscriptions and payments: look, cancel, resume."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import Assets
from fanzadmin.finance import queries, service
from fanzadmin.finance.queries import SubscriptionCard
from fanzadmin.finance.rights import FINANCE_OWN_PAY
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.i18n.languages import day_text
from fanzadmin.kernel.ports import ask
from security.identity import own_fan
from security.rbac import requires

AT_ONCE = 25

blueprint = Blueprint("payments", __name__)


@blueprint.get("/subscriptions")
@requires(FINANCE_OWN_PAY)
def subscriptions() -> str:
    """The fan's subscriptions: those that run first, then those that ended."""
    page = queries.subscription_history(own_fan().id).page(limit=AT_ONCE, cursor=request.args.get("cursor"))
    return render_template(
        "public/subscriptions.html",
        place="account",
        tab="subscriptions",
        running=queries.subscriptions_of(own_fan().id) if "cursor" not in request.args else (),
        ended=page,
        creators=ask(People).creators,
    )


@blueprint.get("/subscriptions/<subscription_id>/cancel")
@requires(FINANCE_OWN_PAY)
def cancelling(subscription_id: str) -> str:
    """What cancelling does, before it does it."""
    subscription = _own(subscription_id)
    creator = ask(People).creator(subscription.creator_id)
    return render_template(
        "public/cancel.html", place="account", tab="subscriptions", subscription=subscription, creator=creator
    )


@blueprint.post("/subscriptions/<subscription_id>/cancel")
@requires(FINANCE_OWN_PAY)
def cancel(subscription_id: str) -> Response:
    """Cancel, and back to the list."""
    subscription = _own(subscription_id)
    service.cancel_subscription(own_fan().id, subscription_id)
    day = day_text(subscription.paid_until)
    flash(gettext("Cancelled. Nothing more is charged; it stays open until %(day)s.", day=day), "success")
    return redirect("/subscriptions", 303)


@blueprint.post("/subscriptions/<subscription_id>/resume")
@requires(FINANCE_OWN_PAY)
def resume(subscription_id: str) -> Response:
    """Let a cancelled subscription go on, and back to the list."""
    try:
        service.resume_subscription(own_fan().id, _own(subscription_id).subscription_id)
    except BusinessError as error:
        flash(error.detail, "danger")
    else:
        flash(gettext("It goes on: the next month is charged when this one has run out."), "success")
    return redirect("/subscriptions", 303)


@blueprint.get("/payments")
@requires(FINANCE_OWN_PAY)
def payments() -> str:
    """What the fan paid, the newest first."""
    page = queries.payments_of(own_fan().id).page(limit=AT_ONCE, cursor=request.args.get("cursor"))
    asset_ids = tuple({payment.asset_id for payment in page.items if payment.asset_id})
    return render_template(
        "public/payments.html",
        place="account",
        tab="payments",
        payments=page,
        creators=ask(People).creators(tuple({payment.creator_id for payment in page.items})),
        assets=ask(Assets).cards(asset_ids),
    )


def _own(subscription_id: str) -> SubscriptionCard:
    subscription = queries.own_subscription(own_fan().id, subscription_id)
    if subscription is None:
        abort(404, gettext("There is no such subscription of yours."))
    return subscription
