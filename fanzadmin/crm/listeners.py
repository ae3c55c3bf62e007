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
from fanzadmin.crm.service import count, story
from fanzadmin.kernel.bus import on


@on(AssetUploaded)
def tell_uploaded(fact: AssetUploaded) -> None:
    story.uploaded(fact)


@on(AssetHeld)
def tell_held(fact: AssetHeld) -> None:
    story.held(fact)


@on(AssetReleased)
def tell_released(fact: AssetReleased) -> None:
    story.released(fact)


@on(AssetQuarantined)
def tell_quarantined(fact: AssetQuarantined) -> None:
    story.quarantined(fact)


@on(AssetReady)
def tell_ready(fact: AssetReady) -> None:
    story.ready(fact)


@on(AssetFailed)
def tell_failed(fact: AssetFailed) -> None:
    story.failed(fact)


@on(AssetPublished)
def tell_published(fact: AssetPublished) -> None:
    story.published(fact)


@on(AssetWithdrawn)
def tell_withdrawn(fact: AssetWithdrawn) -> None:
    story.withdrawn(fact)


@on(SuggestionAccepted)
def tell_suggestion_accepted(fact: SuggestionAccepted) -> None:
    story.suggestion_accepted(fact)


@on(PaymentSettled)
def tell_payment_settled(fact: PaymentSettled) -> None:
    story.payment_settled(fact)


@on(PaymentRefunded)
def tell_payment_refunded(fact: PaymentRefunded) -> None:
    story.payment_refunded(fact)


@on(SubscriptionStarted)
def tell_subscription_started(fact: SubscriptionStarted) -> None:
    story.subscription_started(fact)


@on(SubscriptionEnded)
def tell_subscription_ended(fact: SubscriptionEnded) -> None:
    story.subscription_ended(fact)


@on(PayoutRequested)
def tell_payout_requested(fact: PayoutRequested) -> None:
    story.payout_requested(fact)


@on(PayoutPaid)
def tell_payout_paid(fact: PayoutPaid) -> None:
    story.payout_paid(fact)


@on(PostLiked)
def tell_liked(fact: PostLiked) -> None:
    story.liked(fact)


@on(PostUnliked)
def count_unlike(fact: PostUnliked) -> None:
    story.unliked(fact)


@on(CreatorUnfollowed)
def count_unfollow(fact: CreatorUnfollowed) -> None:
    story.unfollowed(fact)


@on(PostCommented)
def tell_commented(fact: PostCommented) -> None:
    story.commented(fact)


@on(PostShared)
def tell_shared(fact: PostShared) -> None:
    story.shared(fact)


@on(CreatorFollowed)
def tell_followed(fact: CreatorFollowed) -> None:
    story.followed(fact)


@on(MessageSent)
def tell_message_sent(fact: MessageSent) -> None:
    story.message_sent(fact)


@on(LinkClicked)
def count_click(fact: LinkClicked) -> None:
    count(fact.creator_id, clicks=1)
