"""Home: what waits for the creator, what happened, and the figures of the last month."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import request, url_for

from fanzadmin.crm import queries as crm
from fanzadmin.crm.queries import TimelineLine
from fanzadmin.crm.rights import PORTAL_HOME_USE
from fanzadmin.finance import queries as finance
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import is_id
from fanzadmin.media import queries as media
from fanzadmin.portal.content import NEEDS_YOU
from fanzadmin.portal.figures import bars, months_back, this_month, trend
from fanzadmin.portal.frame import blueprint, creator, show
from security.rbac import requires

RECENT_EVENTS = 12
OPEN_PAYOUTS = ("requested", "approved")


class Look(NamedTuple):
    """How an event is drawn."""

    icon: str
    tone: str = ""


LOOKS = {
    "uploaded": Look("upload"),
    "held": Look("id-card", "warn"),
    "released": Look("shield-check", "good"),
    "quarantined": Look("ban", "bad"),
    "ready": Look("play", "info"),
    "published": Look("check", "good"),
    "failed": Look("alert", "bad"),
    "withdrawn": Look("minus"),
    "suggestion": Look("spark", "info"),
    "unlock": Look("unlock", "good"),
    "tip": Look("gift", "good"),
    "subscription": Look("coin", "good"),
    "subscribed": Look("heart", "good"),
    "unsubscribed": Look("user"),
    "commented": Look("chat", "info"),
    "payout": Look("wallet", "info"),
}


@blueprint.get("/")
@requires(PORTAL_HOME_USE)
def home() -> str:
    """The first page."""
    own, today = creator(), clock.now().date()
    days = crm.days_of(own.id, since=min(today - timedelta(days=60), months_back(today, 1)))
    payouts = finance.payouts_of(own.id).page(limit=20).items
    return show(
        "home",
        "home",
        numbers=crm.numbers_of(own.id),
        earned_before=bars(days, today=today, months=2)[0].amount,
        earned=this_month(days, today=today, last=trend(days, lambda day: day.earned_minor, today=today)),
        growth=trend(days, lambda day: day.started - day.ended, today=today),
        likes=trend(days, lambda day: day.likes, today=today),
        clicks=trend(days, lambda day: day.clicks, today=today),
        held=media.own_assets(own.id, states=NEEDS_YOU, limit=5),
        payouts=[payout for payout in payouts if payout.state in OPEN_PAYOUTS],
        balance=finance.balance(own.id),
        timeline=crm.timeline(own.id, limit=RECENT_EVENTS),
        look=look,
        where=where,
    )


@blueprint.get("/timeline")
@requires(PORTAL_HOME_USE)
def timeline() -> str:
    """Everything that happened, page by page."""
    events = crm.timeline(creator().id, before=_before(), limit=50)
    return show("timeline", "home", timeline=events, look=look, where=where)


def look(kind: str) -> Look:
    """How an event of a kind is drawn."""
    return LOOKS.get(kind, Look("clock"))


def _before() -> tuple[datetime, str] | None:
    """The event before which the page begins; None, the newest, for what cannot be read."""
    after = request.args.get("after", "")
    try:
        at = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        return None
    return (at, after) if at.tzinfo is not None and is_id(after) else None


def where(line: TimelineLine) -> str:
    """The page of what a line of the timeline is about; empty where there is none."""
    noun, _, key = line.link.partition("/")
    if noun == "asset":
        return url_for("portal.asset", asset_id=key)
    if noun == "payout":
        return url_for("portal.payout", payout_id=key)
    return {"payment": url_for("portal.money"), "fan": url_for("portal.fans")}.get(noun, "")
