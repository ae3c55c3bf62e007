"""Figures for the finance board. Each is one statement; amounts are minor units of `currency`, never added across
currencies. `clusters` None means: all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, and_, cast, func, select

from fanzadmin.finance.ledger.models import Account, JournalEntry, Kind, Posting
from fanzadmin.finance.payments.models import Payment, PaymentState
from fanzadmin.finance.payouts.models import Payout, PayoutState
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.kernel.db import session

Clusters = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Revenue:
    """The settled payments of a UTC day, cluster and purpose."""

    day: date
    cluster: str
    currency: str
    purpose: str
    payments: int
    gross_minor: int
    processor_fee_minor: int
    platform_fee_minor: int
    creator_minor: int


@dataclass(frozen=True, slots=True)
class RecurringRevenue:
    """What the subscriptions that renew bring in a month: not those that were cancelled, not those that are paused."""

    cluster: str
    currency: str
    subscriptions: int
    mrr_minor: int


@dataclass(frozen=True, slots=True)
class RecurringMonth:
    """The recurring revenue at the end of a month (or now, in the last one)."""

    month: date
    cluster: str
    currency: str
    subscriptions: int
    mrr_minor: int


@dataclass(frozen=True, slots=True)
class PayoutFigures:
    """Payouts by the state they are in and the month they were requested in."""

    month: date
    cluster: str
    currency: str
    state: str
    payouts: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TopCreator:
    creator_id: str
    cluster: str
    currency: str
    payments: int
    gross_minor: int
    creator_minor: int


@dataclass(frozen=True, slots=True)
class ClusterRevenue:
    """The settled payments of a cluster and currency over a period."""

    cluster: str
    currency: str
    payments: int
    gross_minor: int
    processor_fee_minor: int
    platform_fee_minor: int
    creator_minor: int


@dataclass(frozen=True, slots=True)
class PayoutsWaiting:
    """Payouts that creators wait for."""

    cluster: str
    currency: str
    payouts: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CostFigures:
    """What the platform spent in a month; `code` is the account: storage_cost or processing_cost."""

    month: date
    cluster: str
    currency: str
    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BooksSum:
    """All postings of a cluster's books in a currency. In books that are right the two sides are the same."""

    cluster: str
    currency: str
    postings: int
    debits_minor: int
    credits_minor: int


def revenue_by_day(since: datetime, until: datetime, *, clusters: Clusters = None) -> tuple[Revenue, ...]:
    """Settled payments from `since` to before `until`, oldest day first; an index-only scan of ix_payment_settled."""
    day = cast(func.timezone("UTC", Payment.settled_at), Date).label("day")
    by = (day, Payment.cluster, Payment.currency, Payment.purpose)
    query = (
        select(
            *by,
            func.count(),
            func.sum(Payment.gross_minor),
            func.sum(Payment.processor_fee_minor),
            func.sum(Payment.platform_fee_minor),
            func.sum(Payment.creator_minor),
        )
        .where(*_settled(since, until), *_within(Payment.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        Revenue(on, cluster, currency, purpose, *(int(amount) for amount in amounts))
        for on, cluster, currency, purpose, *amounts in session.execute(query)
    )


def revenue_by_cluster(
    since: datetime, until: datetime, *, clusters: Clusters = None
) -> tuple[ClusterRevenue, ...]:
    """Settled payments from `since` to before `until` by cluster and currency; an index-only scan of ix_payment_settled."""
    by = (Payment.cluster, Payment.currency)
    query = (
        select(
            *by,
            func.count(),
            func.sum(Payment.gross_minor),
            func.sum(Payment.processor_fee_minor),
            func.sum(Payment.platform_fee_minor),
            func.sum(Payment.creator_minor),
        )
        .where(*_settled(since, until), *_within(Payment.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        ClusterRevenue(cluster, currency, *(int(amount) for amount in amounts))
        for cluster, currency, *amounts in session.execute(query)
    )


def recurring_revenue(*, clusters: Clusters = None) -> tuple[RecurringRevenue, ...]:
    """Monthly recurring revenue now: the subscriptions that will be charged again."""
    by = (Subscription.cluster, Subscription.currency)
    query = (
        select(*by, func.count(), func.sum(Subscription.price_minor))
        .where(*_recurring(), *_within(Subscription.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        RecurringRevenue(cluster, currency, int(count), int(total))
        for cluster, currency, count, total in session.execute(query)
    )


def recurring_revenue_by_month(
    since: datetime, until: datetime, *, clusters: Clusters = None
) -> tuple[RecurringMonth, ...]:
    """Monthly recurring revenue at each month's end between `since` and `until`, from one pass of subscriptions.

    Of pauses only the present one is known: a month in which a subscription was paused and went on again counts it.
    """
    months = (
        func.generate_series(func.date_trunc("month", since), func.date_trunc("month", until), "1 month")
        .table_valued("begins", name="months")
        .render_derived()
    )
    end = func.least(months.c.begins + func.make_interval(0, 1), until)
    by = (months.c.begins, Subscription.cluster, Subscription.currency)
    held = and_(
        Subscription.started_at < end,
        *(column.is_(None) | (column >= end) for column in _STOPS),
    )
    query = (
        select(*by, func.count(), func.sum(Subscription.price_minor))
        .select_from(months)
        .join(Subscription, held)
        .where(*_within(Subscription.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        RecurringMonth(begins.date(), cluster, currency, int(count), int(total))
        for begins, cluster, currency, count, total in session.execute(query)
    )


def payouts_by_month(since: datetime, *, clusters: Clusters = None) -> tuple[PayoutFigures, ...]:
    """Payouts requested since then, by month and state, oldest first."""
    month = cast(func.date_trunc("month", func.timezone("UTC", Payout.requested_at)), Date).label("month")
    by = (month, Payout.cluster, Payout.currency, Payout.state)
    query = (
        select(*by, func.count(), func.sum(Payout.amount_minor))
        .where(Payout.requested_at >= since, *_within(Payout.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        PayoutFigures(when, cluster, currency, state, int(count), int(total))
        for when, cluster, currency, state, count, total in session.execute(query)
    )


def payouts_waiting(*, clusters: Clusters = None) -> tuple[PayoutsWaiting, ...]:
    """What is requested or approved and not paid yet, whenever it was requested."""
    by = (Payout.cluster, Payout.currency)
    query = (
        select(*by, func.count(), func.sum(Payout.amount_minor))
        .where(
            Payout.state.in_((PayoutState.REQUESTED, PayoutState.APPROVED)),
            *_within(Payout.cluster, clusters),
        )
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        PayoutsWaiting(cluster, currency, int(count), int(total))
        for cluster, currency, count, total in session.execute(query)
    )


def costs_by_month(since: datetime, until: datetime, *, clusters: Clusters = None) -> tuple[CostFigures, ...]:
    """What storage and processing cost by month, oldest first."""
    month = cast(func.date_trunc("month", func.timezone("UTC", JournalEntry.effective_at)), Date).label(
        "month"
    )
    by = (month, Account.cluster, Account.currency, Account.code)
    query = (
        select(*by, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            Account.kind == Kind.EXPENSE,
            Account.code.in_(("storage_cost", "processing_cost")),
            JournalEntry.effective_at >= since,
            JournalEntry.effective_at < until,
            *_within(Account.cluster, clusters),
        )
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        CostFigures(when, cluster, currency, code, int(total))
        for when, cluster, currency, code, total in session.execute(query)
    )


def books_sums(*, clusters: Clusters = None) -> tuple[BooksSum, ...]:
    """Debits and credits of each cluster and currency; an index-only scan of ix_posting_account_id."""
    by = (Account.cluster, Account.currency)
    amount = Posting.amount_minor
    query = (
        select(
            *by,
            func.count(),
            func.coalesce(func.sum(amount).filter(amount > 0), 0),
            func.coalesce(-func.sum(amount).filter(amount < 0), 0),
        )
        .join(Posting, Posting.account_id == Account.id)
        .where(*_within(Account.cluster, clusters))
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        BooksSum(cluster, currency, int(count), int(debits), int(credits_))
        for cluster, currency, count, debits, credits_ in session.execute(query)
    )


def top_creators(
    since: datetime, until: datetime, *, limit: int = 10, clusters: Clusters = None
) -> tuple[TopCreator, ...]:
    """Who earned most in a currency, that currency's best first; an index-only scan of ix_payment_settled."""
    by = (Payment.creator_id, Payment.cluster, Payment.currency)
    earned = func.sum(Payment.creator_minor)
    place = func.row_number().over(partition_by=Payment.currency, order_by=earned.desc())
    ranked = (
        select(
            *by,
            func.count().label("payments"),
            func.sum(Payment.gross_minor).label("gross"),
            earned.label("earned"),
            place.label("place"),
        )
        .where(*_settled(since, until), *_within(Payment.cluster, clusters))
        .group_by(*by)
        .subquery()
    )
    query = select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.currency, ranked.c.place)
    return tuple(
        TopCreator(creator, cluster, currency, int(count), int(gross), int(total))
        for creator, cluster, currency, count, gross, total, _ in session.execute(query)
    )


_STOPS = (Subscription.ended_at, Subscription.cancelled_at, Subscription.paused_at)


def _recurring() -> tuple[ColumnElement[bool], ...]:
    """Runs, was not cancelled and is not paused; one that is past due is charged again."""
    return tuple(column.is_(None) for column in _STOPS)


def _settled(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Payment.state == PaymentState.SETTLED, Payment.settled_at >= since, Payment.settled_at < until)


def _within(column: object, clusters: Clusters) -> tuple[ColumnElement[bool], ...]:
    return () if clusters is None else (column.in_(clusters),)  # type: ignore[attr-defined]
