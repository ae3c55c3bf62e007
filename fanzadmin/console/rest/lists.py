"""A list over REST: the filter grammar, words and order of the console's list, paged by key.

`?q=state:any:open,created_at:last:7d&find=anna&order=-created_at&limit=50&cursor=…&cols=name,state`
"""

from hashlib import sha256
from typing import Required, TypedDict

from flask import current_app, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import Schema, fields, validate

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.keyset import Keyset, Order
from fanzadmin.console.data.shapes import Value
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.rest.columns import Json, columns_of, shown
from fanzadmin.kernel.errors import DependencyAway, Invalid
from fanzadmin.kernel.web.paging import BadCursor

TIMEOUT = 10_000  # ms of the statement of a page


class FilterUnreadable(Invalid):
    """`q` is not in the grammar of filters, or names a column that cannot be filtered by."""

    status = 400
    title = "This filter cannot be read"


class OrderUnknown(Invalid):
    """`order` names a column that the list cannot be sorted by."""

    status = 400
    title = "The list cannot be sorted by this"


class ListArgs(Schema):
    """What a list may be asked for."""

    q = fields.String(metadata={"description": "Conditions in the grammar of the console's filters."})
    find = fields.String(metadata={"description": "Words to search for."}, validate=validate.Length(max=200))
    order = fields.String(metadata={"description": "A column, with a minus before it for falling values."})
    cols = fields.String(metadata={"description": "The columns to answer, with commas between them."})
    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))
    cursor = fields.String(metadata={"description": "`next` of the page before."})


class ListQuery(TypedDict, total=False):
    """What ListArgs reads, as far as no console reads it from the address itself."""

    order: str
    cursor: str
    limit: Required[int]


class PageOfRecords(TypedDict):
    items: list[dict[str, Json]]
    next: str | None


def page_of_records(console: ConsoleLike, args: ListQuery) -> PageOfRecords:
    """One page of a console's list. Raises FilterUnreadable, OrderUnknown, BadCursor."""
    if problem := console.filter_problem(request.args):
        raise FilterUnreadable(problem)
    order = _order(console, args.get("order", ""))
    keyset = Keyset(console.matching(request.args), order)
    edge = _read(console, keyset, args.get("cursor", ""))
    page = with_statement_timeout(
        TIMEOUT,
        lambda: keyset.rows(*edge, backwards=False, size=args["limit"]),
        subject=f"REST list of {console.endpoint}",
    )
    if page is None:
        raise DependencyAway(gettext("The list takes too long: narrow it by a filter."))
    rows, more = page
    columns = _columns(console)
    items = console.datamodel.load(order, rows)
    console.datamodel.load_more(items, console.datamodel.paths(columns))
    following = _signer().dumps([_mark(console, order), *order.written(rows[-1])]) if more else None
    return {"items": shown(console, items, columns), "next": following}


def _columns(console: ConsoleLike) -> list[str]:
    allowed = set(columns_of(console))
    return [name for name in console.chosen_columns(request.args) if name in allowed]


def _order(console: ConsoleLike, sort: str) -> Order:
    """The order that the address asks for, else the console's own."""
    if not sort:
        column, direction = console.base_order or ("", "asc")
        return console.datamodel.order(column, descending=direction == "desc")
    column = sort.removeprefix("-")
    if column not in console.columns_for("order"):
        names = ", ".join(sorted(console.columns_for("order")))
        raise OrderUnknown(gettext("Sort by one of: %(columns)s.", columns=names))
    return console.datamodel.order(column, descending=sort.startswith("-"))


def _read(console: ConsoleLike, keyset: Keyset, cursor: str) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The order's values and the key of the row that a cursor names. Raises BadCursor."""
    if not cursor:
        return (), ()
    try:
        mark, values, key = _signer().loads(cursor)
        if mark == _mark(console, keyset.order):
            return keyset.read(values, key)
    except (BadData, ValueError, TypeError, LookupError):
        pass
    raise BadCursor(gettext("Leave the cursor out to begin again."))


def _mark(console: ConsoleLike, order: Order) -> str:
    """What a cursor belongs to: this list in this order with these filters."""
    conditions = [request.args.get(name, "") for name in ("q", "find")]
    text = f"{type(console).__name__} {order.column} {order.descending} {conditions}"
    return sha256(text.encode()).hexdigest()[:12]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="fanz:console.rest")
