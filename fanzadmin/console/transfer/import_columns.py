"""The columns of a file that are only compared, or unknown; and texts as forms take them."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from flask_babel import gettext
from wtforms import fields

from fanzadmin.console.batches import Batch
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import HIDDEN
from fanzadmin.console.data.shapes import FormField
from fanzadmin.console.rendering.fields import MomentField, RelationField
from fanzadmin.console.transfer.import_heads import exported, recognised
from fanzadmin.console.transfer.import_related import NotFoundHere, key_named
from fanzadmin.console.transfer.sheet_columns import Field
from fanzadmin.kernel.i18n.languages import LANGUAGES, SOURCE, translations

# Beside the words of every language, what people tick, and what their spreadsheets write into a CSV.
YES = frozenset({"yes", "y", "true", "1", "on", "x", "wahr", "verdadero", "vrai", "verdadeiro"})
NO = frozenset({"no", "n", "false", "0", "off", "", "falsch", "falso", "faux"})
LARGEST_NUMBER = 30  # digits before the point, less one
BRIEF = 60  # characters of a value that a sentence repeats


class NotUnderstood(Exception):
    """A text that no field of this kind can hold; says why."""


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A column of the file that an export has, but no import writes: compared, and said where it differs."""

    field: Field
    label: str


def compared(console: ConsoleLike, batch: Batch, columns: Sequence[str]) -> dict[str, ComparedColumn]:
    """The columns of a file, of those that no target takes, whose values can be compared with the record's: by the names
    that were kept when the file came, in whatever language it was read."""
    names = batch.options.get("known")
    names = recognised(console, columns) if names is None else names
    fields_by = {field.name: field for field in exported(console)}
    return {
        column: ComparedColumn(fields_by[names[column]], column)
        for column in columns
        if names.get(column) in fields_by
    }


class Reader:
    """Turns a file's texts into what a browser would send to the fields of a form."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}

    def sent(self, field: FormField, text: str) -> str | list[str]:
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
            return [self._key(field, word) for word in _listed(text)]
        return self._key(field, text.strip())

    def _key(self, field: RelationField, text: str) -> str:
        """A related record by its key, or by what it is called where only one is."""
        if not text:
            return ""
        place = (field.short_name, text)
        if place not in self._keys:
            if len(self._keys) > 10_000:
                self._keys.clear()
            self._keys[place] = self._lookup(field, text)
        return self._keys[place]

    def _lookup(self, field: RelationField, text: str) -> str:
        try:
            return key_named(field, text)
        except NotFoundHere as error:
            raise NotUnderstood(str(error)) from None


def _listed(text: str) -> list[str]:
    """The words of a list as an export writes them: with commas, or as JSON where a word has a comma in it."""
    with suppress(ValueError):
        words = json.loads(text) if text.startswith("[") else None
        if isinstance(words, list):
            return [str(word) for word in words if word]
    return [word.strip() for word in text.split(",") if word.strip()]


def brief(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}…"


def is_yes(text: str) -> bool | None:
    """Whether a word says yes or no in any language; None where it says neither."""
    return _answers().get(_unmarked(text.strip()))


def _yes_no(_field: FormField, text: str) -> str:
    answer = is_yes(text)
    if answer is None:
        raise NotUnderstood(gettext("Yes or no is meant, not “%(text)s”.", text=brief(text)))
    return "y" if answer else ""


@cache
def _answers() -> dict[str, bool]:
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    for catalogue in (translations(language) for language in LANGUAGES if language != SOURCE):
        words |= {_unmarked(catalogue.gettext("Yes")): True, _unmarked(catalogue.gettext("No")): False}
    return words


def _unmarked(word: str) -> str:
    """`Sí` and `SI` as `si`: people leave accents out, and some systems write them apart."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _choice(field: FormField, text: str) -> str:
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


def _moment(_field: FormField, text: str) -> str:
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None).isoformat(timespec="seconds")
    return text  # the field says that it is none


def _day(_field: FormField, text: str) -> str:
    with suppress(ValueError):
        return datetime.fromisoformat(text).date().isoformat()
    return text


def _number(_field: FormField, text: str) -> str:
    """`5.0` is what a spreadsheet makes of 5."""
    with suppress(InvalidOperation, ValueError):
        number = Decimal(text)
        if not number.is_finite() or number.adjusted() > LARGEST_NUMBER:
            raise NotUnderstood(gettext("“%(text)s” is no number that a record can hold.", text=brief(text)))
        if number == number.to_integral_value():
            return str(int(number))
    return text


# In this order: a moment's field is a date's, too.
_UNDERSTOOD: tuple[tuple[type | tuple[type, ...], Callable[[FormField, str], str]], ...] = (
    (fields.BooleanField, _yes_no),
    (fields.SelectField, _choice),
    ((MomentField, fields.DateTimeField), _moment),
    (fields.DateField, _day),
    ((fields.IntegerField, fields.DecimalField, fields.FloatField), _number),
)


def unused(
    columns: Sequence[str], mapping: Mapping[str, str], compared_columns: Mapping[str, ComparedColumn]
) -> list[str]:
    """The columns of a file that no one knows."""
    return [column for column in columns if not mapping.get(column) and column not in compared_columns]
