"""Fans: who is subscribed, since when, what they spent, when they were here; who came and who left."""

from datetime import timedelta

from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.chat import service as chat
from fanzadmin.chat.rights import CHAT_OWN_USE
from fanzadmin.contracts.crm import People
from fanzadmin.crm import queries as crm
from fanzadmin.crm.rights import PORTAL_HOME_USE
from fanzadmin.finance import queries as finance
from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ports import ask
from fanzadmin.portal.figures import trend
from fanzadmin.portal.frame import blueprint, creator, show
from security.rbac import requires

LATELY = timedelta(days=30)
GROUPS = ("running", "new", "ended")


class NoSuchFan(NotFound):
    title = "There is no such fan"


@blueprint.get("/fans")
@requires(PORTAL_HOME_USE)
def fans() -> str:
    """Subscribers: those at present, the new ones, those who left."""
    own, now = creator(), clock.now()
    group = request.args.get("show", "running")
    group = group if group in GROUPS else "running"
    subscribers = finance.subscribers_of(
        own.id,
        ended=group == "ended",
        since=now - LATELY if group == "new" else None,
        cursor=request.args.get("cursor"),
    )
    keys = tuple(subscriber.fan_id for subscriber in subscribers.items)
    days = crm.days_of(own.id, since=(now - 2 * LATELY).date())
    return show(
        "fans",
        "fans",
        group=group,
        subscribers=subscribers,
        names=ask(People).fans(keys),
        seen=crm.last_seen_of(keys),
        counts=finance.subscriber_counts(own.id, since=now - LATELY),
        started=trend(days, lambda day: day.started, today=now.date()),
        ended=trend(days, lambda day: day.ended, today=now.date()),
        numbers=crm.numbers_of(own.id),
    )


@blueprint.post("/fans/<fan_id>/messages")
@requires(CHAT_OWN_USE)
def write_to(fan_id: str) -> Response:
    """Go to the conversation with a subscriber, begun if there is none."""
    own = creator()
    if not finance.is_or_was_subscriber(own.id, fan_id):
        raise NoSuchFan(gettext("There is no such fan among yours."))
    return redirect(
        url_for("portal.conversation", conversation_id=chat.open_conversation(own.id, fan_id)), 303
    )
