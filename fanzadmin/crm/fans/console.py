"""Consoles of fans."""

from typing import Any

from flask_babel import lazy_gettext

from fanzadmin.console import Card, Console, Datamodel, Menu, Text, Verb
from fanzadmin.console.rendering.cells import avatar
from fanzadmin.console.rendering.fields import WordsField
from fanzadmin.crm import TITLE
from fanzadmin.crm.fans import service
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.timeline.chronicle import CrmTimeline


class CrmFanConsole(Console):
    datamodel = Datamodel(Fan)
    resource = "crm:fan"
    menu = Menu(TITLE, "Fans", "users")
    children = ("CrmNoteConsole",)
    chronicle = CrmTimeline()
    search = ("name",)
    facets = ("cluster", "country", "tags")
    may_create = False
    import_keys = ("email",)
    list_title, show_title, edit_title = "Fans", "Fan", "Edit fan"
    list_columns = ["name", "brand.name", "country", "tags", "spent_minor", "last_seen", "joined_at"]
    show_columns = [
        "name",
        "email",
        "brand",
        "country",
        "tags",
        "spent_minor",
        "last_seen",
        "joined_at",
        "id",
    ]
    edit_columns = ["name", "country", "tags"]
    search_columns = ["name", "country", "cluster", "tags", "spent_minor", "last_seen", "joined_at"]
    label_columns = {
        "brand.name": "Cluster",
        "brand": "Cluster",
    }
    edit_form_extra_fields = {
        "tags": WordsField(lazy_gettext("Tags"), description=lazy_gettext("Separated by commas."))
    }
    map_of = "country"
    cards = (
        Card("Joined", since="joined_at", days=30, good_when="up", icon="users"),
        Card("Seen in a week", q="last_seen:last:7d", icon="eye"),
        Card("Paying fans", q="spent_minor:over:0", icon="wallet"),
    )
    base_order = ("joined_at", "desc")
    formatters_columns = {
        "name": avatar(),
    }

    verbs = (
        Verb(
            "tag",
            service.tag_fan,
            label="Tag",
            done="Tagged",
            icon="plus",
            asks=Text("tag", lazy_gettext("Tag"), longest=service.LONGEST_TAG),
        ),
        Verb(
            "untag",
            service.untag_fan,
            label="Remove a tag",
            done="Tag removed",
            icon="minus",
            asks=Text("tag", lazy_gettext("Tag"), longest=service.LONGEST_TAG),
        ),
    )

    @staticmethod
    def update_with(item: Fan, **values: Any) -> None:
        service.describe_fan(item.id, **values)

    @staticmethod
    def update_many_with(changes: list[tuple[Fan, dict[str, Any]]]) -> dict[str, str]:
        return service.describe_fans(
            {fan.id: values for fan, values in changes}, locked=[fan for fan, _values in changes]
        )
