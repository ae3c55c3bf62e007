"""A list as a map of countries, by how many of its rows each has: `map_of = "country"`, ISO 3166-1 alpha-2.

The table beside the map has the same figures, for everybody; the map is a second way to see and click them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Query

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.shapes import Label, Record
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.filters.language import Condition
from fanzadmin.console.views.mixin import View, Views
from fanzadmin.console.views.worldmap_shapes import HEIGHT, WIDTH, Outline, outlines
from fanzadmin.kernel.db import session

COUNTED = (
    (2_000_000, 1_500),
    (50_000, 1_000),
)  # rows looked at, and the ms for it; the next when it took longer
STEPS = 5


@dataclass(frozen=True, slots=True)
class Country:
    """A country with rows; `step` is its colour, from 1. An empty `code` is that of rows without a country."""

    code: str
    name: str
    count: int
    share: float
    step: int
    url: str
    outline: Outline | None


@dataclass(frozen=True, slots=True)
class WorldMap(View):
    """Rows counted by the country in `column`."""

    name: ClassVar[str] = "map"
    label: ClassVar[Label] = _("Map")
    icon: ClassVar[str] = "globe"
    template: ClassVar[str] = "console/worldmap.html"

    def facts(
        self,
        console: Views,
        args: Arguments,
        items: Sequence[Record] = (),  # noqa: ARG002  for views of a page
    ) -> dict[str, object]:
        counted, looked_at = self._counted(console, console.matching(args))
        shapes = outlines()
        steps = bounds([count for code, count in counted if code])
        whole = sum(count for _code, count in counted)
        countries = [
            Country(
                code, country_name(code), count, count / whole, step_of(count, steps) if code else 0,
                console.narrowed(args, _condition(self.column, code)), shapes.get(code) if code else None,
            )
            for code, count in counted
        ]  # fmt: skip
        coloured = {country.code for country in countries}
        return {
            "countries": countries,
            "legend": [(at + STEPS - len(steps), *step) for at, step in enumerate(steps, 1)],
            "land": "".join(shape.path for code, shape in shapes.items() if code not in coloured),
            "frame": (WIDTH, HEIGHT),
            "looked_at": looked_at if looked_at and whole >= looked_at else 0,
            "slow": not looked_at,
            "column": console.label_of(self.column),
        }

    def _counted(self, console: Views, query: Query[Record]) -> tuple[list[tuple[str, int]], int]:
        """How many rows each country has, most first, and how many rows were looked at; 0 where all took too long."""
        code = func.coalesce(console.fields[self.column].column, "").label("code")
        codes = query.order_by(None).with_entities(code)
        for most, timeout in COUNTED:
            rows = with_statement_timeout(
                timeout, partial(_by_code, codes.limit(most)), subject=f"map of {console.endpoint}"
            )
            if rows is not None:
                return rows, most
        return [], 0


class Maps(Views):
    """`map_of` names the column of countries."""

    map_of: ClassVar[str] = ""

    def declared_views(self) -> tuple[View | None, ...]:
        return (*super().declared_views(), WorldMap(self.map_of) if self.map_of else None)


def country_name(code: str) -> str:
    """`DE` as the reader's language calls it; the code itself where no one knows it."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale is not None else code


def bounds(counts: Sequence[int]) -> list[tuple[int, int]]:
    """The classes of the colours as (first, last), from the least count to the most: each reaches as many times further
    than the one before, because a few countries have nearly everything."""
    if not counts:
        return []
    least, most = min(counts), max(counts)
    ends = sorted({round(least * (most / least) ** (step / STEPS)) for step in range(1, STEPS + 1)})
    return [(first, end) for first, end in zip([least, *(end + 1 for end in ends)], ends, strict=False)]


def step_of(count: int, steps: Sequence[tuple[int, int]]) -> int:
    """The class of a count, from 1, spread over all colours where there are fewer classes."""
    at = next((at for at, (_first, last) in enumerate(steps, 1) if count <= last), len(steps))
    return at + STEPS - len(steps)


def _by_code(codes: Query[Record]) -> list[tuple[str, int]]:
    rows = codes.subquery()
    counted = (
        select(rows.c.code, func.count()).group_by(rows.c.code).order_by(func.count().desc(), rows.c.code)
    )
    return [(str(code), int(count)) for code, count in session.execute(counted)]


def _condition(column: str, code: str) -> Condition:
    return Condition(column, "any", (code,)) if code else Condition(column, "empty")
