"""What the person at hand may see of some assets: open, or locked with what would open it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ports import ask
from security.identity import person

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks: a fan, a creator, both, or nobody signed in."""

    fan: FanCard | None = None
    creator: CreatorCard | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An asset as it may be shown. `opens_with` is "", "subscribe" or "unlock"; `price` is for people, "" when free."""

    card: AssetCard
    locked: bool
    opens_with: str
    price: str


def onlooker() -> Onlooker:
    """The person of the request at hand."""
    found = person()
    if found is None:
        return Onlooker()
    people = ask(People)
    return Onlooker(people.fan_of_user(found.user_id), people.creator_of_user(found.user_id))


def items(asset_ids: tuple[str, ...], who: Onlooker) -> dict[str, Item]:
    """Those of the assets that are published, as `who` may see them; two questions about money, however many assets."""
    cards = {key: card for key, card in ask(Assets).cards(asset_ids).items() if card.state == PUBLISHED}
    return _seen(cards, who)


def is_subscribed(who: Onlooker, creator_id: str) -> bool:
    return who.fan is not None and ask(Entitlements).is_subscribed(who.fan.id, creator_id)


def _seen(cards: Mapping[str, AssetCard], who: Onlooker) -> dict[str, Item]:
    subscribed, unlocked = frozenset[str](), frozenset[str]()
    if who.fan is not None and cards:
        subscribed = ask(Entitlements).subscribed_creator_ids(who.fan.id)
        unlocked = ask(Entitlements).unlocked_among(who.fan.id, tuple(cards))
    found = {}
    for key, card in cards.items():
        own = who.creator is not None and who.creator.id == card.creator_id
        opened = own or card.is_open_to(subscribed=card.creator_id in subscribed, unlocked=key in unlocked)
        found[key] = _item(card, opened=opened)
    return found


def _item(card: AssetCard, *, opened: bool) -> Item:
    if opened:
        return Item(card, locked=False, opens_with="", price="")
    if card.audience == "ppv":
        return Item(card, locked=True, opens_with="unlock", price=money_text(card.price_minor, card.currency))
    return Item(card, locked=True, opens_with="subscribe", price="")
