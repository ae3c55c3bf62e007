"""How facts read in the timelines of creators and fans, and what they count: declared beside each fact, rendered and
counted by CreatorCRM.

    timeline(
        PostCommented,
        creator=Entry("commented", N_("%(fan)s commented on a post."), about="fan_id"),
        fan=Entry("commented", N_("%(fan)s commented on a post of %(creator)s."), about="creator_id"),
        counts={"comments": 1},
        seen=True,
    )
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from fanzadmin.kernel.bus import Fact

F = TypeVar("F", bound=Fact)
T = TypeVar("T")
Figures = Mapping[str, int]

NAMED = frozenset({"asset_id", "creator_id", "fan_id"})  # ids that a sentence may say by name
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class By:
    """A choice by the text of one of the fact's fields, which is empty where the field is."""

    field: str
    cases: Mapping[str, str]
    other: str

    def of(self, fact: Fact) -> str:
        return self.cases.get(text_of(fact, self.field), self.other)

    def all(self) -> tuple[str, ...]:
        return (*self.cases.values(), self.other)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a timeline. `kind` groups lines, `tone` colours them (good, info, warn, bad or none), `about` is the field
    with the id of what the line links to.

    Each placeholder of `message`, which N_ marks, is filled from a field of the fact: `%(reason)s` with the text of
    `reason`, `%(fan)s` with the name behind `fan_id`, `%(price)s` with the amount `price_minor` in `currency`; `values`
    names the field of a placeholder that is called otherwise.
    """

    kind: str | By
    message: str | By
    about: str
    values: Mapping[str, str] = field(default_factory=dict)
    tone: str = ""

    def kind_of(self, fact: Fact) -> str:
        return self.kind.of(fact) if isinstance(self.kind, By) else self.kind

    def message_of(self, fact: Fact) -> str:
        return self.message.of(fact) if isinstance(self.message, By) else self.message

    def link_of(self, fact: Fact) -> str:
        """`noun/id` of what the line is about."""
        return f"{self.about.removesuffix('_id')}/{getattr(fact, self.about)}"

    def kinds(self) -> tuple[str, ...]:
        return self.kind.all() if isinstance(self.kind, By) else (self.kind,)

    def messages(self) -> tuple[str, ...]:
        return self.message.all() if isinstance(self.message, By) else (self.message,)

    def fields_of(self, fact_class: type[Fact], message: str) -> dict[str, str]:
        """The field behind each placeholder of a message. Raises ValueError where the fact has none."""
        names = {each.name for each in fields(fact_class)}
        return {place: self._field(names, place, message) for place in _PLACEHOLDER.findall(message)}

    def _field(self, names: set[str], place: str, message: str) -> str:
        candidates = (
            (self.values[place],) if place in self.values else (place, f"{place}_id", f"{place}_minor")
        )
        for name in candidates:
            if name in names and (not name.endswith("_id") or name in NAMED):
                return name
        raise ValueError(f"no field fills %({place})s in {message!r}: name it in values")


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a fact leaves in the timelines of its creator and its fan, and in their figures."""

    fact: type[Fact]
    creator: Entry | None
    fan: Entry | None
    counts: Callable[[Fact], Figures]
    spent: Callable[[Fact], int]
    seen: Callable[[Fact], bool]
    opens: str
    closes: str

    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in (self.creator, self.fan) if entry)


timelines: dict[str, Timeline] = {}


def timeline(
    fact_class: type[F],
    *,
    creator: Entry | None = None,
    fan: Entry | None = None,
    counts: Figures | Callable[[F], Figures] = {},  # noqa: B006  read only
    spent: Callable[[F], int] = lambda _fact: 0,
    seen: bool | Callable[[F], bool] = False,
    opens: str = "",
    closes: str = "",
) -> None:
    """Declare what a fact leaves in the timelines of `creator_id` and `fan_id`, and in their figures.

    `counts` adds to the creator's figures, `spent` (minor units) to what the fan spent; `seen` says that the fan was here.
    `opens` and `closes` name a figure of the creator that counts what is open now, and not how often it was opened: a fact
    about something that is open (closed) already does not count. Raises ValueError for a message that the fact cannot fill.
    """
    declared = Timeline(
        fact_class,
        creator,
        fan,
        _of(fact_class, counts) if callable(counts) else lambda _fact: counts,
        _of(fact_class, spent),
        _of(fact_class, seen) if callable(seen) else lambda _fact: seen,
        opens,
        closes,
    )
    for entry in declared.entries():
        for message in entry.messages():
            entry.fields_of(fact_class, message)
    timelines[fact_class.type] = declared


def _of(fact_class: type[F], answer: Callable[[F], T]) -> Callable[[Fact], T]:
    def checked(fact: Fact) -> T:
        if not isinstance(fact, fact_class):
            raise TypeError(f"declared for {fact_class.type}, asked about {fact.type}")
        return answer(fact)

    return checked


def text_of(fact: Fact, name: str) -> str:
    """A field as text: several sentences in one line, without space at its end."""
    value = getattr(fact, name)
    return (" ".join(value) if isinstance(value, tuple) else str(value)).rstrip()


def tones() -> dict[str, str]:
    """Every kind of entry that facts make, with its tone."""
    return {kind: entry.tone for entry in _entries() for kind in entry.kinds()}


def kinds_that(*, opens: str = "", closes: str = "") -> frozenset[str]:
    """The kinds of the creator's entries that open, or close, what a figure counts."""
    return frozenset(
        kind
        for declared in timelines.values()
        if declared.creator
        and ((opens and declared.opens == opens) or (closes and declared.closes == closes))
        for kind in declared.creator.kinds()
    )


def _entries() -> Iterator[Entry]:
    for declared in timelines.values():
        yield from declared.entries()
