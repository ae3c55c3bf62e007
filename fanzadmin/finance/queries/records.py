"""Payments, subscriptions and payouts as those see them whose they are. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from fanzadmin.finance.models import Payment, PaymentState, Payout, Subscription
from fanzadmin.kernel.db import session


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A payment as the fan who made it sees it."""

    payment_id: str
    purpose: str
    state: str
    fan_id: str
    creator_id: str
    asset_id: str | None
    gross_minor: int
    currency: str
    settled_at: datetime | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Earning:
    """A payment as the creator who earned it sees it."""

    payment_id: str
    purpose: str
    state: str
    fan_id: str
    asset_id: str | None
    gross_minor: int
    creator_minor: int
    currency: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """A fan's subscription."""

    subscription_id: str
    creator_id: str
    state: str
    price_minor: int
    currency: str
    paid_until: datetime


@dataclass(frozen=True, slots=True)
class PayoutCard:
    """A payout as its creator sees it."""

    id: str
    amount_minor: int
    currency: str
    state: str
    requested_at: datetime
    paid_at: datetime | None
    reason: str | None


def payments_of(fan_id: str) -> Select[Payment]:
    """A fan's payments, for paging."""
    return select(Payment).where(Payment.fan_id == fan_id)


def earned_by(creator_id: str) -> Select[Payment]:
    """The payments that a creator earned (refunded ones say so), for paging."""
    booked = (PaymentState.SETTLED, PaymentState.REFUNDED)
    return select(Payment).where(Payment.creator_id == creator_id, Payment.state.in_(booked))


def payouts_by(creator_id: str) -> Select[Payout]:
    """A creator's payouts, for paging."""
    return select(Payout).where(Payout.creator_id == creator_id)


def earnings_of(creator_id: str, limit: int = 20) -> tuple[Earning, ...]:
    """What a creator earned, newest first."""
    query = earned_by(creator_id).order_by(Payment.id.desc()).limit(limit)
    return tuple(earning(row) for row in session.execute(query).scalars())


def payouts_of(creator_id: str, limit: int = 20) -> tuple[PayoutCard, ...]:
    """A creator's payouts, newest first."""
    query = payouts_by(creator_id).order_by(Payout.id.desc()).limit(limit)
    return tuple(payout_card(row) for row in session.execute(query).scalars())


def payout(payout_id: str) -> PayoutCard:
    """One payout. Raises sqlalchemy's NoResultFound."""
    return payout_card(session.get_one(Payout, payout_id))


def subscription(subscription_id: str) -> SubscriptionCard:
    """One subscription. Raises sqlalchemy's NoResultFound."""
    return subscription_card(session.get_one(Subscription, subscription_id))


def subscriptions_of(fan_id: str) -> tuple[SubscriptionCard, ...]:
    """A fan's running subscriptions, newest first."""
    query = select(Subscription).where(Subscription.fan_id == fan_id, Subscription.ended_at.is_(None))
    rows = session.execute(query.order_by(Subscription.id.desc())).scalars()
    return tuple(subscription_card(row) for row in rows)


def payment_card(row: Payment) -> PaymentCard:
    return PaymentCard(
        payment_id=row.id,
        purpose=row.purpose,
        state=row.state,
        fan_id=row.fan_id,
        creator_id=row.creator_id,
        asset_id=row.asset_id,
        gross_minor=row.gross_minor,
        currency=row.currency,
        settled_at=row.settled_at,
    )


def earning(row: Payment) -> Earning:
    return Earning(
        payment_id=row.id,
        purpose=row.purpose,
        state=row.state,
        fan_id=row.fan_id,
        asset_id=row.asset_id,
        gross_minor=row.gross_minor,
        creator_minor=row.creator_minor,
        currency=row.currency,
        settled_at=row.settled_at,
    )


def subscription_card(row: Subscription) -> SubscriptionCard:
    return SubscriptionCard(row.id, row.creator_id, row.state, row.price_minor, row.currency, row.paid_until)


def payout_card(row: Payout) -> PayoutCard:
    return PayoutCard(
        row.id, row.amount_minor, row.currency, row.state, row.requested_at, row.paid_at, row.reason
    )
