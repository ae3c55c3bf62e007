"""A column says itself how it is drawn, what it is called and which words it holds; consoles declare what differs."""

import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
from sqlalchemy import CheckConstraint, Column, Table

from fanzadmin.console.base import Console
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.cells import Cell
from fanzadmin.kernel.db import Model
from fanzadmin.kernel.i18n.languages import STATE

OF_COLUMNS = {"badge", "code", "duration", "money", "named", "percent", "size", "trace", "when", "word"}
WORDS_OF_FACTS = {("CrmTimelineConsole", "kind")}  # which the facts declare, with their tones

pytestmark = pytest.mark.usefixtures("app")


def declared() -> Iterator[tuple[type[Console], str, str, object]]:
    """What each console says of its own table's columns: (console, attribute, column, value)."""
    for console in consoles.values():
        kind = type(console)
        columns = kind.datamodel.obj.__mapper__.columns.keys()
        for attribute in ("label_columns", "formatters_columns"):
            for name, value in (vars(kind).get(attribute) or {}).items():
                if name in columns:
                    yield kind, attribute, name, value


def columns() -> Iterator[tuple[Table, "Column[object]"]]:
    for mapper in Model.registry.mappers:
        if isinstance(mapper.local_table, Table):
            yield from ((mapper.local_table, column) for column in mapper.local_table.columns)


def test_a_label_stands_at_its_column() -> None:
    """A word with a context of its own (a lazy string) is the console's: columns hold plain English."""
    wrong = [
        f"{kind.__name__}: give {name} its label in the model: moment(label=…), choice(label=…) or info={{'label': …}}"
        for kind, attribute, name, value in declared()
        if attribute == "label_columns" and isinstance(value, str)
    ]
    assert wrong == []


def test_a_cell_stands_at_its_column() -> None:
    wrong = [
        f"{kind.__name__}: say in the model how {name} is drawn: moment(), ref(), choice(tones=…) or info={{'cell': …}}"
        for kind, attribute, name, value in declared()
        if attribute == "formatters_columns"
        and (kind.__name__, name) not in WORDS_OF_FACTS
        and isinstance(value, Cell)
        and value.context == STATE
        and value.draw.__qualname__.split(".")[0] in OF_COLUMNS
    ]
    assert wrong == []


def test_the_words_of_a_column_are_an_enum() -> None:
    wrong = [
        f"{table.fullname}.{column.name}: write it with choice(), which makes the type and the constraint of the enum"
        for table, column in columns()
        if "choice" not in column.info
        and (
            isinstance(getattr(column.default, "arg", None), StrEnum)
            or any(is_list_of_words(constraint, column.name) for constraint in table.constraints)
        )
    ]
    assert wrong == []


def is_list_of_words(constraint: object, name: str) -> bool:
    return isinstance(constraint, CheckConstraint) and bool(
        re.fullmatch(rf"{name} IN \('[^)]*\)", str(constraint.sqltext))
    )
