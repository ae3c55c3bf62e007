"""A year of money: subscriptions with their renewals, unlocks, tips, declines, refunds, settlements and payouts."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import insert

from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import AccountKey, Books, Draft, Line
from fanzadmin.finance.ledger.models import Account
from fanzadmin.finance.payments import templates
from fanzadmin.finance.payments.fees import Shares, divide, rule_at
from fanzadmin.finance.payouts.models import PayoutState
from fanzadmin.finance.payouts.service import LOWEST_PAYOUT_MINOR, payout_draft
from fanzadmin.finance.subscriptions.models import Subscription, SubscriptionState
from fanzadmin.finance.subscriptions.service import month_after
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoCreator, DemoFan, DemoSubscription, World
from fanzadmin.kernel.ids import id_at

HELD = (0, 1, 1, 1, 2, 2, 3)  # subscriptions of a fan in the year
TIPS = (0, 1, 2, 4, 6, 9, 14)
UNLOCKS = (0, 0, 2, 4, 6, 8)
TIP_MINOR = (200, 300, 500, 500, 1000, 1000, 1500, 2500, 5000)
CHURN, DECLINED, REFUNDED = 0.13, 0.02, 0.004  # per month, per payment, per payment
SHARE_PAID_OUT = 0.9
REQUESTED_LATELY = (
    0.06  # creators who ask out of turn in the last days, so that something waits for the finance team
)
PAYOUT_COLUMNS = (
    "id", "creator_id", "cluster", "currency", "amount_minor", "state", "requested_at", "requested_by",
    "approved_at", "approved_by", "paid_at", "paid_by", "refused_at", "refused_by", "reason",
)  # fmt: skip
PAYMENT_COLUMNS = (
    "id", "purpose", "state", "fan_id", "creator_id", "asset_id", "subscription_id", "cluster", "currency",
    "gross_minor", "processor_fee_minor", "platform_fee_minor", "creator_minor", "rule_version", "adapter",
    "processor_reference", "reason", "created_at", "settled_at", "refunded_at",
)  # fmt: skip
ENTRY_COLUMNS = (
    "id", "reference", "template", "rule_version", "cluster", "description", "effective_at", "posted_at", "reverses_id",
)  # fmt: skip
POSTING_COLUMNS = ("entry_id", "account_id", "amount_minor", "currency")


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of the demo before it is written."""

    at: datetime
    purpose: str
    fan: DemoFan
    creator: DemoCreator
    gross_minor: int
    asset_id: str | None = None
    subscription_id: str | None = None


@dataclass
class Year:
    """The rows of the year, in the order of time."""

    rng: Random
    now: datetime
    staff: tuple[int | None, int | None]
    payments: list[tuple[object, ...]] = field(default_factory=list)
    payouts: list[tuple[object, ...]] = field(default_factory=list)
    entries: list[tuple[object, ...]] = field(default_factory=list)
    postings: list[tuple[object, ...]] = field(default_factory=list)
    accounts: dict[AccountKey, str] = field(default_factory=dict)
    available: Counter[str] = field(default_factory=Counter)
    owed: Counter[Books] = field(default_factory=Counter)

    def book(self, draft: Draft, *, reverses_id: str | None = None) -> str:
        """Queue an entry and its postings. Returns the entry's id."""
        at, entry_id = draft.effective_at, id_at(draft.effective_at, self.rng)
        head = (draft.reference, draft.template, draft.rule_version, draft.cluster, draft.description)
        self.entries.append((entry_id, *head, at, at, reverses_id))
        for line in draft.lines:
            account_id = self.accounts.get(line.account)
            if account_id is None:
                account_id = self.accounts[line.account] = line.account.id
            self.postings.append((entry_id, account_id, line.amount_minor, draft.currency))
            if line.account.code == "creator_available":
                self.available[line.account.creator_id or ""] -= line.amount_minor
            elif line.account.code == "psp_clearing":
                self.owed[Books(draft.cluster, draft.currency)] += line.amount_minor
        return entry_id


def seed(world: World) -> None:
    """Needs `world.creators` and `world.fans`; unlocks what `world.assets` offers. Fills `world.subscriptions`."""
    rng = world.rng("finance")
    staff = (world.staff.get("finance"), world.staff.get("finance2"))
    year = Year(rng, world.now, staff)
    paid = [*_subscriptions(world, rng), *_tips(world, rng), *_unlocks(world, rng)]
    paid.sort(key=lambda payment: payment.at)
    _live(world, year, paid)
    session.flush()
    session.execute(insert(Account), list(ledger.account_rows(year.accounts)))
    _copy("journal_entry", ENTRY_COLUMNS, year.entries)
    _copy("posting", POSTING_COLUMNS, year.postings)
    _copy("payment", PAYMENT_COLUMNS, year.payments)
    _copy("payout", PAYOUT_COLUMNS, year.payouts)


def _live(world: World, year: Year, paid: Sequence[Paid]) -> None:
    """Let the year pass: payments as they come, the processor's settlement by day, payouts on the third of a month."""
    by_day: defaultdict[object, list[Paid]] = defaultdict(list)
    for payment in paid:
        by_day[payment.at.date()].append(payment)
    if not paid:
        return
    midnight = paid[0].at.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight <= world.now:
        _settle(year, midnight)
        late = world.now - midnight < timedelta(days=4)
        for creator in world.creators:
            if midnight.day == 3 or (late and year.rng.random() < REQUESTED_LATELY):
                _pay_out(world, year, creator, midnight + timedelta(hours=year.rng.uniform(1, 20)))
        for payment in by_day[midnight.date()]:
            _pay(world, year, payment)
        midnight += timedelta(days=1)


def _pay(world: World, year: Year, payment: Paid) -> None:
    rng, books = year.rng, Books(payment.creator.cluster.key, payment.creator.cluster.currency)
    shares, payment_id = divide(payment.gross_minor, rule_at(payment.at)), id_at(payment.at, rng)
    if payment.purpose != "subscription" and rng.random() < DECLINED:
        year.payments.append(_payment_row(payment, books, shares, payment_id=payment_id, state="declined"))
        return
    draft = templates.payment_settled(
        books,
        payment_id,
        purpose=payment.purpose,
        creator_id=payment.creator.id,
        shares=shares,
        at=payment.at,
    )
    entry_id, day_after = year.book(draft), payment.at + timedelta(days=1)
    if payment.purpose != "subscription" and rng.random() < REFUNDED and day_after < world.now:
        lines = tuple(Line(line.account, -line.amount_minor) for line in draft.lines)
        label = f"{payment.purpose.capitalize()} refunded"
        back = Draft(
            f"refund:{payment_id}", "payment_refunded", books.cluster, books.currency, label, day_after, lines
        )
        year.book(back, reverses_id=entry_id)
        year.payments.append(
            _payment_row(
                payment, books, shares, payment_id=payment_id, state="refunded", refunded_at=day_after
            )
        )
        _count(world, payment, shares, at=payment.at)
        _count(world, payment, shares, at=day_after, sign=-1)
        return
    year.payments.append(_payment_row(payment, books, shares, payment_id=payment_id, state="settled"))
    _count(world, payment, shares, at=payment.at)


def _count(world: World, payment: Paid, shares: Shares, *, at: datetime, sign: int = 1) -> None:
    """A payment in the figures of its creator, fan and asset; a refund with `sign` -1, on its own day."""
    kinds = {"tip": {"tips": sign}, "unlock": {"unlocks": sign}}.get(payment.purpose, {})
    earned = {"earned_minor": sign * shares.creator_minor}
    world.tally(payment.creator.id, at, gross_minor=sign * shares.gross_minor, **earned, **kinds)
    world.tally(payment.fan.id, at, spent_minor=sign * shares.gross_minor)
    if payment.asset_id:
        world.tally(payment.asset_id, at, **earned, **kinds)
    if payment.purpose != "subscription" and sign > 0:
        world.see(payment.fan, at)


def _payment_row(
    payment: Paid,
    books: Books,
    shares: Shares,
    *,
    payment_id: str,
    state: str,
    refunded_at: datetime | None = None,
) -> tuple[object, ...]:
    declined = state == "declined"
    return (
        payment_id,
        payment.purpose,
        state,
        payment.fan.id,
        payment.creator.id,
        payment.asset_id,
        payment.subscription_id,
        books.cluster,
        books.currency,
        shares.gross_minor,
        shares.processor_fee_minor,
        shares.platform_fee_minor,
        shares.creator_minor,
        shares.rule_version,
        "sandbox",
        f"sbx_{payment_id}",
        "The card was declined." if declined else None,
        payment.at,
        None if declined else payment.at,
        refunded_at,
    )


def _settle(year: Year, midnight: datetime) -> None:
    for books, amount in list(year.owed.items()):
        if amount > 0:
            day = f"{midnight - timedelta(days=1):%Y-%m-%d}"
            year.book(templates.processor_settled(books, day, amount_minor=amount, at=midnight))


def _pay_out(world: World, year: Year, creator: DemoCreator, at: datetime) -> None:
    """Most of what is available; this month's requests still wait, and one in eighty is refused."""
    amount = int(year.available[creator.id] * SHARE_PAID_OUT) // 100 * 100
    if amount < LOWEST_PAYOUT_MINOR or at > world.now:
        return
    books, payout_id = Books(creator.cluster.key, creator.cluster.currency), id_at(at, year.rng)
    draft = partial(payout_draft, books, payout_id, creator_id=creator.id, amount_minor=amount)
    year.book(draft(state=PayoutState.REQUESTED, at=at))
    approved, done = at + timedelta(days=1), at + timedelta(days=3)
    approver, payer = year.staff
    row = (payout_id, creator.id, books.cluster, books.currency, amount)
    requested = (at, creator.user_id)
    if year.rng.random() < 1 / 80 and approved < world.now:
        year.book(draft(state=PayoutState.REFUSED, at=approved))
        reason = "The bank does not know this account. Check it and ask again."
        year.payouts.append((*row, "refused", *requested, None, None, None, None, approved, approver, reason))
    elif done < world.now:
        year.book(draft(state=PayoutState.PAID, at=done))
        year.payouts.append((*row, "paid", *requested, approved, approver, done, payer, None, None, None))
        world.tally(creator.id, done, paid_out_minor=amount)
    elif approved < world.now:
        year.payouts.append((*row, "approved", *requested, approved, approver, None, None, None, None, None))
    else:
        year.payouts.append((*row, "requested", *requested, None, None, None, None, None, None, None))


def _subscriptions(world: World, rng: Random) -> Iterator[Paid]:
    """Subscriptions with every month's payment; written and put into the world on the way."""
    rows = []
    for place, fan in enumerate(world.fans):
        for creator in _liked(world, rng, fan, rng.choice(HELD), first=place == 0):
            held = max(fan.joined_at, creator.joined_at)
            started = held + (world.now - held) * rng.random() * 0.98
            subscription_id, until, ended = id_at(started, rng), started, None
            while until <= world.now and ended is None:
                yield Paid(
                    until, "subscription", fan, creator, creator.price_minor, subscription_id=subscription_id
                )
                until = month_after(until, started.day)
                forever = place == 0 and creator is world.creators[0]
                if rng.random() < CHURN and not forever and until < world.now:
                    ended = until
            rows.append(
                _subscription_row(subscription_id, fan, creator, started=started, until=until, ended=ended)
            )
            world.subscriptions.append(DemoSubscription(fan, creator, started, ended))
            world.see(fan, started)
    if rows:
        session.execute(insert(Subscription), rows)


def _subscription_row(
    subscription_id: str,
    fan: DemoFan,
    creator: DemoCreator,
    *,
    started: datetime,
    until: datetime,
    ended: datetime | None,
) -> dict[str, object]:
    return {
        "id": subscription_id,
        "fan_id": fan.id,
        "creator_id": creator.id,
        "cluster": creator.cluster.key,
        "currency": creator.cluster.currency,
        "price_minor": creator.price_minor,
        "state": SubscriptionState.ENDED if ended else SubscriptionState.ACTIVE,
        "instrument": "sandbox_ok",
        "failed_renewals": 0,
        "started_at": started,
        "paid_until": until,
        "next_charge_at": until,
        "cancelled_at": ended,
        "ended_at": ended,
    }


def _tips(world: World, rng: Random) -> Iterator[Paid]:
    for subscription in world.subscriptions:
        lasted = (subscription.ended_at or world.now) - subscription.started_at
        for _ in range(rng.choice(TIPS)):
            at = subscription.started_at + lasted * rng.random()
            yield Paid(at, "tip", subscription.fan, subscription.creator, rng.choice(TIP_MINOR))


def _unlocks(world: World, rng: Random) -> Iterator[Paid]:
    """Subscribers unlock items of their creator, each once, in the weeks after it came out."""
    offered = defaultdict(list)
    for asset in world.assets:
        if asset.audience == "ppv" and asset.price_minor > 0:
            offered[asset.creator.id].append(asset)
    unlocked: set[tuple[str, str]] = set()
    for subscription in world.subscriptions:
        items = offered[subscription.creator.id]
        for asset in rng.sample(items, min(len(items), rng.choice(UNLOCKS))):
            since = max(asset.published_at, subscription.started_at)
            at = since + timedelta(days=rng.expovariate(1 / 6))
            if at < world.now and (subscription.fan.id, asset.id) not in unlocked:
                unlocked.add((subscription.fan.id, asset.id))
                yield Paid(
                    at,
                    "unlock",
                    subscription.fan,
                    subscription.creator,
                    asset.price_minor,
                    asset_id=asset.id,
                )


def _liked(world: World, rng: Random, fan: DemoFan, count: int, *, first: bool) -> list[DemoCreator]:
    """Different creators of the fan's brand, the early ones more popular; the first fan follows the first creator."""
    here = [creator for creator in world.creators if creator.cluster.key == fan.cluster.key]
    if not here:
        return []
    weights = [1 / (place + 2) for place in range(len(here))]
    chosen = {creator.id: creator for creator in rng.choices(here, weights, k=count)}
    if first and world.creators[0] in here:
        chosen[world.creators[0].id] = world.creators[0]
    return list(chosen.values())


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    """PostgreSQL's COPY: the journal of a year in one statement, several times as fast as INSERT."""
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join("\\N" if value is None else str(value) for value in row) + "\n")
    lines.seek(0)
    cursor: Any = session.connection().connection.cursor()  # Any: COPY is psycopg2's own
    cursor.copy_expert(f"COPY finance.{table} ({', '.join(columns)}) FROM STDIN", lines)
