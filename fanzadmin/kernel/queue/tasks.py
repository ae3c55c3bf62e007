"""The record of every piece of background work, and its progress."""

from datetime import datetime, timedelta
from enum import StrEnum

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from rq import Queue
from sqlalchemy import Index, Integer, String, Text, Uuid, delete, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, Way, beneficiary, current, system
from fanzadmin.kernel.db import Model, after_commit, choice, created, moment, pk, session, user_ref
from fanzadmin.kernel.ids import new_id, new_span_id
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.partitions import partitioned
from fanzadmin.kernel.provenance import TRACE, Provenance, provenance_of_child

QUEUES = ("media", "ai", "default", "bulk")
OPEN = ("waiting", "running")
MAX_ATTEMPTS = 5
TIME_LIMIT = 4 * 3600  # seconds; RQ ends a job that runs longer


class TaskState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@partitioned("id", keep=timedelta(days=180))
@marks(
    searched="name subject queue title state trace_id",
    sorted_by="queue title state percent message attempts trace_id",
)
class Task(Provenance, Model):
    """One run of a job, with its percentage and what it does now."""

    __audited__ = False
    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_due", "due_at", postgresql_where=text("state IN ('waiting', 'running')")),
        Index("ix_task_subject", "subject"),
        {"schema": "kernel"},
    )

    id: Mapped[str] = pk()
    name: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(Text)
    queue: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = choice(TaskState, 10, default=TaskState.WAITING)
    percent: Mapped[int] = mapped_column(Integer, default=0, info={"label": "%"})
    message: Mapped[str] = mapped_column(Text, default="", info={"label": "Now"})
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    owner_user_id: Mapped[int | None] = user_ref()
    actor: Mapped[str] = mapped_column(Text)
    trace_id: Mapped[str] = mapped_column(String(32), index=True, info=TRACE)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = created(label="Asked for")
    due_at: Mapped[datetime] = moment(nullable=False)
    started_at: Mapped[datetime | None] = moment()
    heartbeat_at: Mapped[datetime | None] = moment()
    finished_at: Mapped[datetime | None] = moment()
    place: Mapped[int | None] = mapped_column(Integer, info={"label": "Place in the queue"})
    expected_at: Mapped[datetime | None] = moment(label="Expected to start")
    error: Mapped[str | None] = mapped_column(Text)


class OpenTask(Model):
    """An unfinished task: of a name and subject there is one at a time, whichever partition it lies in."""

    __audited__ = False
    __tablename__ = "open_task"
    __table_args__ = ({"schema": "kernel"},)

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    task_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))


_redis: Redis | None = None


def connect(url: str, *, timeout: float | None = None) -> Redis:
    """Bind the queues of this process to the Redis at `url`. `timeout`: the seconds that an answer may take; None for a
    worker, which waits for work."""
    global _redis  # noqa: PLW0603  one connection pool per process, set once by the composition root
    once_more = Retry(
        NoBackoff(), 1, supported_errors=(RedisConnectionError,)
    )  # a server that is new; not one that hangs
    bounded = {"retry": once_more, "socket_timeout": timeout} if timeout is not None else {}
    _redis = Redis.from_url(
        url, socket_connect_timeout=timeout or 2, socket_keepalive=True, health_check_interval=30, **bounded
    )
    return _redis


def redis() -> Redis:
    """The Redis of this process. Raises RuntimeError before `connect`."""
    if _redis is None:
        raise RuntimeError("the queue is not connected yet: call connect(url) first")
    return _redis


def enqueue(
    name: str,
    subject: str = "",
    *,
    queue: str = "default",
    title: str = "",
    owner_user_id: int | None = None,
) -> str:
    """Ask for the job `name` (`media.encode` is jobs/media.py:encode) on `subject`. Returns the task id.

    While an unfinished task of the same name and subject exists, that one is returned and no second is made.
    """
    if queue not in QUEUES:
        raise ValueError(f"there is no queue {queue!r}; use one of {', '.join(QUEUES)}")
    context, now, task_id = current(), clock.now(), new_id()
    row = {
        "id": task_id,
        "name": name,
        "subject": subject,
        "queue": queue,
        "title": title or name,
        "state": "waiting",
        "percent": 0,
        "message": "",
        "attempts": 0,
        "owner_user_id": owner_user_id,
        "actor": context.actor,
        "trace_id": context.trace_id,
        "cancel_requested": False,
        "created_at": now,
        "due_at": now,
        **provenance_of_child(context, new_span_id()),
    }
    claim = insert(OpenTask).values(name=name, subject=subject, task_id=task_id).on_conflict_do_nothing()
    claimed = claim.returning(OpenTask.task_id).cte("claimed")
    values = [literal(value, Task.__table__.c[column].type) for column, value in row.items()]
    statement = insert(Task).from_select(
        list(row), select(*values).select_from(claimed), include_defaults=False
    )
    if session.execute(statement.returning(Task.id)).scalar() is None:
        open_task = select(OpenTask.task_id).where(OpenTask.name == name, OpenTask.subject == subject)
        return session.execute(open_task).scalar_one()
    after_commit(lambda: push(task_id, queue))
    return task_id


def context_of(task: Task) -> Context:
    """In whose name and in which span the work of a task is done."""
    return Context(
        actor_id=task.owner_user_id,
        actor=task.actor,
        trace_id=task.trace_id,
        program=system("worker"),
        real_principal=task.real_principal or "",
        on_behalf_of=beneficiary(task.principal, task.on_behalf_of),
        way=Way.JOB,
        span_id=task.span_id,
        parent_span_id=task.parent_span_id or "",
    )


def cancel(name: str, subject: str) -> bool:
    """Cancel the open task of `name` on `subject`: at once while it waits, at its next report while it runs."""
    task_id = select(OpenTask.task_id).where(OpenTask.name == name, OpenTask.subject == subject)
    query = select(Task).where(Task.id == task_id.scalar_subquery(), Task.state.in_(OPEN)).with_for_update()
    task = session.execute(query).scalar()
    if task is None:
        return False
    task.cancel_requested = True
    if task.state == "waiting":
        task.state, task.finished_at, task.message = "cancelled", clock.now(), "Cancelled before it began"
        close(name, subject, task_id=task.id)
    return True


def reopen(task: Task) -> bool:
    """Let a finished task count as unfinished again, unless another of its name and subject does. Returns whether."""
    claim = insert(OpenTask).values(name=task.name, subject=task.subject, task_id=task.id)
    upsert = claim.on_conflict_do_update(
        index_elements=[OpenTask.name, OpenTask.subject],
        set_={"task_id": task.id},
        where=OpenTask.task_id == task.id,
    )
    return session.execute(upsert.returning(OpenTask.task_id)).scalar() is not None


def close(name: str, subject: str, *, task_id: str) -> None:
    """Let another task of this name and subject be made: this one has ended."""
    ended = delete(OpenTask).where(
        OpenTask.name == name, OpenTask.subject == subject, OpenTask.task_id == task_id
    )
    session.execute(ended.execution_options(synchronize_session=False))


def push(task_id: str, queue: str) -> None:
    """Hand a task to RQ. When Redis is away the scheduler's sweep hands it over later."""
    try:
        Queue(queue, connection=redis()).enqueue(
            "fanzadmin.kernel.queue.worker.perform",
            task_id,
            job_id=f"{task_id}_{new_id()[-12:]}",
            job_timeout=TIME_LIMIT,
            result_ttl=0,
            failure_ttl=60,
        )
    except RedisError:
        return


def queued(queue: str) -> set[str]:
    """The ids of the tasks that lie in Redis and wait for a worker. Raises RedisError."""
    return {job_id.partition("_")[0] for job_id in Queue(queue, connection=redis()).get_job_ids()}
