"""Consoles of clicks and views."""

from flask_babel import lazy_gettext

from fanzadmin.biolink.visits.models import Click, View
from fanzadmin.console import Card, Console, Datamodel, Menu
from fanzadmin.console.rendering.cells import link


class BiolinkClickConsole(Console):
    datamodel = Datamodel(Click)
    resource = "biolink:click"
    menu = Menu("BioLinkHub", "Clicks", "graph")
    facets = ("country", "device", "is_bot", "bot_reason", "cluster")
    read_only = True
    list_title, show_title = "Clicks", "Click"
    list_columns = ["at", "link_id", "country", "device", "referrer", "is_unique", "bot_reason", "cluster"]
    show_columns = [*list_columns, "is_bot", "creator_id", "id"]
    search_columns = [
        "at", "link_id", "creator_id", "cluster", "country", "device", "referrer", "is_bot", "bot_reason", "is_unique",
    ]  # fmt: skip
    map_of = "country"
    cards = (
        Card("Clicks of people", q="is_bot:no", since="at", days=7, good_when="up", icon="users"),
        Card("Clicks of bots", q="is_bot:yes", since="at", days=7, good_when="down", icon="robot"),
    )
    base_order = ("at", "desc")
    formatters_columns = {
        "link_id": link("BiolinkLinkConsole.show", pk="link_id", label=lazy_gettext("Link")),
    }


class BiolinkViewConsole(Console):
    datamodel = Datamodel(View)
    resource = "biolink:click"
    menu = Menu("BioLinkHub", "Views", "eye")
    read_only = True
    list_title, show_title = "Views of pages", "View"
    list_columns = ["at", "page_id", "country", "device", "referrer", "is_unique", "bot_reason", "cluster"]
    show_columns = [*list_columns, "is_bot", "creator_id", "id"]
    search_columns = ["at", "creator_id", "cluster", "device", "is_bot", "bot_reason", "is_unique"]
    base_order = ("at", "desc")
    formatters_columns = {
        "page_id": link("BiolinkPageConsole.show", pk="page_id", label=lazy_gettext("Page")),
    }
