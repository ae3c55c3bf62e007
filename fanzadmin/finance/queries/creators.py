"""What a creator's own pages show of money: earnings, one asset's earnings, payouts, subscribers. Minor units."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import func, select

from fanzadmin.finance.models import Payment, PaymentState, Payout, Subscription
from fanzadmin.finance.queries.records import Earning, PayoutCard, earned_by, earning, payout_card, payouts_by
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.rest import page


class NoSuchOwnPayout(NotFound):
    title = "There is no such payout"


@dataclass(frozen=True, slots=True)
class EarningsPage:
    """Earnings, newest first; `next` is the cursor of the page after."""

    items: tuple[Earning, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class AssetEarnings:
    """What one asset brought: payments, all that fans paid, and the creator's share of it."""

    payments: int
    gross_minor: int
    creator_minor: int


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
class SubscribersPage:
    """Subscriptions, newest first; `next` is the cursor of the page after."""

    items: tuple[SubscriberCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SubscriberCounts:
    """How many subscriptions run, and how many began and ended since a moment."""

    running: int
    started: int
    ended: int


def earnings_page(creator_id: str, *, limit: int = 25, cursor: str | None = None) -> EarningsPage:
    """One page of what a creator earned."""
    args = {"limit": limit, "cursor": cursor}
    found = page(earned_by(creator_id), args, key=Payment.id, shape=earning)
    return EarningsPage(tuple(found["items"]), found["next"])


def earnings_of_asset(creator_id: str, asset_id: str) -> AssetEarnings:
    """What an asset of this creator brought; nothing for anybody else's. What was refunded does not count."""
    sums = (func.count(), func.sum(Payment.gross_minor), func.sum(Payment.creator_minor))
    query = select(*sums).where(
        Payment.creator_id == creator_id,
        Payment.asset_id == asset_id,
        Payment.state == PaymentState.SETTLED,
    )
    payments, gross, share = session.execute(query).one()
    return AssetEarnings(payments, int(gross or 0), int(share or 0))


def own_payout(creator_id: str, payout_id: str) -> PayoutCard:
    """A payout of this creator. Raises NoSuchOwnPayout, also for a neighbour's."""
    query = payouts_by(creator_id).where(Payout.id == payout_id)
    row = session.execute(query).scalar() if is_id(payout_id) else None
    if row is None:
        raise NoSuchOwnPayout(gettext("There is no such payout among yours."))
    return payout_card(row)


def subscribers_of(
    creator_id: str,
    *,
    ended: bool = False,
    since: datetime | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> SubscribersPage:
    """The subscriptions to a creator that run, or that `ended`; with `since` those that began (ended) after it."""
    query = select(Subscription).where(Subscription.creator_id == creator_id)
    query = query.where(Subscription.ended_at.is_not(None) if ended else Subscription.ended_at.is_(None))
    if since is not None:
        query = query.where((Subscription.ended_at if ended else Subscription.started_at) >= since)
    key = (Subscription.ended_at if ended else Subscription.started_at, Subscription.id)
    found = page(query, {"limit": limit, "cursor": cursor}, key=key, shape=lambda row: row)
    spent = _spent(creator_id, tuple(row.fan_id for row in found["items"]))
    return SubscribersPage(
        tuple(_card(row, spent.get(row.fan_id, 0)) for row in found["items"]), found["next"]
    )


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
