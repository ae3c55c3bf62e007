"""Who acts, and in which trace: the same for a request, a job and a delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from fanzadmin.kernel.ids import new_trace_id


@dataclass(frozen=True, slots=True)
class Context:
    """The unit of work at hand.

    `actor_id` is a user id, or None for the platform itself; `actor` is the name that audit and facts keep.
    `trace_id` is a W3C trace id shared by everything that one act sets off. `clusters` are those whose rows the
    person may see in consoles, None for all; `roles` decide which fields. `reason` is why, where somebody said so;
    `approver` is the second person who agreed. Both go into the audit.
    """

    actor_id: int | None = None
    actor: str = "platform"
    trace_id: str = field(default_factory=new_trace_id)
    clusters: frozenset[str] | None = None
    roles: frozenset[str] = frozenset()
    reason: str = ""
    approver_id: int | None = None
    approver: str = ""


_current: ContextVar[Context | None] = ContextVar("context", default=None)


def current() -> Context:
    """The context at hand; a fresh platform context when nobody set one."""
    context = _current.get()
    if context is None:
        context = Context()
        _current.set(context)
    return context


def enter(context: Context) -> None:
    """Make `context` the current one until something else does (start of a request)."""
    _current.set(context)


@contextmanager
def acting(context: Context | None = None, **changes: object) -> Iterator[Context]:
    """Work in `context` (default: the current one with `changes`) inside the block."""
    inner = context or replace(current(), **changes)  # type: ignore[arg-type]
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)
