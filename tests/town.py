"""A small town: the fake of every question that one system asks another, answered from memory.

It stands for the *other* systems' answers only; the system under test keeps its own tables and, where it answers a
question itself, its own answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from fanzadmin.console.rendering import references
from fanzadmin.console.rendering.references import Names
from fanzadmin.contracts.compliance import PerformerCard, Records
from fanzadmin.contracts.crm import Blocks, CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Access, AssetCard, Assets, Opening, Remedy, Viewer, remedy_for
from fanzadmin.kernel import clock, ports
from fanzadmin.kernel.ids import new_id
from security.identity import Me
from tests.conftest import make_user

CURRENCIES = {"ember": "EUR"}


@dataclass
class FakePeople(People):
    """Who is a creator, who a fan."""

    creator_cards: dict[str, CreatorCard] = field(default_factory=dict)
    fan_cards: dict[str, FanCard] = field(default_factory=dict)

    def creator(self, creator_id: str) -> CreatorCard | None:
        return self.creator_cards.get(creator_id)

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]:
        return {key: self.creator_cards[key] for key in creator_ids if key in self.creator_cards}

    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return next((card for card in self.creator_cards.values() if card.user_id == user_id), None)

    def active_among(self, creator_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(key for key, card in self.creators(creator_ids).items() if card.is_active)

    def fan(self, fan_id: str) -> FanCard | None:
        return self.fan_cards.get(fan_id)

    def fans(self, fan_ids: tuple[str, ...]) -> dict[str, FanCard]:
        return {key: self.fan_cards[key] for key in fan_ids if key in self.fan_cards}

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return next((card for card in self.fan_cards.values() if card.user_id == user_id), None)


@dataclass
class FakeEntitlements(Entitlements):
    """Who subscribes to whom, who unlocked what: pairs of a fan's id and a creator's or an asset's."""

    subscriptions: set[tuple[str, str]] = field(default_factory=set)
    unlocks: set[tuple[str, str]] = field(default_factory=set)

    def is_subscribed(self, fan_id: str, creator_id: str) -> bool:
        return (fan_id, creator_id) in self.subscriptions

    def unlocked_among(self, fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(asset_id for asset_id in asset_ids if (fan_id, asset_id) in self.unlocks)

    def subscriber_ids(self, creator_id: str) -> tuple[str, ...]:
        return tuple(fan_id for fan_id, creator in sorted(self.subscriptions) if creator == creator_id)

    def subscribed_creator_ids(self, fan_id: str) -> frozenset[str]:
        return frozenset(creator_id for fan, creator_id in self.subscriptions if fan == fan_id)


@dataclass
class FakeAssets(Assets, Access):
    """Which assets there are, and how they stand open to a viewer."""

    entitlements: FakeEntitlements
    asset_cards: dict[str, AssetCard] = field(default_factory=dict)

    def card(self, asset_id: str) -> AssetCard | None:
        return self.asset_cards.get(asset_id)

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        return {key: self.asset_cards[key] for key in asset_ids if key in self.asset_cards}

    def openings(self, viewer: Viewer, asset_ids: tuple[str, ...]) -> dict[str, Opening]:
        return {
            key: Opening(card, self._remedy(viewer, card))
            for key, card in self.cards(asset_ids).items()
            if card.published_at is not None
        }

    def _remedy(self, viewer: Viewer, card: AssetCard) -> Remedy:
        fan_id = viewer.fan_id or ""
        return remedy_for(
            card.audience,
            is_owner=viewer.owns(card.creator_id, card.cluster),
            is_subscribed=self.entitlements.is_subscribed(fan_id, card.creator_id),
            has_unlocked=card.id in self.entitlements.unlocked_among(fan_id, (card.id,)),
        )


@dataclass
class FakeBlocks(Blocks):
    """Who is hidden from whom: pairs of a creator's id and a fan's."""

    pairs: set[tuple[str, str]] = field(default_factory=set)

    def is_blocked(self, creator_id: str, fan_id: str) -> bool:
        return (creator_id, fan_id) in self.pairs

    def blocked_creators(self, fan_id: str) -> frozenset[str]:
        return frozenset(creator_id for creator_id, fan in self.pairs if fan == fan_id)

    def blocked_fans(self, creator_id: str) -> frozenset[str]:
        return frozenset(fan_id for creator, fan_id in self.pairs if creator == creator_id)


@dataclass
class FakeRecords(Records):
    """The performers of each creator."""

    performers: dict[str, tuple[PerformerCard, ...]] = field(default_factory=dict)
    unverified: set[str] = field(default_factory=set)

    def has_verified_self(self, creator_id: str) -> bool:
        return creator_id not in self.unverified

    def performers_of(self, creator_id: str) -> tuple[PerformerCard, ...]:
        return self.performers.get(creator_id, ())


class Town:
    """Creators, fans and assets, and who paid for what."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.people = FakePeople()
        self.entitlements = FakeEntitlements()
        self.assets = FakeAssets(self.entitlements)
        self.records = FakeRecords()
        self.blocks = FakeBlocks()

    @property
    def subscriptions(self) -> set[tuple[str, str]]:
        return self.entitlements.subscriptions

    @property
    def unlocks(self) -> set[tuple[str, str]]:
        return self.entitlements.unlocks

    def new_creator(
        self,
        name: str = "Mia",
        *,
        cluster: str = "velvet",
        user_id: int | None = None,
        login: bool = True,
        **changes: Any,
    ) -> CreatorCard:
        """A creator with the login `user_id`; without that with a login of its own, or none."""
        count = len(self.people.creator_cards)
        card = CreatorCard(
            id=new_id(),
            user_id=make_user(self.session, "Creator") if login and user_id is None else user_id,
            handle=f"{name.split(maxsplit=1)[0].lower()}{count or ''}",
            name=name,
            cluster=cluster,
            cluster_name=cluster.title(),
            currency=CURRENCIES.get(cluster, "USD"),
            subscription_minor=999,
            state="active",
            about="",
        )
        return self.know(replace(card, **changes))

    def know(self, card: CreatorCard) -> CreatorCard:
        """A creator as this card says, new or changed."""
        self.people.creator_cards[card.id] = card
        return card

    def new_fan(
        self,
        name: str = "Ben",
        *,
        of: CreatorCard | None = None,
        cluster: str = "velvet",
        user_id: int | None = None,
        login: bool = True,
    ) -> FanCard:
        """A fan, a subscriber of `of`, with the login `user_id`; without that with a login of its own, or none."""
        if login and user_id is None:
            user_id = make_user(self.session, "Fan")
        card = FanCard(id=new_id(), user_id=user_id, name=name, cluster=cluster)
        self.people.fan_cards[card.id] = card
        if of is not None:
            self.subscriptions.add((card.id, of.id))
        return card

    def new_asset(self, creator: CreatorCard, **changes: Any) -> AssetCard:
        """A published, public clip of the creator's, changed as said."""
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
        self.assets.asset_cards[card.id] = replace(card, **changes)
        return self.assets.asset_cards[card.id]

    def suspend(self, creator: CreatorCard) -> None:
        self.know(replace(creator, state="suspended"))

    def publish(self, asset: AssetCard) -> AssetCard:
        """The asset is offered, perhaps again."""
        card = replace(asset, state="published", published_at=clock.now().isoformat())
        self.assets.asset_cards[asset.id] = card
        return card

    def block(self, creator: CreatorCard, fan: FanCard) -> None:
        """One of them hid the other; the facts are not recorded."""
        self.blocks.pairs.add((creator.id, fan.id))

    def withdraw(self, asset: AssetCard) -> None:
        self.assets.asset_cards[asset.id] = replace(asset, state="withdrawn", published_at=None)

    def me(self, card: CreatorCard | FanCard) -> Me:
        """The signed-in user behind a card."""
        assert card.user_id is not None
        role = "Creator" if isinstance(card, CreatorCard) else "Fan"
        return Me(card.user_id, card.name.lower(), card.name, frozenset({role}), None)

    def answers(self) -> dict[type, object]:
        """The fake of each contract."""
        return {
            People: self.people,
            Entitlements: self.entitlements,
            Assets: self.assets,
            Access: self.assets,
            Records: self.records,
            Blocks: self.blocks,
        }


T = TypeVar("T", bound=Town)


@dataclass
class Hints:
    """What was sent live: (event, data, room, namespace), in order."""

    sent: list[tuple[str, dict[str, Any], str, str]] = field(default_factory=list)

    def emit(self, event: str, data: Any, namespace: str, room: str) -> None:
        self.sent.append((event, data, room, namespace))

    def to(self, user_id: int | None, event: str) -> list[dict[str, Any]]:
        """The payloads of one kind of event that one user got."""
        return [data for name, data, room, _ in self.sent if name == event and room == f"user:{user_id}"]


@contextmanager
def in_town(town: T, *contracts: type) -> Iterator[T]:
    """The town answers the questions of `contracts` inside the block; all that it can where none are named."""
    before, answers = dict(ports._answers), town.answers()
    ports._answers.update({contract: answers[contract] for contract in contracts or answers})
    try:
        with _named_by(town):
            yield town
    finally:
        ports._answers.clear()
        ports._answers.update(before)


@contextmanager
def _named_by(town: Town) -> Iterator[None]:
    """The consoles call creators, fans and the town's assets as the town does."""
    names: dict[str, Names] = {
        "creator": lambda ids: {key: card.name for key, card in town.people.creators(ids).items()},
        "fan": lambda ids: {key: card.name for key, card in town.people.fans(ids).items()},
    }
    if ports._answers.get(Assets) is town.assets:
        names["asset"] = lambda ids: {key: card.title for key, card in town.assets.cards(ids).items()}
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
