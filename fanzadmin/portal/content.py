"""Content: everything the creator uploaded, by state; the upload dialog."""

from flask import current_app, request
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from fanzadmin.contracts.compliance import ACTS, Act, Records
from fanzadmin.kernel import clock
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.money import exponent
from fanzadmin.kernel.ports import ask
from fanzadmin.media import queries as media
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from fanzadmin.portal.frame import blueprint, creator, show
from security.rbac import requires

NEEDS_YOU = ("needs_records", "failed", "quarantined", "cancelled")
GROUPS = {
    "all": (_("All"), ()),
    "moving": (_("In progress"), ("uploaded", "scanning", "unchecked", "processing", "ready")),
    "held": (_("Needs you"), NEEDS_YOU),
    "published": (_("Published"), ("published",)),
    "withdrawn": (_("Withdrawn"), ("withdrawn",)),
}
AUDIENCES = {"public": _("Everyone"), "subscribers": _("Subscribers"), "ppv": _("Pay per view")}


def act_choices() -> list[SelectChoice]:
    """What an asset can show, as boxes to tick."""
    return [SelectChoice(act.value, translate(ACTS[act])) for act in Act]


@blueprint.get("/content")
@requires(MEDIA_OWN_UPLOAD)
def content() -> str:
    """The assets of one group of states, and the dialog that uploads a new one."""
    own = creator()
    group = request.args.get("show", "all")
    group = group if group in GROUPS else "all"
    counts = media.counts_by_state(own.id)
    return show(
        "content",
        "content",
        group=group,
        groups=[
            (key, label, sum(counts.get(state, 0) for state in states or counts))
            for key, (label, states) in GROUPS.items()
        ],
        assets=media.own_assets(own.id, states=GROUPS[group][1], cursor=request.args.get("cursor")),
        audiences=AUDIENCES,
        acts=act_choices(),
        today=clock.now().date(),
        performers=ask(Records).performers_of(own.id),
        digits=exponent(own.currency),
        most_bytes=current_app.config["FANZ"].media.upload_max_bytes,
    )
