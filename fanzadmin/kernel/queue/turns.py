"""Whose turn it is: the owners of waiting work take turns, so that one with forty tasks holds up no one. And where each task stands.

A task in Redis is a turn, not an order: the worker that takes it runs the task whose owner has waited longest for one, among those
of the same queue and name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import INTERVAL

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.queue.tasks import Task, TaskState

PLACED = frozenset({"media"})
"""The queues whose tasks say their place and when they are expected to start."""

_MOST_WAITING = 1_000
_LOOK_BACK = timedelta(hours=6)
_SAMPLE = 20
_UNKNOWN_LENGTH = timedelta(seconds=60)


@dataclass(frozen=True)
class Waiting:
    """One waiting task. What no login asked for counts as one owner."""

    task_id: str
    owner: int | None
    created_at: datetime


@dataclass
class Owner:
    """How much of an owner's work runs now, and when the last of it began, counted in turns."""

    running: int = 0
    last_turn: float = 0.0


def in_turn(waiting: Iterable[Waiting], owners: dict[int | None, Owner]) -> list[Waiting]:
    """The order in which the waiting tasks start: the owner with least running, then the one whose last turn was longest ago."""
    lines: dict[int | None, list[Waiting]] = {}
    for task in sorted(waiting, key=lambda task: (task.created_at, task.task_id), reverse=True):
        lines.setdefault(task.owner, []).append(task)
    turn = max((owner.last_turn for owner in owners.values()), default=0.0)
    order: list[Waiting] = []
    while lines:
        turn += 1
        ranks = {owner: _rank(owners.setdefault(owner, Owner()), line[-1]) for owner, line in lines.items()}
        owner = min(ranks, key=ranks.__getitem__)
        order.append(lines[owner].pop())
        owners[owner].last_turn = turn
        if not lines[owner]:
            del lines[owner]
    return order


def _rank(owner: Owner, first: Waiting) -> tuple[int, float, datetime]:
    return owner.running, owner.last_turn, first.created_at


def next_in_turn(task_id: str) -> str | None:
    """The task to run when `task_id` is taken from its queue: itself, or one of the same queue and name whose turn comes first."""
    token = session.execute(select(Task.queue, Task.name).where(Task.id == task_id)).first()
    if token is None:
        return None
    waiting = _waiting(token.queue, token.name, due=True)
    if len({task.owner for task in waiting}) < 2:
        order = sorted(waiting, key=lambda task: (task.created_at, task.task_id))
    else:
        order = in_turn(waiting, _owners(token.queue, token.name))
    return order[0].task_id if order else None


def update_places(queue: str, name: str, *, only: str | None = None) -> None:
    """Write down where each waiting task of this name stands, or the one of them called `only`. A place and the expected start can only
    fall: whoever comes later and goes first does not push back what was promised."""
    if queue not in PLACED:
        return
    now, owners = clock.now(), _owners(queue, name)
    running = sum(owner.running for owner in owners.values())
    length = _usual_length(queue, name)
    rows = []
    for place, task in enumerate(in_turn(_waiting(queue, name), owners), 1):
        turns_before = (place - 1) // running + 1 if running else place - 1
        if only is None or task.task_id == only:
            rows.append({"task": task.task_id, "at": place, "start": now + turns_before * length})
    if not rows:
        return
    locked = select(Task.id).where(
        Task.id.in_([row["task"] for row in rows]), Task.state == TaskState.WAITING
    )
    free = set(session.execute(locked.order_by(Task.id).with_for_update(skip_locked=True)).scalars())
    statement = (
        update(Task.__table__)
        .where(Task.__table__.c.id == bindparam("task"))
        .values(
            place=func.least(func.coalesce(Task.place, bindparam("at")), bindparam("at")),
            expected_at=func.least(func.coalesce(Task.expected_at, bindparam("start")), bindparam("start")),
        )
    )
    if rows := [row for row in rows if row["task"] in free]:
        session.connection().execute(statement, rows)


def _waiting(queue: str, name: str, *, due: bool = False) -> list[Waiting]:
    query = select(Task.id, Task.owner_user_id, Task.created_at).where(
        Task.state == TaskState.WAITING, Task.queue == queue, Task.name == name
    )
    if due:
        query = query.where(Task.due_at <= clock.now())
    rows = session.execute(query.order_by(Task.created_at).limit(_MOST_WAITING))
    return [Waiting(*row) for row in rows]


def _owners(queue: str, name: str) -> dict[int | None, Owner]:
    """Per owner what runs, and the order in which their last tasks began."""
    since = clock.now() - _LOOK_BACK
    running = func.count().filter(Task.state == TaskState.RUNNING)
    query = (
        select(Task.owner_user_id, running, func.max(Task.started_at))
        .where(Task.queue == queue, Task.name == name, Task.started_at >= since)
        .group_by(Task.owner_user_id)
        .order_by(func.max(Task.started_at))
    )
    rows = session.execute(query).all()
    return {owner: Owner(int(count), float(turn)) for turn, (owner, count, _) in enumerate(rows, 1)}


def _usual_length(queue: str, name: str) -> timedelta:
    """How long the last tasks of this name took."""
    lengths = (
        select((Task.finished_at - Task.started_at).cast(INTERVAL).label("length"))
        .where(Task.queue == queue, Task.name == name, Task.state == TaskState.DONE)
        .where(Task.finished_at >= clock.now() - _LOOK_BACK, Task.started_at.is_not(None))
        .order_by(Task.finished_at.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    usual: timedelta | None = session.execute(select(func.avg(lengths.c.length))).scalar()
    return max(usual, timedelta(seconds=1)) if usual else _UNKNOWN_LENGTH
