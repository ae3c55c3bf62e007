"""Rows in an order, from a given row on: `WHERE (column, id) > (value, key) ORDER BY column, id LIMIT n`.

A column that may be empty is read in two parts, the filled and the empty, so that each is one range of an index and the
empty come last whichever way the order runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import Query

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: by `expression` (None for the key alone), then by `key`; `joins` lead to it."""

    column: str
    descending: bool
    key: tuple[Any, ...]
    expression: Any = None
    nullable: bool = False
    secret: bool = False  # personal data, which no address may carry
    joins: tuple[Any, ...] = ()

    @property
    def columns(self) -> tuple[Any, ...]:
        return self.key if self.expression is None else (self.expression, *self.key)

    def values_of(self, row: Any) -> Values:
        return tuple(row)[: len(row) - len(self.key)]

    def key_of(self, row: Any) -> Values:
        return tuple(row)[len(row) - len(self.key) :]

    def written(self, row: Any) -> tuple[list[Any], list[Any]]:
        """The values and the key of a row as JSON."""
        values = [] if self.secret else [_written(value) for value in self.values_of(row)]
        return values, [_written(value) for value in self.key_of(row)]


class Keyset:
    """The rows of a query in an order. A row holds the order's value, where there is one, and the key."""

    def __init__(self, query: Query[Any], order: Order) -> None:
        self.order = order
        for step in order.joins:
            query = query.outerjoin(step)
        self.query = query.order_by(None).with_entities(*order.columns)

    def rows(
        self, values: Values = (), key: Values = (), *, backwards: bool, size: int
    ) -> tuple[Sequence[Any], bool]:
        """At most `size` rows after the row of `values` and `key` (before it, if `backwards`; from the edge, if
        there is none) in the list's order, and whether there are more in that direction."""
        parts: list[bool | None] = [False, True] if self.order.nullable else [None]
        if backwards:
            parts.reverse()
        if key and self.order.nullable:
            parts = parts[parts.index(values[0] is None) :]
        found: list[Any] = []
        for number, empty in enumerate(parts):
            edge = (values, key) if key and not number else None
            found += self._part(empty, edge, backwards=backwards, limit=size + 1 - len(found))
            if len(found) > size:
                break
        page = found[:size]
        return page[::-1] if backwards else page, len(found) > size

    def read(self, values: Sequence[Any], key: Sequence[Any]) -> tuple[Values, Values]:
        """What Order.written wrote. Raises ValueError, TypeError or LookupError when it does not fit any more."""
        order = self.order
        if not key:
            return (), ()
        known = tuple(_read(column, value) for column, value in zip(order.key, key, strict=True))
        if order.secret:
            row = self.query.filter(_same(order.key, known)).first()
            if row is None:
                raise LookupError("the row of this place is gone")
            return order.values_of(row), known
        columns = order.columns[: len(order.columns) - len(order.key)]
        return tuple(_read(column, value) for column, value in zip(columns, values, strict=True)), known

    def _part(
        self, empty: bool | None, edge: tuple[Values, Values] | None, *, backwards: bool, limit: int
    ) -> list[Any]:
        order, query = self.order, self.query
        falling = order.descending != backwards
        if empty is not None:
            query = query.filter(order.expression.is_(None) if empty else order.expression.is_not(None))
        if edge is not None:
            columns, values = (order.key, edge[1]) if empty else (order.columns, (*edge[0], *edge[1]))
            here, there = _tuple(columns), _tuple(map(literal, values, (one.type for one in columns)))
            query = query.filter(here < there if falling else here > there)
        ordered = order.key if empty else order.columns
        query = query.order_by(*(one.desc() if falling else one.asc() for one in ordered))
        return query.limit(limit).all()


def _tuple(columns: Any) -> Any:
    several = tuple(columns)
    return several[0] if len(several) == 1 else tuple_(*several)


def _same(columns: Sequence[Any], values: Values) -> ColumnElement[bool]:
    same: ColumnElement[bool] = _tuple(columns) == _tuple(map(literal, values, (one.type for one in columns)))
    return same


def _written(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _read(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    if value is None or kind in {str, list}:
        return value
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(value)
    if issubclass(kind, Enum):
        return kind[value]
    return kind(seconds=value) if kind is timedelta else kind(value)
