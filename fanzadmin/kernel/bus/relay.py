"""The relay's side of the outbox: what waits, in order, and the mark on what was carried.

A fact is carried at least once. A crash between publishing and marking sends it again: JetStream drops the doubles
by message id, and the inbox drops what comes later. Rows are chosen by `published_at IS NULL`, never by a
remembered sequence: identity values commit out of order.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta

from sqlalchemy import Connection, text

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import Envelope
from fanzadmin.kernel.db import engine, session, transaction

BATCH = 500
RECENT = timedelta(minutes=10)  # a usual look goes no further back, and so opens one partition or two
AHEAD = timedelta(days=1)  # clocks differ
BACKLOG = timedelta(
    seconds=1
)  # older than this at first sight: there is a backlog, and order needs all of it
WHOLE_EVERY = 2.0  # seconds between two looks at every partition

_ENVELOPE = (
    "id::text, type, source, subject, time, cluster, traceparent, actor, actor_id, data,"
    " principal, real_principal, on_behalf_of, way, parent_span_id"
)
_RECENT = (
    f"SELECT {_ENVELOPE} FROM kernel.outbox"  # noqa: S608  columns of ours
    " WHERE published_at IS NULL AND time >= %(since)s AND time < %(until)s ORDER BY seq LIMIT %(batch)s"
)
_WHOLE = (
    f"SELECT {_ENVELOPE} FROM kernel.outbox"  # noqa: S608  as above
    " WHERE published_at IS NULL ORDER BY seq LIMIT %(batch)s"
)
_MARK = (
    "UPDATE kernel.outbox SET published_at = %(now)s WHERE id = ANY(CAST(%(ids)s AS uuid[]))"
    " AND time >= %(first)s AND time <= %(last)s AND published_at IS NULL"
)
_UNMARK = text(
    """
    UPDATE kernel.outbox fact SET published_at = NULL
     WHERE fact.time >= :since AND fact.published_at IS NOT NULL
       AND EXISTS (SELECT FROM unnest(CAST(:consumers AS text[]), CAST(:types AS text[])) AS ear (consumer, type)
                    WHERE ear.type = fact.type
                      AND NOT EXISTS (SELECT FROM kernel.inbox
                                       WHERE inbox.consumer = ear.consumer AND inbox.event_id = fact.id
                                         AND inbox.state IN ('done', 'dead')))
    """
)


class Outlet:
    """Takes facts out of the outbox over one connection. In autocommit, as `open` makes it, a look is one round
    trip that also marks what was carried before it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._carried: list[Envelope] = []
        self._whole_at = 0.0  # monotonic: when every partition is looked at next

    @classmethod
    def open(cls) -> "Outlet":
        """On a connection of its own, which does not wait for the disk: a lost mark only sends a fact again."""
        connection = engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("SET synchronous_commit = off")
        return cls(connection)

    def take(self) -> list[Envelope]:
        """What waits, oldest first, up to a batch; the same again until it is `settled`."""
        if time.monotonic() < self._whole_at:
            now = clock.now()
            batch = self._look(_RECENT, since=now - RECENT, until=now + AHEAD)
            if not batch or batch[0].time > now - BACKLOG:
                return batch
        batch = self._look(_WHOLE)
        behind = bool(batch) and batch[0].time < clock.now() - BACKLOG
        self._whole_at = 0.0 if behind else time.monotonic() + WHOLE_EVERY
        return batch

    def settle(self, carried: Sequence[Envelope]) -> None:
        """The stream has stored `carried`: the next look marks it."""
        self._carried.extend(carried)

    def close(self) -> None:
        """Mark what is settled and end the connection, which is of no use to others."""
        try:
            if self._carried:
                self.connection.exec_driver_sql(_MARK, self._to_mark())
        finally:
            self.connection.invalidate()
            self.connection.close()

    def _look(self, query: str, **values: object) -> list[Envelope]:
        if self._carried:
            query = f"{_MARK}; {query}"
            values |= self._to_mark()
        with closing(self.connection.connection.cursor()) as cursor:  # bare: hundreds of looks a second
            cursor.execute(query, {**values, "batch": BATCH})
            rows = cursor.fetchall()
        self._carried.clear()
        return [Envelope(*row) for row in rows]

    def _to_mark(self) -> dict[str, object]:
        times = [envelope.time for envelope in self._carried]
        return {
            "ids": [envelope.id for envelope in self._carried],
            "first": min(times),
            "last": max(times),
            "now": clock.now(),
        }


def republish(hears: Mapping[str, Sequence[str]], *, seconds: float) -> int:
    """Take back the mark of each fact, not older than `seconds`, that some consumer has not finished: its stream was
    lost. `hears` names the fact types of each consumer. Returns how many will be carried again."""
    ears = [(consumer, name) for consumer, names in hears.items() for name in names]
    values = {
        "since": clock.now() - timedelta(seconds=seconds),
        "consumers": [consumer for consumer, _ in ears],
        "types": [name for _, name in ears],
    }
    with transaction():
        return int(session.connection().execute(_UNMARK, values).rowcount)
