"""Finding records in a list: one search box, nested filters, the columns and the density, all kept in the address.

    search = ("name", "handle")        # the text that the list's box and the palette search; default: its text columns

A list's address: `find=anna&q=state:any:open,any(…)&cols=name,state&density=compact&view=<saved view>`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import Response, jsonify, redirect, request, url_for
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from werkzeug.datastructures import MultiDict

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.indexes import can_find, is_large
from fanzadmin.console.data.rows import Row
from fanzadmin.console.filters.field import Field, Operator
from fanzadmin.console.filters.fields import fields_of
from fanzadmin.console.filters.kinds import TEXT
from fanzadmin.console.filters.language import Condition, Group, write
from fanzadmin.console.filters.selection import Chosen, chosen_by
from fanzadmin.console.listing.listing import Listing
from fanzadmin.console.search.labels import related_titles, value_texts
from fanzadmin.kernel.search import searched_columns

KEPT = ("view", "find", "q", "cols", "density", "kind")
KEPT_BEGINNINGS = ("_oc_", "_od_", "psize_")
COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition (or group) in words, and the address of the list without it."""

    without: str
    label: str = ""
    operator: str = ""
    values: str = ""
    parts: tuple["Chip", ...] = ()
    every: bool = True


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    name: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the tools above a list show."""

    chosen: Chosen
    query: str
    chips: tuple[Chip, ...]
    columns: tuple[ChosenColumn, ...]
    compact: bool
    searches: bool
    kept: tuple[tuple[str, str], ...] = field(default=())

    def others(self, *names: str) -> list[tuple[str, str]]:
        """What a form that sets `names` must carry along."""
        return [(name, value) for name, value in self.kept if name not in names]


class Finding(Listing):
    """The tools above a list. Their pages answer under the right to read."""

    RIGHTS: ClassVar[dict[str, str]] = {"finding_fields": "read", "list": "read"}

    search: ClassVar[Sequence[str]] = ()

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every column that this console can be filtered by."""
        return fields_of(self)

    def text_columns(self) -> Sequence[str]:
        """The text columns that the search box looks into; of a large table those that have an index."""
        model = self.datamodel.obj
        texts = [name for name, one in self.fields.items() if one.kind is TEXT]
        if is_large(model):
            texts = [name for name in texts if can_find(model, name)]
        return self.search or searched_columns(model) or texts

    def address(self, args: Arguments, **changes: str) -> str:
        """The list's address with some of its arguments changed, an empty one left out, and the page forgotten."""
        kept = {name: value for name, value in kept_arguments(args) if name not in changes}
        made = urlencode(kept | {name: value for name, value in changes.items() if value}, safe="(),:;")
        base = url_for(f"{self.endpoint}.list")
        return f"{base}?{made}" if made else base

    def found(self, args: Arguments) -> Found:
        """What the tools above the list show for its address."""
        chosen = chosen_by(self, args)
        shown = self.chosen_columns(args)
        labels = {name: self.label_of(name) for name in [*shown, *self.columns_for("export")]}
        known = {labels[name] for name in shown}
        offered = [
            *shown,
            *(name for name, label in labels.items() if name not in shown and label not in known),
        ]
        return Found(
            chosen=chosen,
            query=write(chosen.group),
            chips=self._chips(chosen.group, args),
            columns=tuple(ChosenColumn(name, labels[name], name in shown) for name in offered),
            compact=args.get("density") == COMPACT,
            searches=any(name in self.columns_for("search") for name in self.text_columns()),
            kept=tuple(kept_arguments(args)),
        )

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """The list; without arguments the view that the person made the default, where there is one."""
        if request.args:
            return self.instead(request.args) or super().list()
        start = self.start()
        return redirect(start) if start else super().list()

    def start(self) -> str | None:
        """Where the bare list leads; None to the list itself."""
        return None

    def instead(self, args: Arguments) -> Any:  # noqa: ARG002  Views turns away kinds that there are none of
        """What answers an address of the list in its place; None for the list."""
        return None

    @expose("/finding/fields")
    @has_access
    def finding_fields(self) -> Response:
        """What the filter panel offers; with `q`, the related records in it by their titles besides."""
        allowed = self.columns_for("search")
        asked = tuple(chosen_by(self, request.args).group.conditions())
        return jsonify([self._offered(one, asked) for name, one in self.fields.items() if name in allowed])

    def _offered(self, one: Field, asked: Sequence[Condition]) -> dict[str, Any]:
        lookup = None
        if one.kind.control == "relation":
            lookup = url_for(f"{self.endpoint}.options", column=one.name)
        elif one.kind.control in {"choice", "tags"} and not one.closed:
            lookup = url_for(f"{self.endpoint}.facet_values", column=one.name)
        return {
            "name": one.name,
            "label": str(one.label),
            "control": one.kind.control,
            "operators": [_operator(each) for each in one.operators],
            "choices": [{"id": value, "text": str(text)} for value, text in one.choices],
            "lookup": lookup,
            "titles": self._titles(one, asked) if one.kind.control == "relation" else {},
        }

    def _titles(self, one: Field, asked: Sequence[Condition]) -> dict[str, str]:
        keys = [value for condition in asked if condition.column == one.name for value in condition.values]
        return dict(zip(keys, related_titles(self, one, keys), strict=True)) if keys else {}

    def _chips(self, group: Group, args: Arguments) -> tuple[Chip, ...]:
        if not group.parts:
            return ()
        chips = tuple(self._chip(part, group, (at,), args) for at, part in enumerate(group.parts))
        if group.every:
            return chips
        return (Chip(self.address(without_old(args), q=""), parts=chips, every=False),)

    def _chip(self, part: Condition | Group, whole: Group, path: tuple[int, ...], args: Arguments) -> Chip:
        without = self.address(without_old(args), q=write(_dropped(whole, path)))
        if isinstance(part, Group):
            inner = tuple(self._chip(one, whole, (*path, at), args) for at, one in enumerate(part.parts))
            return Chip(without, parts=inner, every=part.every)
        one = self.fields.get(part.column)
        if one is None or part.operator not in one.kind.operators:
            return Chip(without, part.column, part.operator, ", ".join(part.values))
        operator = one.kind.operators[part.operator]
        return Chip(without, str(one.label), str(operator.label), value_texts(self, one, part))

    def _list(self, **kwargs: Any) -> Any:
        widgets = super()._list(**kwargs)
        facts = widgets["list"].template_args
        columns = self.chosen_columns(request.args)
        facts["value_columns"] = list(self._with_columns(facts["value_columns"], columns))
        facts["include_columns"] = columns
        return widgets

    def _with_columns(self, rows: Any, columns: Sequence[str]) -> Iterator[Row]:
        """Rows with every one of `columns`: the list reads only its own."""
        rows = [*rows]
        self.datamodel.load_more([row.source for row in rows], self.datamodel.paths(columns))
        for row in rows:
            row.update({name: self.value_of(row.source, name) for name in columns if name not in row})
            yield row

    def _init_properties(self) -> None:
        texts = [*self.search, *searched_columns(self.datamodel.obj)]
        self.search_columns = list(dict.fromkeys([*(self.search_columns or ()), *texts]))
        super()._init_properties()


def kept_arguments(args: Arguments) -> Iterator[tuple[str, str]]:
    """What of a list's address describes the list: not the page, nor what one click asks for."""
    for name in args:
        if name in KEPT or name.startswith(KEPT_BEGINNINGS):
            value = ",".join(args.getlist(name)) if name == "cols" else args[name]
            if value:
                yield name, value


def without_old(args: Arguments) -> Arguments:
    """The arguments without the filters of old links, which `q` takes over."""
    return MultiDict((name, value) for name, value in args.items(multi=True) if not name.startswith("_flt_"))


def _dropped(group: Group, path: tuple[int, ...]) -> Group:
    """The group without the part at `path`, and without a group that this empties."""
    at, *rest = path
    parts: list[Condition | Group] = list(group.parts)
    inner = parts[at]
    if rest and isinstance(inner, Group):
        parts[at] = _dropped(inner, tuple(rest))
    if not rest or parts[at] == Group((), inner.every if isinstance(inner, Group) else True):
        del parts[at]
    return Group(tuple(parts), group.every)


def _operator(one: Operator) -> dict[str, str]:
    return {"name": one.name, "label": str(one.label), "takes": one.takes}
