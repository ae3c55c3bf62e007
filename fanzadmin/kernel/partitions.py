"""Streams of rows are cut by time: `@partitioned("id", keep=timedelta(days=90))` above a model.

The column is a moment or a UUIDv7, which begins with one: then the key stays a key, and a look-up by it opens one
partition. A row whose time has no partition falls into the default one: nothing is refused, nothing is lost.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, DateTime, Table, text
from sqlalchemy.orm import InstrumentedAttribute

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import Model
from fanzadmin.kernel.ids import first_id

log = logging.getLogger(__name__)

M = TypeVar("M", bound=type[Model])

LOCK = 0x46414E5C  # one process at a time makes and drops partitions
LOCK_TIMEOUT = "5s"  # whoever waits for a table holds up all who come after
SLACK = timedelta(minutes=10)  # between the moment of a row and that of its id, at most


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


AHEAD = {Period.DAY: 14, Period.MONTH: 1}  # periods after the present one


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A table that is cut by `column` into a partition for `every` period; rows older than `keep` are dropped."""

    table: Table
    column: str
    every: Period
    keep: timedelta | None

    @property
    def name(self) -> str:
        return f"{self.table.schema or 'security'}.{self.table.name}"

    def partition(self, start: datetime) -> str:
        """The name of the partition of the period that begins at `start`."""
        return f"{self.name}_{start:{'%Y%m%d' if self.every is Period.DAY else '%Y%m'}}"

    def bound(self, at: datetime) -> str:
        """The least value of the column from `at` on, as SQL writes it."""
        is_moment = isinstance(self.table.c[self.column].type, DateTime)
        return f"'{at.isoformat() if is_moment else first_id(at)}'"

    def start_of(self, at: datetime) -> datetime:
        """When the period of `at` begins, in UTC."""
        midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight if self.every is Period.DAY else midnight.replace(day=1)

    def next(self, start: datetime) -> datetime:
        return self.start_of(start + timedelta(days=1 if self.every is Period.DAY else 31))

    def periods(self, since: datetime, now: datetime) -> Iterator[datetime]:
        """The starts of the periods from `since` to those that come next."""
        start, last = self.start_of(since), self.start_of(now)
        for _ in range(AHEAD[self.every]):
            last = self.next(last)
        while start <= last:
            yield start
            start = self.next(start)


registry: dict[str, Partitioned] = {}


def partitioned(
    column: str, *, every: Period = Period.MONTH, keep: timedelta | None = None
) -> Callable[[M], M]:
    """Cut a model's table by a column of its primary key: a moment, or a UUIDv7. Without `keep` rows stay for good."""

    def mark(model: M) -> M:
        table = model.__table__
        if not isinstance(table, Table) or column not in table.primary_key.columns:
            raise ValueError(f"{model.__name__}: PostgreSQL wants {column} in the primary key")
        table.dialect_options["postgresql"]["partition_by"] = f"RANGE ({column})"
        registry[table.fullname] = Partitioned(table, column, every, keep)
        return model

    return mark


def is_partitioned(table: Table) -> bool:
    """Whether a table is cut into partitions."""
    return table.fullname in registry


def made_within(
    key: ColumnElement[str] | InstrumentedAttribute[str], since: datetime, until: datetime | None = None
) -> list[ColumnElement[bool]]:
    """What a query over a period says of a key that is a UUIDv7, so that only the partitions of that period are read. It
    says it beside the moments themselves: ids are made a little earlier or later."""
    rules = [key >= least_id(since)]
    return rules if until is None else [*rules, key < greatest_id(until)]


def least_id(since: datetime) -> str:
    """No row of `since` or later has an id below this one."""
    return first_id(since - SLACK)


def greatest_id(until: datetime) -> str:
    """No row from before `until` has this id or one above."""
    return first_id(until + SLACK)


def ensure_partitions(connection: Connection, *, since: datetime | None = None) -> None:
    """Make what is missing: from the period of `since` (now) to those that come next. Only months reach back: a table
    cut by days is never written late."""
    now = clock.now()
    _lock(connection)
    existing = _partitions(connection)
    for stream in registry.values():
        for start in stream.periods(since if since and stream.every is Period.MONTH else now, now):
            if stream.partition(start) not in existing:
                _make(connection, stream, start)


def drop_old_partitions(connection: Connection) -> list[str]:
    """Drop the partitions whose last row is older than its table keeps. Returns their names."""
    _lock(connection)
    existing, dropped = _partitions(connection), []
    for stream in registry.values():
        if stream.keep is None:
            continue
        oldest = clock.now() - stream.keep
        last = stream.partition(stream.start_of(oldest))
        old = sorted(name for name in existing if _is_of(name, stream) and name < last)
        for name in old:
            connection.execute(text(f"DROP TABLE {name}"))
        too_old = f"{stream.column} < {stream.bound(oldest)}"
        connection.execute(text(f"DELETE FROM {stream.name}_default WHERE {too_old}"))  # noqa: S608  names of ours
        dropped += old
    return dropped


def analyze(connection: Connection) -> None:
    """Have PostgreSQL look at the partitioned tables as wholes: its own round looks at their partitions alone."""
    for stream in registry.values():
        connection.execute(text(f"ANALYZE {stream.name}"))


def is_partition(name: str) -> bool:
    """Whether a table's name, without its schema, is that of a partition."""
    return any(
        _is_of(f".{name}", stream, schema="") or name == f"{stream.table.name}_default"
        for stream in registry.values()
    )


def _is_of(name: str, stream: Partitioned, *, schema: str | None = None) -> bool:
    base = stream.name if schema is None else f"{schema}.{stream.table.name}"
    start, _, period = name.rpartition("_")
    return start == base and period.isdecimal()


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))


def _partitions(connection: Connection) -> set[str]:
    query = text(
        "SELECT namespace.nspname || '.' || relation.relname FROM pg_class AS relation"
        " JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace WHERE relation.relispartition"
        " AND relation.relkind = 'r'"
    )
    return set(connection.execute(query).scalars())


def _make(connection: Connection, stream: Partitioned, start: datetime) -> None:
    """A table is made and then attached: the parent stays readable and writable meanwhile."""
    name, bounds = stream.partition(start), (stream.bound(start), stream.bound(stream.next(start)))
    misplaced = f"SELECT FROM {stream.name}_default WHERE {stream.column} >= {bounds[0]} AND {stream.column} < {bounds[1]} LIMIT 1"
    if connection.execute(text(misplaced)).first() is not None:
        log.warning("%s is not made: the default partition holds rows of that time", name)
        return
    like = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED"
    connection.execute(text(f"CREATE TABLE {name} (LIKE {stream.name} {like})"))
    connection.execute(
        text(
            f"ALTER TABLE {stream.name} ATTACH PARTITION {name} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})"
        )
    )
    _guard(connection, stream, name)


def _guard(connection: Connection, stream: Partitioned, partition: str) -> None:
    """PostgreSQL gives a partition the triggers for its rows; those for statements it needs of its own, or writing to
    it directly would get around them."""
    query = text(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal AND tgtype & 1 = 0"
    )
    for definition in connection.execute(query, {"table": stream.name}).scalars().all():
        connection.exec_driver_sql(definition.replace(f" ON {stream.name} ", f" ON {partition} "))
