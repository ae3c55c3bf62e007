"""What FanzSocial does when other systems announce something."""

from fanzadmin.contracts.crm import Blocked
from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on
from fanzadmin.social import service

on(AssetPublished)(service.publish_post)
on(AssetChanged)(service.change_post)


@on(AssetWithdrawn)
def withdraw_post(fact: AssetWithdrawn) -> None:
    service.withdraw_post(fact.asset_id, reason=fact.reason)


@on(SubscriptionStarted)
def follow_creator(fact: SubscriptionStarted) -> None:
    service.follow_with_subscription(fact.fan_id, fact.creator_id, cluster=fact.cluster)


@on(Blocked)
def end_follow(fact: Blocked) -> None:
    service.end_follow(fact.fan_id, fact.creator_id)
