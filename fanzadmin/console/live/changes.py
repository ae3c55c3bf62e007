"""Hints that rows changed: gathered from every flush, sent once after the commit to whoever looks at such a table.

A hint says which rows, never what is in them: `rows {table, ids, new, look, many}`. `look` asks a page to compare all
that it shows, where the ids are too many, unknown (a statement that went around the ORM) or not for these eyes. A
room is `rows:<table>:<scope>`; its scope is `*` or a cluster, with `~` behind it for people who get no ids.
Nothing leaves the process while no one looks at the table (docs/decisions/0012).
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from redis import Redis
from sqlalchemy import TextClause, event
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, UOWTransaction

from fanzadmin.console.data.shapes import Record
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import table_of
from fanzadmin.kernel.cache import ask_redis
from fanzadmin.kernel.db import UnitOfWork
from fanzadmin.kernel.web.realtime import emit_now

MOST_IDS = 50  # in one hint
MOST_PER_SECOND = 100  # ids of one table, from all processes together
ROOMS_CACHE_SECONDS = 1  # how long a process trusts what it knows of the rooms
ROOM_LIFETIME = 60  # how long a room counts without word from the web process that keeps it
ALL_CLUSTERS, WITHOUT_IDS = "*", "~"
WATCHED = "fanz:live:watched"

_WRITTEN = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?\"?(\w+\.\w+|\w+)", re.I)
_COUNT = """
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], 1000) end
redis.call('SET', KEYS[2], ARGV[2], 'PX', 60000)
return {sum, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class ListedTable:
    """A table that some console shows: the key's attribute, empty for a composite one, and whether rows have a
    cluster."""

    table: str
    key: str
    clustered: bool


@dataclass(slots=True)
class Rows:
    """What became of one table's rows in a transaction. `clusters` None means: any of them."""

    ids: dict[str, tuple[tuple[str | None, ...], bool]] = field(
        default_factory=dict
    )  # (clusters, is new) by key
    clusters: set[str | None] | None = field(default_factory=set)
    look: bool = False
    many: bool = False


class Changes:
    """The changes of one transaction; called once it is committed. `place` is its own among the session's hooks."""

    __slots__ = ("place", "tables")

    def __init__(self, place: int) -> None:
        self.place = place
        self.tables: dict[str, Rows] = {}

    def __call__(self) -> None:
        rooms = _rooms()
        for table, rows in self.tables.items():
            if table in rooms:
                _send(table, rows, rooms[table])


_shown: dict[type[Record], ListedTable] = {}
_by_table: dict[str, ListedTable] = {}


def announce_table(model: type[Record]) -> None:
    """Let the changes of a table be hinted at; every console does so for its own."""
    mapper = model.__mapper__
    keys = mapper.primary_key
    key = mapper.get_property_by_column(keys[0]).key if len(keys) == 1 else ""
    shown = ListedTable(table_of(model), key, "cluster" in mapper.columns)
    _shown[model] = _by_table[shown.table] = shown


@event.listens_for(UnitOfWork, "after_flush")
def _note_rows(unit: Session, flush: UOWTransaction) -> None:
    changes = None
    for state, (is_deleted, is_only_listed) in flush.states.items():
        shown = _shown.get(state.class_)
        if shown is None or is_only_listed or not (is_deleted or state.key is None or state.committed_state):
            continue
        changes = changes or _changes(unit)
        _note(changes.tables.setdefault(shown.table, Rows()), shown, state)


def _note(rows: Rows, shown: ListedTable, state: InstanceState[Record]) -> None:
    clusters: tuple[str | None, ...] = ()
    if shown.clustered:
        held, before = state.dict, state.committed_state.get("cluster")
        now = held["cluster"] if "cluster" in held else getattr(state.obj(), "cluster", None)
        clusters = (now, before) if isinstance(before, str) else (now,)
        if rows.clusters is not None:
            rows.clusters.update(clusters)
    if len(rows.ids) >= MOST_IDS:
        rows.many = rows.look = True
    elif shown.key:
        key = str(state.dict.get(shown.key))
        rows.ids[key] = (clusters, state.key is None or (key in rows.ids and rows.ids[key][1]))
    else:
        rows.look = True


@event.listens_for(UnitOfWork, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    """A statement around the ORM names its table and not its rows."""
    if state.is_select:
        return
    if isinstance(state.statement, TextClause):
        tables = _written_by(state.statement.text)
    elif state.bind_mapper is not None and state.bind_mapper.class_ in _shown:
        tables = frozenset((_shown[state.bind_mapper.class_].table,))
    else:
        return
    for table in tables & _by_table.keys():
        rows = _changes(state.session).tables.setdefault(table, Rows())
        rows.look, rows.clusters = True, None


@lru_cache(maxsize=500)
def _written_by(statement: str) -> frozenset[str]:
    return frozenset(table.lower() for table in _WRITTEN.findall(statement))


def _changes(unit: Session) -> Changes:
    """What this transaction gathers. A savepoint that is taken back may take the hook along: then there is a new one."""
    hooks = unit.info.setdefault("after_commit", [])
    held = unit.info.get("changes")
    if held is None or held.place >= len(hooks) or hooks[held.place] is not held:
        held = unit.info["changes"] = Changes(len(hooks))
        hooks.append(held)
    return held


def room(table: str, scope: str, *, blind: bool) -> str:
    """Where the hints about a table go: all of them, or those of one cluster; `blind`: without ids."""
    return f"rows:{table}:{scope}{WITHOUT_IDS if blind else ''}"


def renew_rooms(rooms: Iterable[str]) -> bool:
    """Someone is in these rooms. True when the other processes did not know of one of them yet."""
    expiries, now = dict.fromkeys(rooms, clock.now().timestamp() + ROOM_LIFETIME), clock.now().timestamp()
    if not expiries:
        return False

    def renew(redis: Redis) -> bool:
        pipeline = redis.pipeline()
        pipeline.zremrangebyscore(WATCHED, "-inf", now)
        pipeline.zadd(WATCHED, expiries)
        return bool(pipeline.execute()[1])

    is_new = ask_redis(renew, default=False)
    if is_new:
        _cache.until = 0.0
    return is_new


def missed(tables: Iterable[str], *, since_ms: float) -> bool:
    """Whether rows of a table changed about or after a moment (milliseconds since 1970)."""
    keys = [_last(table) for table in tables]
    never: list[str | None] = []
    times = ask_redis(lambda redis: redis.mget(keys), default=never)
    return any(at is not None and float(at) + 1000 > since_ms for at in times)


@dataclass(slots=True)
class _Cache:
    """The rooms that someone is in, by table, and until when this process believes it."""

    until: float = 0.0
    rooms: dict[str, set[str]] = field(default_factory=dict)


_cache = _Cache()
_full: dict[str, float] = {}  # tables that have had their ids of this second, until when


def _rooms() -> dict[str, set[str]]:
    if _cache.until <= time.monotonic():
        absent: list[str] = []
        names = ask_redis(
            lambda redis: redis.zrangebyscore(WATCHED, clock.now().timestamp(), "+inf"), default=absent
        )
        _cache.rooms = defaultdict(set)
        for name in names:
            _cache.rooms[name.split(":", 2)[1]].add(name)
        _cache.until = time.monotonic() + ROOMS_CACHE_SECONDS
    return _cache.rooms


def _send(table: str, rows: Rows, rooms: set[str]) -> None:
    """One message for each room that is concerned, unless this table has had its share of the second."""
    if _full.get(table, 0.0) > time.monotonic():
        return
    count = MOST_PER_SECOND + 1 if rows.look else len(rows.ids)
    keys = (f"fanz:live:{{{table}}}:rate", _last(table))
    now = str(int(clock.now().timestamp() * 1000))
    total, left_ms = ask_redis(lambda redis: redis.eval(_COUNT, 2, *keys, count, now), default=(count, 0))
    if total > MOST_PER_SECOND:
        _full[table] = time.monotonic() + max(left_ms, 0) / 1000
        if total - count > MOST_PER_SECOND:
            return
        rows = Rows(clusters=rows.clusters, look=True, many=rows.many or not rows.look)
    for name in rooms:
        if (data := _for_room(table, rows, name.split(":", 2)[2])) is not None:
            emit_now("rows", data, room=name)


def _for_room(table: str, rows: Rows, scope: str) -> dict[str, object] | None:
    """What a room hears; None where nothing of it changed."""
    cluster = scope.removesuffix(WITHOUT_IDS)
    if cluster != ALL_CLUSTERS and rows.clusters is not None and cluster not in rows.clusters:
        return None
    hint: dict[str, object] = {"table": table, "ids": [], "new": [], "look": True, "many": rows.many}
    if rows.look or scope.endswith(WITHOUT_IDS):
        return hint
    own = {
        key: is_new
        for key, (clusters, is_new) in rows.ids.items()
        if cluster == ALL_CLUSTERS or cluster in clusters
    }
    fresh = [key for key, is_new in own.items() if is_new]
    return hint | {"ids": [key for key in own if key not in set(fresh)], "new": fresh, "look": False}


def _last(table: str) -> str:
    return f"fanz:live:{{{table}}}:last"
