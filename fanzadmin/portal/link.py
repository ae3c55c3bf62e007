"""A short link of the creator's own: its QR code, its clicks, and where it leads."""

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, StringField

from fanzadmin.biolink import queries as biolink
from fanzadmin.biolink import service
from fanzadmin.biolink.queries import OwnLink
from fanzadmin.biolink.rights import BIOLINK_OWN_USE
from fanzadmin.biolink.service import LinkEnded, TargetRefused
from fanzadmin.kernel.ids import is_id
from fanzadmin.portal.figures import Trend
from fanzadmin.portal.frame import Page, blame, blueprint, creator, done, refused, show
from security.rbac import requires

DAYS = 30


class LinkChangeForm(Form):
    """What may change of a link: everything but its short name."""

    target = StringField(
        _("Leads to"),
        description=_("Another site, one of your own pages, or mailto:, tel: or sms: with an address."),
    )
    title = StringField(_("For you to know it by"))


@blueprint.get("/page/links/<link_id>")
@requires(BIOLINK_OWN_USE)
def link(link_id: str) -> str:
    """The link. A neighbour's is not found."""
    own = own_link(link_id)
    return _show(own, LinkChangeForm(data={"target": own.target, "title": own.title}))


@blueprint.post("/page/links/<link_id>")
@requires(BIOLINK_OWN_USE)
def change_link(link_id: str) -> Page:
    """Let it lead somewhere else: the short name, the clicks and the QR code stay."""
    own, form = own_link(link_id), LinkChangeForm(request.form)
    stored = service.own_link(creator().id, own.id)
    try:
        service.change_link(stored, target=form.target.data or "", title=form.title.data or "")
    except TargetRefused as error:
        blame(form, "target", error.detail)
        return _show(own, form), 422
    except LinkEnded as error:
        return refused(error, "link", link_id=own.id)
    return done(gettext("Saved. %(link)s leads there from now on.", link=own.path), "link", link_id=own.id)


def own_link(link_id: str) -> OwnLink:
    """Raises NoSuchLink."""
    if not is_id(link_id):
        raise service.NoSuchLink(gettext("You have no such link."))
    return biolink.link_card(service.own_link(creator().id, link_id))


def _show(own: OwnLink, form: LinkChangeForm) -> str:
    clicks = biolink.clicks_of_link(own.id, days=DAYS)
    days = tuple(day.people for day in clicks.days)
    return show("link", "page", link=own, form=form, clicks=clicks, trend=Trend(sum(days), None, days))
