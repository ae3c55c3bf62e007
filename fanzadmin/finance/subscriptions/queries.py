"""Subscriptions as the fan and the creator see them. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from fanzadmin.finance.payments.models import Payment, PaymentState
from fanzadmin.finance.subscriptions.models import Subscription, SubscriptionState
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.paging import KeysetQuery, Paged


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """A fan's subscription. While it `is_paused`, its creator may not act: nothing is charged, and what is paid waits.
    `next_charge_at` is empty where nothing is charged any more."""

    subscription_id: str
    creator_id: str
    state: str
    price_minor: int
    currency: str
    started_at: datetime
    paid_until: datetime
    next_charge_at: datetime | None
    ended_at: datetime | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class SubscriberCard:
    """A subscription as its creator sees it. `spent_minor` is all that this fan paid this creator."""

    subscription_id: str
    fan_id: str
    state: str
    price_minor: int
    currency: str
    started_at: datetime
    paid_until: datetime
    ended_at: datetime | None
    spent_minor: int


@dataclass(frozen=True, slots=True)
class SubscriberCounts:
    """How many subscriptions run, and how many began and ended since a moment."""

    running: int
    started: int
    ended: int


def subscription(subscription_id: str) -> SubscriptionCard:
    """One subscription, whosever. Raises sqlalchemy's NoResultFound."""
    return subscription_card(session.get_one(Subscription, subscription_id))


def subscriptions_of(fan_id: str) -> tuple[SubscriptionCard, ...]:
    """A fan's running subscriptions, newest first."""
    query = select(Subscription).where(Subscription.fan_id == fan_id, Subscription.ended_at.is_(None))
    rows = session.execute(query.order_by(Subscription.id.desc())).scalars()
    return tuple(subscription_card(row) for row in rows)


def subscription_history(fan_id: str) -> KeysetQuery[SubscriptionCard]:
    """A fan's subscriptions that ended, the latest first."""
    query = select(Subscription).where(Subscription.fan_id == fan_id, Subscription.ended_at.is_not(None))
    return KeysetQuery(query, (Subscription.ended_at, Subscription.id), subscription_card)


def own_subscription(fan_id: str, subscription_id: str) -> SubscriptionCard | None:
    """A fan's own subscription; None for a neighbour's."""
    query = select(Subscription).where(Subscription.id == subscription_id, Subscription.fan_id == fan_id)
    row = session.execute(query).scalar() if is_id(subscription_id) else None
    return subscription_card(row) if row is not None else None


def subscription_card(row: Subscription) -> SubscriptionCard:
    is_charged = row.state in {SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE} and row.paused_at is None
    return SubscriptionCard(
        row.id,
        row.creator_id,
        row.state,
        row.price_minor,
        row.currency,
        row.started_at,
        row.paid_until,
        row.next_charge_at if is_charged else None,
        row.ended_at,
        is_paused=row.paused_at is not None,
    )


def subscribers_of(
    creator_id: str,
    *,
    ended: bool = False,
    since: datetime | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Paged[SubscriberCard]:
    """The subscriptions to a creator that run, or that `ended`; with `since` those that began (ended) after it."""
    query = select(Subscription).where(Subscription.creator_id == creator_id)
    query = query.where(Subscription.ended_at.is_not(None) if ended else Subscription.ended_at.is_(None))
    if since is not None:
        query = query.where((Subscription.ended_at if ended else Subscription.started_at) >= since)
    key = (Subscription.ended_at if ended else Subscription.started_at, Subscription.id)
    subscriptions = KeysetQuery(query, key, _row).page(limit=limit, cursor=cursor)
    spent = _spent(creator_id, tuple(row.fan_id for row in subscriptions.items))
    cards = tuple(_card(row, spent.get(row.fan_id, 0)) for row in subscriptions.items)
    return Paged(cards, subscriptions.next)


def subscriber_counts(creator_id: str, *, since: datetime) -> SubscriberCounts:
    """How many subscriptions to a creator run, began since, and ended since."""
    query = select(
        func.count().filter(Subscription.ended_at.is_(None)),
        func.count().filter(Subscription.started_at >= since, Subscription.ended_at.is_(None)),
        func.count().filter(Subscription.ended_at >= since),
    ).where(Subscription.creator_id == creator_id)
    running, started, ended = session.execute(query).one()
    return SubscriberCounts(running, started, ended)


def is_or_was_subscriber(creator_id: str, fan_id: str) -> bool:
    """Whether this fan ever subscribed to this creator."""
    query = select(Subscription.id).where(
        Subscription.creator_id == creator_id, Subscription.fan_id == fan_id
    )
    return is_id(fan_id) and session.execute(query.limit(1)).first() is not None


def _spent(creator_id: str, fan_ids: tuple[str, ...]) -> dict[str, int]:
    query = select(Payment.fan_id, func.sum(Payment.gross_minor)).where(
        Payment.creator_id == creator_id,
        Payment.fan_id.in_(fan_ids),
        Payment.state == PaymentState.SETTLED,
    )
    return {fan_id: int(total) for fan_id, total in session.execute(query.group_by(Payment.fan_id))}


def _row(row: Subscription) -> Subscription:
    return row


def _card(row: Subscription, spent_minor: int) -> SubscriberCard:
    return SubscriberCard(
        row.id,
        row.fan_id,
        row.state,
        row.price_minor,
        row.currency,
        row.started_at,
        row.paid_until,
        row.ended_at,
        spent_minor,
    )


def is_subscribed(fan_id: str, creator_id: str) -> bool:
    """Whether a subscription runs; one that is past due runs until the last try is declined."""
    running = exists().where(
        Subscription.fan_id == fan_id, Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    return bool(session.execute(select(running)).scalar())


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
