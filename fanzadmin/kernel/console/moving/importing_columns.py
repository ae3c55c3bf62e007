"""What the columns of a file are to a console: written, the key, only compared, or unknown; and texts as forms take them."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from sqlalchemy import Index, Integer, String, UniqueConstraint, Uuid
from wtforms import fields

from fanzadmin.kernel.console.drawing.fields import MomentField, RelationField
from fanzadmin.kernel.console.drawing.lookup import related_records
from fanzadmin.kernel.console.guarding.ability import may
from fanzadmin.kernel.console.guarding.masks import HIDDEN
from fanzadmin.kernel.console.moving.sheets_fields import READABLE, Field, fields_of, head_of

YES, NO = frozenset({"yes", "y", "true", "1", "on", "x"}), frozenset({"no", "n", "false", "0", "off", ""})
LARGEST_NUMBER = 30  # digits before the point, less one
BRIEF = 60  # characters of a value that a sentence repeats

Console = Any  # a console, which is built on this module


class NotUnderstood(Exception):
    """A text that no field of this kind can hold; says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A column that an import may write: in new records, in those that are there, or only to find them."""

    name: str
    label: str
    adds: bool
    changes: bool
    required: bool


def targets_of(console: Console) -> dict[str, Target]:
    """The columns that the person at hand may bring in, by name. What is masked for them is never compared."""
    adds = list(console.columns_for("add")) if may_add(console) else []
    changes = list(console.open_columns()) if may_change(console) else []
    form = console.add_form(formdata=None, meta={"csrf": False}) if adds else None
    names = dict.fromkeys([*keys_of(console), *adds, *changes])
    return {
        name: Target(
            name,
            head_of(console, name),
            adds=name in adds,
            changes=name in changes,
            required=form is not None and name in form and bool(form[name].flags.required),
        )
        for name in names
    }


def may_add(console: Console) -> bool:
    return "create" in console.abilities and may("create", console.resource)


def may_change(console: Console) -> bool:
    return "update" in console.abilities and may("update", console.resource)


def keys_of(console: Console) -> list[str]:
    """The columns by which a record is found: the primary key, and those that are unique by themselves."""
    mapper = console.datamodel.obj.__mapper__
    if len(mapper.primary_key) != 1:
        return []
    own = mapper.get_property_by_column(mapper.primary_key[0]).key
    unique = [
        attribute.key
        for attribute in mapper.column_attrs
        if isinstance(attribute.columns[0].type, String | Integer | Uuid) and _is_unique(attribute.columns[0])
    ]
    names = dict.fromkeys([own, *unique])
    return [
        name
        for name in names
        if console.is_findable(name) and not console.is_masked(name) and not console.is_hidden(name)
    ]


def _is_unique(column: Any) -> bool:
    if column.unique:
        return True
    rules: list[UniqueConstraint | Index] = [
        *(one for one in column.table.constraints if isinstance(one, UniqueConstraint)),
        *(one for one in column.table.indexes if isinstance(one, Index) and one.unique),
    ]
    return any(list(rule.columns.keys()) == [column.key] for rule in rules)


@dataclass(frozen=True, slots=True)
class Known:
    """A column of the file that an export has, but no import writes: compared, and said where it differs."""

    field: Field
    label: str


def guess(console: Console, columns: Sequence[str]) -> dict[str, str]:
    """For each column of a file the target that it seems to be, "" for none: by label or name, as exports write them."""
    named: dict[str, str] = {}
    for name, target in targets_of(console).items():
        for word in (name, target.label, console.label_of(name)):
            named.setdefault(_bare(word), name)
    readable = {_bare(field.head) for field in _exported(console) if field.name.endswith(READABLE)}
    exact = {_bare(target.label): name for name, target in targets_of(console).items()}
    found: dict[str, str] = {}
    for column in columns:
        bare = _bare(column)
        name = exact.get(bare) or ("" if bare in readable else named.get(bare, ""))
        found[column] = name if name not in found.values() else ""
    return found


def compared(console: Console, columns: Sequence[str]) -> dict[str, Known]:
    """The columns of a file, of those that no target takes, whose values can be compared with the record's."""
    fields_by: dict[str, Field] = {}
    for field in _exported(console):
        fields_by.setdefault(_bare(field.name), field)
        fields_by.setdefault(_bare(field.head), field)
    return {
        column: Known(fields_by[_bare(column)], column) for column in columns if _bare(column) in fields_by
    }


def _exported(console: Console) -> list[Field]:
    return [field for column in console.exportable() for field in fields_of(console, [column])]


def _bare(text: object) -> str:
    return re.sub(r"[\s_\-]+", " ", str(text)).strip().lower()


class Reader:
    """Turns a file's texts into what a browser would send to the fields of a form."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], str] = {}

    def sent(self, field: Any, text: str) -> str | list[str]:
        """Raises NotUnderstood."""
        if HIDDEN in text:
            raise NotUnderstood(gettext("“%(text)s” is a mask, not a value.", text=brief(text)))
        if isinstance(field, RelationField):
            return self._related(field, text)
        if isinstance(field, fields.SelectMultipleField):
            return [_choice(field, word.strip()) for word in text.split(",") if word.strip()]
        for kinds, understood in _UNDERSTOOD:
            if isinstance(field, kinds):
                return understood(field, text.strip())
        return text

    def _related(self, field: RelationField, text: str) -> str | list[str]:
        if field.many:
            return [self._key(field, word.strip()) for word in text.split(",") if word.strip()]
        return self._key(field, text.strip())

    def _key(self, field: RelationField, text: str) -> str:
        """A related record by its key, or by its title where only one has it."""
        if not text:
            return ""
        place = (field.short_name, text)
        if place not in self._found:
            if len(self._found) > 10_000:
                self._found.clear()
            self._found[place] = self._looked_up(field, text)
        return self._found[place]

    def _looked_up(self, field: RelationField, text: str) -> str:
        with suppress(ValueError):
            if found := field.find([text]):
                return str(found[0][0])
        same = [key for key, title in related_records(field, text) if title.strip().lower() == text.lower()]
        if len(same) != 1:
            many = gettext("Several records are called “%(text)s”: give the id.", text=brief(text))
            none = gettext("There is no record “%(text)s”.", text=brief(text))
            raise NotUnderstood(many if same else none)
        return str(same[0])


def brief(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}…"


def _yes_no(_field: Any, text: str) -> str:
    word = text.lower()
    if word not in YES | NO:
        raise NotUnderstood(gettext("Yes or no is meant, not “%(text)s”.", text=brief(text)))
    return "y" if word in YES else ""


def _choice(field: Any, text: str) -> str:
    """A choice by its value or its label."""
    choices = [(str(value), str(label)) for value, label, *_ in field.iter_choices()]
    for value, label in choices:
        if text in {value, label}:
            return value
    same = [value for value, label in choices if text.lower() in {value.lower(), label.lower()}]
    if not same and text:
        raise NotUnderstood(
            gettext(
                "“%(text)s” is none of: %(choices)s.",
                text=brief(text),
                choices=", ".join(label for _, label in choices[:20]),
            )
        )
    return same[0] if same else ""


def _moment(_field: Any, text: str) -> str:
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None).isoformat(timespec="seconds")
    return text  # the field says that it is none


def _day(_field: Any, text: str) -> str:
    with suppress(ValueError):
        return datetime.fromisoformat(text).date().isoformat()
    return text


def _number(_field: Any, text: str) -> str:
    """`5.0` is what a spreadsheet makes of 5."""
    with suppress(InvalidOperation, ValueError):
        number = Decimal(text)
        if not number.is_finite() or number.adjusted() > LARGEST_NUMBER:
            raise NotUnderstood(gettext("“%(text)s” is no number that a record can hold.", text=brief(text)))
        if number == number.to_integral_value():
            return str(int(number))
    return text


# In this order: a moment's field is a date's, too.
_UNDERSTOOD: tuple[tuple[Any, Callable[[Any, str], str]], ...] = (
    (fields.BooleanField, _yes_no),
    (fields.SelectField, _choice),
    ((MomentField, fields.DateTimeField), _moment),
    (fields.DateField, _day),
    ((fields.IntegerField, fields.DecimalField, fields.FloatField), _number),
)


def unused(columns: Sequence[str], mapping: Mapping[str, str], known: Mapping[str, Known]) -> list[str]:
    """The columns of a file that nobody knows."""
    return [column for column in columns if not mapping.get(column) and column not in known]
