"""A list as a month of days, which are UTC's: `calendar = Calendar("published_at", fields=("state",))`.

The month is in the address (`month=2026-11`); a saved view does not keep it and opens at the present one.
"""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from flask_babel import format_date, get_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Date, Integer, Row, column, func, select, true, values
from sqlalchemy.orm import Query

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.shapes import Column, Label, Record
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.filters.language import Condition
from fanzadmin.console.views.mixin import VIEW_TIMEOUT, Tile, View, Views, load_tiles, tile_columns, tiler
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session

SHOWN = 4  # records of a day
COUNTED = 200  # where the counting of a day stops
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the years that the calendar can be turned to."""

    year: int
    month: int

    @classmethod
    def read(cls, text: str) -> "Month":
        """`2026-11`. Raises ValueError."""
        year, dash, month = text.partition("-")
        plain = dash and len(year) == 4 and len(month) == 2 and (year + month).isascii()
        if not plain or not (year + month).isdecimal():
            raise ValueError(text)
        month_read = cls(int(year), int(month))
        if not FIRST_YEAR <= month_read.year <= LAST_YEAR or not 1 <= month_read.month <= 12:
            raise ValueError(text)
        return month_read

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> "Month | None":
        """So many months later; None beyond the years of the calendar."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1) if FIRST_YEAR <= year <= LAST_YEAR else None

    def weeks(self, first_weekday: int) -> list[list[date]]:
        """Its weeks whole, with the days of the months beside it; weekdays count from Monday, 0."""
        return calendar.Calendar(first_weekday).monthdatescalendar(self.year, self.month)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on its day; `at` is its time, empty where the column holds days."""

    tile: Tile
    at: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid; `more` says how many are not shown ("12", "200+"), empty for none."""

    date: date
    inside: bool
    today: bool
    entries: tuple[Entry, ...] = ()
    more: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Calendar(View):
    """Records on the day of `column`, by `title` (the record's own without it) and a few `fields`."""

    name: ClassVar[str] = "calendar"
    label: ClassVar[Label] = _("Calendar")
    icon: ClassVar[str] = "calendar"
    template: ClassVar[str] = "console/calendar.html"

    title: str = ""
    fields: tuple[str, ...] = ()

    def facts(
        self,
        console: Views,
        args: Arguments,
        items: Sequence[Record] = (),  # noqa: ARG002  for views of a page
    ) -> dict[str, object]:
        today = clock.now().astimezone(UTC).date()
        text, problem = args.get("month", ""), ""
        try:
            month = Month.read(text) if text else Month.of(today)
        except ValueError:
            month = Month.of(today)
            problem = gettext(
                "“%(month)s” is no month such as 2026-11. This is the present one.", month=text[:20]
            )
        query = console.matching(args)
        days = with_statement_timeout(
            VIEW_TIMEOUT,
            lambda: self._days(console, args, query, month),
            subject=f"calendar of {console.endpoint}",
        )
        weeks = month.weeks(get_locale().first_week_day if get_locale() else 0)
        return {
            "month": month,
            "title": format_date(month.first, "LLLL y"),
            "problem": problem,
            "slow": days is None,
            "weekdays": [(format_date(day, "EEEE"), format_date(day, "EEE")) for day in weeks[0]],
            "weeks": [[_day_of(day, month, today, days or {}) for day in week] for week in weeks],
            "empty": days is not None and not days,
            "beside": self._beside(console, args, query, month) if days == {} else [],
            "previous": self._to(console, args, month.plus(-1)),
            "following": self._to(console, args, month.plus(1)),
            "present": self._to(console, args, Month.of(today)),
            "column": console.label_of(self.column),
        }

    def _to(self, console: Views, args: Arguments, month: Month | None) -> str:
        return console.address(args, kind=self.name, month=str(month)) if month else ""

    def _days(self, console: Views, args: Arguments, query: Query[Record], month: Month) -> dict[date, Day]:
        """The days of a month that have records. Two statements, each of which looks at so many rows of a day."""
        moment = console.fields[self.column].column
        rows = self._rows_of_days(query, moment, month, limit=SHOWN, keys=console.datamodel.keys)
        counted = self._rows_of_days(query, moment, month, limit=COUNTED + 1, keys=())
        columns = tile_columns(console, args, self.fields)
        items = load_tiles(console, rows, columns)
        tile = tiler(console, self.title, columns)
        days = {}
        for number, count in counted:
            day = month.first + timedelta(days=number)
            mine = [row for row in rows if row[0] == number and tuple(row[2:]) in items]
            entries = tuple(Entry(tile(items[tuple(row[2:])]), _time(row[1])) for row in mine)
            hidden = f"{COUNTED}+" if count > COUNTED else str(count - len(entries) or "")
            url = console.narrowed(args, Condition(self.column, "on", (day.isoformat(),)))
            days[day] = Day(day, inside=True, today=False, entries=entries, more=hidden, url=url)
        return days

    def _rows_of_days(
        self, query: Query[Record], moment: Column, month: Month, *, limit: int, keys: Sequence[Column]
    ) -> Sequence[Row[*tuple[Any, ...]]]:  # Any: the columns are those asked for
        """At most `limit` rows of each day as (day, moment, key…), or without `keys` how many there are of them."""
        days = values(
            column("day", Integer), column("first", moment.type), column("after", moment.type), name="days"
        ).data(list(_bounds(moment, month)))
        statement: Any = (  # a Select: the query is built from nothing else
            query.order_by(None)
            .with_entities(moment.label("at"), *keys)
            .filter(moment >= days.c.first, moment < days.c.after)
            .order_by(*((moment, *keys) if keys else ()))
            .limit(limit)
        ).statement
        rows = statement.lateral("found")
        both = days.join(rows, true())
        if keys:
            statement = (
                select(days.c.day, *rows.c).select_from(both).order_by(days.c.day, rows.c.at, *rows.c[1:])
            )
        else:
            statement = select(days.c.day, func.count()).select_from(both).group_by(days.c.day)
        return session.execute(statement).all()

    def _beside(
        self, console: Views, args: Arguments, query: Query[Record], month: Month
    ) -> list[tuple[str, str]]:
        """Where an empty month's neighbours with records are: (name of the month, address)."""
        moment = console.fields[self.column].column
        _number, first, _after = next(_bounds(moment, month))
        ends = (
            query.order_by(None).with_entities(func.max(moment)).filter(moment < first),
            query.order_by(None).with_entities(func.min(moment)).filter(moment >= first),
        )
        moments = with_statement_timeout(
            VIEW_TIMEOUT, lambda: [end.scalar() for end in ends], subject="months beside an empty one"
        )
        days = [day.astimezone(UTC) if isinstance(day, datetime) else day for day in moments or () if day]
        return [
            (format_date(day.date() if isinstance(day, datetime) else day, "LLLL y"), url)
            for day in days
            if FIRST_YEAR <= day.year <= LAST_YEAR
            and (url := self._to(console, args, Month(day.year, day.month)))
        ]


def _bounds(moment: Column, month: Month) -> Iterator[tuple[int, date, date]]:
    """The number of each day from 0, its first moment (or itself) and the first after it."""
    for number in range(month.days):
        day = month.first + timedelta(days=number)
        after = day + timedelta(days=1)
        if isinstance(moment.type, Date):
            yield number, day, after
        else:
            yield number, datetime.combine(day, time(), UTC), datetime.combine(after, time(), UTC)


def _time(at: date) -> str:
    return f"{at.astimezone(UTC):%H:%M}" if isinstance(at, datetime) else ""


def _day_of(day: date, month: Month, today: date, days: Mapping[date, Day]) -> Day:
    inside = Month.of(day) == month
    day_ = days.get(day) if inside else None
    if day_ is None:
        return Day(day, inside=inside, today=inside and day == today)
    return Day(day, inside=True, today=day == today, entries=day_.entries, more=day_.more, url=day_.url)
