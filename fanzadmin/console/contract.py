"""What one ability of a console may ask of the console that it is part of, or of another one.

An ability (filters, access, editing, transfer …) that is handed a console types it as `ConsoleLike`, never as the class
`Console`, which inherits all abilities and so stands above them. `Console` is checked against this Protocol where it
registers itself. Add a member here when an ability needs it from another; what it needs from its own package or from a
package below, it takes from the class there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_appbuilder.actions import ActionItem
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.widgets import RenderTemplateWidget
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict
from wtforms import Form

from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import Label, Record, Value
from fanzadmin.console.verbs.questions import Answers
from fanzadmin.console.verbs.verb import Verb

Arguments = MultiDict[str, str]  # of the address of a list
Errors = dict[str, str]  # sentences by field, "" for the whole record


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a console stands: the system's group, its own label, an icon of the sprite."""

    group: str
    label: str
    icon: str = "table"


class ApprovalLike(Protocol):
    """A declared approval (approvals/mixin.py)."""

    @property
    def right(self) -> str: ...


class FieldLike(Protocol):
    """A column that a list can be filtered by (filters/field.py)."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Label: ...
    @property
    def choices(self) -> tuple[tuple[str, Label], ...]: ...


class ViewLike(Protocol):
    """A way to draw a list other than as a table (views/mixin.py)."""

    label: ClassVar[Label]
    icon: ClassVar[str]


class ConsoleLike(Protocol):
    """A console, as its abilities see each other."""

    # What it declares.
    resource: ClassVar[str]
    menu: ClassVar[Menu]
    datamodel: Datamodel
    appbuilder: AppBuilder
    endpoint: str
    route_base: str
    read_only: ClassVar[bool]
    may_create: ClassVar[bool]
    may_update: ClassVar[bool]
    may_delete: ClassVar[bool]
    list_title: Label
    show_title: Label
    add_title: Label
    edit_title: Label
    list_columns: list[str]
    show_columns: list[str]
    add_columns: list[str]
    edit_columns: list[str]
    search_columns: list[str]
    label_columns: Mapping[str, Label]
    description_columns: Mapping[str, Label]
    formatters_columns: Mapping[str, Callable[..., object]]
    base_order: tuple[str, str] | None
    related_views: Sequence[type] | None
    search: ClassVar[Sequence[str]]
    add_form_extra_fields: Mapping[str, object] | None
    edit_form_extra_fields: Mapping[str, object] | None
    actions: Mapping[str, ActionItem]
    verbs: ClassVar[tuple[Verb, ...]]
    abilities: set[str]
    approvals: ClassVar[Mapping[str, ApprovalLike]]
    _base_filters: Filters

    fields: Mapping[str, FieldLike]  # the columns that the list can be filtered by

    # Which rows, in which columns.
    def matching(self, args: Arguments) -> Query[Record]: ...
    def columns_for(self, use: str) -> list[str]: ...
    def chosen_columns(self, args: Arguments) -> list[str]: ...
    def text_columns(self) -> Sequence[str]: ...
    def exportable(self) -> list[str]: ...
    def label_of(self, column: str) -> str: ...
    def address(self, args: Arguments, **changes: str) -> str: ...
    def address_of_key(self, key: Value) -> str: ...

    # What the current user may see and write.
    def pii_kind(self, column: str) -> str: ...
    def is_hidden(self, column: str) -> bool: ...
    def is_masked(self, column: str) -> bool: ...
    def is_writable(self, column: str) -> bool: ...
    def is_findable(self, column: str) -> bool: ...
    def may_see(self, item: Record) -> bool: ...
    def offers(self, ability: str) -> bool: ...
    def visible_value(self, item: Record, column: str, value: Value) -> Value: ...
    def value_of(self, item: Record, column: str) -> Value: ...
    def title_of(self, item: Record) -> str: ...
    def seen(self, item: Record) -> Value: ...

    # Writing, and who else has to agree.
    def add_form(self, formdata: Arguments | None = None, **kwargs: object) -> Form: ...
    def edit_form(self, formdata: Arguments | None = None, **kwargs: object) -> Form: ...
    def open_columns(self) -> list[str]: ...
    def form_of(self, item: Record, form: Form | None = None) -> Form: ...
    def prepare(
        self, form: Form, item: Record, values: Mapping[str, Value], *, held_once: bool = False
    ) -> Errors: ...

    create_with: ClassVar[Callable[..., object] | None]
    update_with: ClassVar[Callable[..., object] | None]
    update_many_with: ClassVar[Callable[..., Mapping[str, str]] | None]
    delete_with: ClassVar[Callable[..., object] | None]

    def _store_form(self, form: Form, item: Record | None) -> None: ...
    def _refusal(self, change: Callable[[], object]) -> Errors: ...
    def make(self, values: Mapping[str, Value]) -> Errors: ...
    def change(
        self, item: Record, values: Mapping[str, Value], form: Form | None = None, *, held_once: bool = False
    ) -> Errors: ...
    def needs_approval(self, name: str, *about: Value) -> ApprovalLike | None: ...
    def get_action_permission_name(self, name: str) -> str: ...
    def verb_named(self, name: str) -> Verb | None: ...
    def run_verb(self, verb: Verb, items: Sequence[Record], answers: Answers) -> dict[int, str]: ...
    def refusals_of(
        self, name: str, items: Sequence[Record], answers: Mapping[str, Value]
    ) -> dict[int, str]: ...

    # Pages, and who watches them.
    @property
    def table(self) -> str: ...
    def rooms(self) -> tuple[str, ...]: ...
    def may_watch(self, pk: str = "") -> bool: ...
    def offered_views(self) -> Mapping[str, ViewLike]: ...
    def rows_widget(self, filters: Filters) -> RenderTemplateWidget: ...
    def render_template(self, template: str, **kwargs: Value) -> str: ...
    def ask_page(
        self, name: str, items: Sequence[Record], answers: Answers | None = None, *, error: str = ""
    ) -> ResponseReturnValue: ...
