"""The relay: carries the outbox to JetStream, in order, at least once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select, text

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import Envelope
from fanzadmin.kernel.bus.outbox import OutboxFact, envelope_of
from fanzadmin.kernel.db import session, transaction

BATCH = 500
Publish = Callable[[Sequence[Envelope]], None]

_WAITING = (
    select(OutboxFact.__table__)
    .where(OutboxFact.published_at.is_(None))
    .order_by(OutboxFact.seq)
    .limit(BATCH)
)
_MARK = text(
    "UPDATE kernel.outbox SET published_at = clock_timestamp()"
    " WHERE id = ANY(CAST(:ids AS uuid[])) AND time >= :since AND published_at IS NULL"
)
_NO_WAIT_FOR_DISK = text("SET LOCAL synchronous_commit = off")  # a lost mark only sends the fact again

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


def relay_once(publish: Publish) -> int:
    """Publish what waits, up to a batch, and mark it. `publish` returns only when the stream has stored all of it.

    A crash between publishing and marking sends the batch again: JetStream drops the doubles by message id, and
    the inbox drops what comes later. Rows are chosen by `published_at IS NULL`, never by a remembered sequence:
    identity values commit out of order.
    """
    with transaction():
        rows = session.execute(_WAITING).all()
        if not rows:
            return 0
        publish([envelope_of(row) for row in rows])
        session.execute(_NO_WAIT_FOR_DISK)
        session.execute(_MARK, {"ids": [row.id for row in rows], "since": min(row.time for row in rows)})
        return len(rows)


def send_again(hears: Mapping[str, Sequence[str]], *, seconds: float) -> int:
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
