"""What happened around a record, in one line of time: facts about it, what its system says of it, tasks, bulk changes and
imports, comments, messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from flask import url_for
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.record.comments import Comment, Subject
from fanzadmin.console.registry import may, readable
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.ports import NoProvider, ask
from fanzadmin.kernel.queue.tasks import Task, TaskState

PAGE = 25
BATCHES_TIMEOUT = 200  # ms: rows of batches have no index by record, and are kept for a day
OUTCOMES = {"done": (lazy_gettext("done"), "good"), "refused": (lazy_gettext("refused"), "warn")}


TASK_TONES = {TaskState.DONE: "good", TaskState.FAILED: "bad", TaskState.RUNNING: "info"}
TASK_STATES = {
    TaskState.WAITING: lazy_gettext("waiting"),
    TaskState.RUNNING: lazy_gettext("running"),
    TaskState.DONE: lazy_gettext("done"),
    TaskState.FAILED: lazy_gettext("failed"),
    TaskState.CANCELLED: lazy_gettext("cancelled"),
}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One moment of a timeline, as the timeline draws it. `id` orders what happened at one time."""

    at: datetime
    id: str
    title: str
    text: str = ""
    icon: str = "clock"
    tone: str = ""
    url: str = ""


class TimelineSource(Protocol):
    """What a system keeps about its records beside their facts; a console names one as its `chronicle`."""

    resource: str  # the console resource that one must be allowed to read

    def about(
        self, table: str, record_id: str, *, before: datetime | None, limit: int
    ) -> Sequence[TimelineEvent]:
        """The events of a record, the newest first, earlier than `before`."""


class HasTimelineSource(ConsoleLike, Protocol):
    """A console whose system keeps something about its records."""

    chronicle: ClassVar[TimelineSource | None]


class MessageTimeline(TimelineSource, Protocol):
    """Messages to and from whomever a record stands for: who wrote when, without the words. A system that keeps
    messages answers."""


def timeline_of(
    console: HasTimelineSource, subject: Subject, *, before: datetime | None = None
) -> list[TimelineEvent]:
    """What happened to a record of a console, the newest first, earlier than `before`."""
    events = [
        *_facts(subject, before),
        *_tasks(subject, before),
        *_batches(console, subject, before),
        *_comments(subject, before),
        *_from_source(console.chronicle, subject, before),
        *_from_source(_messages(), subject, before),
    ]
    return sorted(events, key=lambda event: (event.at, event.id), reverse=True)[:PAGE]


def _facts(subject: Subject, before: datetime | None) -> list[TimelineEvent]:
    query = select(OutboxFact).where(OutboxFact.subject == subject.record_id)
    if before is not None:
        query = query.where(OutboxFact.time < before)
    traced = may("read", "ops:trace")
    return [
        TimelineEvent(
            at=fact.time,
            id=fact.id,
            title=translate(_words(fact.type)),
            text=gettext("%(system)s, by %(actor)s", system=fact.type.split(".")[0], actor=fact.actor),
            icon="share",
            tone="info",
            url=f"/trace/{fact.trace_id}" if traced else "",
        )
        for fact in session.execute(query.order_by(OutboxFact.time.desc()).limit(PAGE)).scalars()
    ]


def _tasks(subject: Subject, before: datetime | None) -> list[TimelineEvent]:
    query = select(Task).where(Task.subject == subject.record_id)
    if before is not None:
        query = query.where(Task.created_at < before)
    return [
        TimelineEvent(
            at=task.created_at,
            id=task.id,
            title=task.title,
            text=_progress(task),
            icon="bolt",
            tone=TASK_TONES.get(TaskState(task.state), ""),
        )
        for task in session.execute(query.order_by(Task.created_at.desc()).limit(PAGE)).scalars()
    ]


def _progress(task: Task) -> str:
    """Where a task is: `running, 40 %`."""
    state = str(TASK_STATES[TaskState(task.state)])
    if task.state == TaskState.DONE:
        return state
    return str(gettext("%(state)s, %(percent)s %%", state=state, percent=task.percent))


def _comments(subject: Subject, before: datetime | None) -> list[TimelineEvent]:
    query = select(Comment).where(
        Comment.table_name == subject.table_name,
        Comment.record_id == subject.record_id,
        Comment.removed_at.is_(None),
    )
    if before is not None:
        query = query.where(Comment.created_at < before)
    return [
        TimelineEvent(
            at=comment.created_at,
            id=comment.id,
            title=gettext("%(name)s commented", name=comment.author),
            text=comment.body,
            icon="chat",
        )
        for comment in session.execute(query.order_by(Comment.id.desc()).limit(PAGE)).scalars()
    ]


def _batches(console: ConsoleLike, subject: Subject, before: datetime | None) -> Sequence[TimelineEvent]:
    """The bulk changes and imports of the last day that reached the record, in consoles that the user may read."""
    names = _consoles_beside(console)
    query = (
        select(Batch, BatchRow.outcome, User.first_name + " " + User.last_name)
        .join(BatchRow, BatchRow.batch_id == Batch.id)
        .outerjoin(User, User.id == Batch.owner_user_id)
        .where(
            Batch.console.in_(names), BatchRow.record_id == subject.record_id, BatchRow.outcome.in_(OUTCOMES)
        )
    )
    if before is not None:
        query = query.where(Batch.created_at < before)
    query = query.order_by(Batch.created_at.desc()).limit(PAGE)
    rows = with_statement_timeout(
        BATCHES_TIMEOUT, lambda: session.execute(query).all(), subject="batches in a timeline"
    )
    return [_batch_event(batch, outcome, owner) for batch, outcome, owner in rows or ()]


def _batch_event(batch: Batch, outcome: str, owner: str | None) -> TimelineEvent:
    words, tone = OUTCOMES[outcome]
    mine = batch.owner_user_id is not None and batch.owner_user_id == current().actor_id
    return TimelineEvent(
        at=batch.created_at,
        id=batch.id,
        title=batch.title,
        text=gettext("%(state)s, by %(name)s", state=words, name=owner) if owner else str(words),
        icon="layers",
        tone=tone,
        url=url_for("console_batch.page", batch_id=batch.id) if mine else "",
    )


def _consoles_beside(console: ConsoleLike) -> list[str]:
    """The consoles over the same table that the current user may read."""
    return [type(other).__name__ for other in readable() if other.datamodel.obj is console.datamodel.obj]


def _messages() -> TimelineSource | None:
    try:
        return ask(MessageTimeline)
    except NoProvider:
        return None


def _from_source(
    source: TimelineSource | None, subject: Subject, before: datetime | None
) -> Sequence[TimelineEvent]:
    if source is None or not may("read", source.resource):
        return ()
    return source.about(subject.table_name, subject.record_id, before=before, limit=PAGE)


def _words(type_: str) -> str:
    """`media.asset_ready.v1` as "Asset ready"."""
    return type_.split(".")[1].replace("_", " ").capitalize()
