"""A small world: two brands, their creators and fans with logins, and items for sale, told by answers in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import func, select, text

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.finance.ledger.models import JournalEntry, Posting
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, enter
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import _answers, provide
from security.models import Cluster

OK = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
CURRENCIES = {"velvet": "USD", "ember": "EUR"}


@dataclass
class Town:
    """Answers for People and Assets, filled by its makers."""

    creators_by_id: dict[str, CreatorCard] = field(default_factory=dict)
    fans_by_id: dict[str, FanCard] = field(default_factory=dict)
    assets: dict[str, AssetCard] = field(default_factory=dict)

    def add_creator(
        self, *, user_id: int | None = None, cluster: str = "velvet", price: int = 999, state: str = "active"
    ) -> CreatorCard:
        card = CreatorCard(
            new_id(), user_id, "mia", "Mia", cluster, cluster.title(), CURRENCIES[cluster], price, state, ""
        )
        self.creators_by_id[card.id] = card
        return card

    def add_fan(self, *, user_id: int | None = None, cluster: str = "velvet") -> FanCard:
        card = FanCard(new_id(), user_id, "Tom", cluster)
        self.fans_by_id[card.id] = card
        return card

    def add_asset(self, creator: CreatorCard, **changes: Any) -> AssetCard:
        card = AssetCard(
            id=new_id(),
            creator_id=creator.id,
            cluster=creator.cluster,
            title="Sunset",
            caption="",
            kind="video",
            state="published",
            audience="ppv",
            price_minor=1499,
            currency=creator.currency,
            duration_ms=1000,
            tags=(),
            poster_url="",
            thumbhash="",
            published_at=None,
        )
        self.assets[card.id] = replace(card, **changes)
        return self.assets[card.id]

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.creators_by_id.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {key: self.creators_by_id[key] for key in creator_ids if key in self.creators_by_id}

    def creator_by_handle(self, handle: str) -> CreatorCard | None:
        return next((card for card in self.creators_by_id.values() if card.handle == handle), None)

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.creators_by_id.values() if card.user_id == user_id), None)

    def fan(self, fan_id: str) -> FanCard | None:
        return self.fans_by_id.get(fan_id)

    def fans(self, fan_ids: tuple[str, ...]) -> dict[str, FanCard]:
        return {key: self.fans_by_id[key] for key in fan_ids if key in self.fans_by_id}

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return next((card for card in self.fans_by_id.values() if card.user_id == user_id), None)

    def card(self, asset_id: str) -> AssetCard | None:
        return self.assets.get(asset_id)

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        return {key: self.assets[key] for key in asset_ids if key in self.assets}


@contextmanager
def answering() -> Iterator[Town]:
    made, before = Town(), dict(_answers)
    provide(People, made)
    provide(Assets, made)
    enter(Context())
    try:
        yield made
    finally:
        _answers.update(before)


def add_brands() -> None:
    for key, currency in CURRENCIES.items():
        if session.get(Cluster, key) is None:
            session.add(Cluster(key=key, name=key.title(), currency=currency))
    session.flush()


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    """A town in a transaction that is rolled back. Its deferred checks are made at the end all the same."""
    with answering() as made:
        add_brands()
        yield made
        db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.fixture
def shared_town(fresh_db: Any) -> Iterator[Town]:
    """A town whose writes are real, for what threads do to each other."""
    from fanzadmin.kernel.db import transaction

    with answering() as made:
        with transaction():
            add_brands()
        yield made


@pytest.fixture
def told(db: Any) -> Callable[[type[Fact]], list[dict[str, Any]]]:
    """The data of every fact of a class that was recorded, oldest first."""

    def of(cls: type[Fact]) -> list[dict[str, Any]]:
        db.flush()
        query = select(OutboxFact.data).where(OutboxFact.type == cls.type).order_by(OutboxFact.seq)
        return list(db.execute(query).scalars())

    return of


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
