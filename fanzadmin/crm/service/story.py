"""What the other systems announce, counted and told in sentences that a creator and the team both read.

Figures count acts: a like that is taken back was still given. `published` and `subscribers` follow both ways.
"""

from sqlalchemy import select

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
from fanzadmin.contracts.media import (
    AssetFailed,
    AssetPublished,
    AssetReady,
    Assets,
    AssetUploaded,
    AssetWithdrawn,
)
from fanzadmin.contracts.shield import AssetQuarantined
from fanzadmin.contracts.social import (
    CreatorFollowed,
    CreatorUnfollowed,
    PostCommented,
    PostLiked,
    PostShared,
    PostUnliked,
)
from fanzadmin.crm.models import Creator, Fan, Subject, TimelineEntry
from fanzadmin.crm.service.fans import add_spending, see_fan, take_back_spending
from fanzadmin.crm.service.numbers import count
from fanzadmin.crm.service.timeline import tell
from fanzadmin.kernel.db import session
from fanzadmin.kernel.money import format_money
from fanzadmin.kernel.ports import ask

AUDIENCES = {"public": "everyone", "subscribers": "subscribers", "ppv": "those who unlock it"}
SUGGESTIONS = {"tags": "tags", "caption": "caption", "hour": "hour", "price": "price"}

AssetFact = (
    AssetUploaded
    | AssetHeld
    | AssetReleased
    | AssetQuarantined
    | AssetReady
    | AssetPublished
    | AssetFailed
    | AssetWithdrawn
    | SuggestionAccepted
)
MoneyFact = PaymentSettled | PaymentRefunded | PayoutRequested | PayoutPaid
FanFact = PaymentSettled | SubscriptionStarted | SubscriptionEnded | PostCommented


def uploaded(fact: AssetUploaded) -> None:
    count(fact.creator_id, assets=1)
    _about_asset(fact, "uploaded", f"“{fact.title}” was uploaded.")


def held(fact: AssetHeld) -> None:
    reasons = " ".join(fact.reasons) or "Records are missing."
    _about_asset(fact, "held", f"{_title(fact.asset_id)} waits for records. {reasons}")


def released(fact: AssetReleased) -> None:
    _about_asset(fact, "released", f"The records of {_title(fact.asset_id)} are complete.")


def quarantined(fact: AssetQuarantined) -> None:
    reasons = " ".join(fact.reasons)
    _about_asset(fact, "quarantined", f"{_title(fact.asset_id)} was blocked. {reasons}".strip())


def ready(fact: AssetReady) -> None:
    _about_asset(fact, "ready", f"{_title(fact.asset_id)} can be played.")


def failed(fact: AssetFailed) -> None:
    _about_asset(fact, "failed", f"“{fact.title}” could not be processed. {fact.reason}".strip())


def published(fact: AssetPublished) -> None:
    if not _is_offered(fact.creator_id, fact.asset_id):
        count(fact.creator_id, published=1)
    price = f" for {format_money(fact.price_minor, fact.currency)}" if fact.audience == "ppv" else ""
    audience = AUDIENCES.get(fact.audience, fact.audience)
    _about_asset(fact, "published", f"“{fact.title}” was published for {audience}{price}.")


def withdrawn(fact: AssetWithdrawn) -> None:
    if _is_offered(fact.creator_id, fact.asset_id):
        count(fact.creator_id, published=-1)
    _about_asset(fact, "withdrawn", f"{_title(fact.asset_id)} is not offered any more. {fact.reason}".strip())


def suggestion_accepted(fact: SuggestionAccepted) -> None:
    count(fact.creator_id, suggestions_accepted=1)
    what = SUGGESTIONS.get(fact.kind, fact.kind)
    _about_asset(fact, "suggestion", f"The suggested {what} of {_title(fact.asset_id)} was taken.")


def payment_settled(fact: PaymentSettled) -> None:
    figures = {"unlock": {"unlocks": 1}, "tip": {"tips": 1}}.get(fact.purpose, {})
    count(fact.creator_id, gross_minor=fact.gross_minor, earned_minor=fact.creator_minor, **figures)
    add_spending(fact.fan_id, fact.gross_minor)
    fan, gross, share = _fan(fact.fan_id), _money(fact, fact.gross_minor), _money(fact, fact.creator_minor)
    creator, title = _creator(fact.creator_id), _title(fact.asset_id)
    ours, theirs = {
        "unlock": (
            f"{fan} unlocked {title} for {gross}",
            f"{fan} unlocked {title} of {creator} for {gross}.",
        ),
        "tip": (f"{fan} tipped {gross}", f"{fan} tipped {creator} {gross}."),
    }.get(
        fact.purpose,
        (f"{fan} paid {gross} for a subscription", f"{fan} paid {creator} {gross} for a subscription."),
    )
    _about_creator(
        fact, fact.purpose, f"{ours}; the creator's share is {share}.", link=f"payment/{fact.payment_id}"
    )
    _about_fan(fact, fact.purpose, theirs, link=f"payment/{fact.payment_id}")


def payment_refunded(fact: PaymentRefunded) -> None:
    figures = {"unlock": {"unlocks": -1}, "tip": {"tips": -1}}.get(fact.purpose, {})
    count(fact.creator_id, gross_minor=-fact.gross_minor, earned_minor=-fact.creator_minor, **figures)
    take_back_spending(fact.fan_id, fact.gross_minor)
    told = f"{_money(fact, fact.gross_minor)} went back to {_fan(fact.fan_id)}."
    _about_creator(fact, "refund", told, link=f"payment/{fact.payment_id}")


def subscription_started(fact: SubscriptionStarted) -> None:
    count(fact.creator_id, subscribers=1, started=1)
    _about_both(fact, "subscribed", "subscribed", "subscribed to")


def subscription_ended(fact: SubscriptionEnded) -> None:
    count(fact.creator_id, subscribers=-1, ended=1)
    _about_both(fact, "unsubscribed", "does not subscribe any more", "does not subscribe any more to")


def liked(fact: PostLiked) -> None:
    count(fact.creator_id, likes=1)
    see_fan(fact.fan_id)


def unliked(fact: PostUnliked) -> None:
    count(fact.creator_id, likes=-1)


def unfollowed(fact: CreatorUnfollowed) -> None:
    count(fact.creator_id, followers=-1)


def commented(fact: PostCommented) -> None:
    count(fact.creator_id, comments=1)
    see_fan(fact.fan_id)
    _about_both(fact, "commented", "commented on a post", "commented on a post of")


def shared(fact: PostShared) -> None:
    count(fact.creator_id, shares=1)
    see_fan(fact.fan_id)


def followed(fact: CreatorFollowed) -> None:
    count(fact.creator_id, followers=1)
    see_fan(fact.fan_id)


def message_sent(fact: MessageSent) -> None:
    if fact.sender != "platform":
        count(fact.creator_id, messages=1)
    if fact.sender == "fan":
        see_fan(fact.fan_id)


def payout_requested(fact: PayoutRequested) -> None:
    told = f"A payout of {_money(fact, fact.amount_minor)} was asked for."
    _about_creator(fact, "payout", told, link=f"payout/{fact.payout_id}")


def payout_paid(fact: PayoutPaid) -> None:
    count(fact.creator_id, paid_out_minor=fact.amount_minor)
    told = f"{_money(fact, fact.amount_minor)} was paid out."
    _about_creator(fact, "payout", told, link=f"payout/{fact.payout_id}")


def _about_asset(fact: AssetFact, kind: str, sentence: str) -> None:
    link = f"asset/{fact.asset_id}"
    tell(Subject.CREATOR, fact.creator_id, kind, sentence, cluster=fact.cluster, link=link)


def _about_creator(fact: MoneyFact | FanFact, kind: str, sentence: str, *, link: str) -> None:
    tell(Subject.CREATOR, fact.creator_id, kind, sentence, cluster=fact.cluster, link=link)


def _about_fan(fact: FanFact, kind: str, sentence: str, *, link: str) -> None:
    tell(Subject.FAN, fact.fan_id, kind, sentence, cluster=fact.cluster, link=link)


def _about_both(fact: FanFact, kind: str, did: str, did_to: str) -> None:
    fan = _fan(fact.fan_id)
    _about_creator(fact, kind, f"{fan} {did}.", link=f"fan/{fact.fan_id}")
    _about_fan(fact, kind, f"{fan} {did_to} {_creator(fact.creator_id)}.", link=f"creator/{fact.creator_id}")


def _is_offered(creator_id: str, asset_id: str) -> bool:
    """Whether the last that was told of the asset's offering is that it was published."""
    query = select(TimelineEntry.kind).where(
        TimelineEntry.subject_id == creator_id,
        TimelineEntry.link == f"asset/{asset_id}",
        TimelineEntry.kind.in_(("published", "withdrawn")),
    )
    latest = query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(1)
    return session.execute(latest).scalar() == "published"


def _title(asset_id: str) -> str:
    card = ask(Assets).card(asset_id) if asset_id else None
    return f"“{card.title}”" if card else "an asset"


def _fan(fan_id: str) -> str:
    return session.execute(select(Fan.name).where(Fan.id == fan_id)).scalar() or "A fan"


def _creator(creator_id: str) -> str:
    return session.execute(select(Creator.name).where(Creator.id == creator_id)).scalar() or "a creator"


def _money(fact: MoneyFact, minor: int) -> str:
    return format_money(minor, fact.currency)
