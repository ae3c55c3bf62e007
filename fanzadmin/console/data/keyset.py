"""Rows in an order, from a given row on: `WHERE (column, id) > (value, key) ORDER BY column, id LIMIT n`.

A column that may be empty is read in two parts, the filled and the empty, so that each is one range of an index and the
empty come last whichever way the order runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, tuple_

from fanzadmin.console.data.shapes import AnyQuery, Column, Value

Values = tuple[Value, ...]
KeyRow = Sequence[Value]  # of the database: the order's value, where there is one, and the key


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: by `expression` (None for the key alone), then by `key`; `joins` lead to it."""

    column: str
    descending: bool
    key: tuple[Column, ...]
    expression: Column | None = None
    nullable: bool = False
    secret: bool = False  # personal data, which no address may carry
    joins: tuple[Column, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.key if self.expression is None else (self.expression, *self.key)

    def values_of(self, row: KeyRow) -> Values:
        return tuple(row)[: len(row) - len(self.key)]

    def key_of(self, row: KeyRow) -> Values:
        return tuple(row)[len(row) - len(self.key) :]

    def written(self, row: KeyRow) -> tuple[list[Value], list[Value]]:
        """The values and the key of a row as JSON."""
        values = [] if self.secret else [_written(value) for value in self.values_of(row)]
        return values, [_written(value) for value in self.key_of(row)]


class Keyset:
    """The rows of a query in an order. A row holds the order's value, where there is one, and the key."""

    def __init__(self, query: AnyQuery, order: Order) -> None:
        self.order = order
        for step in order.joins:
            query = query.outerjoin(step)
        self.query = query.order_by(None).with_entities(*order.columns)

    def rows(
        self, values: Values = (), key: Values = (), *, backwards: bool, size: int
    ) -> tuple[Sequence[KeyRow], bool]:
        """At most `size` rows after the row of `values` and `key` (before it, if `backwards`; from the edge, if
        there is none) in the list's order, and whether there are more in that direction."""
        parts: list[bool | None] = [False, True] if self.order.nullable else [None]
        if backwards:
            parts.reverse()
        if key and self.order.nullable:
            parts = parts[parts.index(values[0] is None) :]
        rows: list[KeyRow] = []
        for number, empty in enumerate(parts):
            edge = (values, key) if key and not number else None
            rows += self._part(empty, edge, backwards=backwards, limit=size + 1 - len(rows))
            if len(rows) > size:
                break
        page = rows[:size]
        return page[::-1] if backwards else page, len(rows) > size

    def read(self, values: Sequence[Value], key: Sequence[Value]) -> tuple[Values, Values]:
        """What Order.written wrote. Raises ValueError, TypeError or LookupError when it does not fit any more."""
        order = self.order
        if not key:
            return (), ()
        parts = tuple(_read(column, value) for column, value in zip(order.key, key, strict=True))
        if order.secret:
            row = self.query.filter(_same(order.key, parts)).first()
            if row is None:
                raise LookupError("the row of this place is gone")
            return order.values_of(row), parts
        columns = order.columns[: len(order.columns) - len(order.key)]
        return tuple(_read(column, value) for column, value in zip(columns, values, strict=True)), parts

    def _part(
        self, empty: bool | None, edge: tuple[Values, Values] | None, *, backwards: bool, limit: int
    ) -> Sequence[KeyRow]:
        order, query = self.order, self.query
        falling = order.descending != backwards
        if empty is not None and order.expression is not None:
            query = query.filter(order.expression.is_(None) if empty else order.expression.is_not(None))
        if edge is not None:
            columns, values = (order.key, edge[1]) if empty else (order.columns, (*edge[0], *edge[1]))
            here, there = (
                _tuple(columns),
                _tuple(map(literal, values, (attribute.type for attribute in columns))),
            )
            query = query.filter(here < there if falling else here > there)
        ordered = order.key if empty else order.columns
        query = query.order_by(*(attribute.desc() if falling else attribute.asc() for attribute in ordered))
        return query.limit(limit).all()


def _tuple(columns: Iterable[SQLColumnExpression[Value]]) -> SQLColumnExpression[Value]:
    several = tuple(columns)
    return several[0] if len(several) == 1 else tuple_(*several)


def _same(columns: Sequence[Column], values: Values) -> ColumnElement[bool]:
    same: ColumnElement[bool] = _tuple(columns) == _tuple(
        map(literal, values, (attribute.type for attribute in columns))
    )
    return same


def _written(value: Value) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _read(column: Column, value: Any) -> Value:  # Any: what _written made of a value of the column
    kind = column.type.python_type
    if value is None or kind in {str, list}:
        return value
    if issubclass(kind, datetime | date):
        return kind.fromisoformat(value)
    if issubclass(kind, Enum):
        return kind[value]
    return kind(seconds=value) if kind is timedelta else kind(value)
