"""Makers for the public pages' tests: creators, fans and assets as the systems would answer, from one small book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fanzadmin.biolink import service as biolink
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.kernel import clock, ports
from fanzadmin.kernel.ids import new_id
from fanzadmin.media.assets.models import Asset, Encode, Records, Scan

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HASH = "1QcSHQRnh493V4dIh4eXh1h4kJUI"


@dataclass
class Town:
    """Who there is, and who paid for what."""

    creators: dict[str, CreatorCard] = field(default_factory=dict)
    known_fans: dict[str, FanCard] = field(default_factory=dict)
    subscribed: set[tuple[str, str]] = field(default_factory=set)
    unlocked: set[tuple[str, str]] = field(default_factory=set)

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.creators.get(creator_id)

    def fans_by_user(self) -> dict[int | None, FanCard]:
        return {fan.user_id: fan for fan in self.known_fans.values()}

    def creators_by_id(self, ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {key: self.creators[key] for key in ids if key in self.creators}

    def add_creator(self, user_id: int | None = None, **changes: Any) -> CreatorCard:
        number = len(self.creators)
        known: dict[str, Any] = {
            "id": new_id(), "user_id": user_id, "handle": f"mia{number}", "name": f"Mia Stone {number}", "cluster": "velvet",
            "cluster_name": "Velvet", "currency": "USD", "subscription_minor": 999, "state": "active", "about": "Hello there",
        }  # fmt: skip
        card = CreatorCard(**known | changes)
        self.creators[card.id] = card
        return card

    def add_fan(self, user_id: int, cluster: str = "velvet") -> FanCard:
        card = FanCard(id=new_id(), user_id=user_id, name="Finn", cluster=cluster)
        self.known_fans[card.id] = card
        return card


class TownPeople:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.creator = town.creator
        self.creators = town.creators_by_id

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.town.creators.values() if card.user_id == user_id), None)

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return self.town.fans_by_user().get(user_id)

    def fan(self, fan_id: str) -> FanCard | None:
        return self.town.known_fans.get(fan_id)

    def fans(self, ids: tuple[str, ...]) -> dict[str, FanCard]:
        return {key: self.town.known_fans[key] for key in ids if key in self.town.known_fans}


class TownEntitlements:
    def __init__(self, town: Town) -> None:
        self.town = town

    def is_subscribed(self, fan_id: str, creator_id: str) -> bool:
        return (fan_id, creator_id) in self.town.subscribed

    def has_unlocked(self, fan_id: str, asset_id: str) -> bool:
        return (fan_id, asset_id) in self.town.unlocked

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(one for one in asset_ids if (fan_id, one) in self.town.unlocked)

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]:
        return frozenset(creator for fan, creator in self.town.subscribed if fan == fan_id)


@pytest.fixture
def town(app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch) -> Town:
    made = Town()
    answers = {People: TownPeople(made), Entitlements: TownEntitlements(made)}
    monkeypatch.setattr(ports, "_answers", ports._answers | answers)
    return made


@pytest.fixture
def mia(town: Town) -> CreatorCard:
    """A creator with a page."""
    card = town.add_creator()
    biolink.open_page(card.id)
    return card


@pytest.fixture
def publish(db: Any, town: Town) -> Callable[..., str]:
    """An asset that is published and stands on its creator's page. Returns its id."""

    def make(creator: CreatorCard, title: str = "Sunset", **changes: Any) -> str:
        values: dict[str, Any] = {
            "id": new_id(), "creator_id": creator.id, "cluster": creator.cluster, "title": title, "kind": "video",
            "filename": "clip.mp4", "content_type": "video/mp4", "size": 1, "sha256": "0" * 64, "source_key": "x",
            "audience": "public", "price_minor": 0, "currency": creator.currency, "scan_state": Scan.CLEARED,
            "records_state": Records.RELEASED, "encode_state": Encode.DONE, "thumbhash": HASH,
            "duration_ms": 62_000, "width": 1280, "published_at": clock.now(), "created_at": clock.now(),
        }  # fmt: skip
        asset = Asset(**values | changes)
        db.add(asset)
        db.flush()
        biolink.list_item(asset.id, creator_id=creator.id, title=title)
        db().commit_transaction()  # a refused request rolls back what was not ended before it
        return asset.id

    return make


@pytest.fixture
def visitor(app: Flask, town: Town) -> FlaskClient:
    """Somebody on a phone who has not signed in."""
    return with_agent(app.test_client(), PHONE)


@pytest.fixture
def adult(visitor: FlaskClient) -> FlaskClient:
    """A visitor who answered the 18+ question."""
    visitor.post("/age", data={"next": "/"})
    return visitor


@pytest.fixture
def fan(town: Town, db: Any, login: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """A signed-in fan; `.card` is who that is."""

    def make(cluster: str = "velvet") -> FlaskClient:
        client = with_agent(login("Fan"), PHONE)
        client.card = town.add_fan(client.user_id, cluster)  # type: ignore[attr-defined]
        db().commit_transaction()
        return client

    return make


def with_agent(client: FlaskClient, agent: str) -> FlaskClient:
    client.environ_base["HTTP_USER_AGENT"] = agent
    return client
