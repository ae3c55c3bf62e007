"""A trace: everything that one act set off, over all systems, in the order it happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from sqlalchemy import desc, func, select

from fanzadmin.kernel.bus.inbox import Delivery
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.db import session
from fanzadmin.kernel.queue.tasks import Task


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline. `kind` is fact, delivery or task; times in milliseconds from the trace's start."""

    kind: str
    system: str
    name: str
    state: str
    at: datetime
    after_ms: float
    took_ms: float | None
    attempts: int
    subject: str
    detail: str
    id: str
    data: Annotated[dict[str, object], "the fact's own fields; empty for a task or delivery"] = field(
        default_factory=dict
    )
    children: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole trace: `steps` are facts (with their deliveries as children) and tasks."""

    id: str
    began_at: datetime
    total_ms: float
    actor: str
    subject: str
    steps: tuple[Step, ...]
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraceLine:
    """A trace in the list."""

    id: str
    began_at: datetime
    first_fact: str
    actor: str
    facts: int


def trace(trace_id: str) -> Trace | None:
    """One trace, None when nothing carries this id."""
    rows = session.execute(select(OutboxFact).where(OutboxFact.trace_id == trace_id).order_by(OutboxFact.seq))
    facts = rows.scalars().all()
    tasks = session.execute(select(Task).where(Task.trace_id == trace_id)).scalars().all()
    deliveries = session.execute(select(Delivery).where(Delivery.trace_id == trace_id)).scalars().all()
    if not facts and not tasks:
        return None
    began = min([*(fact.time for fact in facts), *(task.created_at for task in tasks)])
    steps = [_fact_step(fact, deliveries, began) for fact in facts] + [
        _task_step(task, began) for task in tasks
    ]
    steps.sort(key=lambda step: step.at)
    ends = [_end(step) for step in steps] + [_end(child) for step in steps for child in step.children]
    systems = {step.system for step in steps} | {child.system for step in steps for child in step.children}
    return Trace(
        id=trace_id,
        began_at=began,
        total_ms=max(ends),
        actor=facts[0].actor if facts else tasks[0].actor,
        subject=facts[0].subject if facts else tasks[0].subject,
        steps=tuple(steps),
        systems=tuple(sorted(systems)),
    )


def traces_of(subject: str) -> Sequence[str]:
    """The traces that touched an aggregate, newest first."""
    query = select(OutboxFact.trace_id, func.max(OutboxFact.seq).label("last")).where(
        OutboxFact.subject == subject
    )
    return [
        row[0]
        for row in session.execute(query.group_by(OutboxFact.trace_id).order_by(desc("last")).limit(20))
    ]


def recent_traces(limit: int = 50) -> list[TraceLine]:
    """The latest uploads, each with the number of facts in its trace."""
    query = (
        select(OutboxFact)
        .where(OutboxFact.type == "media.asset_uploaded.v1")
        .order_by(OutboxFact.time.desc())
        .limit(limit)
    )
    heads = session.execute(query).scalars().all()
    counts = dict(
        session.execute(
            select(OutboxFact.trace_id, func.count())
            .where(OutboxFact.trace_id.in_([head.trace_id for head in heads]))
            .group_by(OutboxFact.trace_id)
        )
        .tuples()
        .all()
    )
    return [
        TraceLine(
            id=head.trace_id,
            began_at=head.time,
            first_fact=str(head.data.get("title", head.type)),
            actor=head.actor,
            facts=counts[head.trace_id],
        )
        for head in heads
    ]


def _fact_step(fact: OutboxFact, deliveries: Sequence[Delivery], began: datetime) -> Step:
    mine = sorted((d for d in deliveries if d.event_id == fact.id), key=lambda d: d.done_at or d.first_at)
    return Step(
        kind="fact",
        system=fact.type.split(".")[0],
        name=fact.type,
        state="carried" if fact.published_at else "waiting",
        at=fact.time,
        after_ms=_ms(began, fact.time),
        took_ms=_ms(fact.time, fact.published_at) if fact.published_at else None,
        attempts=1,
        subject=fact.subject,
        detail=", ".join(f"{key}: {value}" for key, value in fact.data.items() if key != "cluster"),
        id=fact.id,
        data=fact.data,
        children=tuple(_delivery_step(delivery, fact, began) for delivery in mine),
    )


def _delivery_step(delivery: Delivery, fact: OutboxFact, began: datetime) -> Step:
    at = delivery.done_at or delivery.first_at
    return Step(
        kind="delivery",
        system=delivery.consumer,
        name=delivery.type,
        state=delivery.state,
        at=at,
        after_ms=_ms(began, at),
        took_ms=_ms(fact.time, at),
        attempts=delivery.attempts,
        subject=delivery.subject,
        detail=(delivery.error or "").strip().splitlines()[-1] if delivery.error else "",
        id=delivery.event_id,
    )


def _task_step(task: Task, began: datetime) -> Step:
    return Step(
        kind="task",
        system=task.name.split(".")[0],
        name=task.title,
        state=task.state,
        at=task.created_at,
        after_ms=_ms(began, task.created_at),
        took_ms=_ms(task.created_at, task.finished_at) if task.finished_at else None,
        attempts=task.attempts,
        subject=task.subject,
        detail=task.message,
        id=task.id,
    )


def _end(step: Step) -> float:
    """Milliseconds from the trace's start to the end of a step; a delivery's time is its end already."""
    return step.after_ms + (step.took_ms or 0) if step.kind != "delivery" else step.after_ms


def _ms(earlier: datetime, later: datetime) -> float:
    return round((later - earlier).total_seconds() * 1000, 1)
