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
from fanzadmin.gpt.service import AlreadyDecided, NothingToAccept
from fanzadmin.kernel.ports import ask
from fanzadmin.portal.frame import Page, blueprint, creator, done, refused, show
from security.rbac import requires

MOST = 60


@blueprint.get("/suggestions")
@requires(GPT_OWN_USE)
def suggestions() -> str:
    """What waits for an answer, asset by asset, the newest first."""
    waiting = gpt.waiting_for(creator().id, limit=MOST)
    by_asset = [
        (asset_id, tuple(group))
        for asset_id, group in groupby(waiting, key=lambda suggestion: suggestion.asset_id)
    ]
    cards = ask(Assets).cards(tuple({key for key, _ in by_asset}))
    return show("suggestions", "suggestions", by_asset=by_asset, cards=cards)


@blueprint.post("/suggestions/<suggestion_id>/accept")
@requires(GPT_OWN_USE)
def accept(suggestion_id: str) -> Page:
    """Take it: the asset changes in a moment."""
    try:
        service.accept_suggestion(creator().id, suggestion_id)
    except (AlreadyDecided, NothingToAccept) as error:
        return refused(error, "suggestions")
    return _back(gettext("Taken. It shows on your content in a moment."))


@blueprint.post("/suggestions/<suggestion_id>/dismiss")
@requires(GPT_OWN_USE)
def dismiss(suggestion_id: str) -> Page:
    """Turn it down: it does not come back."""
    try:
        service.dismiss_suggestion(creator().id, suggestion_id)
    except AlreadyDecided as error:
        return refused(error, "suggestions")
    return _back(gettext("Turned down. It does not come back."))


def _back(sentence: str) -> Response:
    """Back to the page with the button: the list, or the asset's own."""
    page = done(sentence, "suggestions")
    came_from = urlsplit(request.form.get("back", "")).path
    return redirect(came_from, 303) if came_from.startswith(url_for("portal.content") + "/") else page
