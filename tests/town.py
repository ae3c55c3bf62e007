"""A small town for tests of systems that ask others: people, subscriptions and assets, answered from memory.

It stands for the *other* systems' answers only; the system under test keeps its own tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fanzadmin.console.rendering import references
from fanzadmin.console.rendering.references import Names
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Access, AssetCard, Assets, Opening, Remedy, Viewer, remedy_for
from fanzadmin.kernel import clock, ports
from fanzadmin.kernel.ids import new_id
from security.identity import Me
from tests.conftest import make_user


@dataclass
class Town:
    """Answers the questions of contracts/crm.py, finance.py (entitlements) and media.py."""

    session: Any
    creator_cards: dict[str, CreatorCard] = field(default_factory=dict)
    fan_cards: dict[str, FanCard] = field(default_factory=dict)
    asset_cards: dict[str, AssetCard] = field(default_factory=dict)
    subscriptions: set[tuple[str, str]] = field(default_factory=set)
    unlocks: set[tuple[str, str]] = field(default_factory=set)

    def new_creator(self, name: str = "Mia", *, cluster: str = "velvet") -> CreatorCard:
        card = CreatorCard(
            id=new_id(),
            user_id=make_user(self.session, "Creator"),
            handle=name.lower(),
            name=name,
            cluster=cluster,
            cluster_name=cluster.title(),
            currency="USD",
            subscription_minor=999,
            state="active",
            about="",
        )
        self.creator_cards[card.id] = card
        return card

    def new_fan(self, name: str = "Ben", *, of: CreatorCard | None = None, login: bool = True) -> FanCard:
        user_id = make_user(self.session, "Fan") if login else None
        card = FanCard(id=new_id(), user_id=user_id, name=name, cluster="velvet")
        self.fan_cards[card.id] = card
        if of is not None:
            self.subscriptions.add((card.id, of.id))
        return card

    def new_asset(self, creator: CreatorCard, **changes: Any) -> AssetCard:
        card = AssetCard(
            id=new_id(),
            creator_id=creator.id,
            cluster=creator.cluster,
            title="Sunset",
            caption="The sea at nine.",
            kind="video",
            state="published",
            audience="public",
            price_minor=0,
            currency=creator.currency,
            duration_ms=30_000,
            tags=("sea",),
            poster_url="/media/signed/poster.webp",
            thumbhash="1QcSHQRnh493V4dIh4eXh1h4kJUI",
            published_at=clock.now().isoformat(),
        )
        self.asset_cards[card.id] = replace(card, **changes)
        return self.asset_cards[card.id]

    def suspend(self, creator: CreatorCard) -> None:
        self.creator_cards[creator.id] = replace(creator, state="suspended")

    def withdraw(self, asset: AssetCard) -> None:
        self.asset_cards[asset.id] = replace(asset, state="withdrawn", published_at=None)

    def me(self, card: CreatorCard | FanCard) -> Me:
        """The signed-in person behind a card."""
        assert card.user_id is not None
        role = "Creator" if isinstance(card, CreatorCard) else "Fan"
        return Me(card.user_id, card.name.lower(), card.name, frozenset({role}), None)

    # People
    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.creator_cards.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {key: self.creator_cards[key] for key in creator_ids if key in self.creator_cards}

    def creator_by_handle(self, handle: str) -> CreatorCard | None:
        return next((card for card in self.creator_cards.values() if card.handle == handle), None)

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.creator_cards.values() if card.user_id == user_id), None)

    def fan(self, fan_id: str) -> FanCard | None:
        return self.fan_cards.get(fan_id)

    def fans(self, fan_ids: tuple[str, ...]) -> dict[str, FanCard]:
        return {key: self.fan_cards[key] for key in fan_ids if key in self.fan_cards}

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return next((card for card in self.fan_cards.values() if card.user_id == user_id), None)

    # Entitlements
    def is_subscribed(self, fan_id: str, creator_id: str) -> bool:
        return (fan_id, creator_id) in self.subscriptions

    def has_unlocked(self, fan_id: str, asset_id: str) -> bool:
        return (fan_id, asset_id) in self.unlocks

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(asset_id for asset_id in asset_ids if (fan_id, asset_id) in self.unlocks)

    def subscriber_ids(self, creator_id: str) -> tuple[str, ...]:
        return tuple(fan_id for fan_id, creator in sorted(self.subscriptions) if creator == creator_id)

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]:
        return frozenset(creator_id for fan, creator_id in self.subscriptions if fan == fan_id)

    # Assets
    def card(self, asset_id: str) -> AssetCard | None:
        return self.asset_cards.get(asset_id)

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        return {key: self.asset_cards[key] for key in asset_ids if key in self.asset_cards}

    # Access
    def openings(self, viewer: Viewer, asset_ids: tuple[str, ...]) -> dict[str, Opening]:
        return {
            key: Opening(card, self._remedy(viewer, card))
            for key, card in self.cards(asset_ids).items()
            if card.published_at is not None
        }

    def _remedy(self, viewer: Viewer, card: AssetCard) -> Remedy:
        return remedy_for(
            card.audience,
            is_owner=viewer.owns(card.creator_id, card.cluster),
            is_subscribed=(viewer.fan_id, card.creator_id) in self.subscriptions,
            has_unlocked=(viewer.fan_id, card.id) in self.unlocks,
        )


@dataclass
class Hints:
    """What was sent live: (event, data, room, namespace), in order."""

    sent: list[tuple[str, dict[str, Any], str, str]] = field(default_factory=list)

    def emit(self, event: str, data: Any, namespace: str, room: str) -> None:
        self.sent.append((event, data, room, namespace))

    def to(self, user_id: int | None, event: str) -> list[dict[str, Any]]:
        """The payloads of one kind of event that one person got."""
        return [data for name, data, room, _ in self.sent if name == event and room == f"user:{user_id}"]


@contextmanager
def in_town(session: Any) -> Iterator[Town]:
    """A town that answers everybody's questions inside the block."""
    town, before = Town(session), dict(ports._answers)
    for protocol in (People, Entitlements, Assets, Access):
        ports.provide(protocol, town)
    try:
        with _named_by(town):
            yield town
    finally:
        ports._answers.clear()
        ports._answers.update(before)


@contextmanager
def _named_by(town: Town) -> Iterator[None]:
    """The consoles call creators, fans and assets as the town does."""
    cards: dict[str, dict[str, Any]] = {"creator": town.creator_cards, "fan": town.fan_cards}
    names: dict[str, Names] = {
        noun: lambda ids, cards=cards[noun]: {key: cards[key].name for key in ids if key in cards}
        for noun in cards
    }
    names["asset"] = lambda ids: {key: card.title for key, card in town.cards(ids).items()}
    before = dict(references._nouns)
    references._nouns.update({noun: (before[noun][0], names[noun]) for noun in names if noun in before})
    try:
        yield
    finally:
        references._nouns.update(before)


@contextmanager
def listening() -> Iterator[Hints]:
    """What is sent live inside the block is kept instead."""
    from fanzadmin.kernel.web import realtime

    hints, before = Hints(), realtime._emitter
    realtime._use(hints)
    try:
        yield hints
    finally:
        realtime._emitter = before
