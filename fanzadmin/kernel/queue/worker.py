"""The `worker` role: claims a task, runs its job in one transaction, says how it ended."""

import importlib
import logging
import os
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta

from redis.client import Pipeline
from rq import Queue, Worker, get_current_job
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from fanzadmin.kernel import clock, heartbeat
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.db import engine, session, transaction
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.queue.progress import Cancelled, Claim, Superseded, holding, show
from fanzadmin.kernel.queue.tasks import MAX_ATTEMPTS, Task, close, context_of, redis
from fanzadmin.kernel.queue.turns import next_in_turn, update_places

log = logging.getLogger(__name__)

DATABASE_TIMEOUT = 30  # seconds that a worker waits for a database that restarts
POLITE = (
    10  # by how much work that can wait stands behind what people wait for on the same machine; see nice(2)
)
CLAIMS = 5  # how often a worker looks for another task when its own was taken meanwhile
RETRY_AFTER = (2, 10, 60, 300)  # seconds after the first, second … failed attempt


def resolve(name: str) -> Callable[[str], object]:
    """The job function of `system.verb`: `verb` in jobs/<system>.py. Raises LookupError."""
    module_name, _, verb = name.partition(".")
    try:
        return getattr(importlib.import_module(f"jobs.{module_name}"), verb)  # type: ignore[no-any-return]
    except (ImportError, AttributeError) as error:
        raise LookupError(f"there is no job {name}: expected {verb}() in jobs/{module_name}.py") from error


def perform(task_id: str) -> None:
    """Run one task. Called by RQ in a process of its own; a task that is not due any more is left alone."""
    engine().dispose(close=False)  # connections made before the fork belong to the parent
    job = get_current_job()
    if job is not None and job.origin == "bulk":
        os.nice(POLITE)
    for _ in range(CLAIMS):
        with transaction():
            due = next_in_turn(task_id)
        if due is None or run_task(due):
            return


def run_task(task_id: str) -> bool:
    """Claim `task_id` and run its job; the job's writes and the task's end are one transaction. Returns whether it was still to be had.

    A sentence that the job returns is what the task says in the end."""
    claim = _claim_task(task_id)
    if claim is None:
        return False
    with acting(claim.context), holding(claim):
        try:
            with transaction():
                outcome = resolve(claim.name)(claim.subject)
                words = outcome if isinstance(outcome, str) else "Done"
                _finish(claim, words)
            show(claim, state="done", percent=100, message=words)
        except Superseded:
            log.warning("%s was taken over by another worker", claim.name)
        except Cancelled:
            with transaction():
                _write_end(claim, "cancelled", "Cancelled")
            show(claim, state="cancelled", percent=0, message="Cancelled")
        except BusinessError as error:
            _fail(claim, error.detail, error)
        except Exception as error:
            log.exception("%s failed on %s", claim.name, claim.subject)
            _insist(_end_broken, claim, error)
    return True


def _claim_task(task_id: str) -> Claim | None:
    now = clock.now()
    with transaction():
        row = session.execute(
            update(Task)
            .where(Task.id == task_id, Task.state == "waiting", Task.due_at <= now)
            .values(
                state="running",
                attempts=Task.attempts + 1,
                started_at=now,
                heartbeat_at=now,
                message="Started",
            )
            .returning(Task)
        ).scalar()
        if row is None:
            return None
        update_places(row.queue, row.name)
        return Claim(
            task_id=row.id,
            attempt=row.attempts,
            name=row.name,
            subject=row.subject,
            title=row.title,
            owner_user_id=row.owner_user_id,
            actor=row.actor,
            trace_id=row.trace_id,
            context=context_of(row),
        )


def _finish(claim: Claim, words: str) -> None:
    """Mark the end inside the job's transaction; whoever lost the claim rolls back with it."""
    ended = session.execute(
        update(Task)
        .where(Task.id == claim.task_id, Task.attempts == claim.attempt, Task.state == "running")
        .values(state="done", percent=100, message=words, finished_at=clock.now(), error=None)
        .returning(Task.id)
    ).scalar()
    if ended is None:
        raise Superseded(claim.task_id)
    close(claim.name, claim.subject, task_id=claim.task_id)


def _write_end(claim: Claim, state: str, message: str, error: str | None = None) -> None:
    ended = session.execute(
        update(Task)
        .where(Task.id == claim.task_id, Task.attempts == claim.attempt)
        .values(state=state, message=message, finished_at=clock.now(), error=error)
        .returning(Task.id)
    ).scalar()
    if ended is not None:
        close(claim.name, claim.subject, task_id=claim.task_id)


def _fail(claim: Claim, sentence: str, error: Exception) -> None:
    """End the task, and let the system mark its own record."""
    with transaction():
        _write_end(claim, "failed", sentence, "".join(traceback.format_exception(error))[-8000:])
        notify_failed(claim.name, claim.subject, sentence)
    show(claim, state="failed", percent=0, message=sentence)


def notify_failed(name: str, subject: str, sentence: str) -> None:
    """Let the job's system mark its own record, where jobs/ has a `<verb>_failed` beside the job."""
    try:
        after = resolve(f"{name}_failed")
    except LookupError:
        return
    try:
        with session.begin_nested():
            after(subject, sentence)  # type: ignore[call-arg]
    except Exception:
        log.exception("%s_failed could not note the end of %s", name, subject)


def _insist(write: Callable[[Claim, Exception], None], claim: Claim, error: Exception) -> None:
    """Write down how the task ended, also when it broke because the database restarts: wait for it then."""
    deadline = time.monotonic() + DATABASE_TIMEOUT
    while True:
        try:
            return write(claim, error)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _end_broken(claim: Claim, error: Exception) -> None:
    if not _try_again(claim, error):
        _fail(claim, "Something broke on our side. The team can see it.", error)


def _try_again(claim: Claim, error: Exception) -> bool:
    if claim.attempt >= MAX_ATTEMPTS:
        return False
    delay = timedelta(seconds=RETRY_AFTER[claim.attempt - 1])
    with transaction():
        task = session.execute(select(Task).where(Task.id == claim.task_id).with_for_update()).scalar_one()
        if task.attempts == claim.attempt and task.state == "running":
            task.state, task.due_at = "waiting", clock.now() + delay
            task.error = "".join(traceback.format_exception(error))[-8000:]
            task.message = f"Attempt {claim.attempt} failed, trying again"
    return True


class BeatingWorker(Worker):
    """RQ's worker, whose own heartbeats are seen on this machine too. Redis may be away for a while: then RQ waits longer and
    longer, up to a minute."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        heartbeat.beat(within=240)
        super().heartbeat(timeout, pipeline)


def run_worker(queues: Sequence[str], *, preload: Sequence[str] = ()) -> None:
    """Work on `queues`, in this order of preference, until SIGTERM.

    Each job runs in a fork: the modules named in `preload` are loaded once, here, and not again in every job.
    """
    for name in preload:
        importlib.import_module(name)
    connection = redis()
    worker = BeatingWorker(
        [Queue(name, connection=connection) for name in queues],
        connection=connection,
        worker_ttl=60,  # so often it looks up from waiting, less fifteen seconds
        job_monitoring_interval=15,
    )
    worker.work(with_scheduler=False, logging_level="WARNING")
