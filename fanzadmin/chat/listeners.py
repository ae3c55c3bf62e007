"""What ChatSphere does when other systems announce something."""

from fanzadmin.chat import service
from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on
from fanzadmin.kernel.queue import enqueue


@on(AssetPublished)
def broadcast_asset(fact: AssetPublished) -> None:
    enqueue("chat.broadcast_asset", fact.asset_id, title=f"Telling the subscribers of {fact.title}")


@on(AssetWithdrawn)
def withdraw_broadcast(fact: AssetWithdrawn) -> None:
    service.withdraw_broadcast(fact.asset_id, reason=fact.reason)


@on(SubscriptionStarted)
def welcome_subscriber(fact: SubscriptionStarted) -> None:
    service.welcome_subscriber(fact.creator_id, fact.fan_id)
