"""Monthly subscriptions: begun by a payment, renewed by the clock, ended by the fan, by declines or by a refund."""

import calendar
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import Blocks, CreatorCard, People
from fanzadmin.contracts.finance import SubscriptionEnded, SubscriptionStarted
from fanzadmin.finance.payments.charging import ChargeRequest, refusal, try_charge
from fanzadmin.finance.payments.models import Payment, Purpose
from fanzadmin.finance.payments.processors import Charge, ProcessorAway
from fanzadmin.finance.payments.service import creator_for
from fanzadmin.finance.subscriptions.models import Subscription, SubscriptionState
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask

RENEWAL_TRIES = 3
TRY_AGAIN_AFTER = timedelta(days=1)
TRY_AGAIN_WHEN_AWAY = timedelta(hours=1)
RENEWALS_AT_ONCE = 500


class NoSuchSubscription(NotFound):
    title = "There is no such subscription"


class NotResumable(BusinessError):
    status = 409
    title = "This subscription cannot go on"


def subscribe(fan_id: str, creator_id: str, *, payment_token: str, key: str | None = None) -> str:
    """Begin a subscription with its first month paid (nothing is charged where it is free). Returns its id.

    A running one is answered as it is; one that was cancelled runs on. Raises NoSuchFan, NoSuchCreator, NotForSale,
    OtherBrand, Declined, ProcessorAway.
    """
    creator = creator_for(fan_id, creator_id)
    subscription_id = _claim(fan_id, creator)
    if subscription_id is None:
        return _run_on(fan_id, creator_id, payment_token)
    subscription = session.get_one(Subscription, subscription_id)
    if subscription.price_minor:
        _pay_first_month(subscription, payment_token, key)
    record(
        SubscriptionStarted(
            subscription_id=subscription.id,
            fan_id=fan_id,
            creator_id=creator_id,
            cluster=subscription.cluster,
        )
    )
    return subscription.id


def cancel_subscription(fan_id: str, subscription_id: str) -> None:
    """Let a fan's subscription end when what is paid has run out. Raises NoSuchSubscription (a neighbour's, too)."""
    _cancel(_running(fan_id, subscription_id))


def resume_subscription(fan_id: str, subscription_id: str) -> None:
    """Let a cancelled subscription go on while what is paid lasts; nothing is charged now, and one that runs is left as it is.

    Raises NoSuchSubscription (a neighbour's, too), NotResumable.
    """
    subscription = _running(fan_id, subscription_id)
    if subscription.state != SubscriptionState.CANCELLED:
        return
    creator = ask(People).creator(subscription.creator_id)
    is_sold = creator is not None and creator.is_active
    if (
        not is_sold
        or subscription.paid_until <= clock.now()
        or ask(Blocks).is_blocked(subscription.creator_id, fan_id)
    ):
        raise NotResumable(
            gettext("This subscription cannot go on. Subscribe anew where the creator offers it.")
        )
    subscription.state, subscription.cancelled_at = SubscriptionState.ACTIVE, None


def cancel_between(fan_id: str, creator_id: str) -> None:
    """After a block nothing is charged again: what runs between these two ends when what is paid has run out."""
    query = select(Subscription).where(
        Subscription.fan_id == fan_id, Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    subscription = session.execute(query.with_for_update()).scalar()
    if subscription is not None:
        _cancel(subscription)


def renew_due_subscriptions() -> int:
    """Charge what is due for another month, end what was cancelled or declined too often, pause what belongs to creators
    who may not act. Returns how many were due.

    Safe to run twice: a month is charged once, by its key.
    """
    due = (
        select(Subscription)
        .where(
            Subscription.next_charge_at <= clock.now(),
            Subscription.ended_at.is_(None),
            Subscription.paused_at.is_(None) | (Subscription.state == SubscriptionState.CANCELLED),
        )
        .order_by(Subscription.next_charge_at)
        .limit(RENEWALS_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    subscriptions = session.execute(due).scalars().all()
    active = ask(People).active_among(tuple({subscription.creator_id for subscription in subscriptions}))
    for subscription in subscriptions:
        if subscription.state == SubscriptionState.CANCELLED:
            end_subscription(subscription)
        elif subscription.creator_id not in active:
            subscription.paused_at = clock.now()
        elif subscription.price_minor == 0:
            _extend(subscription)
        else:
            _renew(subscription)
    return len(subscriptions)


def pause_subscriptions(creator_id: str) -> None:
    """Charge nothing for a creator who may not act, until `resume_subscriptions`."""
    session.execute(
        update(Subscription)
        .where(
            Subscription.creator_id == creator_id,
            Subscription.ended_at.is_(None),
            Subscription.paused_at.is_(None),
        )
        .values(paused_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def resume_subscriptions(creator_id: str) -> None:
    """Let paused subscriptions go on; the days of the pause are added to what is paid."""
    pause = clock.now() - Subscription.paused_at
    session.execute(
        update(Subscription)
        .where(
            Subscription.creator_id == creator_id,
            Subscription.ended_at.is_(None),
            Subscription.paused_at.is_not(None),
        )
        .values(
            paid_until=Subscription.paid_until + pause,
            next_charge_at=Subscription.next_charge_at + pause,
            paused_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def resume_forgotten_subscriptions() -> None:
    """Resume what a renewal paused in the moment in which its creator was reinstated."""
    paused = select(Subscription.creator_id).where(
        Subscription.paused_at.is_not(None), Subscription.ended_at.is_(None)
    )
    creator_ids = tuple(session.execute(paused.distinct()).scalars())
    for creator_id in sorted(ask(People).active_among(creator_ids)):
        resume_subscriptions(creator_id)


def end_subscriptions_of(creator_id: str) -> int:
    """End what runs to a creator who left for good, a batch at a time. Returns how many were ended."""
    running = select(Subscription).where(
        Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    batch = session.execute(running.limit(RENEWALS_AT_ONCE).with_for_update()).scalars().all()
    for subscription in batch:
        end_subscription(subscription)
    session.flush()  # the next batch begins after these
    return len(batch)


def end_refunded_subscription(payment_id: str) -> None:
    """A refunded fee ends the running subscription that it paid, at the next round of renewals."""
    subscription = session.execute(
        select(Subscription)
        .join(Payment, Payment.subscription_id == Subscription.id)
        .where(Payment.id == payment_id, Subscription.ended_at.is_(None))
        .with_for_update(of=Subscription)
    ).scalar()
    if subscription is not None:
        now = clock.now()
        subscription.state, subscription.cancelled_at = SubscriptionState.CANCELLED, now
        subscription.paid_until = subscription.next_charge_at = now


def end_subscription(subscription: Subscription) -> None:
    """The end; the fan may subscribe anew."""
    subscription.state, subscription.ended_at = SubscriptionState.ENDED, clock.now()
    record(
        SubscriptionEnded(
            subscription_id=subscription.id,
            fan_id=subscription.fan_id,
            creator_id=subscription.creator_id,
            cluster=subscription.cluster,
        )
    )


def month_after(at: datetime, anchor_day: int) -> datetime:
    """The same day of the next month as `anchor_day`, or that month's last day."""
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=min(anchor_day, calendar.monthrange(year, month)[1]))


def _running(fan_id: str, subscription_id: str) -> Subscription:
    """A fan's own running subscription, locked. Raises NoSuchSubscription."""
    query = select(Subscription).where(Subscription.id == subscription_id, Subscription.fan_id == fan_id)
    subscription: Subscription | None = (
        session.execute(query.with_for_update()).scalar() if is_id(subscription_id) else None
    )
    if subscription is None or subscription.ended_at is not None:
        raise NoSuchSubscription(gettext("There is no such running subscription."))
    return subscription


def _cancel(subscription: Subscription) -> None:
    if subscription.state != SubscriptionState.CANCELLED:
        subscription.state, subscription.cancelled_at = SubscriptionState.CANCELLED, clock.now()
        subscription.next_charge_at = subscription.paid_until


def _claim(fan_id: str, creator: CreatorCard) -> str | None:
    """The row of the new subscription; None when one runs. Two at once wait for each other here."""
    now = clock.now()
    until = month_after(now, now.day)
    row = insert(Subscription).values(
        id=new_id(),
        fan_id=fan_id,
        creator_id=creator.id,
        cluster=creator.cluster,
        currency=creator.currency,
        price_minor=creator.subscription_minor,
        state=SubscriptionState.ACTIVE.value,
        instrument="",
        failed_renewals=0,
        started_at=now,
        paid_until=until,
        next_charge_at=until,
    )
    return session.execute(row.on_conflict_do_nothing().returning(Subscription.id)).scalar()


def _run_on(fan_id: str, creator_id: str, token: str) -> str:
    """A cancelled subscription goes on; one that is past due is paid with the new card."""
    query = select(Subscription).where(
        Subscription.fan_id == fan_id, Subscription.creator_id == creator_id, Subscription.ended_at.is_(None)
    )
    running = session.execute(query.with_for_update()).scalar_one()
    if running.state == SubscriptionState.CANCELLED and running.paid_until > clock.now():
        running.state, running.cancelled_at = SubscriptionState.ACTIVE, None
    elif running.state == SubscriptionState.PAST_DUE:
        payment, answer = try_charge(_month(running, token, _renewal_key(running)))
        if answer is not None and not answer.approved:
            raise refusal(payment, answer)
        _extend(running, answer)
    return running.id


def _pay_first_month(subscription: Subscription, token: str, key: str | None) -> None:
    """A declined first payment ends the subscription at once: the refusal stays, and the place is free."""
    payment, answer = try_charge(_month(subscription, token, key or f"first:{subscription.id}"))
    if answer is not None and not answer.approved:
        subscription.state, subscription.ended_at = SubscriptionState.ENDED, clock.now()
        raise refusal(payment, answer)
    subscription.instrument = answer.instrument if answer else ""


def _renew(subscription: Subscription) -> None:
    try:
        with session.begin_nested():
            month = _month(subscription, subscription.instrument, _renewal_key(subscription))
            _, answer = try_charge(month)
    except ProcessorAway:
        subscription.next_charge_at = clock.now() + TRY_AGAIN_WHEN_AWAY
        return
    if answer is None or answer.approved:
        _extend(subscription, answer)
        return
    subscription.failed_renewals += 1
    if subscription.failed_renewals >= RENEWAL_TRIES:
        end_subscription(subscription)
    else:
        subscription.state = SubscriptionState.PAST_DUE
        subscription.next_charge_at = clock.now() + TRY_AGAIN_AFTER


def _renewal_key(subscription: Subscription) -> str:
    return f"renewal:{subscription.id}:{subscription.paid_until.date()}:{subscription.failed_renewals}"


def _extend(subscription: Subscription, answer: Charge | None = None) -> None:
    """One month more, counted from now after a long standstill, so that no fan pays for several months at once."""
    now = clock.now()
    until = month_after(subscription.paid_until, _anchor_day(subscription))
    if until <= now:
        until = month_after(now, now.day)
    subscription.paid_until = subscription.next_charge_at = until
    subscription.state, subscription.failed_renewals = SubscriptionState.ACTIVE, 0
    if answer is not None:
        subscription.instrument = answer.instrument


def _anchor_day(subscription: Subscription) -> int:
    """The day of the month on which it renews: that of its beginning, unless a pause moved it."""
    began, paid_until = subscription.started_at.day, subscription.paid_until
    last = calendar.monthrange(paid_until.year, paid_until.month)[1]
    return began if paid_until.day == min(began, last) else paid_until.day


def _month(subscription: Subscription, token: str, key: str) -> ChargeRequest:
    return ChargeRequest(
        Purpose.SUBSCRIPTION,
        subscription.fan_id,
        subscription.creator_id,
        subscription.cluster,
        subscription.currency,
        subscription.price_minor,
        token,
        key=key,
        subscription_id=subscription.id,
    )
