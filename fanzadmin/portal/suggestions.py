"""Suggestions: what FanzGPT offers, why, and the creator's answer."""

from itertools import groupby
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.contracts.media import Assets
from fanzadmin.gpt import queries as gpt
from fanzadmin.gpt import service
from fanzadmin.gpt.rights import GPT_OWN_USE
from fanzadmin.gpt.service import AlreadyDecided, NoSuchTimeZone, NothingToAccept, OutOfUse
from fanzadmin.kernel.ports import ask
from fanzadmin.portal.frame import Page, blueprint, creator, done, refused, show
from security.rbac import requires

MOST = 500  # suggestions that are looked through for the same ones
GROUPS = 60


@blueprint.get("/suggestions")
@requires(GPT_OWN_USE)
def suggestions() -> str:
    """What waits for an answer, the newest first: what is the same for several assets once, the rest asset by asset."""
    own = creator()
    groups = gpt.groups_of(gpt.waiting_for(own.id, limit=MOST))[:GROUPS]
    alone = [group.newest for group in groups if len(group.suggestions) == 1]
    by_asset = [
        (asset_id, tuple(items))
        for asset_id, items in groupby(alone, key=lambda suggestion: suggestion.asset_id)
    ]
    cards = ask(Assets).cards(tuple({item.asset_id for group in groups for item in group.suggestions}))
    return show(
        "suggestions",
        "suggestions",
        groups=[group for group in groups if len(group.suggestions) > 1],
        by_asset=by_asset,
        cards=cards,
        time_zone=gpt.time_zone_of(own.id),
        time_zones=service.time_zones(),
    )


@blueprint.post("/suggestions/time-zone")
@requires(GPT_OWN_USE)
def change_time_zone() -> Page:
    """Choose by whose clock hours are counted."""
    try:
        service.set_time_zone(creator().id, request.form.get("time_zone", ""))
    except NoSuchTimeZone as error:
        return refused(error, "suggestions")
    return done(gettext("Saved. Hours are counted by this clock from now on."), "suggestions")


@blueprint.post("/suggestions/<suggestion_id>/accept")
@requires(GPT_OWN_USE)
def accept(suggestion_id: str) -> Page:
    """Take it: the asset changes in a moment."""
    try:
        service.accept_suggestion(creator().id, suggestion_id, alike="alike" in request.form)
    except (AlreadyDecided, NothingToAccept, OutOfUse) as error:
        return refused(error, "suggestions")
    return _back(gettext("Taken. It shows on your content in a moment."))


@blueprint.post("/suggestions/<suggestion_id>/dismiss")
@requires(GPT_OWN_USE)
def dismiss(suggestion_id: str) -> Page:
    """Turn it down: it does not come back."""
    try:
        service.dismiss_suggestion(creator().id, suggestion_id, alike="alike" in request.form)
    except AlreadyDecided as error:
        return refused(error, "suggestions")
    return _back(gettext("Turned down. It does not come back."))


def _back(sentence: str) -> Response:
    """Back to the page with the button: the list, or the asset's own."""
    page = done(sentence, "suggestions")
    came_from = urlsplit(request.form.get("back", "")).path
    return redirect(came_from, 303) if came_from.startswith(url_for("portal.content") + "/") else page
