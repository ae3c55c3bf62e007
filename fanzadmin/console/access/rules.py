"""Who sees which field and which row: declared once on the console, kept by everything that shows or writes.

    field_rules = {"email": Masked(), "iban": Hidden(except_roles=("Finance",)), "state": ReadOnly()}
    row_rules = (Rows(lambda: Asset.state != "draft", except_roles=("Content",)),)

A column marked `info={"pii": kind}` is masked without being named here, wherever it is shown (kinds in masks.py);
`Open()` lifts that. Pages, search, sorting, export, history, lookup and the palette ask `columns_for` and `value_of`,
and rows come through `matching`: so the rule is the same everywhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.actions import ActionItem
from flask_appbuilder.baseviews import expose
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapper, Query

from fanzadmin.console.access.titles import titled
from fanzadmin.console.contract import Arguments, ConsoleLike
from fanzadmin.console.data.masks import MASKED_KINDS, conceal
from fanzadmin.console.data.rows import Row, Values
from fanzadmin.console.data.shapes import AnyQuery, Form, FormField, Key, Record, Value, Widgets, is_record
from fanzadmin.console.listing.paging import Paging
from fanzadmin.console.registry import by_model, consoles, may
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.ports import ask

SHORTEST_REASON = 8  # characters; "because" is none
GUARDED_USES = frozenset({"search", "order"})


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Holds for everybody but people of `except_roles`."""

    except_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Masked(FieldRule):
    """Shown masked until revealed with a reason. Only `found_by` roles may filter by it: filtering is guessing."""

    found_by: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hidden(FieldRule):
    """Not there at all."""


@dataclass(frozen=True, slots=True)
class ReadOnly(FieldRule):
    """Shown, never written."""


@dataclass(frozen=True, slots=True)
class Open(FieldRule):
    """Shown although the column is marked as personal data, because it is public or the reason for the console."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Only rows of this condition; the clusters' rule holds besides. Several rules hold together."""

    where: Callable[[], ColumnElement[bool]]
    except_roles: tuple[str, ...] = ()


class InAllowedRows(BaseFilter):
    """The console's `row_rules` as one of Flask-AppBuilder's base filters, so that every way to a row passes it."""

    name = "Allowed rows"
    arg_name = None

    def apply(self, query: AnyQuery, rules: Sequence[Rows]) -> AnyQuery:
        for rule in rules:
            if not current().roles & set(rule.except_roles):
                query = query.filter(rule.where())
        return query


RuleKey = tuple[str, frozenset[str], int]  # the column, the user's roles, how many consoles there are
Rules = FieldRule | tuple[FieldRule, ...]


class Guarding(Paging):
    """Field rules, row rules, and the reveal of one record's masked values to one person for one view."""

    RIGHTS: ClassVar[dict[str, str]] = {"reveal": "reveal"}

    resource: ClassVar[str]
    read_only: ClassVar[bool]
    field_rules: ClassVar[Mapping[str, Rules]] = {}
    base_filters: Sequence[Sequence[object]] | None
    row_rules: ClassVar[Sequence[Rows]] = ()

    def rules_of(self, column: str) -> tuple[FieldRule, ...]:
        """The rules that hold for a column, dotted or not, and the current user."""
        roles = current().roles
        cache: dict[RuleKey, tuple[FieldRule, ...]] = self.__dict__.setdefault("_rules_cache", {})
        key = (column, roles, len(consoles))
        if key not in cache:
            cache[key] = tuple(rule for rule in self._rules(column) if not roles & set(rule.except_roles))
        return cache[key]

    def is_hidden(self, column: str) -> bool:
        return any(isinstance(rule, Hidden) for rule in self.rules_of(column))

    def is_masked(self, column: str) -> bool:
        return any(isinstance(rule, Masked) for rule in self.rules_of(column))

    def is_writable(self, column: str) -> bool:
        return not any(isinstance(rule, ReadOnly | Hidden) for rule in self.rules_of(column))

    def is_findable(self, column: str) -> bool:
        """Whether the user may filter and sort by a column: not by one whose values are kept from them."""
        roles = current().roles
        return not any(
            isinstance(rule, Hidden) or (isinstance(rule, Masked) and not roles & set(rule.found_by))
            for rule in self.rules_of(column)
        )

    def columns_for(self, use: str) -> list[str]:
        """As Listing says; `order` are the columns that the list may be sorted by."""
        columns = list(self.order_columns) if use == "order" else super().columns_for(use)
        allowed = self.is_findable if use in GUARDED_USES else lambda column: not self.is_hidden(column)
        if use in {"add", "edit"}:
            return [column for column in columns if self.is_writable(column)]
        return [column for column in columns if allowed(column)]

    def value_of(self, item: Record, column: str) -> Value:
        """The value of a column as the current user may see it: a mask, nothing, or the value."""
        return self.visible_value(item, column, super().value_of(item, column))

    def title_of(self, item: Record) -> str:
        """What the record is called, with masked values in it masked: the one place that titles come from."""
        return titled(self, item)

    def seen(self, item: Record) -> "Seen":
        return Seen(self, item)

    def may_see(self, item: Record) -> bool:
        """Whether the current user may open this record here."""
        key = self.datamodel.get_pk_value(item)
        return may("read", self.resource) and self.datamodel.get(key, self._base_filters) is not None

    def maskable(self) -> list[str]:
        """The columns of this console that are masked for someone."""
        written = () if self.read_only else self.edit_columns
        shown = dict.fromkeys([*self.show_columns, *self.list_columns, *written])
        return [column for column in shown if any(isinstance(rule, Masked) for rule in self._rules(column))]

    def revealable(self) -> list[str]:
        """The masked columns of the record's page that the current user may have shown."""
        if not may("reveal", self.resource):
            return []
        return [
            column
            for column in self.maskable()
            if column in self.columns_for("show") and self.is_masked(column)
        ]

    @expose("/reveal/<pk>", methods=["GET", "POST"])
    @has_access
    def reveal(self, pk: str) -> ResponseReturnValue:
        """Show masked columns of one record once, for a reason that the audit keeps."""
        pk = self._deserialize_pk_if_composite(pk)
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        reason = request.form.get("reason", "").strip()
        columns = [column for column in self.revealable() if column in request.form.getlist("column")]
        if request.method == "GET" or not columns or len(reason) < SHORTEST_REASON:
            if request.method == "POST":
                flash(gettext("Choose what to see and say why, in a few words."), "warning")
            return redirect(url_for(f"{self.endpoint}.show", pk=pk))
        self.reveal_columns(item, columns, reason=reason)
        return self._revealed_page(pk), {"Cache-Control": "no-store"}

    def reveal_columns(self, item: Record, columns: Sequence[str], *, reason: str) -> None:
        """Let this request see masked columns of a record that may be revealed to the current user; the audit keeps why."""
        allowed = [column for column in self.revealable() if column in columns]
        key = str(self.datamodel.get_pk_value(item))
        ask(Audit).note(
            "reveal",
            table=table_of(self.datamodel.obj),
            record_id=key,
            changes=dict.fromkeys(allowed),
            reason=reason,
        )
        g.revealed = (type(self).__name__, key, frozenset(allowed))

    def _revealed_page(self, pk: Key) -> str:
        return str(
            self.render_template(
                self.show_template,
                pk=pk,
                title=self.show_title,
                widgets=self._show(pk),
                related_views=self._related_views,
                revealed=g.revealed[2],
            )
        )

    def guard(self, form: Form, item: Record | None) -> None:
        """Keep from a form what the user may not write (it keeps what the record holds) or not see (it comes empty,
        and empty keeps)."""
        for name, field in form._fields.items():
            if not self.is_writable(name):
                _keep(field, getattr(item, name, field.default))
            elif item is None or not self.is_masked(name):
                continue
            elif request.method == "POST" and any(field.raw_data or ()):
                field.keeps_value = False
            else:
                _keep(field, getattr(item, name, None))
                field.keeps_value = True

    def _get_edit_widget(
        self, form: Form, exclude_cols: Sequence[str] | None = None, widgets: Widgets | None = None
    ) -> Widgets:
        for name, field in form._fields.items():
            if getattr(field, "keeps_value", False):
                mask = conceal(field.data, self.pii_kind(name))
                field.data = field.raw_data = None
                field.render_kw = {**(field.render_kw or {}), "placeholder": mask or ""}
                field.description = gettext("Masked. Leave it empty to keep what is there.")
        kept_out = [name for name in self.edit_columns if not self.is_writable(name)]
        drawn: Widgets = super()._get_edit_widget(form, [*(exclude_cols or ()), *kept_out], widgets)
        return drawn

    def _get_add_widget(
        self, form: Form, exclude_cols: Sequence[str] | None = None, widgets: Widgets | None = None
    ) -> Widgets:
        kept_out = [name for name in self.add_columns if not self.is_writable(name)]
        drawn: Widgets = super()._get_add_widget(form, [*(exclude_cols or ()), *kept_out], widgets)
        return drawn

    def _init_properties(self) -> None:
        if self.row_rules:
            key = self.datamodel.get_pk_name()
            self.base_filters = [*(self.base_filters or []), [key, InAllowedRows, self.row_rules]]
        super()._init_properties()

    def filters_of(self, args: Arguments) -> Filters:
        filters = super().filters_of(args)
        allowed = [
            (filter_, value)
            for filter_, value in zip(filters.filters, filters.values, strict=True)
            if not filter_.column_name or self.is_findable(filter_.column_name)
        ]
        filters.filters, filters.values = [filter_ for filter_, _ in allowed], [value for _, value in allowed]
        return filters

    def _get_list_widget(  # the parent's name and arguments
        self,
        filters: Filters,
        actions: Mapping[str, ActionItem] | None = None,
        widgets: Widgets | None = None,
        query: Query[Record] | None = None,
        **kwargs: object,
    ) -> Widgets:
        drawn: Widgets = super()._get_list_widget(filters, actions, widgets, query, **kwargs)
        facts = drawn["list"].template_args
        facts["include_columns"] = [name for name in facts["include_columns"] if not self.is_hidden(name)]
        facts["order_columns"] = [name for name in facts["order_columns"] or () if self.is_findable(name)]
        facts["value_columns"] = self._seen_rows(facts["value_columns"])
        return drawn

    def _get_show_widget(self, pk: Key, item: Record, *args: object, **kwargs: object) -> Widgets:
        widgets: Widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        facts = widgets["show"].template_args
        seen = [
            (name, self.visible_value(item, name, value))
            for name, value in zip(facts["include_columns"], facts["value_columns"], strict=True)
            if not self.is_hidden(name)
        ]
        facts["include_columns"] = [name for name, _ in seen]
        facts["value_columns"] = Values([value for _, value in seen], item, Seen(self, item))
        return widgets

    def _seen_rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        ways: dict[str, Callable[[Record, Value], Value] | None] = {}
        for row in rows:
            item = row.source
            for name in row.keys() - ways.keys():
                ways[name] = self._way_to_see(name)
            values = {
                name: value if (way := ways[name]) is None else way(item, value)
                for name, value in row.items()
            }
            yield Row(values, item, Seen(self, item))

    def _way_to_see(self, column: str) -> Callable[[Record, Value], Value] | None:
        """What makes of a record and its value in a column what the user may see; None where that is the value."""
        if self.is_hidden(column) or self.is_masked(column):
            return lambda item, value: self.visible_value(item, column, value)
        return None if column in (self.formatters_columns or ()) else lambda _item, value: _titled(value)

    def visible_value(self, item: Record, column: str, value: Value) -> Value:
        """What the current user may see of the `value` that a record holds in a column."""
        if self.is_hidden(column):
            return None
        if self.is_masked(column) and not self._is_revealed(item, column):
            return conceal(value, self.pii_kind(column))
        return value if column in (self.formatters_columns or ()) else _titled(value)

    def _is_revealed(self, item: Record, column: str) -> bool:
        view, key, columns = g.get("revealed", ("", "", frozenset()))
        if column not in columns or view != type(self).__name__:
            return False
        answer: bool = str(self.datamodel.get_pk_value(item)) == key
        return answer

    def _rules(self, column: str) -> tuple[FieldRule, ...]:
        """The rules for a column and everybody: the console's own, those of the related console, or the mark's."""
        declared = self.field_rules.get(column)
        if declared is None and "." in column:
            declared = _declared_elsewhere(self.datamodel.obj.__mapper__, column)
        if declared is not None:
            return declared if isinstance(declared, tuple) else (declared,)
        return (Masked(),) if self.pii_kind(column) in MASKED_KINDS else ()

    def pii_kind(self, column: str) -> str:
        """The kind of personal data in a column, "" for none."""
        declared = self.field_rules.get(column)
        for rule in declared if isinstance(declared, tuple) else (declared,):
            if isinstance(rule, Masked) and rule.kind:
                return rule.kind
        mapper, key = _leaf(self.datamodel.obj.__mapper__, column)
        field = mapper.columns.get(key) if mapper is not None else None
        return str(field.info.get("pii", "")) if field is not None else ""


class Seen:
    """A record as the cells of the current user may read it: by the names of its columns, under the field rules."""

    __slots__ = ("_console", "_item")

    def __init__(self, console: ConsoleLike, item: Record) -> None:
        self._console, self._item = console, item

    def __getattr__(self, name: str) -> Value:
        value = getattr(self._item, name)
        if name not in type(self._item).__mapper__.all_orm_descriptors:
            return value
        related = by_model(type(value)) if hasattr(value, "__mapper__") else None
        return (
            Seen(related, value)
            if related is not None
            else self._console.visible_value(self._item, name, value)
        )


def _keep(field: FormField, value: Value) -> None:
    field.data, field.validators, field.raw_data = value, (), None
    field.flags.required = False


def _titled(value: Value) -> Value:
    """A related record by its title, so that what is masked in it stays masked."""
    if isinstance(value, list):
        return [_titled(record) for record in value]
    if not is_record(value):
        return value
    console = by_model(type(value))
    return console.title_of(value) if console is not None else value


def _leaf(mapper: Mapper[Record], column: str) -> tuple[Mapper[Record] | None, str]:
    """The table and the column in which a dotted path ends; no table where it leaves the mapped ones."""
    *path, key = column.split(".")
    for name in path:
        relation = mapper.relationships.get(name)
        if relation is None:
            return None, key
        mapper = relation.mapper
    return mapper, key


def _declared_elsewhere(mapper: Mapper[Record], column: str) -> Rules | None:
    owner, key = _leaf(mapper, column)
    console = by_model(owner.class_) if owner is not None else None
    return console.field_rules.get(key) if isinstance(console, Guarding) else None
