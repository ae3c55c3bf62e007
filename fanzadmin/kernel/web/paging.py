"""Keyset pages: a query that knows its key, and the page that begins where a cursor points to."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypedDict, TypeVar
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, Uuid, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid

T = TypeVar("T")
Key = Sequence[InstrumentedAttribute[Any]]


class BadCursor(Invalid):
    status = 400
    title = "This cursor is not one of ours"


class PageOptions(TypedDict):
    """Which page: what PageArgs reads from an address."""

    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """Some items; `next` is the cursor of the page after, None on the last one."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class KeysetQuery(Generic[T]):
    """A query with its order: `key` is unique, its newest first. `shape` makes of a row what leaves the system."""

    query: Select[Any]
    key: Key
    shape: Callable[[Any], T]
    descending: bool = True

    def page(self, *, limit: int = 25, cursor: str | None = None) -> Paged[T]:
        """The page of `limit` items after `cursor`. Raises BadCursor."""
        query = self._after(cursor) if cursor else self.query
        order = (column.desc() if self.descending else column.asc() for column in self.key)
        rows = session.execute(query.order_by(*order).limit(limit + 1)).scalars().unique().all()
        shown = rows[:limit]
        more = len(rows) > len(shown)
        following = _encoded([getattr(shown[-1], column.key) for column in self.key]) if more else None
        return Paged(tuple(self.shape(row) for row in shown), following)

    def _after(self, cursor: str) -> Select[Any]:
        left: ColumnElement[Any] = tuple_(*self.key)
        right = tuple_(*_decoded(cursor, self.key))
        return self.query.where(left < right if self.descending else left > right)


def _encoded(values: list[Any]) -> str:
    text = json.dumps([value.isoformat() if hasattr(value, "isoformat") else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, key: Key) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_as(column.type, value) for column, value in zip(key, values, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor(gettext("Leave the cursor out to begin again.")) from None


def _as(column: TypeEngine[Any], value: object) -> object:
    """A value of JSON as a column holds it. Raises ValueError: a cursor is the client's, who may write anything."""
    if column.python_type is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(column, Uuid) and isinstance(value, str):
        return str(UUID(value))
    if isinstance(value, column.python_type) and not isinstance(value, bool) and "\x00" not in str(value):
        return value
    raise ValueError(value)
