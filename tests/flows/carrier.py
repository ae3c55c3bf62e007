"""The bus and the workers in this process: carries every fact to its listeners and runs every task, to the end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import consumers
from fanzadmin.kernel.bus.inbox import Delivery, receive
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.queue.tasks import Task
from fanzadmin.kernel.queue.worker import notify_failed, resolve


def carry_all() -> None:
    """Until nothing is left to carry or to do. A dead letter or a broken job is an error of the test."""
    while carry_facts() or run_tasks():
        pass


def carry_facts() -> bool:
    with transaction():
        query = select(OutboxFact).where(OutboxFact.published_at.is_(None)).order_by(OutboxFact.seq)
        waiting = [row.envelope() for row in session.execute(query).scalars()]
        for row in session.execute(query).scalars():
            row.published_at = clock.now()
    for envelope in waiting:
        for consumer, heard in consumers().items():
            if envelope.type in heard:
                outcomes = receive(consumer, [envelope])
                assert outcomes[0].retry_in is None, story(consumer, envelope.id)
    return bool(waiting)


def run_tasks() -> bool:
    with transaction():
        query = select(Task.id, Task.name, Task.subject).where(Task.state == "waiting").order_by(Task.due_at)
        waiting = session.execute(query).all()
    for task_id, name, subject in waiting:
        try:
            with transaction():
                resolve(name)(subject)
        except BusinessError as error:
            with transaction():
                notify_failed(name, subject, error.detail)
        with transaction():
            session.get_one(Task, task_id).state = "done"
    return bool(waiting)


def story(consumer: str, event_id: str) -> Any:
    with transaction():
        return session.get_one(Delivery, (consumer, event_id)).error
