"""What ChatSphere does when it hears of the others."""

from fanzadmin.chat import service
from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on
from fanzadmin.kernel.queue import enqueue


@on(AssetPublished)
def tell_subscribers(fact: AssetPublished) -> None:
    enqueue("chat.tell_subscribers", fact.asset_id, title=f"Telling the subscribers of {fact.title}")


@on(AssetWithdrawn)
def withdraw_news(fact: AssetWithdrawn) -> None:
    service.withdraw_news(fact.asset_id, reason=fact.reason)


@on(SubscriptionStarted)
def welcome_subscriber(fact: SubscriptionStarted) -> None:
    service.welcome_subscriber(fact.creator_id, fact.fan_id)
