"""Makers for FanzShield's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import get_storage
from fanzadmin.shield import service
from fanzadmin.shield.inspection.measures import Caps
from fanzadmin.shield.inspection.service import Finding, inspect_file
from fanzadmin.shield.parsing.reasons import Reason
from tests.town import Town, in_town

Inspect = Callable[..., Finding]


@pytest.fixture(scope="session")
def inspect(tmp_path_factory: pytest.TempPathFactory) -> Inspect:
    """inspect(content, filename=…) → Finding; the clean copy lies beside as `inspect.clean`."""
    folder = tmp_path_factory.mktemp("inspected")

    def run(
        content: bytes,
        *,
        filename: str = "",
        declared_type: str = "",
        caps: Caps | None = None,
        listed: Callable[[str], Reason | None] = lambda _: None,
    ) -> Finding:
        path = folder / "upload"
        path.write_bytes(content)
        return inspect_file(
            path, clean_copy=clean, filename=filename, declared_type=declared_type, caps=caps, listed=listed
        )

    clean: Path = folder / "clean"
    run.clean = clean  # type: ignore[attr-defined]
    return run


@pytest.fixture
def people(db: Any) -> Iterator[Town]:
    with in_town(Town(db), People) as town:
        yield town


@pytest.fixture
def upload(people: Town) -> Callable[..., AssetUploaded]:
    """upload(content, creator=…) stores a file as MediaCore does and returns the fact."""

    def make(
        content: bytes, *, creator: CreatorCard | None = None, filename: str = "", **more: Any
    ) -> AssetUploaded:
        card = creator or people.new_creator("Mia Stone", login=False)
        asset_id = new_id()
        stored = get_storage().put(f"uploads/{card.cluster}/{asset_id}/source", content)
        values = {
            "cluster": card.cluster, "asset_id": asset_id, "creator_id": card.id, "title": "Sunset", "filename": filename,
            "content_type": "", "size": stored.size, "sha256": stored.sha256, "source_key": stored.key,
            "audience": "public", "price_minor": 0, "currency": "USD", "performer_ids": (),
        } | more  # fmt: skip
        return AssetUploaded(**values)

    return make


@pytest.fixture
def scanned(db: Any, upload: Callable[..., AssetUploaded]) -> Callable[..., AssetUploaded]:
    """scanned(content) uploads and scans, as the worker does."""

    def make(content: bytes, **more: Any) -> AssetUploaded:
        fact = upload(content, **more)
        service.ask_for_scan(fact)
        db().commit_transaction()
        service.scan_asset(fact.asset_id)
        db().commit_transaction()
        return fact

    return make


def recorded(db: Any, subject: str, name: str = "") -> list[dict[str, object]]:
    """The facts recorded about a subject, oldest first."""
    query = db.query(OutboxFact).filter(OutboxFact.subject == subject).order_by(OutboxFact.seq)
    return [fact.data for fact in query if not name or fact.type == name]
