"""The inbox: what each consumer did with each fact. A fact is applied once, whatever is delivered."""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from sqlalchemy import Index, Integer, String, Text, Uuid, select, text
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import Envelope, handlers
from fanzadmin.kernel.context import Context, Way, acting, beneficiary, system
from fanzadmin.kernel.db import Model, choice, moment, session, transaction
from fanzadmin.kernel.ids import first_id
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.provenance import TRACE, Provenance, provenance_of

log = logging.getLogger(__name__)

OLDEST = timedelta(days=8)  # a fact that is delivered: a day more than the stream keeps it
RETRY_AFTER = (1, 5, 30, 120, 600)  # seconds; after the last one the fact is a dead letter


class DeliveryState(StrEnum):
    """`dead` is a dead letter, which the staff may replay."""

    DONE = "done"
    RETRYING = "retrying"
    DEAD = "dead"


@partitioned("event_id", keep=timedelta(days=90))
@marks(searched="consumer type trace_id state first_at", sorted_by="first_at")
class Delivery(Provenance, Model):
    """One fact at one consumer; a dead letter keeps its error."""

    __audited__ = False
    __large__ = True
    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_event_id", "event_id"),
        Index("ix_inbox_unfinished", "consumer", "subject", postgresql_where=text("state = 'retrying'")),
        Index("ix_inbox_dead", "first_at", postgresql_where=text("state = 'dead'")),
        Index("ix_inbox_first_at", "first_at"),
        Index("ix_inbox_type_first_at", "type", "first_at"),
        {"schema": "kernel"},
    )

    consumer: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    type: Mapped[str] = mapped_column(String(80), info={"label": "Fact"})
    subject: Mapped[str] = mapped_column(Text)
    trace_id: Mapped[str] = mapped_column(String(32), index=True, info=TRACE)
    state: Mapped[str] = choice(DeliveryState, 10, default=DeliveryState.DONE)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    first_at: Mapped[datetime] = moment(nullable=False, label="Received")
    done_at: Mapped[datetime | None] = moment(label="Applied")
    retry_at: Mapped[datetime | None] = moment()
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: acknowledged (`retry_in` None) or to come again in `retry_in` seconds."""

    event_id: str
    retry_in: float | None = None


# One round trip: the claim, and a row of NULL instead when a subject of the batch waits for a retry.
_CLAIM = """
    WITH blocked AS (
        SELECT FROM kernel.inbox
         WHERE %(guarded)s AND consumer = %(consumer)s AND state = 'retrying'
           AND event_id >= CAST(%(oldest)s AS uuid) AND subject = ANY(CAST(%(subjects)s AS text[]))
         LIMIT 1
    ), claimed AS (
        INSERT INTO kernel.inbox AS inbox
               (consumer, event_id, type, subject, trace_id, state, attempts, first_at, done_at,
                principal, real_principal, on_behalf_of, way, span_id, parent_span_id)
        SELECT %(consumer)s, id, type, subject, trace_id, 'done', 1, %(now)s, %(now)s,
               %(principal)s, real_principal, on_behalf_of, 'delivery', span_id, parent_span_id
          FROM unnest(CAST(%(ids)s AS uuid[]), CAST(%(types)s AS text[]),
                      CAST(%(subjects)s AS text[]), CAST(%(traces)s AS text[]), CAST(%(reals)s AS text[]),
                      CAST(%(behalves)s AS text[]), CAST(%(spans)s AS text[]), CAST(%(causes)s AS text[]))
               AS fresh (id, type, subject, trace_id, real_principal, on_behalf_of, span_id, parent_span_id)
         WHERE NOT EXISTS (SELECT FROM blocked)
            ON CONFLICT (consumer, event_id) DO UPDATE
           SET state = 'done', attempts = inbox.attempts + 1, done_at = %(now)s, retry_at = NULL
         WHERE inbox.state <> 'done'
        RETURNING event_id::text
    )
    SELECT event_id FROM claimed UNION ALL SELECT NULL FROM blocked
"""


def receive(consumer: str, envelopes: Sequence[Envelope]) -> list[Outcome]:
    """Apply a batch of facts at `consumer`: in one transaction if all go well, else one by one."""
    try:
        with transaction():
            for envelope in _unseen(consumer, envelopes, guarded=True):
                _apply(consumer, envelope)
        return [Outcome(envelope.id) for envelope in envelopes]
    except Exception as error:
        if len(envelopes) == 1 and not isinstance(error, _OneByOne):
            return [_keep_for_later(consumer, envelopes[0], error)]
    return [_receive_one(consumer, envelope) for envelope in envelopes]


class _OneByOne(Exception):
    """A batch holds a subject that waits for a retry: take its facts singly."""


def _receive_one(consumer: str, envelope: Envelope) -> Outcome:
    try:
        with transaction():
            wait = _waits_behind(consumer, envelope)
            if wait is not None:
                return Outcome(envelope.id, wait)
            for fresh in _unseen(consumer, [envelope], guarded=False):
                _apply(consumer, fresh)
        return Outcome(envelope.id)
    except Exception as error:
        return _keep_for_later(consumer, envelope, error)


def _unseen(consumer: str, envelopes: Sequence[Envelope], *, guarded: bool) -> list[Envelope]:
    """Claim what this consumer has not done yet; a concurrent claim of the same fact waits and then loses.
    `guarded` raises _OneByOne when a subject among them waits for a retry."""
    single = {envelope.id: envelope for envelope in envelopes}
    contexts = [context_of(consumer, envelope) for envelope in single.values()]
    claim = {
        "guarded": guarded,
        "oldest": _oldest(),
        "consumer": consumer,
        "now": clock.now(),
        "ids": list(single),
        "types": [envelope.type for envelope in single.values()],
        "subjects": [envelope.subject for envelope in single.values()],
        "traces": [context.trace_id for context in contexts],
        "principal": system(consumer),
        "reals": [context.real_principal or None for context in contexts],
        "behalves": [context.on_behalf_of or None for context in contexts],
        "spans": [context.span_id for context in contexts],
        "causes": [context.parent_span_id for context in contexts],
    }
    claimed = set(session.connection().exec_driver_sql(_CLAIM, claim).scalars())
    if None in claimed:
        raise _OneByOne
    session.info["wrote"] = (
        True  # below the session's own sight: end_read() in a listener would undo the claim
    )
    return [envelope for envelope in single.values() if envelope.id in claimed]


def context_of(consumer: str, envelope: Envelope) -> Context:
    """In whose name and in which span `consumer` applies a fact: the same whenever it does."""
    return Context(
        actor_id=envelope.actor_id,
        actor=envelope.actor,
        trace_id=envelope.trace_id,
        program=system(consumer),
        real_principal=envelope.real_principal or "",
        on_behalf_of=beneficiary(envelope.principal, envelope.on_behalf_of),
        way=Way.DELIVERY,
        span_id=blake2b(f"{consumer} {envelope.id}".encode(), digest_size=8).hexdigest(),
        parent_span_id=envelope.span_id,
    )


def _apply(consumer: str, envelope: Envelope) -> None:
    happened = envelope.fact()
    with acting(context_of(consumer, envelope)):
        for handler in handlers(consumer, envelope.type):
            handler(happened)
        session.flush()


def _waits_behind(consumer: str, envelope: Envelope) -> float | None:
    """Seconds to wait while an earlier fact of the same subject is being retried: order per subject is kept."""
    earlier = select(Delivery.retry_at).where(
        Delivery.consumer == consumer,
        Delivery.state == "retrying",
        Delivery.subject == envelope.subject,
        Delivery.event_id >= _oldest(),
        Delivery.event_id < envelope.id,
    )
    retry_at = session.execute(earlier.order_by(Delivery.event_id).limit(1)).scalar()
    if retry_at is None:
        return None
    return max((retry_at - clock.now()).total_seconds(), 0) + 0.5


def _oldest() -> str:
    """The least id of a fact that may still be retried: the stream brings none that is older."""
    return first_id(clock.now() - OLDEST)


def _keep_for_later(consumer: str, envelope: Envelope, error: Exception) -> Outcome:
    trace = "".join(traceback.format_exception(error))[-8000:]
    with transaction():
        delivery = session.get(Delivery, (consumer, envelope.id)) or _first_failure(consumer, envelope)
        if delivery.state == "done":
            return Outcome(envelope.id)
        tried = delivery.attempts
        delivery.attempts = tried + 1
        delivery.error = trace
        if tried >= len(RETRY_AFTER):
            delivery.state, delivery.retry_at = "dead", None
            log.error("dead letter: %s at %s: %s", envelope.type, consumer, error)
            return Outcome(envelope.id)
        delay = RETRY_AFTER[tried]
        delivery.retry_at = clock.now() + timedelta(seconds=delay)
    log.warning("%s at %s failed, again in %s s: %s", envelope.type, consumer, delay, error)
    return Outcome(envelope.id, delay)


def _first_failure(consumer: str, envelope: Envelope) -> Delivery:
    delivery = Delivery(
        consumer=consumer,
        event_id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        trace_id=envelope.trace_id,
        state="retrying",
        attempts=0,
        first_at=clock.now(),
        **provenance_of(context_of(consumer, envelope)),
    )
    session.add(delivery)
    return delivery
