"""What the operating staff may do: replay a fact, run a task again, run the daily maintenance."""

from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy import delete

from fanzadmin.console.approvals.requests import expire_requests
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import handlers
from fanzadmin.kernel.bus.inbox import Delivery, context_of
from fanzadmin.kernel.bus.outbox import fact_of
from fanzadmin.kernel.context import acting, current
from fanzadmin.kernel.db import after_commit, session
from fanzadmin.kernel.errors import Conflict, NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.partitions import analyze, drop_old_partitions, ensure_partitions
from fanzadmin.kernel.queue.tasks import Task, push, reopen
from fanzadmin.kernel.web.idempotency import IdempotentAnswer
from security.sessions import forget_old_sessions

KEEP_ANSWERS = timedelta(days=1)


class NoSuchDelivery(NotFound):
    title = "There is no such delivery"


class NoSuchTask(NotFound):
    title = "There is no such task"


class TaskStillOpen(Conflict):
    title = "This task has not ended yet"


def replay(consumer: str, event_id: str) -> None:
    """Apply a fact once more at `consumer`, whatever was done with it before. Raises NoSuchDelivery.

    The systems' listeners are idempotent: a replay mends what is missing and doubles nothing.
    """
    fact = fact_of(event_id) if is_id(event_id) else None
    delivery = session.get(Delivery, (consumer, event_id), with_for_update=True)
    if fact is None or delivery is None:
        raise NoSuchDelivery(
            gettext("%(consumer)s never received %(event_id)s.", consumer=consumer, event_id=event_id)
        )
    envelope = fact.envelope()
    by = current()
    context = replace(
        context_of(consumer, envelope), actor_id=by.actor_id, actor=by.actor, on_behalf_of=by.principal
    )
    with acting(context):
        for handler in handlers(consumer, envelope.type):
            handler(envelope.fact())
    delivery.state, delivery.done_at, delivery.retry_at = "done", clock.now(), None
    delivery.attempts += 1


def retry_task(task_id: str) -> None:
    """Run a task that failed or was cancelled again. Raises NoSuchTask, TaskStillOpen."""
    task = session.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NoSuchTask(gettext("There is no task %(task_id)s.", task_id=task_id))
    if task.state in {"waiting", "running"}:
        raise TaskStillOpen(
            gettext("“%(title)s” is still waiting.", title=task.title)
            if task.state == "waiting"
            else gettext("“%(title)s” is still running.", title=task.title)
        )
    if not reopen(task):
        raise TaskStillOpen(gettext("“%(title)s” is still waiting.", title=task.title))
    task.state, task.percent, task.attempts, task.cancel_requested = "waiting", 0, 0, False
    task.due_at, task.finished_at, task.error, task.message = clock.now(), None, None, "Started again by hand"
    after_commit(lambda: push(task.id, task.queue))


def close_late_requests() -> None:
    """Close the requests for a second person that no one decided in time."""
    expire_requests()


def maintain() -> None:
    """Make the partitions of the coming time, drop those that are too old, and what is kept for a day only."""
    connection = session.connection()
    ensure_partitions(connection)
    drop_old_partitions(connection)
    analyze(connection)
    forget_old_sessions()
    session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < clock.now() - KEEP_ANSWERS))
