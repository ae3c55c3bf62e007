"""Makers for MediaCore's tests. The other systems answer from these small books, so that a test says who paid what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.compliance import PerformerCard, Records
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.kernel import ports, storage
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets.models import Asset
from tests.media import clips

Chunks = Any


@dataclass
class Books:
    """Who there is, who is subscribed, who unlocked what."""

    known_creators: dict[str, CreatorCard] = field(default_factory=dict)
    known_fans: dict[str, FanCard] = field(default_factory=dict)
    performers: dict[str, tuple[PerformerCard, ...]] = field(default_factory=dict)
    subscribed: set[tuple[str, str]] = field(default_factory=set)
    unlocked: set[tuple[str, str]] = field(default_factory=set)

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.known_creators.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {one: self.known_creators[one] for one in creator_ids if one in self.known_creators}

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((c for c in self.known_creators.values() if c.user_id == user_id), None)

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return next((f for f in self.known_fans.values() if f.user_id == user_id), None)

    def performers_of(self, creator_id: str) -> tuple[PerformerCard, ...]:
        return self.performers.get(creator_id, ())

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(asset_id for asset_id in asset_ids if (fan_id, asset_id) in self.unlocked)

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]:
        return frozenset(creator_id for fan, creator_id in self.subscribed if fan == fan_id)

    def add_creator(self, user_id: int | None = None, **changes: Any) -> CreatorCard:
        known: dict[str, Any] = {
            "id": new_id(), "user_id": user_id, "handle": f"mia{len(self.known_creators)}", "name": "Mia Stone", "cluster": "nova",
            "cluster_name": "Nova", "currency": "USD", "subscription_minor": 999, "state": "active", "about": "",
        }  # fmt: skip
        card = CreatorCard(**known | changes)
        self.known_creators[card.id] = card
        return card

    def add_fan(self, user_id: int) -> FanCard:
        card = FanCard(id=new_id(), user_id=user_id, name="Finn", cluster="nova")
        self.known_fans[card.id] = card
        return card


@pytest.fixture
def books(app: Any, monkeypatch: pytest.MonkeyPatch) -> Books:
    made = Books()
    answers = ports._answers | {People: made, Records: made, Entitlements: made}
    monkeypatch.setattr(ports, "_answers", answers)
    return made


@pytest.fixture
def creator(books: Books, db: Any) -> CreatorCard:
    return books.add_creator()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.video(tmp_path_factory.mktemp("clip") / "clip.mp4", size="256x144", seconds=1, rate="10")


@pytest.fixture
def upload(creator: CreatorCard) -> Callable[..., Asset]:
    """upload(path_or_bytes, audience=…) → the stored asset."""

    def send(
        content: Path | bytes, *, by: CreatorCard | None = None, max_bytes: int = 10**9, **said: Any
    ) -> Asset:
        data = content.read_bytes() if isinstance(content, Path) else content
        told = {"title": "Sunset", "filename": "sunset.mp4", "content_type": "video/mp4"} | said
        received = service.receive_upload(
            by or creator, service.Upload(**told), chunks=iter([data]), max_bytes=max_bytes
        )
        end_of_request()
        return service.locked(received.asset_id)

    return send


@pytest.fixture
def clear() -> Callable[..., Asset]:
    """clear(asset) → FanzShield found nothing; the copy without metadata replaces the original."""

    def run(asset: Asset, kind: str = "video") -> Asset:
        key = f"clean/{asset.id}"
        if asset.source_key != key:
            get_storage().copy(asset.source_key, key)
        service.accept_clean_copy(asset.id, clean_key=key, content_type=asset.content_type, kind=kind)
        end_of_request()
        return service.locked(asset.id)

    return run


@pytest.fixture
def published(upload: Callable[..., Asset], clear: Callable[..., Asset], clip: Path) -> Callable[..., Asset]:
    """published(audience=…) → a clip that went all the way."""

    def run(content: Path | bytes | None = None, kind: str = "video", **said: Any) -> Asset:
        asset = clear(upload(content or clip, **said), kind)
        service.release(asset.id)
        return encode(asset)

    return run


@pytest.fixture
def facts(db: Any) -> Callable[[str], list[OutboxFact]]:
    """facts(asset_id) → what was announced about it, in order."""

    def told(asset_id: str) -> list[OutboxFact]:
        db.flush()
        query = select(OutboxFact).where(OutboxFact.subject == asset_id).order_by(OutboxFact.seq)
        return list(db.execute(query).scalars())

    return told


@pytest.fixture(autouse=True)
def own_storage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage of its own for each test that has the application."""
    if "app" in request.fixturenames:
        monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{tmp_path}/objects"))


def end_of_request() -> None:
    """Commit as the kernel does at the end of a request or delivery (into the test's own transaction)."""
    session().commit_transaction()


def encode(asset: Asset) -> Asset:
    """Run the encode as a worker does: in a transaction of its own."""
    end_of_request()
    service.encode(asset.id)
    end_of_request()
    return service.locked(asset.id)


def stored_keys() -> list[str]:
    return sorted(meta.key for meta in get_storage().list_objects(""))
