"""A small world: two brands, their creators and fans with logins, and items for sale, answered from memory."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, text

from fanzadmin.contracts.crm import Blocks, CreatorCard, FanCard, People
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.finance.ledger.models import JournalEntry, Posting
from fanzadmin.finance.payments.models import Payment, PaymentState
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session
from security.models import Cluster
from tests.town import Town as AnyTown
from tests.town import in_town

OK = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
CURRENCIES = {"velvet": "USD", "ember": "EUR"}


class Town(AnyTown):
    """With what finance sells: creators of two brands, fans, and items that have a price."""

    def add_creator(self, *, user_id: int | None = None, price: int = 999, **changes: Any) -> CreatorCard:
        return self.new_creator(login=False, user_id=user_id, subscription_minor=price, **changes)

    def add_fan(self, *, user_id: int | None = None, cluster: str = "velvet") -> FanCard:
        return self.new_fan("Tom", login=False, user_id=user_id, cluster=cluster)

    def add_asset(self, creator: CreatorCard, **changes: Any) -> AssetCard:
        return self.new_asset(creator, **({"audience": "ppv", "price_minor": 1499} | changes))


def add_brands() -> None:
    for key, currency in CURRENCIES.items():
        if session.get(Cluster, key) is None:
            session.add(Cluster(key=key, name=key.title(), currency=currency))
    session.flush()


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    """A town in a transaction that is rolled back. Its deferred checks are made at the end all the same."""
    with in_town(Town(db), People, Assets, Blocks) as town, acting(Context()):
        add_brands()
        yield town
        db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.fixture
def shared_town(fresh_db: Any) -> Iterator[Town]:
    """A town whose writes are real, for what threads do to each other."""
    from fanzadmin.kernel.db import transaction

    with in_town(Town(fresh_db), People, Assets) as town, acting(Context()):
        with transaction():
            add_brands()
        yield town


@pytest.fixture
def recorded(db: Any) -> Callable[[type[Fact]], list[dict[str, Any]]]:
    """The data of every fact of a class that was recorded, oldest first."""

    def of(cls: type[Fact]) -> list[dict[str, Any]]:
        db.flush()
        query = select(OutboxFact.data).where(OutboxFact.type == cls.type).order_by(OutboxFact.seq)
        return list(db.execute(query).scalars())

    return of


def paid_by(fan_id: str) -> int:
    """All that a fan paid and did not get back."""
    paid = select(func.sum(Payment.gross_minor)).filter_by(fan_id=fan_id, state=PaymentState.SETTLED)
    return int(session.execute(paid).scalar_one() or 0)


def postings(reference: str) -> dict[str, int]:
    """An entry's postings by account code."""
    from fanzadmin.finance.ledger.models import Account

    query = (
        select(Account.code, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(JournalEntry.reference == reference)
        .group_by(Account.code)
    )
    return {code: int(total) for code, total in session.execute(query)}
