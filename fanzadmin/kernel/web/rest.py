"""REST under /api/v1: OpenAPI 3.1, RFC 9457 problems, cursor paging. Built on flask-smorest."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, jsonify
from flask_babel import gettext
from flask_smorest import Api, Blueprint
from marshmallow import Schema, validate
from marshmallow import fields as f
from sqlalchemy import ColumnElement, Select, Uuid, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine
from werkzeug.exceptions import HTTPException

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid

__all__ = ["Api", "Blueprint", "Page", "PageArgs", "http_problem", "page", "page_of", "problem"]

T = TypeVar("T")
PROBLEM = "application/problem+json"


class BadCursor(Invalid):
    status = 400
    title = "This cursor is not one of ours"


class PageArgs(Schema):
    """`limit` items from where `cursor` (the `next` of the page before) points to."""

    limit = f.Integer(load_default=25, validate=validate.Range(1, 100))
    cursor = f.String(load_default=None)


class Page(Schema):
    """`next` is the cursor of the page after, null on the last one."""

    next = f.String(allow_none=True)


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page of `item`s."""
    name = item.__name__.removesuffix("Schema") + "Page"
    return type(name, (Page,), {"items": f.List(f.Nested(item))})


def page(
    query: Select[Any],
    args: dict[str, Any],
    *,
    key: InstrumentedAttribute[Any] | Sequence[InstrumentedAttribute[Any]],
    shape: Callable[[Any], T],
    descending: bool = True,
) -> dict[str, Any]:
    """One keyset page of `query` ordered by `key` (unique, newest first by default). Raises BadCursor."""
    keys = list(key) if isinstance(key, Sequence) else [key]
    if args.get("cursor"):
        after = _decoded(args["cursor"], keys)
        left: ColumnElement[Any] = tuple_(*keys)
        right = tuple_(*after)
        query = query.where(left < right if descending else left > right)
    query = query.order_by(*(column.desc() if descending else column.asc() for column in keys))
    rows = session.execute(query.limit(args["limit"] + 1)).scalars().unique().all()
    shown = rows[: args["limit"]]
    more = len(rows) > len(shown)
    last = [getattr(shown[-1], column.key) for column in keys] if more else None
    return {"items": [shape(row) for row in shown], "next": _encoded(last) if last else None}


def problem(error: BusinessError) -> Response:
    """`error` as an RFC 9457 response."""
    response = jsonify(error.problem())
    response.status_code, response.mimetype = error.status, PROBLEM
    return response


def http_problem(error: HTTPException) -> Response:
    """An HTTP error as an RFC 9457 response; schema errors come field by field under `errors`."""
    code = error.code or 500
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": code,
        "detail": error.description or error.name,
    }
    if messages := (getattr(error, "data", None) or {}).get("messages"):
        body |= {"detail": gettext("Some fields are missing or wrong."), "errors": messages}
    response = jsonify(body)
    response.status_code, response.mimetype = code, PROBLEM
    return response


def _encoded(values: list[Any]) -> str:
    text = json.dumps([value.isoformat() if hasattr(value, "isoformat") else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_as(column.type, value) for column, value in zip(keys, values, strict=True)]
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
