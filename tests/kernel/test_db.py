"""The unit of work: what waits for the commit, and what may not be cut in two."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import after_commit, end_read, session, transaction
from fanzadmin.kernel.queue.scheduler import CronRun

pytestmark = pytest.mark.usefixtures("fresh_db")


def by_object() -> None:
    session.add(CronRun(job="x", last_at=clock.now()))
    session.flush()


def by_core() -> None:
    session.execute(insert(CronRun.__table__).values(job="x", last_at=clock.now()))


def by_update() -> None:
    session.execute(update(CronRun).values(last_at=clock.now()))


def by_text() -> None:
    session.execute(text("UPDATE kernel.cron_run SET last_at = now()"))


class TestEndRead:
    @pytest.mark.parametrize("write", [by_object, by_core, by_update, by_text])
    def test_after_any_write_it_is_refused(self, write: Any) -> None:
        with transaction():
            write()
            with pytest.raises(RuntimeError, match="in two"):
                end_read()

    def test_after_reading_and_locking_the_connection_goes_back(self) -> None:
        with transaction():
            session.execute(select(CronRun).with_for_update())
            session.execute(text("SELECT job FROM kernel.cron_run FOR UPDATE"))
            end_read()
            assert not session().in_transaction()

    def test_a_write_of_the_transaction_before_does_not_count(self) -> None:
        with transaction():
            by_object()
        with transaction():
            session.execute(select(CronRun))
            end_read()


class TestAfterCommit:
    def test_a_savepoint_that_is_rolled_back_takes_only_its_own_hooks_with_it(self) -> None:
        ran: list[str] = []
        with transaction():
            after_commit(lambda: ran.append("before"))
            with suppress(ZeroDivisionError), session.begin_nested():
                after_commit(lambda: ran.append("inside"))
                raise ZeroDivisionError
            after_commit(lambda: ran.append("after"))
        assert ran == ["before", "after"]

    def test_a_rolled_back_transaction_runs_none(self) -> None:
        ran: list[str] = []
        with suppress(ZeroDivisionError), transaction():
            after_commit(lambda: ran.append("never"))
            raise ZeroDivisionError
        with transaction():
            session.execute(select(CronRun))
        assert ran == []
