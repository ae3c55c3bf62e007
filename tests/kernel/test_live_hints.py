"""A hint to an open page is lost without harm; nobody waits for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from fanzadmin.kernel.web import realtime
from fanzadmin.kernel.web.realtime import HINT_SECONDS, HintManager


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """Takes connections, as a Redis that was stopped does, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_redis_that_hangs_costs_a_moment_once(silent_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realtime, "_emitter", HintManager(silent_redis, write_only=True))
    began = time.monotonic()
    realtime.emit_now("message", {"id": 1}, room="user:1")
    first = time.monotonic() - began
    for number in range(20):
        realtime.emit_now("message", {"id": number}, room="user:1")
    rest = time.monotonic() - began - first
    assert first < HINT_SECONDS * 4
    assert rest < HINT_SECONDS, "the next ones do not wait at all"


def test_a_hint_arrives_again_once_redis_does(silent_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = HintManager(silent_redis, write_only=True)
    manager._publish({"id": 1})
    assert manager._away_until > time.monotonic()
    sent: list[str] = []
    monkeypatch.setattr(manager._sender, "publish", lambda _channel, text: sent.append(text))
    manager._publish({"id": 2})
    monkeypatch.setattr(manager, "_away_until", 0.0)
    manager._publish({"id": 3})
    assert sent == ['{"id": 3}']
