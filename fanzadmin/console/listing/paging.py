"""Keyset paging: each page begins where its neighbour ended, so that the millionth costs what the first does.

A list is ordered by one column, dotted or not, and the primary key; the empty come last in both directions. The
address carries a cursor (`at_<View>`): the order's values of the row at the edge, signed, with the position of that
row where it is known. A cursor that is forged, or of another order or filter, leads to the first page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar
from urllib.parse import urlencode

from flask import Flask, current_app, flash, request
from flask_appbuilder.actions import ActionItem
from flask_appbuilder.baseviews import BaseCRUDView
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.widgets import RenderTemplateWidget
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Query

from fanzadmin.console.data.counting import Count
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.indexes import can_sort, is_large
from fanzadmin.console.data.keyset import KeyRow, Keyset, Order, Values
from fanzadmin.console.data.shapes import Record, Widgets
from fanzadmin.console.listing.listing import Listing
from fanzadmin.console.rendering.cells import Formatter
from fanzadmin.kernel.db import session

SIZES = (25, 50, 75, 100)
START, END, AFTER, BEFORE = "start", "end", "after", "before"
NO_FILTER = (
    "at_",
    "psize_",
    "_oc_",
    "_od_",
    "cols",
    "density",
    "view",
    "kind",
)  # arguments that do not choose rows


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page lies: at the start or the end, or beside the row with these order `values` and this `key`.

    `first` is the position of the page's first row, counted from 0, and None where nothing was counted so far."""

    side: str = START
    values: Values = ()
    key: Values = ()
    first: int | None = 0

    @property
    def backwards(self) -> bool:
        return self.side in {BEFORE, END}


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its template draws it; an address is None where there is nothing to go to."""

    items: Sequence[Record]
    size: int
    first: int | None
    count: Count
    start: str | None
    previous: str | None
    following: str | None
    end: str | None
    sizes: Mapping[int, str]


class Paging(Listing, BaseCRUDView):
    """Draws the list from one page of what matches. `also_loads` names the relations, dotted, that cells or the
    records' texts read beyond the columns shown."""

    datamodel: Datamodel
    order_columns: list[str]
    formatters_columns: dict[str, Formatter]
    page_sizes: ClassVar[Sequence[int]] = SIZES
    also_loads: ClassVar[Sequence[str]] = ()

    def ordering(self) -> Order:
        """The order that the address asks for and the user may have, else the console's own."""
        name = type(self).__name__
        column, direction = request.args.get(f"_oc_{name}", ""), request.args.get(f"_od_{name}", "")
        if column not in self.columns_for("order") or direction not in {"asc", "desc"}:
            column, direction = self.base_order or ("", "asc")
        return self.datamodel.order(column, descending=direction == "desc")

    def size(self) -> int:
        """The rows of a page, as the address asks within what is offered."""
        text = request.args.get(f"psize_{type(self).__name__}", "")
        requested = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
        return min(requested, max(self.page_sizes)) or self.page_size

    def page_of(self, query: Query[Record]) -> Page:
        """The page of `query` at which the address stands. `query` has its filters, and neither order nor limit."""
        keyset, size = Keyset(query, self.ordering()), self.size()
        cursor, rows, more = self._rows_at(keyset, size)
        earlier = more if cursor.backwards else cursor.side == AFTER
        later = cursor.side == BEFORE or (more and not cursor.backwards)
        first = cursor.first if earlier else 0
        count = self.datamodel.count(query) if later or first is None else Count(first + len(rows))
        if not later and not count.about:
            first = count - len(rows)
        to = self._links(keyset.order, rows, first=first, size=size)
        return Page(
            items=self.datamodel.load(keyset.order, rows),
            size=size,
            first=first,
            count=count,
            start=to[START] if earlier else None,
            previous=to[BEFORE] if earlier else None,
            following=to[AFTER] if later else None,
            end=to[END] if later else None,
            sizes={
                size_offered: self._address(psize=size_offered, at=None) for size_offered in self.page_sizes
            },
        )

    def _rows_at(self, keyset: Keyset, size: int) -> tuple[Cursor, Sequence[KeyRow], bool]:
        """The rows at the cursor, or at the edge of the list where the cursor is beyond it by now."""
        cursor = self._cursor(keyset)
        rows, more = keyset.rows(cursor.values, cursor.key, backwards=cursor.backwards, size=size)
        if cursor.side == BEFORE and len(rows) < size:
            cursor = Cursor()
        elif cursor.side == AFTER and not rows:
            cursor = Cursor(END, first=None)
        else:
            return cursor, rows, more
        return cursor, *keyset.rows(backwards=cursor.backwards, size=size)

    def _cursor(self, keyset: Keyset) -> Cursor:
        token = request.args.get(f"at_{type(self).__name__}")
        if not token:
            return Cursor()
        try:
            mark, side, values, key, first = _signer().loads(token)
            if mark == self._mark(keyset.order):
                return Cursor(side, *keyset.read(values, key), first)
        except (BadData, ValueError, TypeError, LookupError):
            pass
        flash(gettext("That place in the list is no more. This is its first page."), "info")
        return Cursor()

    def _links(self, order: Order, rows: Sequence[KeyRow], *, first: int | None, size: int) -> dict[str, str]:
        def to(side: str, row: KeyRow | None, position: int | None) -> str:
            edge = ([], []) if row is None else order.written(row)
            return self._address(at=_signer().dumps([self._mark(order), side, *edge, position]))

        edges = (rows[0], rows[-1]) if rows else (None, None)
        return {
            START: self._address(at=None),
            BEFORE: to(BEFORE, edges[0], None if first is None else max(0, first - size)),
            AFTER: to(AFTER, edges[1], None if first is None else first + len(rows)),
            END: to(END, None, None),
        }

    def _mark(self, order: Order) -> str:
        """What a cursor belongs to: this list in this order with these filters."""
        pairs = [pair for pair in request.args.items(multi=True) if not pair[0].startswith(NO_FILTER)]
        text = f"{type(self).__name__} {order.column} {order.descending} {request.path} {sorted(pairs)}"
        return sha256(text.encode()).hexdigest()[:12]

    def _address(self, **changed: object) -> str:
        """The current address with other arguments of this list; None takes one away."""
        names = {f"{name}_{type(self).__name__}": value for name, value in changed.items()}
        others = [pair for pair in request.args.items(multi=True) if pair[0] not in names]
        query_string = urlencode(
            [*others, *((name, value) for name, value in names.items() if value is not None)]
        )
        return f"{request.path}?{query_string}" if query_string else request.path

    def _get_list_widget(  # the parent's name and arguments; a cursor says where, and the address in which order
        self,
        filters: Filters,
        actions: Mapping[str, ActionItem] | None = None,
        widgets: Widgets | None = None,
        query: Query[Record] | None = None,
        **kwargs: object,
    ) -> dict[str, object]:
        if query is None:
            query = filters.get_joined_filters(self._base_filters).apply_all(
                session.query(self.datamodel.obj)
            )
        for name in ("order_column", "order_direction", "page", "page_size"):
            kwargs.pop(name, None)
        page = self.page_of(query)
        columns = self.columns_for("list")
        widgets = widgets or {}
        widgets["list"] = self.list_widget(
            label_columns=self.label_columns,
            include_columns=columns,
            value_columns=self.datamodel.get_values(page.items, columns),
            order_columns=self.columns_for("order"),
            formatters_columns=self.formatters_columns,
            paging=page,
            page_size=page.size,
            count=page.count,
            pks=[self._serialize_pk_if_composite(key) for key in self.datamodel.get_keys(page.items)],
            actions=actions or self.actions,
            filters=filters,
            modelview_name=type(self).__name__,
            **kwargs,
        )
        return widgets

    def rows_widget(self, filters: Filters) -> RenderTemplateWidget:
        """The rows that `filters` leave, as the list draws them, for a page of another console."""
        return self._get_list_widget(filters=filters)["list"]

    def _init_properties(self) -> None:
        super()._init_properties()
        self.order_columns = [name for name in self.order_columns if self.datamodel.can_order(name)]
        if type(self).order_columns is None and is_large(self.datamodel.obj):
            self.order_columns = [name for name in self.order_columns if can_sort(self.datamodel.obj, name)]
        self.datamodel.shown_in_list = self.datamodel.paths([*self.list_columns, *self.also_loads])
        self.datamodel.shown = self.datamodel.paths(
            [*self.list_columns, *self.show_columns, *self.also_loads]
        )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="fanz:console.place")


def install(app: Flask) -> None:
    """Links to another order lead to its first page."""

    def link_order(column: str, view: str) -> str:
        args = request.args.to_dict()
        rising = args.get(f"_oc_{view}") == column and args.get(f"_od_{view}") == "asc"
        args.pop(f"at_{view}", None)
        args |= {f"_oc_{view}": column, f"_od_{view}": "desc" if rising else "asc"}
        return f"{request.path}?{urlencode(args)}"

    app.jinja_env.filters["link_order"] = link_order
