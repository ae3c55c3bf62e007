"""The catalogue of facts, their envelope, and who hears what."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, dataclass_transform

from fanzadmin.kernel.context import PLATFORM, Way, current
from fanzadmin.kernel.ids import new_span_id

NO_CLUSTER = "_"  # in the bus's subjects
_NAME = re.compile(r"[a-z]+\.[a-z0-9_]+\.v[0-9]+")


@dataclass(frozen=True, kw_only=True)
class PlatformFact:
    """A fact that may belong to no brand: then it has no cluster. Frozen, primitives only, in the past tense."""

    type: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""

    cluster: str | None

    @property
    def subject(self) -> str:
        """The aggregate that the fact is about; order is kept per subject."""
        return str(getattr(self, self.subject_field))


@dataclass(frozen=True, kw_only=True)
class Fact(PlatformFact):
    """A fact of one brand: nearly all are."""

    cluster: str


F = TypeVar("F", bound=PlatformFact)
R = TypeVar("R")
Handler = Callable[[Any], object]  # Any: each handler takes its own fact class

facts: dict[str, type[PlatformFact]] = {}
_handlers: dict[str, dict[str, list[Handler]]] = defaultdict(lambda: defaultdict(list))


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(name: str, *, subject: str) -> Callable[[type[F]], type[F]]:
    """Declare a fact class: `name` is `system.what_happened.vN`, `subject` the field that names the aggregate."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no fact name: use system.what_happened.v1")

    def declare(cls: type[F]) -> type[F]:
        fact_class = dataclass(frozen=True, kw_only=True)(cls)
        if name in facts:
            raise ValueError(f"the fact {name} is declared twice")
        if subject not in {field.name for field in fields(fact_class)}:
            raise ValueError(f"{name} has no field {subject!r} to be about")
        fact_class.type, fact_class.subject_field = name, subject
        facts[name] = fact_class
        return fact_class

    return declare


def on(fact_class: type[F]) -> Callable[[Callable[[F], R]], Callable[[F], R]]:
    """Mark a function of a system's listeners.py as what that system does when it hears `fact_class`."""

    def register(handler: Callable[[F], R]) -> Callable[[F], R]:
        registered = _handlers[_system_of(handler)][fact_class.type]
        if _name(handler) not in map(_name, registered):
            registered.append(handler)
        return handler

    return register


def _system_of(handler: Callable[..., object]) -> str:
    """The consumer's name: the system that the handler's module, perhaps in an area, lies in."""
    package, *inside = handler.__module__.split(".")
    return inside[0] if package == "fanzadmin" else handler.__module__.split(".")[-2]


def _name(handler: Callable[..., object]) -> tuple[str, str]:
    return handler.__module__, handler.__qualname__


def consumers() -> Mapping[str, Mapping[str, list[Handler]]]:
    """Each consumer (a system's name) with the fact types it hears."""
    return _handlers


def handlers(consumer: str, fact_type: str) -> list[Handler]:
    """What `consumer` does on `fact_type`, in the order of declaration."""
    return _handlers[consumer].get(fact_type, [])


@dataclass(frozen=True, slots=True)
class Envelope:
    """A CloudEvents 1.0 envelope around a fact's data."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    cluster: str | None
    traceparent: str
    actor: str
    actor_id: int | None
    data: dict[str, object]
    principal: str = PLATFORM
    real_principal: str | None = None
    on_behalf_of: str | None = None
    way: str = Way.COMMAND.value
    parent_span_id: str | None = None

    @property
    def trace_id(self) -> str:
        return self.traceparent.split("-")[1]

    @property
    def span_id(self) -> str:
        return self.traceparent.split("-")[2]

    def fact(self) -> PlatformFact:
        """The fact inside. Fields that this version does not know are left out (expand before contract)."""
        cls = facts[self.type]
        names = _names(self.type)
        return cls(**{name: _frozen(value) for name, value in self.data.items() if name in names})  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, object]:
        """The structured-mode JSON form."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "type": self.type,
            "source": self.source,
            "subject": self.subject,
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "cluster": self.cluster,
            "traceparent": self.traceparent,
            "actor": self.actor,
            "actorid": self.actor_id,
            "principal": self.principal,
            "realprincipal": self.real_principal,
            "onbehalfof": self.on_behalf_of,
            "way": self.way,
            "parentspan": self.parent_span_id,
            "data": self.data,
        }

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> "Envelope":  # Any: JSON
        return cls(
            id=form["id"],
            type=form["type"],
            source=form["source"],
            subject=form["subject"],
            time=datetime.fromisoformat(form["time"]),
            cluster=form.get("cluster"),
            traceparent=form["traceparent"],
            actor=form["actor"],
            actor_id=form.get("actorid"),
            data=form["data"],
            principal=form["principal"],
            real_principal=form.get("realprincipal"),
            on_behalf_of=form.get("onbehalfof"),
            way=form["way"],
            parent_span_id=form.get("parentspan"),
        )


def wrap(fact: PlatformFact, *, event_id: str, time: datetime) -> Envelope:
    """Put a fact into its envelope, with the trace and actor of the current context."""
    context = current()
    return Envelope(
        id=event_id,
        type=fact.type,
        source=f"/fanz/{fact.type.split('.')[0]}",
        subject=fact.subject,
        time=time,
        cluster=fact.cluster,
        traceparent=f"00-{context.trace_id}-{new_span_id()}-01",
        actor=context.actor,
        actor_id=context.actor_id,
        data=asdict(fact),
        principal=context.principal,
        real_principal=context.real_principal or None,
        on_behalf_of=context.on_behalf_of or None,
        way=context.way.value,
        parent_span_id=context.span_id,
    )


def bus_subject(prefix: str, cluster: str | None, fact_type: str) -> str:
    """`fanz.<cluster>.<system>.<fact>`: the JetStream subject, `_` for no cluster; the version stays in the envelope."""
    system, name, _version = fact_type.split(".")
    return f"{prefix}.{cluster or NO_CLUSTER}.{system}.{name}"


@cache
def _names(fact_type: str) -> frozenset[str]:
    return frozenset(field.name for field in fields(facts[fact_type]))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
