"""What happened around a record, in one line of time: facts about it, work on it, comments, messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.console.guarding.ability import may
from fanzadmin.kernel.console.knowing.comments import Comment, Subject
from fanzadmin.kernel.db import session
from fanzadmin.kernel.languages import say
from fanzadmin.kernel.ports import NobodyAnswers, ask
from fanzadmin.kernel.queue.tasks import Task

PAGE = 25
TASK_TONES = {"done": "good", "failed": "bad", "running": "info"}
TASK_STATES = {
    "waiting": lazy_gettext("waiting"),
    "running": lazy_gettext("running"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("failed"),
    "cancelled": lazy_gettext("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One moment of a story, as the timeline draws it. `id` orders what happened at one time."""

    at: datetime
    id: str
    title: str
    text: str = ""
    icon: str = "clock"
    tone: str = ""
    url: str = ""


class Correspondence(Protocol):
    """Messages to and from whomever a record stands for. A system that keeps messages answers."""

    resource: str  # the console resource that one must be allowed to read

    def about(
        self, table: str, record_id: str, *, before: datetime | None, limit: int
    ) -> Sequence[Happening]:
        """Who wrote when, without the words; the newest first, earlier than `before`."""


def story_of(subject: Subject, *, before: datetime | None = None) -> list[Happening]:
    """What happened to a record, the newest first, earlier than `before`."""
    found = [
        *_facts(subject, before),
        *_tasks(subject, before),
        *_comments(subject, before),
        *_messages(subject, before),
    ]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:PAGE]


def _facts(subject: Subject, before: datetime | None) -> list[Happening]:
    query = select(OutboxFact).where(OutboxFact.subject == subject.record_id)
    if before is not None:
        query = query.where(OutboxFact.time < before)
    traced = may("read", "ops:trace")
    return [
        Happening(
            at=fact.time,
            id=fact.id,
            title=say(_words(fact.type)),
            text=gettext("%(system)s, by %(actor)s", system=fact.type.split(".")[0], actor=fact.actor),
            icon="share",
            tone="info",
            url=f"/trace/{fact.trace_id}" if traced else "",
        )
        for fact in session.execute(query.order_by(OutboxFact.time.desc()).limit(PAGE)).scalars()
    ]


def _tasks(subject: Subject, before: datetime | None) -> list[Happening]:
    query = select(Task).where(Task.subject == subject.record_id)
    if before is not None:
        query = query.where(Task.created_at < before)
    return [
        Happening(
            at=task.created_at,
            id=task.id,
            title=task.title,
            text=_stands(task),
            icon="bolt",
            tone=TASK_TONES.get(task.state, ""),
        )
        for task in session.execute(query.order_by(Task.created_at.desc()).limit(PAGE)).scalars()
    ]


def _stands(task: Task) -> str:
    """Where a task is: `running, 40 %`."""
    state = str(TASK_STATES[task.state])
    if task.state == "done":
        return state
    return gettext("%(state)s, %(percent)s %%", state=state, percent=task.percent)


def _comments(subject: Subject, before: datetime | None) -> list[Happening]:
    query = select(Comment).where(
        Comment.table_name == subject.table_name,
        Comment.record_id == subject.record_id,
        Comment.removed_at.is_(None),
    )
    if before is not None:
        query = query.where(Comment.created_at < before)
    return [
        Happening(
            at=comment.created_at,
            id=comment.id,
            title=gettext("%(name)s commented", name=comment.author),
            text=comment.body,
            icon="chat",
        )
        for comment in session.execute(query.order_by(Comment.id.desc()).limit(PAGE)).scalars()
    ]


def _messages(subject: Subject, before: datetime | None) -> Sequence[Happening]:
    try:
        kept = ask(Correspondence)
    except NobodyAnswers:
        return ()
    if not may("read", kept.resource):
        return ()
    return kept.about(subject.table_name, subject.record_id, before=before, limit=PAGE)


def _words(type_: str) -> str:
    """`media.asset_ready.v1` as "Asset ready"."""
    return type_.split(".")[1].replace("_", " ").capitalize()
