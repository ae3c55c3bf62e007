"""The palette: what any console of the platform that the user may read holds under the words typed, and what can be done.

    search = ("name", "handle")        # on the console; the first names the record, the second stands beside it

A console without `search` is left to its own list's box; an id finds its record in every console. Rows and columns are
those that the user may see.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from flask import Flask, Response, current_app, jsonify, request, url_for
from flask_babel import gettext
from sqlalchemy import Text, Uuid, cast, literal, select, text, union_all
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.registry import readable
from fanzadmin.console.rendering.cells import show
from fanzadmin.console.rendering.widgets import icon_name
from fanzadmin.console.search.saved_views import SavedViews, visible_views
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import SignInNeeded
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.ids import is_id

log = logging.getLogger(__name__)

RECORDS_PER_CONSOLE = 4  # records of one console
MAX_ACTIONS = 12  # actions
SHORTEST = 2  # characters
PALETTE_TIMEOUT = 50  # ms for all consoles together; when that is too short, for each by itself
DEADLINE = 200  # ms after which no further console is asked
RETRY_FACTOR = 20  # times the timeout for who asks again

Keys = dict[int, list[str]]


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

    def palette_query(self, words: str) -> Query[Record] | None:
        """The keys of the first records that hold the words, or of the one with this id; None where neither is sought."""
        key = self.datamodel.keys[0]
        if is_id(words.lower()):
            sought = self.matching(MultiDict()).filter(key == words.lower()) if _is_id_key(self) else None
        else:
            sought = self.matching(MultiDict({"find": words})) if self._shown() else None
        return None if sought is None else sought.with_entities(cast(key, Text))

    def palette_records(self, keys: Sequence[str]) -> list[Entry]:
        """The lines of these records, in their order."""
        key = self.datamodel.keys[0]
        records = {
            str(getattr(record, key.key)): record
            for record in session.query(self.datamodel.obj).filter(key.in_(keys))
        }
        return [self._entry(records[record_key]) for record_key in keys if record_key in records]

    def _shown(self) -> list[str]:
        allowed = self.columns_for("search")
        return [name for name in self.search if name in allowed]

    def _values(self, record: Record) -> list[object]:
        """What the record holds in the columns of `search`; nothing where the first, which names it, is empty."""
        values = [self.value_of(record, name) for name in self._shown()]
        return [] if not values or values[0] in (None, "") else values

    def _entry(self, record: Record) -> Entry:
        shown = [show(value, brief=True).striptags() for value in self._values(record)]
        label, *rest = shown or [self.title_of(record)]
        key = self.datamodel.get_pk_value(record)
        url = url_for(f"{self.endpoint}.show", pk=key)
        return Entry(label, rest[0] if rest else "", _where(self), self.menu.icon, url)


def records(words: str, *, factor: int = 1) -> tuple[list[Entry], bool]:
    """What the current user may see of every console, and whether one of them was too slow to answer, even given
    `factor` times the usual time."""
    searches = [
        (console, query) for console in _consoles() if (query := console.palette_query(words)) is not None
    ]
    queries = {at: query for at, (_, query) in enumerate(searches)}
    keys_of = _keys(queries, factor)
    late = False
    if keys_of is None:
        keys_of, late = _keys_one_by_one(queries, factor)
    return [entry for at, keys in keys_of.items() for entry in searches[at][0].palette_records(keys)], late


def _keys(queries: Mapping[int, Query[Record]], factor: int) -> Keys | None:
    """The first keys of each query, all in one statement; None when it takes longer than PALETTE_TIMEOUT times `factor`."""
    parts = []
    for at, query in queries.items():
        rows = query.limit(RECORDS_PER_CONSOLE).subquery()
        parts.append(select(literal(at), rows.c[0]))
    keys_of: Keys = {}
    if not parts:
        return keys_of
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {PALETTE_TIMEOUT * factor}"))
            for at, key in session.execute(union_all(*parts)):
                keys_of.setdefault(at, []).append(key)
    except OperationalError as slow:
        log.info("palette: %d consoles took too long: %s", len(parts), slow.orig)
        return None
    finally:
        session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
    return keys_of


def _keys_one_by_one(queries: Mapping[int, Query[Record]], factor: int) -> tuple[Keys, bool]:
    """What those find that are quick, and whether one was not."""
    began, keys_of, late = time.monotonic(), Keys(), False
    for at, query in queries.items():
        some = _keys({at: query}, factor) if time.monotonic() - began < DEADLINE * factor / 1000 else None
        keys_of |= some or {}
        late = late or some is None
    return keys_of, late


def actions(words: str) -> list[Entry]:
    """What the current user may do that has these words: adding, moving and acting upon records, other views of
    lists, saved views. What begins with the words comes first."""
    parts = words.lower().split()
    entries = [
        entry
        for offer in (_views(), _of_consoles())
        for entry, more in offer
        if all(word in f"{entry.label} {entry.where} {more}".lower() for word in parts)
    ]
    entries.sort(key=lambda entry: not entry.label.lower().startswith(words.lower()))
    return entries[:MAX_ACTIONS]


def _of_consoles() -> Iterator[tuple[Entry, str]]:
    """Each with more words that it is found by. Nothing of this asks the database."""
    for console in _consoles():
        base, name, where = console.endpoint, translate(console.menu.label), _where(console)
        if _may_add(console):
            more = f"add new {gettext('add new')}"
            yield Entry(str(console.add_title), "", where, "plus", url_for(f"{base}.add")), more
        if console.offers("export"):
            label = gettext("Export of %(list)s", list=name)
            yield Entry(label, "", where, "download", url_for(f"{base}.export")), "export csv xlsx"
        if console.offers("import"):
            label = gettext("Import into %(list)s", list=name)
            yield Entry(label, "", where, "upload", url_for(f"{base}.import_file")), "import csv xlsx"
        for kind, view in console.offered_views().items():
            label = gettext("%(list)s: %(view)s", list=name, view=view.label)
            yield Entry(label, "", where, view.icon, console.address(MultiDict(), kind=kind)), kind
        yield from _acts(console, where)


def _acts(console: ConsoleLike, where: str) -> Iterator[tuple[Entry, str]]:
    """What can be done with records that are chosen in the list."""
    has_access = current_app.extensions["appbuilder"].sm.has_access
    for name, act in console.actions.items():
        if act.multiple and has_access(console.get_action_permission_name(name), console.resource):
            note = gettext("for chosen records of the list")
            yield (
                Entry(str(act.text), note, where, icon_name(act.icon), url_for(f"{console.endpoint}.list")),
                "",
            )


def _views() -> Iterator[tuple[Entry, str]]:
    by_name = {type(console).__name__: console for console in _consoles()}
    views = visible_views() if current().actor_id is not None else []
    for view, _default in views:
        console = by_name.get(view.console)
        if console is not None:
            yield Entry(view.name, "", _where(console), "filter", console.view_address(view)), ""


def _consoles() -> Iterator["Palette"]:
    """Those that the current user may read."""
    return (console for console in readable() if isinstance(console, Palette))


def _where(console: ConsoleLike) -> str:
    return f"{translate(console.menu.group)} · {translate(console.menu.label)}"


def _is_id_key(console: Palette) -> bool:
    return len(console.datamodel.keys) == 1 and isinstance(console.datamodel.keys[0].type, Uuid)


def _may_add(console: ConsoleLike) -> bool:
    manager = current_app.extensions["appbuilder"].sm
    return "create" in console.abilities and manager.has_access("can_create", console.resource)


def install(app: Flask) -> None:
    """`GET /palette?q=` answers `{"records": […], "actions": […], "late"}` for the current user.
    `late` says that a console was too slow, so that there may be more: `&again=1` waits for it."""

    @app.get("/palette")
    def palette() -> Response:
        if current().actor_id is None:
            raise SignInNeeded(gettext("Sign in to search."))
        words = request.args.get("q", "").strip()
        is_search = len(words) >= SHORTEST
        factor = RETRY_FACTOR if "again" in request.args else 1
        matches, late = records(words, factor=factor) if is_search else ([], False)
        done = actions(words) if is_search else ()
        answer = jsonify(
            records=[asdict(entry) for entry in matches], actions=[asdict(entry) for entry in done], late=late
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer
