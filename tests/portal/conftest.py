"""Makers for the portal's tests: creators and fans who are really there, with their content, money and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.biolink import service as biolink
from fanzadmin.compliance import service as compliance
from fanzadmin.compliance.queries import RecordAnswers
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.crm import service as crm
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.finance import service as finance
from fanzadmin.gpt.models import Suggestion
from fanzadmin.kernel import storage
from fanzadmin.kernel.context import Context, enter
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.media import service as media
from security.models import Cluster

CARD = "sandbox_ok"


def end_of_request() -> None:
    """Commit as the kernel does at the end of a request (into the test's own transaction), so that what was made
    outlives a refused request."""
    session().commit_transaction()


@dataclass(frozen=True)
class Person:
    """A creator and the browser she is signed in with."""

    card: CreatorCard
    browser: FlaskClient

    @property
    def id(self) -> str:
        return self.card.id

    def get(self, path: str, **options: Any) -> Any:
        return self.browser.get(f"/portal{path}", **options)

    def post(self, path: str, **options: Any) -> Any:
        return self.browser.post(f"/portal{path}", **options)


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{tmp_path}/objects"))


@pytest.fixture
def join(db: Any, login: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Person]:
    """join("mia") → an active creator of velvet with a page, signed in. Compliance knew her before."""
    monkeypatch.setattr(RecordAnswers, "has_verified_self", lambda _self, _creator_id: True)

    def make(handle: str) -> Person:
        enter(Context())
        if db.get(Cluster, "velvet") is None:
            db.add(Cluster(key="velvet", name="Velvet", currency="USD"))
            db.flush()
        creator_id = crm.apply_creator(
            handle,
            cluster="velvet",
            name=f"{handle.title()} Stone",
            legal_name=f"{handle.title()} Stonefield",
            email=f"{handle}@example.test",
            subscription_minor=999,
        )
        browser = login("Creator")
        db.get(Creator, creator_id).user_id = browser.user_id
        db.flush()
        crm.onboard_creator(creator_id)
        biolink.open_page(creator_id)
        db.flush()
        end_of_request()
        card = ask(People).creator(creator_id)
        assert card is not None
        return Person(card, browser)

    return make


@pytest.fixture
def mia(join: Callable[..., Person]) -> Person:
    return join("mia.test")


@pytest.fixture
def zoe(join: Callable[..., Person]) -> Person:
    """The neighbour."""
    return join("zoe.test")


@pytest.fixture
def new_fan(db: Any, login: Callable[..., Any]) -> Callable[[str], FanCard]:
    def make(name: str = "Tom N.") -> FanCard:
        fan_id = crm.register_fan(name, cluster="velvet", email=f"{new_id()}@example.test")
        db.get(Fan, fan_id).user_id = login("Fan").user_id
        db.flush()
        card = ask(People).fan(fan_id)
        assert card is not None
        return card

    return make


@pytest.fixture
def subscriber(new_fan: Callable[[str], FanCard], db: Any) -> Callable[..., FanCard]:
    """subscriber(mia) → a fan who paid for a month."""

    def make(of: Person, name: str = "Tom N.") -> FanCard:
        fan = new_fan(name)
        finance.subscribe(fan.id, of.id, payment_token=CARD)
        end_of_request()
        return fan

    return make


@pytest.fixture
def upload(db: Any) -> Callable[..., str]:
    """upload(mia, "Sunset") → the id of what she just uploaded, with its review opened by Compliance."""

    def make(by: Person, title: str = "Sunset", **said: Any) -> str:
        end_of_request()
        events: dict[str, Any] = {
            "title": title, "filename": "sunset.mp4", "content_type": "video/mp4", "acts": ("nudity",), "produced_on": date(2026, 1, 2),
        }  # fmt: skip
        events |= said
        received = media.receive_upload(
            by.card,
            media.Upload(**events),
            chunks=iter([b"bytes"]),
            max_bytes=1000,
            uploader_user_id=by.card.user_id,
        )
        asset = media.lock_asset(received.asset_id)
        compliance.review_upload(
            AssetUploaded(
                asset_id=asset.id,
                cluster=asset.cluster,
                creator_id=by.id,
                title=title,
                filename=asset.filename,
                content_type=asset.content_type,
                size=asset.size,
                sha256=asset.sha256,
                source_key=asset.source_key,
                audience=asset.audience,
                price_minor=asset.price_minor,
                currency=asset.currency,
                performer_ids=tuple(asset.performer_ids),
                acts=events["acts"],
                produced_on=events["produced_on"].isoformat(),
            )
        )
        end_of_request()
        return str(asset.id)

    return make


@pytest.fixture
def suggested(db: Any) -> Callable[..., str]:
    """suggested(mia, asset_id) → the id of a caption that FanzGPT offers."""

    def make(to: Person, asset_id: str, **changes: Any) -> str:
        values: dict[str, Any] = {
            "id": new_id(),
            "asset_id": asset_id,
            "creator_id": to.id,
            "cluster": to.card.cluster,
            "title": "Sunset",
            "kind": "caption",
            "value": "The sea at nine.",
            "reason": "Captions of four words did best.",
            "score": 0.7,
            "evidence": {"own_posts": 8, "mean_minor": 1499, "hours": {"19": 1.3}, "alike": ["Sea", "Sand"]},
            "state": "offered",
            "model": "history-1",
            "cost_minor": 0,
        }
        row = Suggestion(**values | changes)
        db.add(row)
        end_of_request()
        return str(row.id)

    return make
