"""A fan and the creators: find them, follow and unfollow, block. Each act is a form that works without scripts."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.crm import queries as crm
from fanzadmin.crm import service as crm_service
from fanzadmin.crm.rights import CRM_OWN_BLOCK, FEED_HOME_USE
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.addresses import own_path
from fanzadmin.social import queries as social
from fanzadmin.social import service as social_service
from fanzadmin.social.rights import SOCIAL_OWN_USE
from security.identity import me, own_fan
from security.rbac import requires

AT_ONCE = 24
LONGEST = 80  # characters of a search

blueprint = Blueprint("creators", __name__)


@blueprint.get("/find")
@requires(FEED_HOME_USE)
def find() -> str:
    """Creators of the fan's brand by name, handle or tag."""
    text = request.args.get("q", "").strip()[:LONGEST]
    results = crm.find_creators(own_fan(), text, limit=AT_ONCE, cursor=request.args.get("cursor"))
    return render_template(
        "public/find.html",
        place="find",
        text=text,
        results=results,
        followed=social.followed_among(me(), tuple(each.creator_id for each in results.items)),
    )


@blueprint.post("/creators/<creator_id>/follow")
@requires(SOCIAL_OWN_USE)
def follow(creator_id: str) -> Response:
    """Follow, and back to where the button stood."""
    social_service.follow_creator(me(), creator_id)
    return _back()


@blueprint.post("/creators/<creator_id>/unfollow")
@requires(SOCIAL_OWN_USE)
def unfollow(creator_id: str) -> Response:
    """Unfollow, and back to where the button stood."""
    social_service.unfollow_creator(me(), creator_id)
    return _back()


@blueprint.get("/creators/<creator_id>/block")
@requires(CRM_OWN_BLOCK)
def blocking(creator_id: str) -> str:
    """What a block does, before it does it."""
    own_fan()
    return render_template("public/block.html", place="", creator=_creator_or_404(creator_id))


@blueprint.post("/creators/<creator_id>/block")
@requires(CRM_OWN_BLOCK)
def block(creator_id: str) -> Response:
    """Block, and to the list of the blocked."""
    own_fan()
    creator = _creator_or_404(creator_id)
    crm_service.block(me(), creator.id)
    flash(gettext("You and %(name)s see nothing of each other any more.", name=creator.name), "success")
    return redirect("/safety", 303)


@blueprint.post("/creators/<creator_id>/unblock")
@requires(CRM_OWN_BLOCK)
def unblock(creator_id: str) -> Response:
    """Lift the own block."""
    own_fan()
    creator = _creator_or_404(creator_id)
    crm_service.unblock(me(), creator.id)
    flash(gettext("%(name)s is not blocked any more.", name=creator.name), "success")
    return redirect("/safety", 303)


@blueprint.get("/safety")
@requires(CRM_OWN_BLOCK)
def safety() -> str:
    """Whom the fan blocked, what became of the fan's reports, what was removed of the fan's."""
    own_fan()
    blocked = crm.blocks_of(me(), limit=AT_ONCE, cursor=request.args.get("cursor"))
    return render_template(
        "public/safety.html",
        place="account",
        tab="safety",
        blocked=blocked,
        reports=crm.reports_of(me(), limit=AT_ONCE),
        removals=crm.removals_of(me(), limit=AT_ONCE),
    )


def _creator_or_404(creator_id: str) -> CreatorCard:
    creator = ask(People).creator(creator_id) if is_id(creator_id) else None
    if creator is None:
        abort(404, gettext("There is no such creator."))
    return creator


def _back() -> Response:
    return redirect(own_path(request.form.get("next", "")), 303)
