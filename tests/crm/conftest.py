"""Makers of creators and fans, and facts as the bus hands them over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.compliance import Records
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.facts import handlers
from fanzadmin.kernel.context import Context, enter
from fanzadmin.kernel.ports import ask, provide
from security.models import Cluster
from tests.town import FakeRecords


@pytest.fixture
def records() -> Iterator[FakeRecords]:
    """Everybody's identity record is verified, but those of `unverified`."""
    answer, real = FakeRecords(), ask(Records)
    provide(Records, answer)
    yield answer
    provide(Records, real)


@pytest.fixture
def brands(db: Any, records: FakeRecords) -> None:
    """Two clusters: velvet in dollars, ember in euro; nobody at hand yet."""
    enter(Context())
    for key, currency in (("velvet", "USD"), ("ember", "EUR")):
        if db.get(Cluster, key) is None:
            db.add(Cluster(key=key, name=key.capitalize(), currency=currency))
    db.flush()


@pytest.fixture
def applicant(db: Any, brands: None) -> str:
    """Somebody who applied to velvet with everything but a login."""
    return service.apply_creator(
        "ada.fox",
        cluster="velvet",
        name="Ada Fox",
        legal_name="Adelaide Foxworth",
        email="ada@example.test",
        subscription_minor=999,
    )


@pytest.fixture
def creator(db: Any, applicant: str, login: Callable[..., Any]) -> Creator:
    """An active creator of velvet who can sign in."""
    result: Creator = db.get(Creator, applicant)
    result.user_id = login("Creator").user_id
    db.flush()
    service.onboard_creator(applicant)
    return result


@pytest.fixture
def fan(db: Any, brands: None) -> Fan:
    """A fan of velvet."""
    result: Fan = db.get(Fan, service.register_fan("Tom N.", cluster="velvet", email="tom@example.test"))
    return result


@pytest.fixture
def hear(db: Any) -> Callable[[Fact], None]:
    """`hear(fact)`: what CreatorCRM does when it hears it."""

    def deliver(fact: Fact) -> None:
        for handler in handlers("crm", fact.type):
            handler(fact)
        db.flush()

    return deliver


def recorded(db: Any, fact_class: type[Fact]) -> list[dict[str, object]]:
    """The data of the facts of a class that were recorded."""
    from fanzadmin.kernel.bus.outbox import OutboxFact

    db.flush()
    rows = db.execute(
        select(OutboxFact.data).where(OutboxFact.type == fact_class.type).order_by(OutboxFact.id)
    )
    return list(rows.scalars())
