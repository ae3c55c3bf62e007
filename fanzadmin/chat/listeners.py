"""What ChatSphere does when other systems announce something."""

from datetime import timedelta

from flask import current_app

from fanzadmin.chat import service
from fanzadmin.contracts.finance import SubscriptionStarted
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetWithdrawn
from fanzadmin.kernel.bus import on


@on(AssetPublished)
def announce_asset(fact: AssetPublished) -> None:
    gather = timedelta(minutes=current_app.config["FANZ"].chat.gather_minutes)
    service.announce_asset(fact, gather=gather)


@on(AssetChanged)
def rename_announcement(fact: AssetChanged) -> None:
    service.rename_announcement(fact.asset_id, title=fact.title)


@on(AssetWithdrawn)
def withdraw_from_broadcast(fact: AssetWithdrawn) -> None:
    service.withdraw_from_broadcast(fact.asset_id, reason=fact.reason)


@on(SubscriptionStarted)
def welcome_subscriber(fact: SubscriptionStarted) -> None:
    service.welcome_subscriber(fact.creator_id, fact.fan_id)
