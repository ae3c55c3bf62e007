"""The outbox: the record of what happened, and the queue of what the relay has not carried yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, Integer, String, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import Envelope, PlatformFact, wrap
from fanzadmin.kernel.db import Model, moment, session
from fanzadmin.kernel.ids import made_at, new_id
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import SLACK, Period, partitioned
from fanzadmin.kernel.provenance import TRACE, Provenance


@partitioned("time", every=Period.DAY)
@marks(searched="time type subject cluster trace_id", sorted_by="time")
class OutboxFact(Provenance, Model):
    """One fact as a CloudEvents envelope. Kept for good, so that a stream can be rebuilt."""

    __audited__ = False
    __large__ = True
    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "seq", postgresql_where=text("published_at IS NULL")),
        Index("ix_outbox_trace_id", "trace_id"),
        Index("ix_outbox_subject", "subject"),
        Index("ix_outbox_type_time", "type", "time"),
        Index("ix_outbox_time", "time"),
        {"schema": "kernel"},
    )

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    time: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), primary_key=True, info={"label": "Happened"}
    )
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str] = mapped_column(String(80), info={"label": "Fact"})
    source: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(Text)
    cluster: Mapped[str | None] = mapped_column(String(40))
    traceparent: Mapped[str] = mapped_column(String(55))
    trace_id: Mapped[str] = mapped_column(String(32), info=TRACE)
    actor: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    data: Mapped[dict[str, object]] = mapped_column(JSONB)
    published_at: Mapped[datetime | None] = moment(label="Carried")

    def envelope(self) -> Envelope:
        return envelope_of(self)


def envelope_of(row: Any) -> Envelope:  # Any: the mapped object, or a row of its table
    """The envelope that a row of the outbox holds."""
    return Envelope(
        id=row.id,
        type=row.type,
        source=row.source,
        subject=row.subject,
        time=row.time,
        cluster=row.cluster,
        traceparent=row.traceparent,
        actor=row.actor,
        actor_id=row.actor_id,
        data=row.data,
        principal=row.principal,
        real_principal=row.real_principal,
        on_behalf_of=row.on_behalf_of,
        way=row.way,
        parent_span_id=row.parent_span_id,
    )


def fact_of(event_id: str) -> OutboxFact | None:
    """The fact with this id."""
    at = made_at(event_id)
    query = select(OutboxFact).where(
        OutboxFact.id == event_id, OutboxFact.time >= at - SLACK, OutboxFact.time <= at + SLACK
    )
    return session.execute(query).scalar()


def record(fact: PlatformFact) -> str:
    """Write `fact` into the outbox, in the current transaction. Returns the event id."""
    envelope = wrap(fact, event_id=new_id(), time=clock.now())
    session.add(
        OutboxFact(
            id=envelope.id,
            time=envelope.time,
            type=envelope.type,
            source=envelope.source,
            subject=envelope.subject,
            cluster=envelope.cluster,
            traceparent=envelope.traceparent,
            trace_id=envelope.trace_id,
            actor=envelope.actor,
            actor_id=envelope.actor_id,
            data=envelope.data,
            principal=envelope.principal,
            real_principal=envelope.real_principal,
            on_behalf_of=envelope.on_behalf_of,
            way=envelope.way,
            span_id=envelope.span_id,
            parent_span_id=envelope.parent_span_id,
        )
    )
    return envelope.id
