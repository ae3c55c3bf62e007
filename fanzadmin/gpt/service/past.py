"""The past as the suggestions see it, and what they make of it: plain values, no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean

from fanzadmin.gpt.models import Kind

WEIGHTS = {"likes": 1, "clicks": 1, "comments": 3, "shares": 3, "unlocks": 8}


@dataclass(frozen=True, slots=True)
class Past:
    """A published asset and what people did with it; `price_minor` is 0 unless it was sold by itself."""

    asset_id: str
    creator_id: str
    title: str
    caption: str
    tags: tuple[str, ...]
    price_minor: int
    currency: str
    published_at: datetime
    likes: int = 0
    comments: int = 0
    shares: int = 0
    clicks: int = 0
    unlocks: int = 0

    @property
    def engagement(self) -> int:
        """Acts of people, weighted by how much each costs them (WEIGHTS)."""
        return sum(weight * int(getattr(self, name)) for name, weight in WEIGHTS.items())

    @property
    def words(self) -> str:
        """All words by which this asset can be found to resemble another."""
        return f"{self.title} {' '.join(self.tags)} {self.caption}"


@dataclass(frozen=True, slots=True)
class Fresh:
    """The asset that suggestions are wanted for."""

    asset_id: str
    creator_id: str
    title: str
    caption: str
    tags: tuple[str, ...]
    audience: str
    price_minor: int
    currency: str

    @property
    def words(self) -> str:
        return f"{self.title} {' '.join(self.tags)} {self.caption}"


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion: `value` as `contracts.gpt` says, `score` 0 to 1, the figures behind the reason; `reason` is codes, a line each."""

    kind: Kind
    value: object
    reason: str
    score: float
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Too little to go by, and why."""

    kind: Kind
    reason: str
    evidence: dict[str, object] = field(default_factory=dict)


def lifts(assets: Sequence[Past]) -> dict[str, float]:
    """Each asset's engagement as a multiple of its creator's mean, by asset id; 1 where a creator has none."""
    by_creator: dict[str, list[int]] = {}
    for asset in assets:
        by_creator.setdefault(asset.creator_id, []).append(asset.engagement)
    means = {creator_id: fmean(likes) for creator_id, likes in by_creator.items()}
    return {
        asset.asset_id: asset.engagement / means[asset.creator_id] if means[asset.creator_id] else 1.0
        for asset in assets
    }


def shrunk(values: Sequence[float], towards: float, *, strength: float) -> float:
    """The mean of `values` pulled to `towards` as if that had been seen `strength` times."""
    return (sum(values) + strength * towards) / (len(values) + strength)


def confidence(count: int, *, half_at: int) -> float:
    """How far `count` observations carry: 0 for none, 0.5 at `half_at`, towards 1 for many."""
    return count / (count + half_at)


def more(factor: float) -> int:
    """`1.5` as 50: percent above the average."""
    return round((factor - 1) * 100)
