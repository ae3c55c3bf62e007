"""Makers for BioLinkHub's tests. The town answers for CreatorCRM, so that a test says who there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink import service
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.kernel.bus.outbox import OutboxFact
from tests.town import Town, in_town

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def people(db: Any) -> Iterator[Town]:
    with in_town(Town(db), People) as town:
        yield town


@pytest.fixture
def creator(people: Town) -> CreatorCard:
    return people.new_creator("Mia Stone 0", login=False, handle="mia0", about="Hello")


@pytest.fixture
def signed_in(
    people: Town, db: Any, login: Callable[..., FlaskClient]
) -> Callable[[], tuple[FlaskClient, CreatorCard]]:
    """A client of a creator with a page, and the creator."""

    def make() -> tuple[FlaskClient, CreatorCard]:
        client = login("Creator")
        card = people.new_creator(user_id=client.user_id)  # type: ignore[attr-defined]
        service.open_page(card.id)
        db().commit_transaction()  # a refused request rolls back what was not ended before it
        return client, card

    return make


@pytest.fixture
def recorded(db: Any) -> Callable[[str], list[dict[str, Any]]]:
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
        values = {"User-Agent": IPHONE} | {name.replace("_", "-"): value for name, value in headers.items()}
        return service.visit_of(values.get, address=address, method=method)

    return make
