"""Makers for MediaCore's tests. The town answers for the other systems, so that a test says who paid what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.compliance import Records
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.kernel import storage
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.db import session
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets.models import Asset
from tests.chat.conftest import count_statements
from tests.media import clips
from tests.town import Town, in_town

__all__ = ["count_statements"]

Chunks = Any


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    """MediaCore answers for its assets itself."""
    with in_town(Town(db), People, Records, Entitlements) as town:
        yield town


@pytest.fixture
def creator(town: Town) -> CreatorCard:
    return town.new_creator("Mia Stone", cluster="nova", login=False)


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
        events = {"title": "Sunset", "filename": "sunset.mp4", "content_type": "video/mp4"} | said
        received = service.receive_upload(
            by or creator, service.Upload(**events), chunks=iter([data]), max_bytes=max_bytes
        )
        end_of_request()
        return service.lock_asset(received.asset_id)

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
        return service.lock_asset(asset.id)

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

    def of(asset_id: str) -> list[OutboxFact]:
        db.flush()
        query = select(OutboxFact).where(OutboxFact.subject == asset_id).order_by(OutboxFact.seq)
        return list(db.execute(query).scalars())

    return of


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
    return service.lock_asset(asset.id)


def stored_keys() -> list[str]:
    return sorted(meta.key for meta in get_storage().list_objects(""))
