"""Safety: the fans whom a creator blocked, blocking one, reports and removals."""

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.contracts.crm import FanCard, People
from fanzadmin.crm import queries as crm
from fanzadmin.crm import service
from fanzadmin.crm.rights import CRM_OWN_BLOCK
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.portal.frame import blueprint, creator, done, show
from security.identity import me
from security.rbac import requires

AT_ONCE = 40


@blueprint.get("/safety")
@requires(CRM_OWN_BLOCK)
def safety() -> str:
    """Whom the creator blocked, what became of the own reports, what was removed of the creator's."""
    creator()
    blocked = crm.blocks_of(me(), limit=AT_ONCE, cursor=request.args.get("cursor"))
    return show(
        "safety",
        "fans",
        blocked=blocked,
        reports=crm.reports_of(me(), limit=AT_ONCE),
        removals=crm.removals_of(me(), limit=AT_ONCE),
    )


@blueprint.get("/fans/<fan_id>/block")
@requires(CRM_OWN_BLOCK)
def blocking(fan_id: str) -> str:
    """What a block does, before it does it."""
    creator()
    return show("block", "fans", fan=_fan_or_404(fan_id))


@blueprint.post("/fans/<fan_id>/block")
@requires(CRM_OWN_BLOCK)
def block(fan_id: str) -> Response:
    """Block, and to the list of the blocked."""
    creator()
    fan = _fan_or_404(fan_id)
    service.block(me(), fan.id)
    return done(gettext("You and %(name)s see nothing of each other any more.", name=fan.name), "safety")


@blueprint.post("/fans/<fan_id>/unblock")
@requires(CRM_OWN_BLOCK)
def unblock(fan_id: str) -> Response:
    """Lift the own block."""
    creator()
    fan = _fan_or_404(fan_id)
    service.unblock(me(), fan.id)
    return done(gettext("%(name)s is not blocked any more.", name=fan.name), "safety")


def _fan_or_404(fan_id: str) -> FanCard:
    fan = ask(People).fan(fan_id) if is_id(fan_id) else None
    if fan is None:
        abort(404, gettext("There is no such fan."))
    return fan
