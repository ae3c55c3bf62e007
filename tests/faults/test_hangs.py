"""Hung is dead, and whatever dies: people get an answer at once, and service soon. Each process is stopped or killed while
somebody asks for pages; a client waits for none of them longer than a few seconds, on a loaded machine too."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from fanzadmin.kernel import processes
from tests.platforms import OwnPlatform

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kills"), pytest.mark.timeout(600)]

ANSWER = 5.0  # seconds; one, on an idle machine
SERVICE = 90.0  # seconds; five, on an idle machine
FEW = 5  # requests in a row that are served: it is over


@dataclass(frozen=True)
class Asked:
    """A request: what came, and after how long."""

    status: int
    seconds: float
    retry_after: str


class Visitor:
    """Asks for a page that needs the database, again and again."""

    def __init__(self, platform: OwnPlatform) -> None:
        self.address = f"{platform.address}/login/"

    def ask(self) -> Asked:
        began = time.monotonic()
        try:
            answer = requests.get(self.address, headers={"Accept": "text/html"}, timeout=30)
        except requests.RequestException:  # it was under way in what was killed
            return Asked(0, time.monotonic() - began, "")
        return Asked(answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After", ""))

    def until_served(self) -> list[Asked]:
        """What came until a few requests in a row were served."""
        asked: list[Asked] = []
        deadline = time.monotonic() + SERVICE
        while [item.status for item in asked[-FEW:]] != [200] * FEW:
            assert time.monotonic() < deadline, asked[-FEW:]
            asked.append(self.ask())
            time.sleep(0.1)
        return asked


@pytest.fixture
def platform(expendable: Callable[[], OwnPlatform]) -> OwnPlatform:
    return expendable()


@pytest.fixture
def visitor(platform: OwnPlatform) -> Visitor:
    result = Visitor(platform)
    result.until_served()
    return result


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def victim(platform: OwnPlatform, name: str) -> int:
    """A role or server by name, or a process of it: `web/0` is the first worker of the web role."""
    role, _, number = name.partition("/")
    return children(platform.pid(role))[int(number)] if number else platform.pid(role)


class TestEverybodyIsAnswered:
    @pytest.mark.parametrize(
        ("name", "sign"),
        [
            ("redis", signal.SIGSTOP),
            ("nats", signal.SIGSTOP),
            ("web/0", signal.SIGSTOP),
            ("web", signal.SIGKILL),
            ("postgres/1", signal.SIGKILL),
            ("postgres", signal.SIGSTOP),
        ],
    )
    def test_while_something_dies_or_hangs(
        self, platform: OwnPlatform, visitor: Visitor, name: str, sign: signal.Signals
    ) -> None:
        pid = victim(platform, name)
        started = processes.started_at(pid)
        os.kill(pid, sign)
        asked = visitor.until_served()
        slowest = max(asked, key=lambda entry: entry.seconds)
        assert slowest.seconds < ANSWER, slowest
        assert {items.status for items in asked} <= {200, 503, 0}
        assert all(items.retry_after for items in asked if items.status == 503)
        assert sum(item.status == 0 for item in asked) <= 1, "only what was under way may be cut off"
        deadline = time.monotonic() + SERVICE
        while processes.started_at(pid) == started:
            assert time.monotonic() < deadline, f"{name} still hangs"
            time.sleep(0.1)
        assert all(each.seconds < ANSWER for each in visitor.until_served())

    @pytest.mark.parametrize("role", ["events", "scheduler", "worker-default"])
    def test_a_role_that_was_stopped_is_replaced(
        self, platform: OwnPlatform, visitor: Visitor, role: str
    ) -> None:
        before = platform.pid(role)
        os.kill(before, signal.SIGSTOP)
        deadline = time.monotonic() + SERVICE
        while platform.pid(role) in {0, before}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert all(item.status == 200 for item in visitor.until_served())


class TestTheDataDirectory:
    def test_is_the_owners_alone(self, platform: OwnPlatform, visitor: Visitor) -> None:
        open_ = [
            f"{stat.S_IMODE(path.lstat().st_mode):o} {path}"
            for path in (platform.var, *platform.var.rglob("*"))
            if not path.is_symlink() and path.exists() and stat.S_IMODE(path.lstat().st_mode) & 0o077
        ]
        assert not open_, "any user of the machine could read these"
