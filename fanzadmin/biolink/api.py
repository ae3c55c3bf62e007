"""REST of BioLinkHub: a creator's own page and links, and the public pages as JSON."""

from flask.views import MethodView

from fanzadmin.biolink import queries, service
from fanzadmin.biolink.rights import BIOLINK_OWN_USE
from fanzadmin.biolink.schemas import (
    ClicksArgs,
    ClicksSchema,
    LinkSchema,
    NewLinkSchema,
    PageChangeSchema,
    PageSchema,
    PublicPageArgs,
    PublicPageSchema,
)
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page_of
from security.identity import me
from security.rbac import requires

blueprint = Blueprint("biolink", __name__, url_prefix="/api/v1/biolink", description="BioLinkHub")


def own_creator_id():
    return service.creator_of(me().user_id).id


@blueprint.route("/pages/<handle>")
class PublicPage(MethodView):
    @blueprint.arguments(PublicPageArgs, location="query")
    @blueprint.doc(operationId="biolink_get_public_page", security=[])
    @blueprint.response(200, PublicPageSchema)
    def get(self, args, handle):
        """A creator's page as everybody may see it: words and links, no media. No sign-in."""
        return queries.required_public_page(handle, start=args["start"])


@blueprint.route("/page")
class OwnPage(MethodView):
    @blueprint.response(200, PageSchema)
    @requires(BIOLINK_OWN_USE)
    def get(self):
        """Your own page, hidden blocks too."""
        return queries.required_own_page(own_creator_id())

    @blueprint.arguments(PageChangeSchema)
    @blueprint.response(200, PageSchema)
    @requires(BIOLINK_OWN_USE)
    def patch(self, wanted):
        """Change what you send; `blocks` is the whole page from top to bottom."""
        creator_id = own_creator_id()
        service.change_page(creator_id, **wanted)
        return queries.required_own_page(creator_id)


@blueprint.route("/links")
class Links(MethodView):
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(LinkSchema))
    @requires(BIOLINK_OWN_USE)
    def get(self, args):
        """Your short links, newest first."""
        return queries.own_links(own_creator_id()).page(**args)

    @requires(BIOLINK_OWN_USE)
    @blueprint.arguments(NewLinkSchema)
    @blueprint.response(201, LinkSchema)
    def post(self, wanted):
        """Make a short link to another site or to one of your own pages."""
        made = service.create_link(own_creator_id(), created_by=me().user_id, **wanted)
        return queries.link_card(made)


@blueprint.route("/links/<uuid:link_id>")
class OneLink(MethodView):
    @blueprint.response(200, LinkSchema)
    @requires(BIOLINK_OWN_USE)
    def get(self, link_id):
        """One of your links."""
        return queries.link_card(service.own_link(own_creator_id(), str(link_id)))

    @blueprint.response(204)
    @requires(BIOLINK_OWN_USE)
    def delete(self, link_id):
        """End a link: it answers 410 from now on, its clicks stay."""
        service.retire_link(service.own_link(own_creator_id(), str(link_id)))


@blueprint.route("/links/<uuid:link_id>/clicks")
class Clicks(MethodView):
    @blueprint.arguments(ClicksArgs, location="query")
    @blueprint.response(200, ClicksSchema)
    @requires(BIOLINK_OWN_USE)
    def get(self, args, link_id):
        """Clicks of one of your links by UTC day, country, device and referrer; bots apart, by reason."""
        link = service.own_link(own_creator_id(), str(link_id))
        return queries.clicks_of_link(link.id, days=args["days"])
