"""Consoles of pages, their blocks, and short links."""

from flask_babel import lazy_gettext
from wtforms import StringField

from fanzadmin.biolink.pages import links, service
from fanzadmin.biolink.pages.models import Block, LinkState, Page, ShortLink
from fanzadmin.console import RECORD, Card, Console, Datamodel, Menu, Verb
from fanzadmin.console.rendering.cells import link


class BiolinkPageConsole(Console):
    datamodel = Datamodel(Page)
    resource = "biolink:page"
    rest_name = "page-records"
    menu = Menu("BioLinkHub", "Pages", "id-card")
    search = ("handle", "title")
    may_create = False
    list_title, show_title, edit_title = "Pages", "Page", "Edit page"
    list_columns = ["handle", "title", "cluster", "state", "theme", "created_at"]
    show_columns = [*list_columns, "about", "creator_id", "id"]
    edit_columns = ["title", "about", "theme"]
    search_columns = ["handle", "title", "cluster", "state", "theme", "creator_id", "created_at"]
    base_order = ("handle", "asc")
    formatters_columns = {
        "handle": link(lambda item: f"/@{item.handle}"),
    }
    update_with = service.edit_page


class BiolinkLinkConsole(Console):
    datamodel = Datamodel(ShortLink)
    resource = "biolink:link"
    rest_name = "link-records"
    menu = Menu("BioLinkHub", "Short links", "link")
    search = ("slug", "title")
    list_title, show_title, add_title = "Short links", "Short link", "New short link"
    edit_title = "Edit short link"
    list_columns = [
        "slug", "title", "target", "clicks", "state", "is_broken", "cluster", "expires_at", "created_at",
    ]  # fmt: skip
    show_columns = [*list_columns, "creator_id", "asset_id", "id"]
    edit_columns = ["target", "title", "expires_at"]
    add_columns = ["creator_id", "target", "title", "slug", "expires_at"]
    add_form_extra_fields = {
        "title": StringField(lazy_gettext("Title")),
        "slug": StringField(
            lazy_gettext("Short name"),
            description=lazy_gettext("3 to 40 letters, digits, hyphens. Leave it empty to draw one."),
        ),
    }
    search_columns = [
        "slug", "title", "target", "state", "is_broken", "clicks", "cluster", "creator_id", "asset_id", "expires_at",
        "created_at",
    ]  # fmt: skip
    description_columns = {
        "target": "https://…, a path of our own such as /@handle, or mailto:, tel:, sms:.",
        "expires_at": "UTC; leave it empty for a link without end.",
    }
    cards = (
        Card("Lead somewhere", q="state:any:active", icon="link"),
        Card("End in 30 days", q="state:any:active,expires_at:next:30d", icon="calendar"),
        Card("Lead nowhere", q="state:any:active,is_broken:yes", good_when="down", icon="alert"),
        Card("Made", since="created_at", days=30, icon="plus"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "slug": link(lambda item: f"/l/{item.slug}"),
    }
    create_with = links.create_link_as_staff
    update_with = links.change_link_as_staff

    verbs = (
        Verb(
            "retire",
            links.retire_link_as_staff,
            label="Retire",
            done="Retired",
            icon="trash",
            confirm="End these links? They answer “gone” from now on; their clicks stay.",
            takes=RECORD,
            when={"state": (LinkState.ACTIVE,)},
        ),
    )


class BiolinkBlockConsole(Console):
    datamodel = Datamodel(Block)
    cluster_of = "page"
    resource = "biolink:page"
    menu = Menu("BioLinkHub", "Blocks", "layers")
    may_create = may_import = False
    ordered_by, ordered_within = "position", ("page_id",)
    list_title, show_title, edit_title = "Blocks of pages", "Block", "Edit block"
    list_columns = ["page.handle", "position", "kind", "title", "url", "visible", "created_at"]
    show_columns = [*list_columns, "link", "asset_id", "id"]
    edit_columns = ["title", "url", "visible"]
    search_columns = ["page", "kind", "title", "url", "visible", "asset_id", "created_at"]
    label_columns = {"page.handle": "Page", "link": "Short link"}
    base_order = ("created_at", "desc")
    update_with = service.edit_block
    order_with = service.arrange_blocks
