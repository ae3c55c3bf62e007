"""Who may see what, by what they paid."""

from sqlalchemy import exists, select

from fanzadmin.finance.models import Payment, PaymentState, Purpose, Subscription
from fanzadmin.kernel.db import session


def is_subscribed(fan_id: str, creator_id: str) -> bool:
    """Whether a subscription runs; one that is past due runs until the last try is declined."""
    running = exists().where(
        Subscription.fan_id == fan_id, Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    return bool(session.execute(select(running)).scalar())


def has_unlocked(fan_id: str, asset_id: str) -> bool:
    """Whether a fan paid for an asset and did not get the money back."""
    return bool(unlocked_among(fan_id, (asset_id,)))


def unlocked_among(fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
    """Those of `asset_ids` that a fan has unlocked."""
    query = select(Payment.asset_id).where(
        Payment.fan_id == fan_id,
        Payment.asset_id.in_(asset_ids),
        Payment.purpose == Purpose.UNLOCK,
        Payment.state == PaymentState.SETTLED,
    )
    return frozenset(asset_id for asset_id in session.execute(query).scalars() if asset_id)


def subscriber_ids(creator_id: str) -> tuple[str, ...]:
    """The fans with a running subscription, in no particular order."""
    query = select(Subscription.fan_id).where(
        Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    return tuple(session.execute(query).scalars())


def subscribed_creator_ids(fan_id: str) -> frozenset[str]:
    """The creators to whom a fan has a running subscription."""
    query = select(Subscription.creator_id).where(
        Subscription.fan_id == fan_id, Subscription.ended_at.is_(None)
    )
    return frozenset(session.execute(query).scalars())
