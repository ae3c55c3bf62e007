"""Other views of a list than its table, where they help: declared by one line each, chosen by `kind=` in the address.

    board = Board("state", CreatorState, moves={"suspended": "suspend"})    # board.py
    calendar = Calendar("created_at")                                       # calendar.py
    gallery = Gallery(queries.pictures)                                     # gallery.py
    map_of = "country"                                                      # worldmap.py

Each shows the rows of `matching(args)` as `value_of` lets the user see them, and asks for a bounded number of them.
A view whose column is kept from the user is not offered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.widgets import RenderTemplateWidget
from flask_babel import gettext
from markupsafe import Markup

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.keyset import KeyRow
from fanzadmin.console.data.shapes import Key, Label, Record, Widgets
from fanzadmin.console.filters.language import Condition, Group, write
from fanzadmin.console.filters.selection import chosen_by
from fanzadmin.console.rendering.cells import draw
from fanzadmin.console.search.mixin import Finding, without_old
from fanzadmin.kernel.ids import is_id

VIEW_TIMEOUT = 2_000  # ms of each statement of a view
TABLE = "table"


@dataclass(frozen=True, slots=True)
class View:
    """One way to draw a list. `column` is what it groups or places rows by; "" for none."""

    name: ClassVar[str]
    label: ClassVar[Label]
    icon: ClassVar[str]
    template: ClassVar[str]
    pages: ClassVar[bool] = False  # drawn from a page of the table, with its selection and its actions

    column: str = ""

    def facts(self, console: "Views", args: Arguments, items: Sequence[Record] = ()) -> dict[str, object]:
        """What the template draws; `items` are the records of the page, for a view that `pages`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Kind:
    """A button of the switch above a list."""

    name: str
    label: str
    icon: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One record outside a table: its title, and a few columns as (label, drawn value)."""

    pk: str
    title: str
    url: str
    lines: tuple[tuple[str, Markup], ...]


class Views(Finding):
    """The switch above a list, and what it shows."""

    board: ClassVar[View | None] = None
    calendar: ClassVar[View | None] = None
    gallery: ClassVar[View | None] = None

    def declared_views(self) -> tuple[View | None, ...]:
        """Every view beyond the table, in the order of the switch."""
        return self.board, self.calendar, self.gallery

    def offered_views(self) -> dict[str, View]:
        """The views that the current user may use here."""
        allowed = self.columns_for("search")
        views = [view for view in self.declared_views() if view is not None]
        return {view.name: view for view in views if not view.column or view.column in allowed}

    def switch(self, args: Arguments) -> list[Kind]:
        """The kinds that the list can be shown in; empty where there is only the table."""
        views, here = self.offered_views(), args.get("kind", TABLE)
        table = Kind(TABLE, gettext("Table"), "list", self.address(args, kind=""), here not in views)
        others = [
            Kind(name, str(view.label), view.icon, self.address(args, kind=name), here == name)
            for name, view in views.items()
        ]
        return [table, *others] if others else []

    def instead(self, args: Arguments) -> ResponseReturnValue | None:
        """The table, and a sentence, for an address whose kind of view there is none of here."""
        kind = args.get("kind", "")
        if not kind or kind in self.offered_views():
            return None
        if kind != TABLE:
            flash(gettext("This list has no view “%(kind)s”. This is its table.", kind=kind[:40]), "info")
        return redirect(self.address(args, kind=""))

    def narrowed(self, args: Arguments, *conditions: Condition) -> str:
        """The table's address with more conditions that must hold."""
        group = chosen_by(self, args).group
        parts = group.parts if group.every else (group,)
        return self.address(without_old(args), kind="", q=write(Group((*parts, *conditions))))

    def _list(self, **kwargs: object) -> Widgets:
        view = self.offered_views().get(request.args.get("kind", ""))
        if view is None:
            return super()._list(**kwargs)
        if view.pages:
            widgets: Widgets = super()._list(**kwargs)
            shown = widgets["list"]
            items = shown.template_args["paging"].items
            shown.template_args |= view.facts(self, request.args, items) | {"view": view}
        else:
            self.update_redirect()
            shown = RenderTemplateWidget(modelview_name=type(self).__name__, view=view)
            shown.template_args |= view.facts(self, request.args) | {"console": self}
            widgets = {"list": shown}
        shown.template = view.template
        return widgets


def tiler(console: "Views", title: str, columns: Mapping[str, str]) -> Callable[[Record], Tile]:
    """What makes the tile of a record: `title` names the column of its title, "" the record's own; `columns` are
    those below it, with their labels."""
    formatters = console.formatters_columns or {}

    def tile(item: Record) -> Tile:
        key = console._serialize_pk_if_composite(console.datamodel.get_pk_value(item))
        seen = console.seen(item)
        lines = (
            (label, draw(formatters.get(name), console.value_of(item, name), seen, brief=True))
            for name, label in columns.items()
            if name != title
        )
        return Tile(
            str(key),
            _title(console, item, title) or console.title_of(item),
            url_for(f"{console.endpoint}.show", pk=key),
            tuple(lines),
        )

    return tile


def _title(console: "Views", item: Record, column: str) -> str:
    """A column as plain words: a text as it is, an amount or an id as its cell draws it."""
    value = console.value_of(item, column) if column else None
    if value is None or (isinstance(value, str) and not is_id(value)):
        return value or ""
    drawn = draw((console.formatters_columns or {}).get(column), value, console.seen(item))
    return str(drawn.striptags())


def tile_columns(console: "Views", args: Arguments, declared: tuple[str, ...]) -> dict[str, str]:
    """The columns of a tile with their labels: those that the address chose, else the declared ones."""
    allowed = console.columns_for("export")
    names = console.chosen_columns(args) if args.get("cols") else declared
    return {name: console.label_of(name) for name in names if name in allowed}


def load_tiles(console: "Views", rows: Sequence[KeyRow], columns: Mapping[str, str]) -> dict[Key, Record]:
    """The records of rows that end with their key, by key, with the relations that `columns` lead through."""
    order = console.datamodel.order("")
    items = console.datamodel.load(order, rows)
    console.datamodel.load_more(items, console.datamodel.paths(columns))
    return {console.datamodel.key_of(item): item for item in items}
