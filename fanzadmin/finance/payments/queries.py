"""Payments as the fan and the creator see them, and what they unlock. Amounts are minor units."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fanzadmin.finance.payments.models import Payment, PaymentState, Purpose
from fanzadmin.kernel.db import session
from fanzadmin.kernel.web.paging import KeysetQuery


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A payment as its fan sees it: `payment_id` is its reference. `repeated`: it was made before, this request charged nothing."""

    payment_id: str
    purpose: str
    state: str
    fan_id: str
    creator_id: str
    asset_id: str | None
    gross_minor: int
    currency: str
    created_at: datetime
    settled_at: datetime | None
    refunded_at: datetime | None
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
class AssetEarnings:
    """What one asset brought: payments, all that fans paid, and the creator's share of it."""

    payments: int
    gross_minor: int
    creator_minor: int


def payments_of(fan_id: str) -> KeysetQuery[PaymentCard]:
    """A fan's payments, newest first."""
    return KeysetQuery(select(Payment).where(Payment.fan_id == fan_id), (Payment.id,), payment_card)


def earnings_of(creator_id: str) -> KeysetQuery[Earning]:
    """The payments that a creator earned (refunded ones say so), newest first."""
    booked = (PaymentState.SETTLED, PaymentState.REFUNDED)
    query = select(Payment).where(Payment.creator_id == creator_id, Payment.state.in_(booked))
    return KeysetQuery(query, (Payment.id,), earning)


def payment_card(row: Payment, *, repeated: bool = False) -> PaymentCard:
    return PaymentCard(
        payment_id=row.id,
        purpose=row.purpose,
        state=row.state,
        fan_id=row.fan_id,
        creator_id=row.creator_id,
        asset_id=row.asset_id,
        gross_minor=row.gross_minor,
        currency=row.currency,
        created_at=row.created_at,
        settled_at=row.settled_at,
        refunded_at=row.refunded_at,
        repeated=repeated,
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


def unlocked_among(fan_id: str, asset_ids: tuple[str, ...]) -> frozenset[str]:
    """Those of `asset_ids` that a fan has unlocked."""
    query = select(Payment.asset_id).where(
        Payment.fan_id == fan_id,
        Payment.asset_id.in_(asset_ids),
        Payment.purpose == Purpose.UNLOCK,
        Payment.state == PaymentState.SETTLED,
    )
    return frozenset(asset_id for asset_id in session.execute(query).scalars() if asset_id)
