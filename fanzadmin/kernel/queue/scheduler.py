"""The `scheduler` role: the cron lines of jobs/schedule.py, and the sweep that brings lost work back. One leader."""

import logging
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter
from redis import RedisError
from sqlalchemy import String, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock, heartbeat
from fanzadmin.kernel.context import Context, Way, acting, system
from fanzadmin.kernel.db import Model, moment, session, transaction
from fanzadmin.kernel.leader import Leader
from fanzadmin.kernel.queue.tasks import MAX_ATTEMPTS, Task, close, context_of, enqueue, push, queued
from fanzadmin.kernel.queue.worker import notify_failed

log = logging.getLogger(__name__)

TICK = 1.0  # seconds
DEAD_AFTER = timedelta(seconds=12)  # four missed heartbeats
LOST_AFTER = timedelta(seconds=5)  # a waiting task that no worker took is pushed again
GIVEN_UP = "The work broke down again and again. The team can see it."


@dataclass(frozen=True, slots=True)
class Cron:
    """`when` is a cron line in UTC, `job` the name of a job in jobs/."""

    when: str
    job: str
    queue: str = "default"
    title: str = ""


class CronRun(Model):
    """When each cron line last ran."""

    __audited__ = False
    __tablename__ = "cron_run"
    __table_args__ = ({"schema": "kernel"},)

    job: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_at: Mapped[datetime] = moment(nullable=False)


def run_scheduler(lines: Sequence[Cron]) -> None:
    """Tick until SIGTERM; only the leader acts."""
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    leader, leads = Leader("scheduler"), False
    while not stopping.wait(TICK):
        heartbeat.beat(within=90)  # a tick's statements take a minute at the most
        try:
            if not (leads and leader.still_holds()):
                leader.release()
                leads = leader.acquire()
            if leads:
                tick(lines)
        except Exception as error:
            leads = False
            log.warning("the scheduler waits: %s", error)
    leader.release()


def tick(lines: Sequence[Cron]) -> None:
    """One round: start what the cron lines say, bring back what was lost."""
    with acting(Context(program=system("scheduler"), way=Way.JOB)):
        with transaction():
            start_due(lines)
        with transaction():
            recover()


def start_due(lines: Sequence[Cron]) -> list[str]:
    """Enqueue each line whose time came since it last ran; a time missed while no one was there runs once."""
    now, started = clock.now(), []
    runs = {run.job: run for run in session.execute(select(CronRun).with_for_update()).scalars()}
    for line in lines:
        run = runs.get(line.job)
        if run is None:
            session.add(CronRun(job=line.job, last_at=now))
        elif croniter(line.when, run.last_at).get_next(datetime) <= now:
            run.last_at = now
            started.append(enqueue(line.job, queue=line.queue, title=line.title))
    return started


def recover() -> list[str]:
    """Give back the tasks of dead workers and push again what Redis lost. Returns the ids of what was pushed."""
    now = clock.now()
    silent = select(Task).where(Task.state == "running", Task.heartbeat_at < now - DEAD_AFTER)
    for task in session.execute(silent.with_for_update(skip_locked=True)).scalars():
        if task.attempts < MAX_ATTEMPTS:
            log.warning("%s lost its worker, it runs again", task.name)
            task.state, task.due_at, task.message = "waiting", now, "The worker was lost; starting again"
        else:
            log.error("%s took %s workers with it and is given up", task.name, task.attempts)
            task.state, task.finished_at, task.message = "failed", now, GIVEN_UP
            close(task.name, task.subject, task_id=task.id)
            with acting(context_of(task)):
                notify_failed(task.name, task.subject, GIVEN_UP)
    session.flush()
    return _push_missing(now)


def _push_missing(now: datetime) -> list[str]:
    """What waits and lies in no queue. What lies there is left alone: a second copy would only cost a fork."""
    retried = and_(Task.attempts > 0, Task.due_at <= now)  # no one pushed it when its wait was over
    lost = select(Task.id, Task.queue).where(
        Task.state == "waiting", or_(retried, Task.due_at < now - LOST_AFTER)
    )
    rows = session.execute(lost.order_by(Task.due_at).limit(500)).all()
    try:
        there = {queue: queued(queue) for queue in {row.queue for row in rows}}
    except RedisError as error:
        log.warning("the sweep waits for Redis: %s", error)
        return []
    missing = [(task_id, queue) for task_id, queue in rows if task_id not in there[queue]]
    for task_id, queue in missing:
        push(task_id, queue)
    return [task_id for task_id, _ in missing]
