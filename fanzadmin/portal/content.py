"""Content: everything the creator uploaded, by state; the upload dialog."""

from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from fanzadmin.chat import queries as chat
from fanzadmin.chat import service as messages
from fanzadmin.chat.rights import CHAT_OWN_USE
from fanzadmin.contracts.compliance import ACTS, Act, Records
from fanzadmin.kernel import clock
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.money import exponent
from fanzadmin.kernel.ports import ask
from fanzadmin.media import queries as media
from fanzadmin.media import service as assets
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from fanzadmin.portal.frame import Page, blueprint, creator, done, refused, show
from security.identity import me
from security.rbac import requires

NEEDS_YOU = ("needs_records", "failed", "quarantined", "cancelled")
GROUPS = {
    "all": (_("All"), ()),
    "moving": (_("In progress"), ("uploaded", "scanning", "unchecked", "processing", "ready")),
    "scheduled": (_("Scheduled"), ("scheduled",)),
    "held": (_("Needs you"), NEEDS_YOU),
    "published": (_("Published"), ("published",)),
    "withdrawn": (_("Withdrawn"), ("withdrawn",)),
}
ANNOUNCEMENTS = {
    "feed": (_("In the feed"), _("A post for those who follow you")),
    "message": (_("By message"), _("To your subscribers, at most once an hour")),
    "both": (_("Feed and message"), _("A post, and a message to your subscribers")),
    "none": (_("Not announced"), _("Only on your page")),
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
        announcements=ANNOUNCEMENTS,
        announce=assets.default_announce(own.id),
        pending=chat.pending_broadcast(own.id),
        performers=ask(Records).performers_of(own.id),
        digits=exponent(own.currency),
        most_bytes=current_app.config["FANZ"].media.upload_max_bytes,
    )


@blueprint.post("/broadcast/send")
@requires(CHAT_OWN_USE)
def send_broadcast() -> Page:
    """Send the message that gathers now."""
    try:
        messages.send_own_broadcast(me())
    except messages.NothingToSend as error:
        return refused(error, "content")
    return done(gettext("Your subscribers get the message now."), "content")


@blueprint.post("/broadcast/discard")
@requires(CHAT_OWN_USE)
def discard_broadcast() -> Page:
    """Send no message about what was gathered."""
    try:
        messages.discard_own_broadcast(me())
    except messages.NothingToSend as error:
        return refused(error, "content")
    return done(gettext("No message is sent about it."), "content")
