"""The values of a condition in words: labels of choices, titles of related records, lengths of time."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from flask_babel import npgettext

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.filters.field import SPAN, Field
from fanzadmin.console.filters.kinds import REFERENCE, TAGS, TEXT
from fanzadmin.console.filters.language import Condition, Unreadable
from fanzadmin.console.filters.values import as_read, day, keys
from fanzadmin.console.registry import by_model, may
from fanzadmin.console.rendering.cells import state_text
from fanzadmin.console.rendering.fields import names_behind
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import day_text

SHOWN = 5  # values of one condition

_SPAN = re.compile(r"(\d+)([hdwmy])")
_LENGTHS: dict[str, Callable[[int], str]] = {
    "h": lambda count: npgettext("after: in the last", "%(num)s hour", "%(num)s hours", count),
    "d": lambda count: npgettext("after: in the last", "%(num)s day", "%(num)s days", count),
    "w": lambda count: npgettext("after: in the last", "%(num)s week", "%(num)s weeks", count),
    "m": lambda count: npgettext("after: in the last", "%(num)s month", "%(num)s months", count),
    "y": lambda count: npgettext("after: in the last", "%(num)s year", "%(num)s years", count),
}


def value_texts(console: ConsoleLike, field: Field, condition: Condition) -> str:
    """What a condition compares with, as a user reads it."""
    values = condition.values[:SHOWN]
    if field.kind.control == "relation":
        texts = related_titles(console, field, values)
    elif field.kind.operators[condition.operator].takes == SPAN:
        texts = [_length(value) for value in values]
    elif field.kind.control in {"choice", "tags"}:
        texts = [word_text(field, value) for value in values]
    elif field.kind.control == "date":
        texts = [_day(value) for value in values]
    elif field.kind.control in {"number", "money"}:
        texts = [as_read(value) for value in values]
    else:
        texts = list(values)
    more = len(condition.values) - len(values)
    return ", ".join(texts) + (f" +{more}" if more else "")


def word_text(field: Field, value: str) -> str:
    """A value of few words as a user reads it: a tag, a text and a code (`DE`) are read as they are written."""
    label = dict(field.choices).get(value)
    if label is not None:
        return str(label)
    return value if field.kind in {TAGS, TEXT} or value.isupper() else state_text(value)


def _length(value: str) -> str:
    match = _SPAN.fullmatch(value)
    return _LENGTHS[match[2]](int(match[1])) if match else value


def _day(value: str) -> str:
    """A day, or a minute in UTC, of an address; what is none stays as it is."""
    try:
        at, length = day(value)
    except Unreadable:
        return value
    whole = length == timedelta(days=1)
    return day_text(at) if whole else f"{day_text(at)}, {at:%H:%M}"


def related_titles(console: ConsoleLike, field: Field, values: Sequence[str]) -> list[str]:
    """The titles of related records that the current user may see; the key stands for the others."""
    if field.kind is REFERENCE:
        names = names_behind(field.column.property.columns[0], values)
        return [names.get(value.strip().lower(), value) for value in values]
    interface = console.datamodel.get_related_interface(field.name)
    related = by_model(interface.obj)
    key = interface.get_pk()
    try:
        query = session.query(interface.obj).filter(key.in_(keys(field, values, key.type)))
    except Unreadable:
        return list(values)
    if related is None or not may("read", related.resource):
        return list(values)
    query = related._base_filters.apply_all(query)
    titles = {str(interface.get_pk_value(record)): related.title_of(record) for record in query}
    return [titles.get(value, value) for value in values]
