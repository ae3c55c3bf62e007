"""The values of a condition in words: labels of choices, titles of related records, lengths of time."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import ngettext

from fanzadmin.kernel.console.drawing.cells import spoken_word
from fanzadmin.kernel.console.filters.kinds import SPAN, Field
from fanzadmin.kernel.console.filters.language import Condition, Unreadable
from fanzadmin.kernel.console.filters.values import keys
from fanzadmin.kernel.console.guarding.ability import console_of, may
from fanzadmin.kernel.db import session

SHOWN = 5  # values of one condition

_SPAN = re.compile(r"(\d+)([hdwmy])")
_LENGTHS: dict[str, Callable[[int], str]] = {
    "h": lambda count: ngettext("%(num)s hour", "%(num)s hours", count),
    "d": lambda count: ngettext("%(num)s day", "%(num)s days", count),
    "w": lambda count: ngettext("%(num)s week", "%(num)s weeks", count),
    "m": lambda count: ngettext("%(num)s month", "%(num)s months", count),
    "y": lambda count: ngettext("%(num)s year", "%(num)s years", count),
}


def value_texts(
    console: Any, field: Field, condition: Condition
) -> str:  # Any: a console, built on this module
    """What a condition compares with, as a person reads it."""
    values = condition.values[:SHOWN]
    if field.kind.control == "relation":
        texts = related_titles(console, field, values)
    elif field.kind.operators[condition.operator].takes == SPAN:
        texts = [_length(value) for value in values]
    elif field.kind.control in {"choice", "tags"}:
        labels = dict(field.choices)
        texts = [str(labels.get(value, spoken_word(value))) for value in values]
    else:
        texts = list(values)
    more = len(condition.values) - len(values)
    return ", ".join(texts) + (f" +{more}" if more else "")


def _length(value: str) -> str:
    found = _SPAN.fullmatch(value)
    return _LENGTHS[found[2]](int(found[1])) if found else value


def related_titles(console: Any, field: Field, values: Sequence[str]) -> list[str]:
    """The titles of related records that the person at hand may see; the key stands for the others."""
    interface = console.datamodel.get_related_interface(field.name)
    related = console_of(interface.obj)
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
