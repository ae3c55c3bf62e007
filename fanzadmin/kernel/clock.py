"""The one source of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)
_offset = timedelta()  # of this process to the real time; only a platform under test has one


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC) + _offset


def held_at() -> datetime | None:
    """The moment that the clock is held at; None while it runs."""
    return _frozen.get()


def offset() -> timedelta:
    """How far this process's clock is from the real time: nothing, but for tests."""
    return _offset


@contextmanager
def frozen(at: datetime | None) -> Iterator[None]:
    """Hold the clock at `at` (aware) inside the block, or let it run again: for tests and the demo. Other threads do
    not see it."""
    token = _frozen.set(at and at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def start_at(moment: datetime, since: datetime | None = None) -> tuple[datetime, datetime]:
    """Let the clock of this process, all threads included, run on from `moment`, which it showed at the real time
    `since` (now, if not given); for tests. Returns both: another process that is given them shows the same time."""
    global _offset  # noqa: PLW0603  one clock a process
    since = since or datetime.now(UTC)
    _offset = moment - since
    return moment, since
