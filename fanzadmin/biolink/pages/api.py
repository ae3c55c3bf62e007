"""REST of BioLinkHub: a creator's own page and links, and the public pages as JSON."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from marshmallow import Schema, post_load, validate
from marshmallow import fields as f

from fanzadmin.biolink.pages import links, queries, service
from fanzadmin.biolink.pages.models import BlockKind
from fanzadmin.biolink.rights import BIOLINK_OWN_USE
from fanzadmin.biolink.visits import queries as visits
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged, PageOptions
from security.identity import me, own_creator
from security.rbac import requires

Loaded = dict[str, Any]  # what a schema read

blueprint = Blueprint("biolink", __name__, url_prefix="/api/v1/biolink", description="BioLinkHub")


class PublicPageArgs(Schema):
    start = f.Integer(load_default=None)


class DraftArgs(Schema):
    id = f.UUID(load_default=None, metadata={"description": "a block of the page; leave out for a new one"})
    kind = f.String(load_default="", validate=validate.OneOf(("", *(kind.value for kind in BlockKind))))
    title = f.String(load_default="")
    url = f.String(load_default="")
    visible = f.Boolean(load_default=True)

    @post_load
    def _drafted(self, fields: Loaded, **_: object) -> service.Draft:
        return service.Draft(**fields | {"id": str(fields["id"] or "")})


class PageChangeArgs(Schema):
    title = f.String()
    about = f.String()
    theme = f.String(validate=validate.OneOf(service.THEMES))
    blocks = f.List(f.Nested(DraftArgs), metadata={"description": "the whole page from top to bottom"})


class NewLinkArgs(Schema):
    target = f.String(required=True)
    title = f.String(load_default="")
    slug = f.String(
        load_default="", metadata={"description": "3 to 40 letters, digits, hyphens; drawn when empty"}
    )
    expires_at = f.AwareDateTime(load_default=None, allow_none=True)


class LinkChangeArgs(Schema):
    target = f.String()
    title = f.String()
    expires_at = f.AwareDateTime(allow_none=True, metadata={"description": "null for a link without end"})


class ClicksArgs(Schema):
    days = f.Integer(load_default=30, validate=validate.Range(1, 366))


@blueprint.route("/pages/<handle>")
class PublicPage(MethodView):
    @blueprint.arguments(PublicPageArgs, location="query")
    @blueprint.doc(operationId="biolink_get_public_page", security=[])
    @blueprint.response(200, queries.PublicPage)
    def get(self, args: Loaded, handle: str) -> queries.PublicPage:
        """A creator's page as everybody may see it: words and links, no media. No sign-in."""
        return queries.required_public_page(handle, start=args["start"])


@blueprint.route("/page")
class OwnPage(MethodView):
    @blueprint.response(200, queries.PageCard)
    @requires(BIOLINK_OWN_USE)
    def get(self) -> queries.PageCard:
        """Your own page, hidden blocks too."""
        return queries.required_own_page(own_creator().id)

    @blueprint.arguments(PageChangeArgs)
    @blueprint.response(200, queries.PageCard)
    @requires(BIOLINK_OWN_USE)
    def patch(self, changes: Loaded) -> queries.PageCard:
        """Change what you send; `blocks` is the whole page from top to bottom."""
        creator_id = own_creator().id
        service.change_page(creator_id, **changes)
        return queries.required_own_page(creator_id)


@blueprint.route("/links")
class Links(MethodView):
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[queries.OwnLink])
    @requires(BIOLINK_OWN_USE)
    def get(self, args: PageOptions) -> Paged[queries.OwnLink]:
        """Your short links, newest first."""
        return queries.own_links(own_creator().id).page(**args)

    @requires(BIOLINK_OWN_USE)
    @blueprint.arguments(NewLinkArgs)
    @blueprint.response(201, queries.OwnLink)
    def post(self, args: Loaded) -> queries.OwnLink:
        """Make a short link: to another site, to one of our pages, or to write to (`mailto:`, `sms:`) or call (`tel:`) you."""
        link = links.create_link(own_creator().id, created_by=me().user_id, **args)
        return queries.link_card(link)


@blueprint.route("/links/<uuid:link_id>")
class OneLink(MethodView):
    @blueprint.response(200, queries.OwnLink)
    @requires(BIOLINK_OWN_USE)
    def get(self, link_id: UUID) -> queries.OwnLink:
        """One of your links."""
        return queries.link_card(links.own_link(own_creator().id, str(link_id)))

    @requires(BIOLINK_OWN_USE)
    @blueprint.arguments(LinkChangeArgs)
    @blueprint.response(200, queries.OwnLink)
    def patch(self, changes: links.LinkChanges, link_id: UUID) -> queries.OwnLink:
        """Change what you send. The short name, the clicks and the QR code stay."""
        link = links.own_link(own_creator().id, str(link_id))
        links.change_link(link, **changes)
        return queries.link_card(link)

    @blueprint.response(204)
    @requires(BIOLINK_OWN_USE)
    def delete(self, link_id: UUID) -> None:
        """End a link: it answers 410 from now on, its clicks stay."""
        links.retire_link(links.own_link(own_creator().id, str(link_id)))


@blueprint.route("/links/<uuid:link_id>/clicks")
class Clicks(MethodView):
    @blueprint.arguments(ClicksArgs, location="query")
    @blueprint.response(200, visits.LinkClicks)
    @requires(BIOLINK_OWN_USE)
    def get(self, args: Loaded, link_id: UUID) -> visits.LinkClicks:
        """Clicks of one of your links by UTC day, country, device and referrer; bots apart, by reason."""
        link = links.own_link(own_creator().id, str(link_id))
        return visits.clicks_of_link(link.id, days=args["days"])
