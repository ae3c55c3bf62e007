"""Makers for Compliance's tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fanzadmin.compliance import service
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.ids import new_id
from tests.conftest import make_user
from tests.town import Town, in_town

TODAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADULT = date(1999, 5, 4)
PNG = b"\x89PNG\r\n\x1a\n" + b"a legible copy"
DOCUMENT: dict[str, Any] = {
    "kind": "passport", "country": "DE", "number": "C01X00T47", "expires_on": date(2029, 1, 1), "copy": PNG,
}  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.frozen(TODAY), acting(Context()):
        yield


@pytest.fixture
def people(db: Any) -> Iterator[Town]:
    with in_town(Town(db), People) as town:
        yield town


@pytest.fixture
def mia(db: Any, people: Town) -> CreatorCard:
    """A creator with a login."""
    return people.new_creator("Mia Stone")


@pytest.fixture
def officer(db: Any) -> int:
    """The login of someone who decides about records."""
    return make_user(db, "Compliance")


@pytest.fixture
def verified(mia: CreatorCard, officer: int) -> Callable[..., str]:
    """verified(name, is_self=…) registers a performer of Mia's as Mia and verifies as the officer."""

    def make(stage_name: str = "Mia Stone", *, creator: CreatorCard = mia, **more: Any) -> str:
        with as_person(creator.user_id):
            performer_id = registered(creator, stage_name=stage_name, **more)
            service.add_document(performer_id, **DOCUMENT)
        with as_person(officer):
            service.verify_record(performer_id)
        return performer_id

    return make


def registered(creator: CreatorCard, **changes: Any) -> str:
    values: dict[str, Any] = {"stage_name": "Mia Stone", "legal_name": "Maria Steiner", "born_on": ADULT}
    return service.register_performer(creator.id, **(values | changes))


def uploaded(creator: CreatorCard, *performer_ids: str, by: int | None = None, **changes: Any) -> str:
    """An upload by the creator's own login (or `by`), heard by Compliance. Returns the asset's id."""
    said: dict[str, Any] = {"acts": ("nudity",), "produced_on": clock.now().date().isoformat()} | changes
    fact = AssetUploaded(
        cluster=creator.cluster, asset_id=new_id(), creator_id=creator.id, title="Sunset", filename="a.mp4",
        content_type="video/mp4", size=1, sha256="0" * 64, source_key="x", audience="public", price_minor=0,
        currency="USD", performer_ids=performer_ids, **said,
    )  # fmt: skip
    with as_person(creator.user_id if by is None else by):
        service.review_upload(fact)
    return fact.asset_id


@contextmanager
def as_person(user_id: int | None) -> Iterator[None]:
    with acting(Context(actor_id=user_id, actor=f"person {user_id}")):
        yield


@contextmanager
def later(**delta: float) -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(**delta)):
        yield


def recorded(db: Any, subject: str) -> list[str]:
    """The names of the facts recorded about a subject, oldest first."""
    query = db.query(OutboxFact).filter(OutboxFact.subject == subject).order_by(OutboxFact.seq)
    return [fact.type for fact in query]
