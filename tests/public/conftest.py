"""Makers for the public pages' tests: creators, fans and assets as the systems would answer, from one small book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fanzadmin.biolink import service as biolink
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from fanzadmin.media.assets.models import Asset, Encode, Records, Scan
from tests.town import Town, in_town

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HASH = "1QcSHQRnh493V4dIh4eXh1h4kJUI"


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    with in_town(Town(db), People, Entitlements) as town:
        yield town


@pytest.fixture
def mia(town: Town) -> CreatorCard:
    """A creator with a page."""
    card = town.new_creator("Mia Stone 0", login=False, handle="mia0", about="Hello there")
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
        client.card = town.new_fan("Finn", user_id=client.user_id, cluster=cluster)  # type: ignore[attr-defined]
        db().commit_transaction()
        return client

    return make


def with_agent(client: FlaskClient, agent: str) -> FlaskClient:
    client.environ_base["HTTP_USER_AGENT"] = agent
    return client
