"""The relay: carries the outbox to JetStream, in order, at least once."""

from collections.abc import Callable, Sequence

from sqlalchemy import select, update

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import Envelope
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.db import session, transaction

BATCH = 500
Publish = Callable[[Sequence[Envelope]], None]


def relay_once(publish: Publish) -> int:
    """Publish what waits, up to a batch, and mark it. `publish` returns only when the stream has stored all of it.

    A crash between publishing and marking sends the batch again: JetStream drops the doubles by message id, and
    the inbox drops what comes later. Rows are chosen by `published_at IS NULL`, never by a remembered sequence:
    identity values commit out of order.
    """
    waiting = select(OutboxFact).where(OutboxFact.published_at.is_(None)).order_by(OutboxFact.seq).limit(BATCH)
    with transaction():
        rows = session.execute(waiting).scalars().all()
        if not rows:
            return 0
        publish([row.envelope() for row in rows])
        session.execute(
            update(OutboxFact)
            .where(OutboxFact.id.in_([row.id for row in rows]), OutboxFact.time >= min(row.time for row in rows))
            .values(published_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        return len(rows)
