"""Finding records in a list: one search box, nested filters, the columns and the density, all kept in the address.

    search = ("name", "handle")        # the text that the list's box and the palette search; default: its text columns

A list's address: `find=anna&q=state:any:open,any(…)&cols=name,state&density=compact&view=<saved view>`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlencode

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from werkzeug.datastructures import MultiDict

from fanzadmin.console.access.rules import Guarding
from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.indexes import can_find, is_large
from fanzadmin.console.data.rows import Row
from fanzadmin.console.data.shapes import Widgets
from fanzadmin.console.filters.field import Field, Operator
from fanzadmin.console.filters.fields import fields_of
from fanzadmin.console.filters.kinds import TEXT
from fanzadmin.console.filters.language import Condition, Group, write
from fanzadmin.console.filters.selection import Chosen, chosen_by
from fanzadmin.console.search.labels import related_titles, value_texts
from fanzadmin.kernel.search import searched_columns

ARGUMENTS = ("view", "find", "q", "cols", "density", "kind")
ARGUMENT_PREFIXES = ("_oc_", "_od_", "psize_")
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
class Tools:
    """What the tools above a list show."""

    chosen: Chosen
    query: str
    chips: tuple[Chip, ...]
    columns: tuple[ChosenColumn, ...]
    compact: bool
    searches: bool
    arguments: tuple[tuple[str, str], ...] = field(default=())

    def others(self, *names: str) -> list[tuple[str, str]]:
        """What a form that sets `names` must carry along."""
        return [(name, value) for name, value in self.arguments if name not in names]


class Finding(Guarding):
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
        texts = [name for name, field in self.fields.items() if field.kind is TEXT]
        if is_large(model):
            texts = [name for name in texts if can_find(model, name)]
        return self.search or searched_columns(model) or texts

    def filter_problem(self, args: Arguments) -> str:
        """Why the filters of a list's address cannot be read; empty where they can."""
        return chosen_by(self, args).problem

    def address(self, args: Arguments, **changes: str) -> str:
        """The list's address with some of its arguments changed, an empty one left out, and the page forgotten."""
        current = {name: value for name, value in list_arguments(args) if name not in changes}
        query = urlencode(current | {name: value for name, value in changes.items() if value}, safe="(),:;")
        base = url_for(f"{self.endpoint}.list")
        return f"{base}?{query}" if query else base

    def tools(self, args: Arguments) -> Tools:
        """What the tools above the list show for its address."""
        chosen = chosen_by(self, args)
        shown = self.chosen_columns(args)
        labels = {name: self.label_of(name) for name in [*shown, *self.columns_for("export")]}
        shown_labels = {labels[name] for name in shown}
        offered = [
            *shown,
            *(name for name, label in labels.items() if name not in shown and label not in shown_labels),
        ]
        return Tools(
            chosen=chosen,
            query=write(chosen.group),
            chips=self._chips(chosen.group, args),
            columns=tuple(ChosenColumn(name, labels[name], name in shown) for name in offered),
            compact=args.get("density") == COMPACT,
            searches=any(name in self.columns_for("search") for name in self.text_columns()),
            arguments=tuple(list_arguments(args)),
        )

    @expose("/list/")
    @has_access
    def list(self) -> ResponseReturnValue:
        """The list; without arguments the view that the user made the default, where there is one."""
        if request.args:
            return self.instead(request.args) or super().list()
        start = self.start()
        return redirect(start) if start else super().list()

    def start(self) -> str | None:
        """Where the bare list leads; None to the list itself."""
        return None

    def instead(self, args: Arguments) -> ResponseReturnValue | None:  # noqa: ARG002  Views turns away kinds that there are none of
        """What answers an address of the list in its place; None for the list."""
        return None

    @expose("/finding/fields")
    @has_access
    def finding_fields(self) -> Response:
        """What the filter panel offers; with `q`, the related records in it by their titles besides."""
        allowed = self.columns_for("search")
        conditions = tuple(chosen_by(self, request.args).group.conditions())
        return jsonify(
            [self._offered(field, conditions) for name, field in self.fields.items() if name in allowed]
        )

    def _offered(self, field: Field, conditions: Sequence[Condition]) -> dict[str, object]:
        lookup = None
        if field.kind.control == "relation":
            lookup = url_for(f"{self.endpoint}.options", column=field.name)
        elif field.kind.control in {"choice", "tags"} and not field.closed:
            lookup = url_for(f"{self.endpoint}.facet_values", column=field.name)
        return {
            "name": field.name,
            "label": str(field.label),
            "control": field.kind.control,
            "operators": [_operator(each) for each in field.operators],
            "choices": [{"id": value, "text": str(text)} for value, text in field.choices],
            "lookup": lookup,
            "titles": self._titles(field, conditions) if field.kind.control == "relation" else {},
        }

    def _titles(self, field: Field, conditions: Sequence[Condition]) -> dict[str, str]:
        keys = [
            value for condition in conditions if condition.column == field.name for value in condition.values
        ]
        return dict(zip(keys, related_titles(self, field, keys), strict=True)) if keys else {}

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
            inner = tuple(
                self._chip(inside, whole, (*path, at), args) for at, inside in enumerate(part.parts)
            )
            return Chip(without, parts=inner, every=part.every)
        field = self.fields.get(part.column)
        if field is None or part.operator not in field.kind.operators:
            return Chip(without, part.column, part.operator, ", ".join(part.values))
        operator = field.kind.operators[part.operator]
        return Chip(without, str(field.label), str(operator.label), value_texts(self, field, part))

    def _list(self, **kwargs: object) -> Widgets:
        widgets: Widgets = super()._list(**kwargs)
        facts = widgets["list"].template_args
        columns = self.chosen_columns(request.args)
        facts["value_columns"] = list(self._with_columns(facts["value_columns"], columns))
        facts["include_columns"] = columns
        return widgets

    def _with_columns(self, rows: Iterable[Row], columns: Sequence[str]) -> Iterator[Row]:
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


def list_arguments(args: Arguments) -> Iterator[tuple[str, str]]:
    """What of a list's address describes the list: not the page, nor what one click asks for."""
    for name in args:
        if name in ARGUMENTS or name.startswith(ARGUMENT_PREFIXES):
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


def _operator(operator: Operator) -> dict[str, str]:
    return {"name": operator.name, "label": str(operator.label), "takes": operator.takes}
