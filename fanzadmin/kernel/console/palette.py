"""The palette's records: what any console of the platform that the person may read holds under the words typed.

    search = ("name", "handle")        # on the console; the first names the record, the second stands beside it

A console without `search` is left to its own list's box. Rows and columns are those that the person may see.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from flask import Flask, Response, current_app, jsonify, request, url_for
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from fanzadmin.kernel.console.cells import show
from fanzadmin.kernel.console.finding_views import SavedView, SavedViews, visible_views
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import SignInNeeded

log = logging.getLogger(__name__)

EACH = 4  # records of one console
SHORTEST = 2  # characters
PATIENCE = 50  # ms for all consoles together
FEWEST = 25  # ms that a console is given although the others were slow
LAST = 4 * PATIENCE  # ms after which no further console is asked


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    label: str
    note: str
    where: str
    icon: str
    url: str


class Palette(SavedViews):
    """What a console gives the palette."""

    palette_size: ClassVar[int] = EACH

    def palette_records(self, words: str, patience: int) -> list[Entry] | None:
        """The first records that hold the words; None when that takes longer than `patience` milliseconds."""
        allowed = self.columns_for("search")
        shown = [name for name in self.search if name in allowed]
        if not shown:
            return []
        query = self.matching(MultiDict({"find": words})).limit(self.palette_size)
        try:
            with session.begin_nested():
                session.execute(text(f"SET LOCAL statement_timeout = {patience}"))
                return [self._entry(record, shown) for record in query]
        except OperationalError as slow:
            log.info("palette: %s left out: %s", type(self).__name__, slow.orig)
            return None
        finally:
            session.execute(text("SET LOCAL statement_timeout = DEFAULT"))

    def _entry(self, record: Any, shown: Sequence[str]) -> Entry:
        label, *rest = (show(self.value_of(record, name), brief=True).striptags() for name in shown)
        key = self.datamodel.get_pk_value(record)
        where = f"{self.menu.group} · {self.menu.label}"
        return Entry(
            label, rest[0] if rest else "", where, self.menu.icon, url_for(f"{self.endpoint}.show", pk=key)
        )


def records(words: str) -> tuple[list[Entry], bool]:
    """What the person at hand may see of every console, and whether one of them was too slow to answer."""
    began, found, late = time.monotonic(), list[Entry](), False
    for console in readable():
        if not console.search:
            continue
        spent = round((time.monotonic() - began) * 1000)
        some = console.palette_records(words, max(FEWEST, PATIENCE - spent)) if spent < LAST else None
        found += some or []
        late = late or some is None
    return found, late


def actions(words: str) -> Iterator[Entry]:
    """Adding a record, and opening a saved view."""
    wanted = words.lower().split()
    for console in readable():
        title = str(console.add_title)
        if _may_add(console) and all(
            word in f"add new {title} {console.menu.label}".lower() for word in wanted
        ):
            yield Entry(
                title,
                "",
                f"{console.menu.group} · {console.menu.label}",
                "plus",
                url_for(f"{console.endpoint}.add"),
            )
    yield from _views(wanted)


def _views(wanted: Sequence[str]) -> Iterator[Entry]:
    known = {type(console).__name__: console for console in readable()}
    views = visible_views() if current().actor_id is not None else []
    for view, _default in views:
        console = known.get(view.console)
        if console is not None and all(
            word in f"{view.name} {console.menu.label}".lower() for word in wanted
        ):
            yield _view_entry(console, view)


def _view_entry(console: Palette, view: SavedView) -> Entry:
    where = f"{console.menu.group} · {console.menu.label}"
    return Entry(view.name, "", where, "filter", console.view_address(view))


def readable() -> list[Any]:  # Any: consoles, which are built on this module
    """The consoles that the person at hand may read."""
    manager = current_app.extensions["appbuilder"].sm
    return [
        view
        for view in current_app.extensions["appbuilder"].baseviews
        if isinstance(view, Palette) and manager.has_access("can_read", view.resource)
    ]


def _may_add(console: Any) -> bool:
    manager = current_app.extensions["appbuilder"].sm
    return "create" in console.abilities and manager.has_access("can_create", console.resource)


def install(app: Flask) -> None:
    """`GET /palette?q=` answers `{"records": […], "actions": […], "late"}` for the person at hand.
    `late` says that a console was too slow, so that there may be more."""

    @app.get("/palette")
    def palette() -> Response:
        if current().actor_id is None:
            raise SignInNeeded("Sign in to search.")
        words = request.args.get("q", "").strip()
        asked = len(words) >= SHORTEST
        found, late = records(words) if asked else ([], False)
        done = actions(words) if asked else ()
        answer = jsonify(
            records=[asdict(one) for one in found], actions=[asdict(one) for one in done], late=late
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer
