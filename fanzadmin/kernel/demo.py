"""The world that the demo seeding shares: each system adds its people and things, the next one reads them."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DemoCluster:
    """A brand: `key` is the `cluster` column's value; everything in it is priced in `currency`."""

    key: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class DemoCreator:
    """A creator of the demo; `user_id` is a login of the Creator role."""

    id: str
    user_id: int
    handle: str
    name: str
    cluster: DemoCluster
    joined_at: datetime
    price_minor: int


@dataclass(frozen=True, slots=True)
class DemoFan:
    """A fan of the demo; `user_id` is a login of the Fan role."""

    id: str
    user_id: int
    name: str
    cluster: DemoCluster
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class DemoSubscription:
    """A paid relationship, `ended_at` None while it lasts."""

    fan: DemoFan
    creator: DemoCreator
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DemoAsset:
    """A published asset of the demo."""

    id: str
    creator: DemoCreator
    title: str
    kind: str
    audience: str
    price_minor: int
    published_at: datetime
    tags: tuple[str, ...] = ()
    sha256: str = ""


@dataclass
class World:
    """Deterministic by `seed`; `scale` 1 is 60 creators and 3,000 fans. `now` is the end of the demo's year."""

    now: datetime
    seed: int = 2257
    scale: int = 1
    clusters: list[DemoCluster] = field(default_factory=list)
    creators: list[DemoCreator] = field(default_factory=list)
    fans: list[DemoFan] = field(default_factory=list)
    subscriptions: list[DemoSubscription] = field(default_factory=list)
    assets: list[DemoAsset] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)  # asset id → the post that shows it
    staff: dict[str, int] = field(default_factory=dict)
    last_done: dict[str, datetime] = field(default_factory=dict)  # fan id → when the fan last did something
    tallies: dict[tuple[str, date], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def rng(self, part: str) -> random.Random:
        """A generator of its own for each part, so that adding one part does not change the others."""
        return random.Random(f"{self.seed}:{part}")  # noqa: S311  a demo, no secret

    def see(self, fan: DemoFan, at: datetime) -> None:
        """A fan did something at that moment, and so is last seen then or later."""
        self.last_done[fan.id] = max(at, self.last_done.get(fan.id, at))

    def tally(self, person_id: str, at: datetime, **amounts: int) -> None:
        """Add to what befell a creator, fan or asset on the day of `at`: `likes=1`, `gross_minor=999, earned_minor=720` …

        CreatorCRM (people) and FanzGPT (assets) turn this into their figures at the end, since the demo's year was never recorded as facts.
        """
        self.tallies[person_id, at.date()].update(amounts)
