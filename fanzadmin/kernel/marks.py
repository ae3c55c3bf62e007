"""What the platform asks of a column, said beside it: `column.info` holds the marks.

`searched`: lists find rows by it, by its value or its words. `sorted`: lists are ordered by it. `sealed`: to be encrypted
for whom it is about, so that nothing can be found or ordered by it. `clear`: why personal data stays readable instead.
The column helpers of `kernel/db.py` mark their own; a model says the rest with `@marks` above it.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Column, Table

from fanzadmin.kernel.db import Model

M = TypeVar("M", bound=type[Model])

SEARCHED, SORTED, SEALED, CLEAR = "searched", "sorted", "sealed", "clear"


def marks(
    *, searched: str = "", sorted_by: str = "", sealed: str = "", clear: Mapping[str, str] | None = None
) -> Callable[[M], M]:
    """Mark columns of a model, named with spaces between; `clear` gives the reason for each. Raises ValueError for a
    column that is not there."""

    def mark(model: M) -> M:
        for name, columns in ((SEARCHED, searched), (SORTED, sorted_by), (SEALED, sealed)):
            for column in columns.split():
                _column(model, column).info[name] = True
        for column, reason in (clear or {}).items():
            _column(model, column).info[CLEAR] = reason
        return model

    return mark


def _column(model: type[Model], name: str) -> Column[object]:
    table = model.__table__
    if not isinstance(table, Table) or name not in table.columns:
        raise ValueError(f"{model.__name__} has no column {name}")
    column: Column[object] = table.columns[name]
    return column
