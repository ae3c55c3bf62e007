"""Makers for BioLinkHub's tests. CreatorCRM answers from a small book, so that a test says who there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink import service
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.kernel import ports
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.ids import new_id

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@dataclass
class Book:
    """Who CreatorCRM knows."""

    known_creators: dict[str, CreatorCard] = field(default_factory=dict)

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.known_creators.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {one: self.known_creators[one] for one in creator_ids if one in self.known_creators}

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.known_creators.values() if card.user_id == user_id), None)

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return None

    def add(self, user_id: int | None = None, **changes: Any) -> CreatorCard:
        number = len(self.known_creators)
        known: dict[str, Any] = {
            "id": new_id(), "user_id": user_id, "handle": f"mia{number}", "name": f"Mia Stone {number}", "cluster": "velvet",
            "cluster_name": "Velvet", "currency": "USD", "subscription_minor": 999, "state": "active", "about": "Hello",
        }  # fmt: skip
        card = CreatorCard(**known | changes)
        self.known_creators[card.id] = card
        return card


@pytest.fixture
def people(app: Any, monkeypatch: pytest.MonkeyPatch) -> Book:
    book = Book()
    monkeypatch.setattr(ports, "_answers", ports._answers | {People: book})
    return book


@pytest.fixture
def creator(people: Book, db: Any) -> CreatorCard:
    return people.add()


@pytest.fixture
def signed_in(
    people: Book, db: Any, login: Callable[..., FlaskClient]
) -> Callable[[], tuple[FlaskClient, CreatorCard]]:
    """A client of a creator with a page, and the creator."""

    def make() -> tuple[FlaskClient, CreatorCard]:
        client = login("Creator")
        card = people.add(client.user_id)  # type: ignore[attr-defined]
        service.open_page(card.id)
        db().commit_transaction()  # a refused request rolls back what was not ended before it
        return client, card

    return make


@pytest.fixture
def told(db: Any) -> Callable[[str], list[dict[str, Any]]]:
    """The data of the facts of one type, oldest first."""

    def facts(name: str) -> list[dict[str, Any]]:
        db.flush()
        query = select(OutboxFact.data).where(OutboxFact.type == name).order_by(OutboxFact.seq)
        return list(db.execute(query).scalars())

    return facts


@pytest.fixture
def visit() -> Callable[..., service.Visit]:
    """A visit of a person on a phone, unless said otherwise."""

    def make(address: str = "203.0.113.7", method: str = "GET", **headers: str) -> service.Visit:
        known = {"User-Agent": IPHONE} | {name.replace("_", "-"): value for name, value in headers.items()}
        return service.visit_of(known.get, address=address, method=method)

    return make
