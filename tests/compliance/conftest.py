"""Makers for Compliance's tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from fanzadmin.kernel.ports import _answers, provide
from tests.conftest import make_user

TODAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADULT = date(1999, 5, 4)
PNG = b"\x89PNG\r\n\x1a\n" + b"a legible copy"
DOCUMENT: dict[str, Any] = {
    "kind": "passport", "country": "DE", "number": "C01X00T47", "expires_on": date(2029, 1, 1), "copy": PNG,
}  # fmt: skip


@dataclass
class Neighbours:
    """CreatorCRM's answers in these tests: the creators that a test made known."""

    known_creators: dict[str, CreatorCard] = field(default_factory=dict)

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.known_creators.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {one: self.known_creators[one] for one in creator_ids if one in self.known_creators}

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.known_creators.values() if card.user_id == user_id), None)

    def know(self, user_id: int | None = None, *, cluster: str = "velvet") -> CreatorCard:
        card = CreatorCard(new_id(), user_id, "mia", "Mia Stone", cluster, "Velvet", "USD", 999, "active", "")
        self.known_creators[card.id] = card
        return card


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.frozen(TODAY), acting(Context()):
        yield


@pytest.fixture
def people(db: Any) -> Iterator[Neighbours]:
    before = _answers.get(People)
    made = Neighbours()
    provide(People, made)
    yield made
    provide(People, before)


@pytest.fixture
def mia(db: Any, people: Neighbours) -> CreatorCard:
    """A creator with a login."""
    return people.know(make_user(db, "Creator"))


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


def uploaded(creator: CreatorCard, *performer_ids: str, by: int | None = None) -> str:
    """An upload by the creator's own login (or `by`), heard by Compliance. Returns the asset's id."""
    fact = AssetUploaded(
        cluster=creator.cluster, asset_id=new_id(), creator_id=creator.id, title="Sunset", filename="a.mp4",
        content_type="video/mp4", size=1, sha256="0" * 64, source_key="x", audience="public", price_minor=0,
        currency="USD", performer_ids=performer_ids,
    )  # fmt: skip
    with as_person(creator.user_id if by is None else by):
        service.take_up(fact)
    return fact.asset_id


@contextmanager
def as_person(user_id: int | None) -> Iterator[None]:
    with acting(Context(actor_id=user_id, actor=f"person {user_id}")):
        yield


@contextmanager
def later(**delta: float) -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(**delta)):
        yield


def told(db: Any, subject: str) -> list[str]:
    """The names of the facts recorded about a subject, oldest first."""
    query = db.query(OutboxFact).filter(OutboxFact.subject == subject).order_by(OutboxFact.seq)
    return [fact.type for fact in query]
