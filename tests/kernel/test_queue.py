"""Background work: written with the act, done once, recovered when its worker dies."""

import itertools
import multiprocessing
import os
import sys
import types
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.queue import Cron, Task, cancel, enqueue, progress, redis, update_places, worker
from fanzadmin.kernel.queue.scheduler import recover, start_due
from fanzadmin.kernel.queue.worker import POLITE, run_task
from tests.conftest import make_user

done: list[str] = []
_seconds = itertools.count()


class OutOfFilm(Conflict):
    title = "There is no film left"


@pytest.fixture(autouse=True)
def jobs(fresh_db: Any) -> Iterator[types.ModuleType]:
    """A jobs/sample.py that exists for the test only."""
    module = types.ModuleType("jobs.sample")
    module.work = done.append  # type: ignore[attr-defined]
    sys.modules["jobs.sample"] = module
    done.clear()
    yield module
    del sys.modules["jobs.sample"]


def ask_for(name: str = "sample.work", subject: str = "a") -> str:
    with transaction():
        return enqueue(name, subject, title="Some work")


@pytest.fixture
def users(fresh_db: Any) -> tuple[int, int]:
    """Two logins whose work waits in one queue."""
    with transaction():
        return make_user(session, None), make_user(session, None)


def later() -> Any:
    """A second after the last call: the order of what happens counts."""
    return clock.frozen(clock.now() - timedelta(hours=1) + timedelta(seconds=next(_seconds)))


def encode_of(owner: int, subject: str) -> str:
    with later(), transaction():
        task_id = enqueue("sample.work", subject, queue="media", owner_user_id=owner)
        update_places("media", "sample.work", only=task_id)
    return task_id


def perform_next() -> str:
    """Run what a worker runs that takes the oldest token; its subject, or nothing when nothing waits."""
    with transaction():
        waiting = select(Task.id).where(Task.state == "waiting").order_by(Task.created_at)
        token = session.execute(waiting).scalars().first()
    if token is None:
        return ""
    with later():
        worker.perform(token)
    return done[-1]


def task(task_id: str) -> Task:
    with transaction():
        return session.get_one(Task, task_id)


class TestEnqueue:
    def test_a_second_request_for_open_work_makes_no_second_task(self) -> None:
        assert ask_for() == ask_for()

    def test_finished_work_may_be_asked_for_again(self) -> None:
        first = ask_for()
        run_task(first)
        assert ask_for() != first

    def test_an_unknown_queue_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no queue"), transaction():
            enqueue("sample.work", "a", queue="elsewhere")

    def test_a_rolled_back_act_asks_for_nothing(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            _raise_after(enqueue("sample.work", "never"))
        with transaction():
            assert session.execute(select(Task).where(Task.subject == "never")).first() is None


class TestRunning:
    def test_a_task_is_done_once(self) -> None:
        task_id = ask_for()
        run_task(task_id)
        run_task(task_id)
        assert done == ["a"]
        assert (task(task_id).state, task(task_id).percent) == ("done", 100)

    def test_a_sentence_that_the_job_returns_is_what_the_task_says(self, jobs: Any) -> None:
        jobs.work = lambda _: "Removed 3 objects"
        task_id = ask_for()
        run_task(task_id)
        assert (task(task_id).state, task(task_id).message) == ("done", "Removed 3 objects")

    @pytest.mark.parametrize(("queue", "behind"), [("bulk", POLITE), ("default", 0)])
    def test_work_that_can_wait_stands_behind_what_people_wait_for(
        self, jobs: Any, monkeypatch: pytest.MonkeyPatch, queue: str, behind: int
    ) -> None:
        before = os.nice(0)
        jobs.work = lambda _: f"nice {os.nice(0)}"
        monkeypatch.setattr(worker, "get_current_job", lambda: types.SimpleNamespace(origin=queue))
        task_id = ask_for()
        fork = multiprocessing.get_context("fork").Process(target=worker.perform, args=(task_id,))
        fork.start()
        fork.join()
        assert task(task_id).message == f"nice {before + behind}"

    def test_progress_is_stored_at_once(self, jobs: Any) -> None:
        seen: list[int] = []

        def work(_: str) -> None:
            progress.report(40, "Half way")
            seen.append(task(task_id).percent)

        jobs.work = work
        task_id = ask_for()
        run_task(task_id)
        assert seen == [40]

    def test_a_business_error_ends_the_task_with_its_sentence(self, jobs: Any) -> None:
        events: list[tuple[str, str]] = []

        def work(_: str) -> None:
            raise OutOfFilm("Buy film first.")

        jobs.work, jobs.work_failed = work, lambda *args: events.append(args)
        task_id = ask_for()
        run_task(task_id)
        assert (task(task_id).state, task(task_id).message) == ("failed", "Buy film first.")
        assert events == [("a", "Buy film first.")]

    def test_a_crash_is_tried_again_later(self, jobs: Any) -> None:
        def work(_: str) -> None:
            raise ZeroDivisionError

        jobs.work = work
        task_id = ask_for()
        run_task(task_id)
        result = task(task_id)
        assert (result.state, result.attempts) == ("waiting", 1)
        assert result.due_at > clock.now()
        assert "ZeroDivisionError" in (result.error or "")

    def test_a_worker_that_was_replaced_writes_nothing(self, jobs: Any) -> None:
        def work(_: str) -> None:
            enqueue("sample.after", "a")
            with transaction_elsewhere() as connection:
                connection.execute(update(Task).where(Task.id == task_id).values(attempts=2))

        jobs.work = work
        task_id = ask_for()
        run_task(task_id)
        with transaction():
            assert session.execute(select(Task).where(Task.name == "sample.after")).first() is None


class TestTurns:
    def test_one_with_forty_tasks_does_not_hold_up_another(self, users: tuple[int, int]) -> None:
        busy, other = users
        for number in range(40):
            encode_of(busy, f"busy {number}")
        perform_next()
        encode_of(other, "the other one")
        started = [perform_next() for _ in range(2)]
        assert "the other one" in started

    def test_two_with_many_tasks_take_turns(self, users: tuple[int, int]) -> None:
        for number in range(3):
            encode_of(users[0], f"a{number}")
        for number in range(3):
            encode_of(users[1], f"b{number}")
        assert [perform_next() for _ in range(6)] == ["a0", "b0", "a1", "b1", "a2", "b2"]

    def test_a_place_and_the_expected_start_only_fall(self, users: tuple[int, int]) -> None:
        busy, other = users
        ids = [encode_of(busy, f"busy {number}") for number in range(5)]
        assert [task(item).place for item in ids] == [1, 2, 3, 4, 5]
        before = {entry: (task(entry).place, task(entry).expected_at) for entry in ids}
        late = encode_of(other, "the other one")
        assert task(late).place == 2
        while perform_next():
            for items in ids:
                place, expected = task(items).place, task(items).expected_at
                assert place is not None
                assert expected is not None
                assert (place, expected) <= before[items]
                before[items] = (place, expected)

    def test_a_token_whose_task_was_run_by_another_runs_nothing_twice(self, users: tuple[int, int]) -> None:
        ids = [encode_of(users[0], "a"), encode_of(users[0], "b")]
        for token in (ids[1], ids[1], ids[0], ids[0]):
            worker.perform(token)
        assert done == ["a", "b"]


class TestCancelling:
    def test_waiting_work_is_cancelled_at_once(self) -> None:
        task_id = ask_for()
        with transaction():
            assert cancel("sample.work", "a")
        run_task(task_id)
        assert done == []
        assert task(task_id).state == "cancelled"

    def test_running_work_stops_at_its_next_report(self, jobs: Any) -> None:
        reached: list[str] = []

        def work(_: str) -> None:
            with transaction_elsewhere() as connection:
                connection.execute(update(Task).where(Task.id == task_id).values(cancel_requested=True))
            progress.report(10, "Still going")
            reached.append("too far")

        jobs.work = work
        task_id = ask_for()
        run_task(task_id)
        assert (task(task_id).state, reached) == ("cancelled", [])


class TestRecovering:
    def test_the_task_of_a_silent_worker_runs_again(self) -> None:
        task_id = ask_for()
        long_ago = clock.now() - timedelta(minutes=1)
        with transaction():
            session.execute(
                update(Task)
                .where(Task.id == task_id)
                .values(state="running", attempts=1, heartbeat_at=long_ago)
            )
        redis().flushdb()  # its worker had taken it out of the queue
        with transaction():
            assert recover() == [task_id]
        run_task(task_id)
        assert done == ["a"]

    def test_a_task_that_redis_lost_is_pushed_again(self) -> None:
        task_id = ask_for()
        with transaction():
            session.execute(
                update(Task).where(Task.id == task_id).values(due_at=clock.now() - timedelta(minutes=1))
            )
        redis().flushdb()
        with transaction():
            assert recover() == [task_id]

    def test_a_task_that_waits_long_in_its_queue_is_not_pushed_twice(self) -> None:
        task_id = ask_for()
        with transaction():
            session.execute(
                update(Task).where(Task.id == task_id).values(due_at=clock.now() - timedelta(hours=1))
            )
        with transaction():
            assert recover() == []

    def test_a_task_that_kills_every_worker_is_given_up_and_its_system_is_told(self, jobs: Any) -> None:
        events: list[tuple[str, str]] = []
        jobs.work_failed = lambda *args: events.append(args)
        task_id = ask_for()
        silent = {"state": "running", "attempts": 5, "heartbeat_at": clock.now() - timedelta(minutes=1)}
        with transaction():
            session.execute(update(Task).where(Task.id == task_id).values(silent))
        with transaction():
            recover()
        assert task(task_id).state == "failed"
        assert [subject for subject, _ in events] == ["a"]


class TestCron:
    def test_a_line_runs_once_when_its_time_came(self) -> None:
        line = Cron("*/5 * * * *", "sample.work")
        began = clock.now()
        with transaction():
            assert start_due([line]) == []
        for _ in range(2):
            with clock.frozen(began + timedelta(minutes=6)), transaction():
                start_due([line])
        with transaction():
            assert len(session.execute(select(Task).where(Task.name == "sample.work")).all()) == 1


def transaction_elsewhere() -> Any:
    """A transaction of another process."""
    from fanzadmin.kernel.db import engine

    return engine().begin()


def _raise_after(_done: object) -> None:
    raise RuntimeError
