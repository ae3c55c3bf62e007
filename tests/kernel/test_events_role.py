"""The `events` role against a real JetStream."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from config import Config
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.bus.inbox import Delivery
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
    run(Bus(config.nats_url, prefix=prefix, listeners=["sample"]), lambda: len(samples.heard) >= 50)
    assert samples.heard == [f"a:{number}" for number in range(50)]


def test_a_restart_neither_loses_nor_doubles(fresh_db: Any, config: Config, prefix: str) -> None:
    samples.clear()
    for start in (0, 10):
        with transaction():
            for number in range(start, start + 10):
                record(ThingHappened(cluster="velvet", thing_id="a", number=number))
        bus = Bus(config.nats_url, prefix=prefix, listeners=["sample"])
        run(bus, lambda wanted=start + 10: len(samples.heard) >= wanted)  # type: ignore[misc]
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

    run(Bus(config.nats_url, prefix=prefix, listeners=["sample"]), mended)
