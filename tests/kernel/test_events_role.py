"""The `events` role against a real JetStream."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nats
import pytest
from sqlalchemy import func, select, text

from config import Config
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.bus.inbox import Delivery
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.bus.runner import Bus
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.ids import new_id
from tests.kernel import samples
from tests.kernel.samples import ThingHappened


def run(bus: Bus, until: Callable[[], bool], *, seconds: float = 20) -> None:
    """Let the role work in a thread until a condition holds."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(bus.run()))
    thread.start()
    try:
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, "the condition never came true"
            time.sleep(0.02)
    finally:
        loop.call_soon_threadsafe(bus.stopping.set)
        thread.join(10)


@pytest.fixture
def prefix() -> str:
    return f"t{new_id()[-12:]}"


def test_facts_reach_their_listener_in_order(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    with transaction():
        for number in range(50):
            record(ThingHappened(cluster="velvet", thing_id="a", number=number))
    run(Bus(config.nats.url, prefix=prefix, listeners=["sample"]), lambda: len(samples.heard) >= 50)
    assert samples.heard == [f"a:{number}" for number in range(50)]


def test_a_restart_neither_loses_nor_doubles(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    for start in (0, 10):
        with transaction():
            for number in range(start, start + 10):
                record(ThingHappened(cluster="velvet", thing_id="a", number=number))
        bus = Bus(config.nats.url, prefix=prefix, listeners=["sample"])
        run(bus, lambda item=start + 10: len(samples.heard) >= item)  # type: ignore[misc]
    assert samples.heard == [f"a:{number}" for number in range(20)]


def test_a_fact_that_failed_comes_again_by_itself(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    samples.wrong.add("a:1")
    with transaction():
        record(ThingHappened(cluster="velvet", thing_id="a", number=1))

    def mended() -> bool:
        with transaction():
            if (
                session.execute(select(Delivery.state).where(Delivery.consumer == "sample")).scalar()
                == "retrying"
            ):
                samples.wrong.clear()
        return samples.heard == ["a:1"]

    run(Bus(config.nats.url, prefix=prefix, listeners=["sample"]), mended)


def test_a_wiped_stream_comes_back_with_what_nobody_heard(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    with transaction():
        record(ThingHappened(cluster="velvet", thing_id="a", number=1))
    run(Bus(config.nats.url, prefix=prefix, listeners=[]), lambda: waiting() == 0)
    asyncio.run(wipe(config, prefix))
    run(Bus(config.nats.url, prefix=prefix, listeners=["sample"]), lambda: samples.heard == ["a:1"])


def test_a_stream_wiped_under_way_is_made_anew(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    wiped = []

    def heard_both() -> bool:
        if samples.heard == ["a:1"] and not wiped:
            asyncio.run(wipe(config, prefix))
            wiped.append(True)
            tell(2)
        return samples.heard == ["a:1", "a:2"]

    tell(1)
    run(Bus(config.nats.url, prefix=prefix, listeners=["sample"]), heard_both, seconds=40)


def test_a_lost_lock_is_taken_again_before_work_goes_on(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    killed = []

    def heard_both() -> bool:
        if samples.heard == ["a:1"] and not killed:
            killed.extend(end_connections_of_leaders())
            time.sleep(1)
            tell(2)
        return samples.heard == ["a:1", "a:2"]

    tell(1)
    run(Bus(config.nats.url, prefix=prefix, listeners=["sample"]), heard_both, seconds=40)
    assert len(killed) == 2


@pytest.fixture
def role(fresh_db: Any, config: Config, prefix: str) -> Iterator[subprocess.Popen[bytes]]:
    """The role as a process of its own, once its relay has carried a fact."""
    tell(1)
    program = (
        "from fanzadmin.kernel import db; from fanzadmin.kernel.bus.runner import run_events;"
        f"db.connect({config.database.url!r}); run_events({config.nats.url!r}, prefix={prefix!r})"
    )
    running = subprocess.Popen([sys.executable, "-c", program])
    try:
        wait_until(lambda: waiting() == 0)
        yield running
    finally:
        running.kill()
        running.wait()


class TestTwoProcesses:
    def test_the_role_ends_when_its_relay_is_killed(self, role: subprocess.Popen[bytes]) -> None:
        os.kill(child_of(role), signal.SIGKILL)
        assert role.wait(20) != 0

    def test_no_relay_survives_its_role(self, role: subprocess.Popen[bytes]) -> None:
        relay = child_of(role)
        role.kill()
        wait_until(lambda: not alive(relay))

    def test_a_stop_ends_both_in_order(self, role: subprocess.Popen[bytes]) -> None:
        relay = child_of(role)
        role.terminate()
        assert role.wait(20) == 0
        assert not alive(relay)


def wait_until(condition: Callable[[], bool], *, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.05)


def child_of(role: subprocess.Popen[bytes]) -> int:
    (child,) = Path(f"/proc/{role.pid}/task/{role.pid}/children").read_text().split()
    return int(child)


def alive(pid: int) -> bool:
    """Running, that is: a zombie that nobody has reaped yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def tell(number: int) -> None:
    with transaction():
        record(ThingHappened(cluster="velvet", thing_id="a", number=number))


def waiting() -> int:
    with transaction():
        query = select(func.count()).select_from(OutboxFact).where(OutboxFact.published_at.is_(None))
        return session.execute(query).scalar_one()


def end_connections_of_leaders() -> list[int]:
    """As a restart of PostgreSQL would: the locks go with their connections."""
    with transaction():
        holders = text(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_locks JOIN pg_database AS base ON base.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        return [row.pid for row in session.execute(holders)]


async def wipe(config: Config, prefix: str) -> None:
    client = await nats.connect(config.nats.url)
    await client.jetstream().delete_stream(prefix.upper())
    await client.close()
