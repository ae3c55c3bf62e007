"""How a running job says where it is: stored at once, outside the job's own transaction, and shown live."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context
from fanzadmin.kernel.db import engine
from fanzadmin.kernel.web.realtime import emit_now

log = logging.getLogger(__name__)

HEARTBEAT = 3  # seconds


class Cancelled(Exception):
    """The user who may do so cancelled this task."""


class Superseded(Exception):
    """Another worker took this task over, because this one was thought dead."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A task as one worker holds it; `attempt` fences off whoever held it before."""

    task_id: str
    attempt: int
    name: str
    subject: str
    title: str
    owner_user_id: int | None
    actor: str
    trace_id: str
    context: Context  # of the job that carries it


_claim: ContextVar[Claim | None] = ContextVar("claim", default=None)

_REPORT = text(
    "UPDATE kernel.task SET percent = greatest(percent, :percent), message = :message, heartbeat_at = :now"
    " WHERE id = :id AND attempts = :attempt AND state = 'running' RETURNING cancel_requested"
)
_BEAT = text(
    "UPDATE kernel.task SET heartbeat_at = :now WHERE id = :id AND attempts = :attempt AND state = 'running'"
)


class Progress:
    """The progress of the job that runs in this context; silent outside a job."""

    def report(self, percent: int, message: str) -> None:
        """Store and show `percent` (0 to 100) and what happens now. Raises Cancelled, Superseded."""
        claim = _claim.get()
        if claim is None:
            return
        values = {"percent": percent, "message": message, **_held(claim)}
        try:
            with engine().begin() as connection:
                row = connection.execute(_REPORT, values).first()
        except (
            OperationalError
        ) as error:  # the database restarts: the work goes on, a later report gets through
            log.warning("%s could not say where it is: %s", claim.name, error)
            return
        if row is None:
            raise Superseded(claim.task_id)
        show(claim, state="running", percent=percent, message=message)
        if row.cancel_requested:
            raise Cancelled(claim.title)


progress = Progress()


def show(claim: Claim, *, state: str, percent: int, message: str) -> None:
    """Show the owner's open pages where the task is."""
    if claim.owner_user_id is None:
        return
    data = {
        "id": claim.task_id,
        "name": claim.name,
        "subject": claim.subject,
        "title": claim.title,
        "state": state,
        "percent": percent,
        "message": message,
    }
    emit_now("task", data, room=f"user:{claim.owner_user_id}", namespace="/live")


def _held(claim: Claim) -> dict[str, object]:
    return {"id": claim.task_id, "attempt": claim.attempt, "now": clock.now()}


@contextmanager
def holding(claim: Claim) -> Iterator[None]:
    """Keep the task's heartbeat going and let `progress` speak for it inside the block."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(HEARTBEAT):
            try:
                with engine().begin() as connection:
                    connection.execute(_BEAT, _held(claim))
            except OperationalError as error:  # a heartbeat that dies would have the task taken away
                log.warning("the heartbeat of %s misses a beat: %s", claim.name, error)

    token = _claim.set(claim)
    threading.Thread(target=beat, name="heartbeat", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        _claim.reset(token)
