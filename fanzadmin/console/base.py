"""The one base of every console: each ability is written here once, and every table gains it."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView
from sqlalchemy.types import JSON, LargeBinary

from fanzadmin.console import registry
from fanzadmin.console.approvals.mixin import Approving
from fanzadmin.console.contract import Menu
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import Label
from fanzadmin.console.editing.editing import Editing
from fanzadmin.console.listing.listing import InVisibleClusters, OfVisibleClusters, visible_clusters
from fanzadmin.console.live.mixin import Live
from fanzadmin.console.record.mixin import RecordParts
from fanzadmin.console.rendering.cells import Formatter, name_of_key, word
from fanzadmin.console.rendering.columns import default_cells, default_labels
from fanzadmin.console.rendering.widgets import CONSOLE_WIDGETS
from fanzadmin.console.search.search import Search
from fanzadmin.console.transfer.importing import Importing
from fanzadmin.console.views.views import Viewing
from fanzadmin.kernel.i18n.languages import lazy_translate

READ = (
    "list",
    "show",
    "download",
    "api",
    "api_read",
    "api_get",
    "api_column_get",
    "show_item_detail",
)
METHODS = (
    dict.fromkeys(READ, "read")
    | {"add": "create", "api_create": "create", "api_column_add": "create"}
    | {"edit": "update", "api_update": "update", "api_column_edit": "update", "api_readvalues": "read"}
    | {"delete": "delete", "api_delete": "delete", "muldelete": "delete"}
)


# The order is the order of `super()`: Live announces what is there; Viewing and Search draw a list before access and paging do;
# Approving holds back what Editing writes; the abilities themselves inherit access (Guarding), paging and the list.
class Console(Live, Importing, Viewing, RecordParts, Approving, Search, Editing, ModelView):
    """Declare `datamodel`, `resource` (`system:resource`), `menu`, columns, labels and `verbs`.

    `create_with(**values)`, `update_with(item, **values)` and `delete_with(item)` name the service's verbs; without
    them the row is written as the form says. `read_only` leaves only the list and the record. An ability is a class
    that Console inherits; its `RIGHTS` name the right (read, create, update, delete, …) that each of its pages needs.
    """

    resource: ClassVar[str]
    menu: ClassVar[Menu]
    cluster_of: ClassVar[str] = (
        ""  # the relation that says whose rows these are, where the table has no cluster
    )
    rest_name: ClassVar[str] = (
        ""  # the resource's name in REST, where it is not the plural of the class's words
    )
    read_only: ClassVar[bool] = False
    may_create: ClassVar[bool] = True
    may_update: ClassVar[bool] = True
    may_delete: ClassVar[bool] = False

    exclude_route_methods: ClassVar[frozenset[str]] = frozenset({"download"})  # no column holds a file

    page_size = 25
    datamodel: Datamodel
    label_columns: Mapping[str, Label]

    def __init__(self, **kwargs: object) -> None:
        self.class_permission_name = self.resource
        self.method_permission_name = METHODS | {
            method: right
            for base in type(self).__mro__
            for method, right in vars(base).get("RIGHTS", {}).items()
        }
        for name, widget in CONSOLE_WIDGETS.items():
            setattr(self, name, widget)
        self.label_columns = default_labels(self.datamodel.obj) | dict(self.label_columns or {})
        self.formatters_columns = default_cells(self.datamodel.obj) | dict(self.formatters_columns or {})
        super().__init__(**kwargs)
        for name in ("list_title", "show_title", "add_title", "edit_title"):
            setattr(self, name, lazy_translate(getattr(self, name)))
        self.formatters_columns = self._cells_of_words() | self.formatters_columns
        for action in self.actions.values():
            action.text, action.confirmation = (
                lazy_translate(action.text),
                lazy_translate(action.confirmation or ""),
            )
        self.abilities = self._abilities()
        self.base_permissions = [f"can_{ability}" for ability in sorted(self.abilities)]
        registry.add(self)

    def _cells_of_words(self) -> dict[str, Formatter]:
        """Cells for columns that hold one of few words, where the console declares none."""
        closed: dict[str, Formatter] = {name: word() for name, field in self.fields.items() if field.closed}
        return closed | ({"cluster": name_of_key()} if hasattr(self.datamodel.obj, "cluster") else {})

    def _abilities(self) -> set[str]:
        abilities = {"read"} | self.verb_abilities() | ({"reveal"} if self.maskable() else set())
        abilities |= {"export"} if self.may_export else set()
        if not self.read_only:
            writes = {"create": self.may_create, "update": self.may_update, "delete": self.may_delete}
            abilities |= {name for name, on in writes.items() if on}
            abilities |= {"import"} if self.may_import and abilities & {"create", "update"} else set()
        return abilities

    def get_redirect(self) -> str:
        """Where to go after a change: back to where the user came from, else to the list, never to the front page."""
        target = str(super().get_redirect())
        return url_for(f"{self.endpoint}.list") if target == self.appbuilder.get_url_for_index else target

    def post_delete_redirect(self) -> ResponseReturnValue:
        """Where to go when a record is gone: never to a page of its own."""
        target = str(self.get_redirect())
        is_of_record = urlsplit(target).path.startswith(f"{self.route_base}/") and "/list/" not in target
        return redirect(url_for(f"{self.endpoint}.list") if is_of_record else target)

    def render_template(self, template: str, **kwargs: object) -> str:
        if "pk" in kwargs:  # Flask-AppBuilder hands a key of several columns on as a list
            kwargs["pk"] = self.address_of_key(kwargs["pk"])
        return str(super().render_template(template, console=self, **kwargs))

    def _init_properties(self) -> None:
        columns = set(self.datamodel.obj.__mapper__.columns.keys())
        declared: object = self.search_columns  # None until it is made, as Flask-AppBuilder has it
        if declared is None:
            self.search_columns = [
                name
                for name, column in self.datamodel.obj.__mapper__.columns.items()
                if not isinstance(column.type, JSON | LargeBinary)
            ]
        if "cluster" in columns:
            self.base_filters = [
                *(self.base_filters or []),
                ["cluster", InVisibleClusters, visible_clusters],
            ]
        elif self.cluster_of:
            self.base_filters = [
                *(self.base_filters or []),
                [self.cluster_of, OfVisibleClusters, visible_clusters],
            ]
        super()._init_properties()
