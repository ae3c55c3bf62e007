"""The one base of every console: each ability is written here once, and every table gains it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, flash, request, url_for
from flask_appbuilder import ModelView
from flask_appbuilder.models.sqla.filters import FilterInFunction
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import JSON, LargeBinary

from fanzadmin.kernel.console.datamodel import Datamodel
from fanzadmin.kernel.console.lookup import ConsoleForms, RelationLookup
from fanzadmin.kernel.console.widgets import CONSOLE_WIDGETS
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

log = logging.getLogger(__name__)

READ = (
    "list",
    "show",
    "options",
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


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a console stands: the system's group, its own label, an icon of the sprite."""

    group: str
    label: str
    icon: str = "table"


consoles: dict[str, "Console"] = {}


def visible_clusters() -> list[str]:
    """The clusters whose rows the person at hand may see; used only when they are restricted."""
    return sorted(current().clusters or ())


class Console(ConsoleForms, RelationLookup, ModelView):
    """Declare `datamodel`, `resource` (`system:resource`), `menu`, columns and labels; add actions by `@action`.

    `create_with(**values)`, `update_with(item, **values)` and `delete_with(item)` name the service's verbs; without
    them the row is written as the form says. `read_only` leaves only the list and the record.
    """

    resource: ClassVar[str]
    menu: ClassVar[Menu]
    read_only: ClassVar[bool] = False
    may_create: ClassVar[bool] = True
    may_update: ClassVar[bool] = True
    may_delete: ClassVar[bool] = False
    create_with: ClassVar[Callable[..., object] | None] = None
    update_with: ClassVar[Callable[..., object] | None] = None
    delete_with: ClassVar[Callable[..., object] | None] = None

    page_size = 25
    datamodel: Datamodel

    def __init__(self, **kwargs: Any) -> None:
        self.class_permission_name = self.resource
        self.method_permission_name = dict(METHODS)
        for name, widget in CONSOLE_WIDGETS.items():
            setattr(self, name, widget)
        super().__init__(**kwargs)
        self.abilities = self._abilities()
        self.base_permissions = [f"can_{ability}" for ability in sorted(self.abilities)]
        consoles[type(self).__name__] = self

    def _abilities(self) -> set[str]:
        abilities = {"read"} | set(self.actions)
        if not self.read_only:
            wanted = {"create": self.may_create, "update": self.may_update, "delete": self.may_delete}
            abilities |= {name for name, on in wanted.items() if on}
        return abilities

    def get_redirect(self) -> Any:
        """Where to go after a change: back to where the person came from, else to the list, never to the front page."""
        target = super().get_redirect()
        return url_for(f"{self.endpoint}.list") if target == self.appbuilder.get_url_for_index else target

    def get_action_permission_name(self, name: str) -> str:
        return f"can_{name}"

    def _init_properties(self) -> None:
        columns = self.datamodel.obj.__mapper__.columns
        if self.search_columns is None:
            self.search_columns = [
                column.key for column in columns if not isinstance(column.type, JSON | LargeBinary)
            ]
        self.datamodel.eager = tuple(
            sorted({name.split(".")[0] for name in self.list_columns or () if "." in name})
        )
        if "cluster" in columns.keys():  # noqa: SIM118  a ColumnCollection, not a dict
            self.base_filters = [
                *(self.base_filters or []),
                ["cluster", _InVisibleClusters, visible_clusters],
            ]
        super()._init_properties()

    def _add(self) -> Any:
        form = self.add_form.refresh()
        if request.method == "POST" and form.validate() and self._write(form, None):
            flash(str(self.add_row_message), "success")
            return None
        if request.method == "GET":
            self.update_redirect()
        return self._get_add_widget(form=form, exclude_cols=[])

    def _edit(self, pk: Any) -> Any:
        item = self._one(pk)
        if request.method == "POST":
            form = self.edit_form.refresh(request.form)
            form._id = self.datamodel.get_pk_value(item)
            if form.validate() and self._write(form, item):
                flash(str(self.edit_row_message), "success")
                return None
        else:
            form = self.edit_form.refresh(obj=item)
            self.prefill_form(form, pk)
            self.update_redirect()
        return self._get_edit_widget(form=form, exclude_cols=[])

    def _delete(self, pk: Any) -> None:
        item = self._one(pk)
        verb = type(self).delete_with
        if self._tried(lambda: verb(item) if verb else self.datamodel.delete(item)):
            flash(str(self.delete_row_message), "success")
        self.update_redirect()  # the way back is the list, not the page before it

    def _one(self, pk: Any) -> Any:
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        return item

    def _write(self, form: Any, item: Any) -> bool:
        verb = type(self).create_with if item is None else type(self).update_with
        if verb is None:
            return self._tried(lambda: self._store(form, item))
        columns = self.add_columns if item is None else self.edit_columns
        values = {name: form[name].data for name in columns if name in form}
        return self._tried(lambda: verb(**values) if item is None else verb(item, **values))

    def _store(self, form: Any, item: Any) -> None:
        made = item if item is not None else self.datamodel.obj()
        with session.no_autoflush:
            form.populate_obj(made)
        self.datamodel.add(made)

    def _tried(self, change: Callable[[], object]) -> bool:
        """Make a change in a savepoint; what refuses it is said on the page, and nothing of it stays."""
        try:
            with session.begin_nested():
                change()
                session.flush()
        except BusinessError as error:
            flash(error.detail, "danger")
        except IntegrityError as error:
            log.info("refused by the database: %s", error.orig)
            flash(_sentence(error), "danger")
        else:
            return True
        return False

    def act(self, items: object, verb: Callable[..., object], done: str) -> None:
        """Call `verb(item)` for each chosen item and say how many were done, and what refused the others."""
        chosen = [item for item in (items if isinstance(items, list) else [items]) if self._is_mine(item)]
        count = sum(self._tried(lambda item=item: verb(item)) for item in chosen)  # type: ignore[misc]
        if count:
            flash(f"{done}: {count}", "success")

    def _is_mine(self, item: Any) -> bool:
        """Whether a chosen record is one that this list shows: Flask-AppBuilder fetches them without its filters."""
        key = None if item is None else self.datamodel.get_pk_value(item)
        return key is not None and self.datamodel.get(key, self._base_filters) is not None


class _InVisibleClusters(FilterInFunction):
    """Rows of the clusters that the person may see; every row for the unrestricted."""

    def apply(self, query: Any, func: Any) -> Any:
        return query if current().clusters is None else super().apply(query, func)


def _sentence(error: IntegrityError) -> str:
    text = str(error.orig)
    if "duplicate key" in text:
        return "There is already a record with this value."
    if "foreign key" in text:
        return "Other records still point to this one."
    if "not-null" in text or "null value" in text:
        return "A required field is empty."
    return "The database refused this change: it breaks a rule of the record."
