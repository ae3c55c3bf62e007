"""What FanzGPT hears: it remembers, counts, and makes suggestions once there is something to suggest for."""

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.crm import CreatorReinstated
from fanzadmin.contracts.finance import PaymentSettled
from fanzadmin.contracts.media import AssetChanged, AssetPublished, AssetReady, AssetUploaded
from fanzadmin.contracts.shield import AssetCleared, AssetQuarantined
from fanzadmin.contracts.social import PostCommented, PostLiked, PostPublished, PostShared
from fanzadmin.gpt import service
from fanzadmin.kernel.bus import on


@on(AssetUploaded)
def remember_what_came(fact: AssetUploaded) -> None:
    service.remember_upload(fact)


@on(AssetCleared)
def suggest_for_a_clean_file(fact: AssetCleared) -> None:
    service.ask_for_suggestions(fact.asset_id)


@on(AssetQuarantined)
def give_no_advice(fact: AssetQuarantined) -> None:
    service.take_offers_back(fact.asset_id)


@on(AssetReady)
def suggest_again(fact: AssetReady) -> None:
    service.ask_for_suggestions(fact.asset_id)


@on(AssetPublished)
def remember(fact: AssetPublished) -> None:
    service.remember_publication(fact)


@on(AssetChanged)
def remember_change(fact: AssetChanged) -> None:
    service.remember_publication(fact)


@on(PostPublished)
def remember_post(fact: PostPublished) -> None:
    if fact.asset_id:
        service.remember_post(fact.asset_id, post_id=fact.post_id)


@on(PostLiked)
def count_like(fact: PostLiked) -> None:
    service.count_for_post(fact.post_id, likes=1)


@on(PostCommented)
def count_comment(fact: PostCommented) -> None:
    service.count_for_post(fact.post_id, comments=1)


@on(PostShared)
def count_share(fact: PostShared) -> None:
    service.count_for_post(fact.post_id, shares=1)


@on(LinkClicked)
def count_click(fact: LinkClicked) -> None:
    service.count_for_asset(fact.asset_id, clicks=1)


@on(PaymentSettled)
def count_unlock(fact: PaymentSettled) -> None:
    if fact.purpose == "unlock":
        service.count_for_asset(fact.asset_id, unlocks=1, earned_minor=fact.creator_minor)


@on(CreatorReinstated)
def suggest_after_a_suspension(fact: CreatorReinstated) -> None:
    service.ask_for_missing_suggestions(fact.creator_id)
