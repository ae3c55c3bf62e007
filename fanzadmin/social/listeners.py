"""What FanzSocial does when it hears of the others."""

from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on
from fanzadmin.social import service


@on(AssetPublished)
def publish_post(fact: AssetPublished) -> None:
    service.publish_post(fact)


@on(AssetWithdrawn)
def withdraw_post(fact: AssetWithdrawn) -> None:
    service.withdraw_post(fact.asset_id, reason=fact.reason)


@on(SubscriptionStarted)
def follow_creator(fact: SubscriptionStarted) -> None:
    service.follow_with_subscription(fact.fan_id, fact.creator_id, cluster=fact.cluster)
