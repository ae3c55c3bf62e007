"""Which columns of a table PostgreSQL can order and filter by without reading all of it."""

from collections.abc import Iterator
from typing import cast

from sqlalchemy import DateTime, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapper

from fanzadmin.console.data.shapes import Record


def is_large(model: type[Record]) -> bool:
    """Whether a model says that its table grows without end (`__large__ = True`)."""
    return bool(getattr(model, "__large__", False))


def can_sort(model: type[Record], column: str) -> bool:
    """Whether a list of a large table can be ordered by a column: an index begins with it and goes on with the key.

    A moment needs no more than itself: few rows share one, and PostgreSQL sorts those.
    """
    mapper: Mapper[Record] = model.__mapper__
    if column not in mapper.columns:
        return False
    attribute, key = mapper.columns[column], [part.name for part in mapper.primary_key]
    enough = isinstance(attribute.type, DateTime) or attribute.unique or key == [attribute.name]
    return any(
        names[0] == attribute.name and (enough or unique or names[1 : 1 + len(key)] == key)
        for names, unique in _indexes(mapper)
    )


def can_find(model: type[Record], column: str) -> bool:
    """Whether rows with a value of a column are found by an index: one begins with it, or with a relation's own key,
    or holds its words."""
    mapper: Mapper[Record] = model.__mapper__
    if column in getattr(model, "__searchable__", ()):
        return True
    if column in mapper.relationships:
        names = {attribute.name for attribute in mapper.relationships[column].local_columns}
    else:
        names = {mapper.columns[column].name} if column in mapper.columns else set()
    return any(columns[0] in names for columns, _ in _indexes(mapper, every=True))


def _indexes(mapper: Mapper[Record], *, every: bool = False) -> Iterator[tuple[list[str], bool]]:
    """The columns of each index in order, and whether no two rows share the first. Without `every` only those that
    have an order."""
    table = cast("Table", mapper.local_table)
    key = [part.name for part in table.primary_key]
    yield key, len(key) == 1
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = [part.name for part in constraint.columns]
            yield names, len(names) == 1
    for index in table.indexes:
        if _is_whole(index) and (every or _kind(index) == "btree"):
            names = [getattr(part, "name", "") for part in index.expressions]
            yield names, bool(index.unique) and len(names) == 1


def _kind(index: Index) -> str:
    return str(index.dialect_options["postgresql"].get("using") or "btree")


def _is_whole(index: Index) -> bool:
    """Whether an index holds every row that has a value in its first column."""
    where = index.dialect_options["postgresql"].get("where")
    first = getattr(next(iter(index.expressions)), "name", "")
    return where is None or str(where) == f"{first} IS NOT NULL"
