"""What CreatorCRM hears: each fact is counted and told in the creator's and the fan's story."""

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.chat import MessageSent
from fanzadmin.contracts.compliance import AssetHeld, AssetReleased
from fanzadmin.contracts.finance import (
    PaymentRefunded,
    PaymentSettled,
    PayoutPaid,
    PayoutRequested,
    SubscriptionEnded,
    SubscriptionStarted,
)
from fanzadmin.contracts.gpt import SuggestionAccepted
from fanzadmin.contracts.media import AssetFailed, AssetPublished, AssetReady, AssetUploaded, AssetWithdrawn
from fanzadmin.contracts.shield import AssetQuarantined
from fanzadmin.contracts.social import (
    CreatorFollowed,
    CreatorUnfollowed,
    PostCommented,
    PostLiked,
    PostShared,
    PostUnliked,
)
from fanzadmin.crm.activity import service
from fanzadmin.crm.creators.figures import count
from fanzadmin.kernel.bus import on


@on(AssetUploaded)
def tell_uploaded(fact: AssetUploaded) -> None:
    service.uploaded(fact)


@on(AssetHeld)
def tell_held(fact: AssetHeld) -> None:
    service.held(fact)


@on(AssetReleased)
def tell_released(fact: AssetReleased) -> None:
    service.released(fact)


@on(AssetQuarantined)
def tell_quarantined(fact: AssetQuarantined) -> None:
    service.quarantined(fact)


@on(AssetReady)
def tell_ready(fact: AssetReady) -> None:
    service.ready(fact)


@on(AssetFailed)
def tell_failed(fact: AssetFailed) -> None:
    service.failed(fact)


@on(AssetPublished)
def tell_published(fact: AssetPublished) -> None:
    service.published(fact)


@on(AssetWithdrawn)
def tell_withdrawn(fact: AssetWithdrawn) -> None:
    service.withdrawn(fact)


@on(SuggestionAccepted)
def tell_suggestion_accepted(fact: SuggestionAccepted) -> None:
    service.suggestion_accepted(fact)


@on(PaymentSettled)
def tell_payment_settled(fact: PaymentSettled) -> None:
    service.payment_settled(fact)


@on(PaymentRefunded)
def tell_payment_refunded(fact: PaymentRefunded) -> None:
    service.payment_refunded(fact)


@on(SubscriptionStarted)
def tell_subscription_started(fact: SubscriptionStarted) -> None:
    service.subscription_started(fact)


@on(SubscriptionEnded)
def tell_subscription_ended(fact: SubscriptionEnded) -> None:
    service.subscription_ended(fact)


@on(PayoutRequested)
def tell_payout_requested(fact: PayoutRequested) -> None:
    service.payout_requested(fact)


@on(PayoutPaid)
def tell_payout_paid(fact: PayoutPaid) -> None:
    service.payout_paid(fact)


@on(PostLiked)
def tell_liked(fact: PostLiked) -> None:
    service.liked(fact)


@on(PostUnliked)
def count_unlike(fact: PostUnliked) -> None:
    service.unliked(fact)


@on(CreatorUnfollowed)
def count_unfollow(fact: CreatorUnfollowed) -> None:
    service.unfollowed(fact)


@on(PostCommented)
def tell_commented(fact: PostCommented) -> None:
    service.commented(fact)


@on(PostShared)
def tell_shared(fact: PostShared) -> None:
    service.shared(fact)


@on(CreatorFollowed)
def tell_followed(fact: CreatorFollowed) -> None:
    service.followed(fact)


@on(MessageSent)
def tell_message_sent(fact: MessageSent) -> None:
    service.message_sent(fact)


@on(LinkClicked)
def count_click(fact: LinkClicked) -> None:
    count(fact.creator_id, clicks=1)
