"""The finance board's figures, and the demo's year that fills them."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from fanzadmin.finance import demo, queries, service
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books
from fanzadmin.finance.ledger.models import JournalEntry
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.payouts.models import Payout
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoAsset, DemoCluster, DemoCreator, DemoFan, World
from fanzadmin.kernel.ids import id_at
from tests.conftest import make_user
from tests.finance.conftest import OK, Town, add_brands, paid_by

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
YEAR_AGO = NOW - timedelta(days=365)


def small_world(user_id: int) -> World:
    """Four creators and forty fans in two brands, and an item for sale each."""
    world = World(now=NOW, staff={"finance": user_id, "finance2": user_id})
    rng = world.rng("people")
    world.clusters = [DemoCluster("velvet", "Velvet", "USD"), DemoCluster("ember", "Ember", "EUR")]
    for place in range(4):
        cluster, joined = world.clusters[place % 2], YEAR_AGO + timedelta(days=place * 20)
        demo_creator = DemoCreator(
            id_at(joined, rng), user_id, f"c{place}", f"Creator {place}", cluster, joined, 999
        )
        world.creators.append(demo_creator)
        at = joined + timedelta(days=30)
        world.assets.append(DemoAsset(id_at(at, rng), demo_creator, "Sunset", "video", "ppv", 1_499, at))
    for place in range(40):
        cluster, joined = world.clusters[place % 2], YEAR_AGO + timedelta(days=place * 4)
        world.fans.append(DemoFan(id_at(joined, rng), user_id, f"Fan {place}", cluster, joined))
    return world


class TestDemo:
    @pytest.fixture
    def world(self, db: Any) -> Iterator[World]:
        add_brands()
        result = small_world(make_user(db, None))
        demo.seed(result)
        yield result
        db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    def test_the_year_is_booked_without_a_breach(self, world: World) -> None:
        assert session.execute(select(func.count()).select_from(JournalEntry)).scalar_one() > 200
        assert service.check_books() == ()

    def test_it_has_every_purpose_and_something_that_waits(self, world: World) -> None:
        purposes = set(session.execute(select(Payment.purpose).distinct()).scalars())
        assert purposes == {"subscription", "tip", "unlock"}
        assert "paid" in set(session.execute(select(Payout.state).distinct()).scalars())

    def test_the_others_see_the_same_subscriptions(self, world: World) -> None:
        held = {
            (subscription.fan.id, subscription.creator.id)
            for subscription in world.subscriptions
            if subscription.ended_at is None
        }
        query = select(Subscription.fan_id, Subscription.creator_id).where(Subscription.ended_at.is_(None))
        assert {tuple(row) for row in session.execute(query)} == held
        assert (world.fans[0].id, world.creators[0].id) in held

    def test_the_tallies_are_the_books(self, world: World) -> None:
        counter: Counter[str] = Counter()
        for (person, _), amounts in world.tallies.items():
            counter.update({f"{person} {name}": amount for name, amount in amounts.items()})
        for creator in world.creators:
            books = Books(creator.cluster.key, creator.cluster.currency)
            held = [
                ledger.total_minor(books.account(f"creator_{part}", creator.id))
                for part in ("available", "reserved", "paid")
            ]
            assert -sum(held) == counter[f"{creator.id} earned_minor"]
        fan = world.fans[0]
        assert paid_by(fan.id) == counter[f"{fan.id} spent_minor"]

    def test_nothing_happens_in_the_future(self, world: World) -> None:
        for column in (Payment.created_at, Payment.refunded_at, JournalEntry.effective_at, Payout.paid_at):
            assert (session.execute(select(func.max(column))).scalar() or NOW) <= NOW

    def test_the_same_seed_makes_the_same_year(self) -> None:
        years = [
            [
                (tip.at, tip.gross_minor)
                for tip in demo._tips(world_with_subscriptions(), world_with_subscriptions().rng("finance"))
            ]
            for _ in range(2)
        ]
        assert years[0] == years[1] != []


def world_with_subscriptions() -> World:
    from fanzadmin.kernel.demo import DemoSubscription

    world = small_world(1)
    world.subscriptions = [DemoSubscription(world.fans[0], world.creators[0], YEAR_AGO, None)]
    return world


class TestBoard:
    @pytest.fixture(autouse=True)
    def payments(self, town: Town) -> Iterator[None]:
        with clock.frozen(NOW):
            self._pay(town)
            yield

    def _pay(self, town: Town) -> None:
        mia, zoe = town.add_creator(price=999), town.add_creator(cluster="ember", price=500)
        tom, eva = town.add_fan(), town.add_fan(cluster="ember")
        self.mia, self.zoe = mia, zoe
        service.subscribe(tom.id, mia.id, payment_token=OK)
        service.tip(tom.id, mia.id, amount_minor=10_000, currency="USD", payment_token=OK)
        service.tip(tom.id, mia.id, amount_minor=10_000, currency="USD", payment_token=OK)
        service.tip(eva.id, zoe.id, amount_minor=1_000, currency="EUR", payment_token=OK)
        service.subscribe(eva.id, zoe.id, payment_token=OK)
        service.request_payout(mia.id, amount_minor=5_000)
        session.flush()
        self.since = NOW - timedelta(days=1)
        self.until = NOW + timedelta(days=1)

    def test_revenue_is_by_day_brand_and_purpose(self) -> None:
        rows = queries.revenue_by_day(self.since, self.until)
        figures = {
            (row.cluster, row.purpose): (row.payments, row.gross_minor, row.creator_minor) for row in rows
        }
        assert figures == {
            ("velvet", "tip"): (2, 20_000, 16_000),
            ("velvet", "subscription"): (1, 999, 799),
            ("ember", "tip"): (1, 1_000, 800),
            ("ember", "subscription"): (1, 500, 400),
        }
        for row in rows:
            assert row.gross_minor == row.processor_fee_minor + row.platform_fee_minor + row.creator_minor

    def test_a_manager_of_one_brand_gets_its_figures(self) -> None:
        rows = queries.revenue_by_day(self.since, self.until, clusters=("ember",))
        assert {row.cluster for row in rows} == {"ember"}
        assert queries.revenue_by_day(self.since, self.until, clusters=()) == ()

    def test_recurring_revenue_now_and_by_month(self) -> None:
        now = {
            row.cluster: (row.currency, row.subscriptions, row.mrr_minor)
            for row in queries.recurring_revenue()
        }
        assert now == {"velvet": ("USD", 1, 999), "ember": ("EUR", 1, 500)}
        months = queries.recurring_revenue_by_month(self.since - timedelta(days=62), self.until)
        assert {(row.cluster, row.mrr_minor) for row in months} == {("velvet", 999), ("ember", 500)}
        assert len({row.month for row in months}) == 1

    @pytest.mark.parametrize("column", ["cancelled_at", "paused_at"])
    def test_what_will_not_be_charged_again_does_not_recur(self, db: Any, column: str) -> None:
        running = db.query(Subscription).filter_by(cluster="ember", ended_at=None).one()
        setattr(running, column, clock.now())
        db.flush()
        assert {row.cluster for row in queries.recurring_revenue()} == {"velvet"}

    def test_what_waits_to_be_paid_was_requested_at_any_time(self) -> None:
        (row,) = queries.payouts_waiting()
        assert (row.cluster, row.currency, row.payouts, row.amount_minor) == ("velvet", "USD", 1, 5_000)

    def test_payouts_by_month_and_state(self) -> None:
        (row,) = queries.payouts_by_month(self.since)
        assert (row.state, row.payouts, row.amount_minor, row.currency) == ("requested", 1, 5_000, "USD")

    def test_the_top_creators_of_each_currency(self) -> None:
        top = queries.top_creators(self.since, self.until, limit=1)
        assert [(row.currency, row.creator_id, row.creator_minor) for row in top] == [
            ("EUR", self.zoe.id, 1_200),
            ("USD", self.mia.id, 16_799),
        ]
