"""Who acts, and in which trace: the same for a request, a job and a delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum

from fanzadmin.kernel.ids import new_span_id, new_trace_id


class PrincipalKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    SYSTEM = "system"


class Way(StrEnum):
    """How a write came in: a signed-in browser, a program with a key or token, a job, a fact's delivery, a command of the
    operator, a socket."""

    SESSION = "session"
    KEY = "key"
    JOB = "job"
    DELIVERY = "delivery"
    COMMAND = "command"
    SOCKET = "socket"


def person(user_id: int) -> str:
    """A login as a principal."""
    return f"{PrincipalKind.PERSON}:{user_id}"


def system(part: str) -> str:
    """A part of the platform as a principal: a role of it, or a consumer of facts."""
    return f"{PrincipalKind.SYSTEM}:{part}"


PLATFORM = system("platform")


@dataclass(frozen=True, slots=True)
class Context:
    """The current unit of work.

    `actor_id` is a user id, or None for the platform itself; `actor` is the name that audit and facts keep.
    `trace_id` is a W3C trace id shared by everything that one act sets off. `clusters` are those whose rows the
    person may see in consoles, None for all; `roles` decide which fields. `reason` is why, where someone said so;
    `approver` is the second person who agreed. Both go into the audit.

    `program` is the principal where no person acts, a part of the platform or a service account; `real_principal` who
    works in another's name, `on_behalf_of` for whom a program works. `span_id` is this unit of work's own,
    `parent_span_id` that of what caused it.
    """

    actor_id: int | None = None
    actor: str = "platform"
    trace_id: str = field(default_factory=new_trace_id)
    clusters: frozenset[str] | None = None
    roles: frozenset[str] = frozenset()
    reason: str = ""
    approver_id: int | None = None
    approver: str = ""
    program: str = ""
    real_principal: str = ""
    on_behalf_of: str = ""
    way: Way = Way.COMMAND
    span_id: str = field(default_factory=new_span_id)
    parent_span_id: str = ""

    @property
    def principal(self) -> str:
        """Who acts, as `<kind>:<id>`."""
        if self.program:
            return self.program
        return PLATFORM if self.actor_id is None else person(self.actor_id)


_current: ContextVar[Context | None] = ContextVar("context", default=None)


def current() -> Context:
    """The current context; a fresh platform context when no one set one."""
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


def beneficiary(principal: str, on_behalf_of: str | None) -> str:
    """For whom a program works that goes on with what `principal` began: no one, where the platform itself began it."""
    if on_behalf_of:
        return on_behalf_of
    return "" if principal.startswith(f"{PrincipalKind.SYSTEM}:") else principal
