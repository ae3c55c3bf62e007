"""What the other systems announce, counted and told in sentences that a creator and the team both read.

Figures count acts: a like that is taken back was still given. `published` and `subscribers` follow both ways.
"""

from collections.abc import Mapping
from datetime import date

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
from fanzadmin.crm.creators.figures import count, restate_figures
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.fans.service import add_spending, restate_spending, see_fan, take_back_spending
from fanzadmin.crm.timeline.models import Subject, TimelineEntry
from fanzadmin.crm.timeline.service import tell
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.stored_messages import Amount, StoredMessage, Value, amount, stored_message
from fanzadmin.kernel.ports import ask

PUBLISHED = {
    "public": N_("“%(title)s” was published for everyone."),
    "subscribers": N_("“%(title)s” was published for subscribers."),
    "ppv": N_("“%(title)s” was published for those who unlock it for %(price)s."),
}
SUGGESTED = {
    "tags": N_("The suggested tags of %(asset)s was taken."),
    "caption": N_("The suggested caption of %(asset)s was taken."),
    "hour": N_("The suggested hour of %(asset)s was taken."),
    "price": N_("The suggested price of %(asset)s was taken."),
}
PAID = {
    "unlock": N_("%(fan)s unlocked %(asset)s for %(gross)s; the creator's share is %(share)s."),
    "tip": N_("%(fan)s tipped %(gross)s; the creator's share is %(share)s."),
    "subscription": N_("%(fan)s paid %(gross)s for a subscription; the creator's share is %(share)s."),
}
SPENT = {
    "unlock": N_("%(fan)s unlocked %(asset)s of %(creator)s for %(gross)s."),
    "tip": N_("%(fan)s tipped %(creator)s %(gross)s."),
    "subscription": N_("%(fan)s paid %(creator)s %(gross)s for a subscription."),
}

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
    _about_asset(fact, "uploaded", N_("“%(title)s” was uploaded."), title=fact.title)


def held(fact: AssetHeld) -> None:
    reasons = " ".join(fact.reasons)
    message = (
        N_("%(asset)s waits for records. %(reasons)s")
        if reasons
        else N_("%(asset)s waits for records. Records are missing.")
    )
    _about_asset(fact, "held", message, asset=_asset(fact.asset_id), reasons=reasons)


def released(fact: AssetReleased) -> None:
    message = N_("The records of %(asset)s are complete.")
    _about_asset(fact, "released", message, asset=_asset(fact.asset_id))


def quarantined(fact: AssetQuarantined) -> None:
    reasons = " ".join(fact.reasons).rstrip()
    message = N_("%(asset)s was blocked. %(reasons)s") if reasons else N_("%(asset)s was blocked.")
    _about_asset(fact, "quarantined", message, asset=_asset(fact.asset_id), reasons=reasons)


def ready(fact: AssetReady) -> None:
    _about_asset(fact, "ready", N_("%(asset)s can be played."), asset=_asset(fact.asset_id))


def failed(fact: AssetFailed) -> None:
    reason = fact.reason.rstrip()
    message = (
        N_("“%(title)s” could not be processed. %(reason)s")
        if reason
        else N_("“%(title)s” could not be processed.")
    )
    _about_asset(fact, "failed", message, title=fact.title, reason=reason)


def published(fact: AssetPublished) -> None:
    if not _is_offered(fact.creator_id, fact.asset_id):
        count(fact.creator_id, published=1)
    message = PUBLISHED.get(fact.audience, N_("“%(title)s” was published for %(audience)s."))
    price = amount(fact.price_minor, fact.currency)
    _about_asset(fact, "published", message, title=fact.title, audience=fact.audience, price=price)


def withdrawn(fact: AssetWithdrawn) -> None:
    if _is_offered(fact.creator_id, fact.asset_id):
        count(fact.creator_id, published=-1)
    reason = fact.reason.rstrip()
    message = (
        N_("%(asset)s is not offered any more. %(reason)s")
        if reason
        else N_("%(asset)s is not offered any more.")
    )
    _about_asset(fact, "withdrawn", message, asset=_asset(fact.asset_id), reason=reason)


def suggestion_accepted(fact: SuggestionAccepted) -> None:
    count(fact.creator_id, suggestions_accepted=1)
    message = SUGGESTED.get(fact.kind, N_("The suggested %(what)s of %(asset)s was taken."))
    _about_asset(fact, "suggestion", message, asset=_asset(fact.asset_id), what=fact.kind)


def payment_settled(fact: PaymentSettled) -> None:
    figures = {"unlock": {"unlocks": 1}, "tip": {"tips": 1}}.get(fact.purpose, {})
    count(fact.creator_id, gross_minor=fact.gross_minor, earned_minor=fact.creator_minor, **figures)
    add_spending(fact.fan_id, fact.gross_minor)
    values: dict[str, Value] = {
        "fan": _fan(fact.fan_id),
        "creator": _creator(fact.creator_id),
        "asset": _asset(fact.asset_id),
        "gross": _money(fact, fact.gross_minor),
        "share": _money(fact, fact.creator_minor),
    }
    ours, theirs = (told.get(fact.purpose, told["subscription"]) for told in (PAID, SPENT))
    _about_creator(fact, fact.purpose, ours, link=f"payment/{fact.payment_id}", **values)
    _about_fan(fact, fact.purpose, theirs, link=f"payment/{fact.payment_id}", **values)


def payment_refunded(fact: PaymentRefunded) -> None:
    figures = {"unlock": {"unlocks": -1}, "tip": {"tips": -1}}.get(fact.purpose, {})
    count(fact.creator_id, gross_minor=-fact.gross_minor, earned_minor=-fact.creator_minor, **figures)
    take_back_spending(fact.fan_id, fact.gross_minor)
    _about_creator(
        fact,
        "refund",
        N_("%(amount)s went back to %(fan)s."),
        link=f"payment/{fact.payment_id}",
        amount=_money(fact, fact.gross_minor),
        fan=_fan(fact.fan_id),
    )


def subscription_started(fact: SubscriptionStarted) -> None:
    count(fact.creator_id, subscribers=1, started=1)
    _about_both(fact, "subscribed", N_("%(fan)s subscribed."), N_("%(fan)s subscribed to %(creator)s."))


def subscription_ended(fact: SubscriptionEnded) -> None:
    count(fact.creator_id, subscribers=-1, ended=1)
    _about_both(
        fact,
        "unsubscribed",
        N_("%(fan)s does not subscribe any more."),
        N_("%(fan)s does not subscribe any more to %(creator)s."),
    )


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
    _about_both(
        fact,
        "commented",
        N_("%(fan)s commented on a post."),
        N_("%(fan)s commented on a post of %(creator)s."),
    )


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
    asked = _money(fact, fact.amount_minor)
    message = N_("A payout of %(amount)s was asked for.")
    _about_creator(fact, "payout", message, link=f"payout/{fact.payout_id}", amount=asked)


def payout_paid(fact: PayoutPaid) -> None:
    count(fact.creator_id, paid_out_minor=fact.amount_minor)
    paid = _money(fact, fact.amount_minor)
    _about_creator(
        fact, "payout", N_("%(amount)s was paid out."), link=f"payout/{fact.payout_id}", amount=paid
    )


def restate(figures: Mapping[tuple[str, date], Mapping[str, int]]) -> None:
    """Replace all figures by `figures`: person id and day → name → amount. For the demo and for a recount."""
    restate_figures(figures)
    restate_spending(figures)


def _about_asset(fact: AssetFact, kind: str, message: str, **values: Value) -> None:
    link = f"asset/{fact.asset_id}"
    tell(Subject.CREATOR, fact.creator_id, kind, message, cluster=fact.cluster, link=link, **values)


def _about_creator(fact: MoneyFact | FanFact, kind: str, message: str, *, link: str, **values: Value) -> None:
    tell(Subject.CREATOR, fact.creator_id, kind, message, cluster=fact.cluster, link=link, **values)


def _about_fan(fact: FanFact, kind: str, message: str, *, link: str, **values: Value) -> None:
    tell(Subject.FAN, fact.fan_id, kind, message, cluster=fact.cluster, link=link, **values)


def _about_both(fact: FanFact, kind: str, ours: str, theirs: str) -> None:
    fan, creator = _fan(fact.fan_id), _creator(fact.creator_id)
    _about_creator(fact, kind, ours, link=f"fan/{fact.fan_id}", fan=fan)
    _about_fan(fact, kind, theirs, link=f"creator/{fact.creator_id}", fan=fan, creator=creator)


def _is_offered(creator_id: str, asset_id: str) -> bool:
    """Whether the last that was told of the asset's offering is that it was published."""
    query = select(TimelineEntry.kind).where(
        TimelineEntry.subject_id == creator_id,
        TimelineEntry.link == f"asset/{asset_id}",
        TimelineEntry.kind.in_(("published", "withdrawn")),
    )
    latest = query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(1)
    return session.execute(latest).scalar() == "published"


def _asset(asset_id: str) -> StoredMessage:
    card = ask(Assets).card(asset_id) if asset_id else None
    return stored_message(N_("“%(title)s”"), title=card.title) if card else stored_message(N_("an asset"))


def _fan(fan_id: str) -> str | StoredMessage:
    name = session.execute(select(Fan.name).where(Fan.id == fan_id)).scalar()
    return name or stored_message(N_("A fan"))


def _creator(creator_id: str) -> str | StoredMessage:
    name = session.execute(select(Creator.name).where(Creator.id == creator_id)).scalar()
    return name or stored_message(N_("a creator"))


def _money(fact: MoneyFact, minor: int) -> Amount:
    return amount(minor, fact.currency)
