"""Makers of past assets, plain and in the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetCard, AssetPublished, Assets, AssetUploaded
from fanzadmin.gpt import service
from fanzadmin.gpt.models import AssetHistory
from fanzadmin.gpt.service.past import Advice, Fresh, Past, Withheld
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.facts import handlers
from fanzadmin.kernel.i18n.reasons import reason_text
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide
from tests.town import FakePeople

ME, OTHER = new_id(), new_id()
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Everyone(FakePeople):
    """Whoever is asked about may act, but those in `suspended`."""

    suspended: frozenset[str] = frozenset()

    def active_among(self, creator_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(creator_ids) - self.suspended


@pytest.fixture(autouse=True)
def everyone(app: Flask) -> Iterator[Everyone]:
    """The makers below make up their creators."""
    answer, real = Everyone(), ask(People)
    provide(People, answer)
    yield answer
    provide(People, real)


class EveryAsset:
    """MediaCore: an asset stands as `states` says, else it is being processed."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def card(self, asset_id: str) -> AssetCard | None:
        state = self.states.get(asset_id, "processing")
        return AssetCard(
            asset_id, ME, "velvet", "", "", "video", state, "public", 0, "USD", 0, (), "", "", None
        )

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        return {asset_id: card for asset_id in asset_ids if (card := self.card(asset_id)) is not None}


@pytest.fixture(autouse=True)
def assets(app: Flask) -> Iterator[EveryAsset]:
    answer, real = EveryAsset(), ask(Assets)
    provide(Assets, answer)
    yield answer
    provide(Assets, real)


def says(advice: Advice | Withheld | None) -> str:
    """The reason as an English reader gets it."""
    assert advice is not None
    return reason_text(advice.reason)


def past(title: str = "Sunset", *, creator_id: str = ME, hour: int = 12, day: int = 0, **given: Any) -> Past:
    """A published asset of the plain sort."""
    plain: dict[str, Any] = {
        "asset_id": new_id(),
        "creator_id": creator_id,
        "title": title,
        "caption": "",
        "tags": (),
        "price_minor": 0,
        "currency": "USD",
        "published_at": MONDAY.replace(hour=hour) + timedelta(days=day),
        "likes": 10,
    }
    return Past(**{**plain, **given})


def fresh(title: str = "Studio nights", **given: Any) -> Fresh:
    """An upload that wants suggestions."""
    plain: dict[str, Any] = {
        "asset_id": new_id(),
        "creator_id": ME,
        "title": title,
        "caption": "",
        "tags": (),
        "audience": "subscribers",
        "price_minor": 0,
        "currency": "USD",
    }
    return Fresh(**{**plain, **given})


@pytest.fixture
def hear(db: Any) -> Callable[[Fact], None]:
    """`hear(fact)`: what FanzGPT does when it hears it."""

    def deliver(fact: Fact) -> None:
        for handler in handlers("gpt", fact.type):
            handler(fact)
        db.flush()

    return deliver


def uploaded(creator_id: str, title: str = "Studio nights", **given: Any) -> AssetUploaded:
    plain: dict[str, Any] = {
        "asset_id": new_id(),
        "creator_id": creator_id,
        "cluster": "velvet",
        "title": title,
        "filename": "a.mp4",
        "content_type": "video/mp4",
        "size": 1,
        "sha256": "",
        "source_key": "",
        "audience": "subscribers",
        "price_minor": 0,
        "currency": "USD",
        "performer_ids": (),
    }
    return AssetUploaded(**{**plain, **given})


def published(creator_id: str, title: str = "Studio light", **given: Any) -> AssetPublished:
    plain: dict[str, Any] = {
        "asset_id": new_id(),
        "creator_id": creator_id,
        "cluster": "velvet",
        "title": title,
        "caption": "Lights on. See you on Friday.",
        "kind": "video",
        "audience": "subscribers",
        "price_minor": 0,
        "currency": "USD",
        "tags": ("studio", "light"),
    }
    return AssetPublished(**{**plain, **given})


def remember(
    db: Any, creator_id: str, title: str = "Studio light", *, days_ago: int = 30, **figures: Any
) -> str:
    """Something published a while ago, with its figures. Returns the asset's id."""
    words = {
        name: figures.pop(name) for name in ("tags", "caption", "audience", "price_minor") if name in figures
    }
    fact = published(creator_id, title, **words)
    with clock.frozen(clock.now() - timedelta(days=days_ago)):
        service.remember_publication(fact)
    service.count_for_asset(
        fact.asset_id, creator_id=creator_id, cluster="velvet", **(figures or {"likes": 10})
    )
    db.expire_all()
    assert db.get(AssetHistory, fact.asset_id) is not None
    return fact.asset_id
