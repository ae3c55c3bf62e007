"""Which of a console's columns can be filtered, and as what: read from the column, its cell and its form field."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from flask_babel import LazyString
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    Integer,
    Numeric,
    String,
    Table,
    Uuid,
)
from sqlalchemy import Column as SchemaColumn
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import ColumnProperty, RelationshipProperty

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Column, Label, Value
from fanzadmin.console.filters import kinds
from fanzadmin.console.filters.field import Field, Kind
from fanzadmin.console.filters.language import Condition
from fanzadmin.console.rendering.cells import Cell, state_text
from fanzadmin.console.rendering.fields import home_of
from fanzadmin.kernel.i18n.languages import STATE, lazy_translate

SHORT = 3  # characters of a code (country, currency)
CLUSTER = "cluster"

Choices = tuple[tuple[str, Label], ...]

# In this order: a Boolean is no number, an Enum is a String.
_KINDS: tuple[tuple[type | tuple[type, ...], Kind], ...] = (
    (Boolean, kinds.YES_NO),
    (Enum, kinds.ENUM),
    (Uuid, kinds.ID),
    (ARRAY, kinds.TAGS),
    (JSONB, kinds.TAGS),
    (DateTime, kinds.MOMENT),
    (Date, kinds.DATE),
    ((Integer, Numeric), kinds.NUMBER),
    (String, kinds.TEXT),
)


class Filterable(ConsoleLike, Protocol):
    """A console with the fields that its list can be filtered by."""

    fields: Mapping[str, Field]


def field_of(console: ConsoleLike, name: str) -> Field | None:
    """The field of one column or relation; None for what no filter knows, such as binary or computed attributes."""
    column: Column | None = getattr(console.datamodel.obj, name, None)
    if column is None:
        return None
    declared = getattr(column, "property", None)
    label = LazyString(console.label_of, name)
    if isinstance(declared, RelationshipProperty):
        return Field(name, label, kinds.RELATIONS if declared.uselist else kinds.RELATION, column)
    source = declared.columns[0] if isinstance(declared, ColumnProperty) else None
    if not isinstance(source, SchemaColumn):
        return None
    kind = next((kind for types, kind in _KINDS if isinstance(column.type, types)), None)
    if kind is None:
        return None
    cell = console.formatters_columns.get(name)
    currency = cell.currency if isinstance(cell, Cell) else ""
    if kind is kinds.NUMBER and (currency or name.endswith("_minor")):
        kind = kinds.MONEY
    choices, closed = _choices(console, name, column)
    if kind is kinds.TEXT and (choices or _is_code(console, name, column)):
        kind = kinds.CHOICE
    if kind is kinds.ID and home_of(source) is not None:
        kind = kinds.REFERENCE
    nullable = bool(source.nullable)
    return Field(name, label, kind, column, nullable, choices, closed, currency)


def _is_code(console: ConsoleLike, name: str, column: Column) -> bool:
    """Whether a text column holds one of few words: a badge, a cluster, a country."""
    short = column.type.length is not None and column.type.length <= SHORT
    return name == CLUSTER or short or bool(getattr(console.formatters_columns.get(name), "is_badge", False))


def _choices(console: ConsoleLike, name: str, column: Column) -> tuple[Choices, bool]:
    """The values a column can have, with their labels, and whether there are no others."""
    cell = console.formatters_columns.get(name)
    context = cell.context if isinstance(cell, Cell) else STATE
    if isinstance(column.type, Enum):
        words = column.type.enums if column.type.enum_class is None else [
            str(member.value) for member in column.type.enum_class
        ]  # fmt: skip
        return tuple((word, LazyString(state_text, word, context)) for word in words), True
    listed = _checked(column.property.columns[0].table, name)
    labels = dict(_of_form(console, name))
    if listed:
        return tuple(
            (
                word,
                lazy_translate(labels[word])
                if labels.get(word, word) != word
                else LazyString(state_text, word, context),
            )
            for word in listed
        ), True
    return tuple((word, lazy_translate(label)) for word, label in labels.items()), False


def _checked(table: Table, name: str) -> list[str]:
    """The words of a check constraint `name IN ('a', 'b')`."""
    pattern = re.compile(rf"\b{re.escape(name)} IN \(([^)]*)\)", re.I)
    for constraint in table.constraints:
        match = isinstance(constraint, CheckConstraint) and pattern.fullmatch(str(constraint.sqltext))
        if match:
            return re.findall(r"'([^']*)'", match[1])
    return []


def _of_form(console: ConsoleLike, name: str) -> Iterable[tuple[str, str]]:
    """The choices of a SelectField that the console declares for a column, where they need no query."""
    for extra in (console.edit_form_extra_fields, console.add_form_extra_fields):
        field = (extra or {}).get(name)
        choices: Value = getattr(field, "kwargs", {}).get("choices")
        if isinstance(choices, list | tuple):
            return [(str(value), str(label)) for value, label in choices]
    return []


def fields_of(console: ConsoleLike) -> dict[str, Field]:
    """Every field that the console can be filtered by, in its order; which of them the user may use is not asked."""
    fields = ((name, field_of(console, name)) for name in console.search_columns)
    return {name: field for name, field in fields if field is not None}


def read_old(field: Field, number: int, value: str) -> Condition | None:
    """The condition of an old address (`_flt_<number>_<column>=value`); None for a number that never was."""
    if field.kind is kinds.YES_NO:
        return Condition(field.name, "yes" if value in {"y", "yes", "true", "True"} else "no")
    operators = kinds.OLD.get(field.kind.name, ())
    return Condition(field.name, operators[number], (value,)) if number < len(operators) else None
