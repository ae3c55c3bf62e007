"""What FanzGPT hears: it remembers, counts, forgets, and makes suggestions once there is something to suggest for."""

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.crm import CreatorReinstated
from fanzadmin.contracts.finance import PaymentRefunded, PaymentSettled
from fanzadmin.contracts.media import (
    AssetChanged,
    AssetFailed,
    AssetPublished,
    AssetReady,
    AssetUploaded,
    AssetWithdrawn,
)
from fanzadmin.contracts.shield import AssetCleared, AssetQuarantined
from fanzadmin.contracts.social import (
    CommentRemoved,
    PostCommented,
    PostLiked,
    PostPublished,
    PostShared,
    PostUnliked,
)
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


@on(AssetPublished)
def take_back_the_hour(fact: AssetPublished) -> None:
    service.take_offers_back(fact.asset_id, kinds=service.BEFORE_PUBLICATION)


@on(AssetFailed)
def give_no_advice_on_a_failure(fact: AssetFailed) -> None:
    service.take_offers_back(fact.asset_id)


@on(AssetWithdrawn)
def forget_what_was_withdrawn(fact: AssetWithdrawn) -> None:
    service.remember_withdrawal(fact.asset_id)
    service.take_offers_back(fact.asset_id)


on(PostPublished)(service.remember_post)


@on(PostLiked)
def count_like(fact: PostLiked) -> None:
    service.count_for_post(fact.post_id, likes=1)


@on(PostUnliked)
def forget_like(fact: PostUnliked) -> None:
    service.count_for_post(fact.post_id, likes=-1)


@on(PostCommented)
def count_comment(fact: PostCommented) -> None:
    service.count_for_post(fact.post_id, comments=1)


@on(CommentRemoved)
def forget_comment(fact: CommentRemoved) -> None:
    service.count_for_post(fact.post_id, comments=-1)


@on(PostShared)
def count_share(fact: PostShared) -> None:
    service.count_for_post(fact.post_id, shares=1)


@on(LinkClicked)
def count_click(fact: LinkClicked) -> None:
    service.count_for_asset(fact.asset_id, creator_id=fact.creator_id, cluster=fact.cluster, clicks=1)


@on(PaymentSettled)
def count_unlock(fact: PaymentSettled) -> None:
    if fact.purpose == "unlock":
        service.count_unlock(fact, by=1)


@on(PaymentRefunded)
def forget_unlock(fact: PaymentRefunded) -> None:
    if fact.purpose == "unlock":
        service.count_unlock(fact, by=-1)


@on(CreatorReinstated)
def suggest_after_a_suspension(fact: CreatorReinstated) -> None:
    service.ask_for_missing_suggestions(fact.creator_id)
