"""Subscriptions over months: begun, renewed, declined, cancelled, ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.finance import (
    PaymentRefunded,
    PaymentSettled,
    SubscriptionEnded,
    SubscriptionStarted,
)
from fanzadmin.finance import queries, service
from fanzadmin.finance.payments import charging
from fanzadmin.finance.payments import service as payments
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.subscriptions import service as subscriptions
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.finance.subscriptions.service import month_after
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.facts import handlers
from fanzadmin.kernel.db import session
from jobs import finance as jobs
from tests.finance.conftest import DECLINED, OK, Town

Recorded = Callable[..., list[dict[str, Any]]]
START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def running(subscription_id: str) -> Subscription:
    session.flush()
    return session.get_one(Subscription, subscription_id)


class TestSubscribe:
    def test_the_first_month_is_paid_and_the_fan_belongs(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(price=999), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        session.flush()
        assert queries.is_subscribed(fan.id, creator.id)
        assert queries.subscriber_ids(creator.id) == (fan.id,)
        assert queries.subscribed_creator_ids(fan.id) == {creator.id}
        assert recorded(SubscriptionStarted)[0]["subscription_id"] == subscription_id
        assert recorded(PaymentSettled)[0]["gross_minor"] == 999

    def test_a_second_time_is_the_same_subscription(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        ids = {service.subscribe(fan.id, creator.id, payment_token=OK) for _ in range(2)}
        assert len(ids) == 1
        assert len(recorded(PaymentSettled)) == len(recorded(SubscriptionStarted)) == 1

    def test_a_free_one_charges_nothing(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(price=0), town.add_fan()
        service.subscribe(fan.id, creator.id, payment_token="")
        assert recorded(PaymentSettled) == []
        assert len(recorded(SubscriptionStarted)) == 1

    def test_a_refused_card_starts_nothing_and_another_one_does(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with pytest.raises(charging.Declined):
            service.subscribe(fan.id, creator.id, payment_token=DECLINED, key="try")
        assert not queries.is_subscribed(fan.id, creator.id)
        assert recorded(SubscriptionStarted) == []
        service.subscribe(fan.id, creator.id, payment_token=OK, key="try")
        session.flush()
        assert queries.is_subscribed(fan.id, creator.id)

    def test_an_old_key_is_no_free_month(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            first = service.subscribe(fan.id, creator.id, payment_token=OK, key="once")
            subscriptions.cancel_subscription(fan.id, first)
        with clock.frozen(START + timedelta(days=60)):
            service.renew_due_subscriptions()
            with pytest.raises(charging.KeyOfAnotherPayment):
                service.subscribe(fan.id, creator.id, payment_token=OK, key="once")


class TestRenewal:
    def test_a_month_is_charged_when_it_is_due_and_once(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
            assert service.renew_due_subscriptions() == 0
        with clock.frozen(datetime(2026, 2, 28, 12, 1, tzinfo=UTC)):
            assert [service.renew_due_subscriptions(), service.renew_due_subscriptions()] == [1, 0]
        assert running(subscription_id).paid_until == datetime(2026, 3, 31, 12, tzinfo=UTC)
        assert len(recorded(PaymentSettled)) == 2

    def test_a_refused_renewal_is_tried_three_days_and_then_ends(
        self, town: Town, recorded: Recorded
    ) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token="sandbox_once")
        for day, state in ((28, "past_due"), (29, "past_due"), (30, "ended")):
            with clock.frozen(START + timedelta(days=day, minutes=day)):
                service.renew_due_subscriptions()
            assert running(subscription_id).state == state
        assert not queries.is_subscribed(fan.id, creator.id)
        assert len(recorded(SubscriptionEnded)) == 1

    def test_a_new_card_saves_one_that_is_past_due(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token="sandbox_once")
        with clock.frozen(START + timedelta(days=29)):
            service.renew_due_subscriptions()
            with pytest.raises(charging.Declined):
                service.subscribe(fan.id, creator.id, payment_token=DECLINED)
            assert service.subscribe(fan.id, creator.id, payment_token=OK) == subscription_id
        saved = running(subscription_id)
        assert (saved.state, saved.failed_renewals) == ("active", 0)

    def test_a_processor_that_is_away_is_asked_again_in_an_hour(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        running(subscription_id).instrument = "sandbox_away"
        due = START + timedelta(days=29)
        with clock.frozen(due):
            service.renew_due_subscriptions()
        waiting = running(subscription_id)
        assert (waiting.state, waiting.next_charge_at) == ("active", due + timedelta(hours=1))
        states = session.execute(select(Payment.state)).scalars().all()
        assert states == ["settled"]

    def test_a_long_standstill_costs_one_month(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            service.subscribe(fan.id, creator.id, payment_token=OK)
        with clock.frozen(START + timedelta(days=200)):
            jobs.renew_subscriptions("")
        assert len(recorded(PaymentSettled)) == 2

    def test_a_free_one_runs_on(self, town: Town) -> None:
        creator, fan = town.add_creator(price=0), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token="")
        with clock.frozen(START + timedelta(days=29)):
            service.renew_due_subscriptions()
        assert running(subscription_id).paid_until > START + timedelta(days=50)


class TestSuspension:
    """A creator who may not act is paid nothing, and her fans lose no day that they paid."""

    def test_what_is_due_is_not_charged(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        town.suspend(creator)
        with clock.frozen(START + timedelta(days=60)):
            jobs.renew_subscriptions("")
            jobs.renew_subscriptions("")
        assert len(recorded(PaymentSettled)) == 1
        assert running(subscription_id).state == "active"

    def test_the_days_of_a_suspension_are_given_back(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(datetime(2026, 3, 10, 12, tzinfo=UTC)):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        with clock.frozen(datetime(2026, 3, 20, 12, tzinfo=UTC)):
            subscriptions.pause_subscriptions(creator.id)
        with clock.frozen(datetime(2026, 5, 1, 12, tzinfo=UTC)):
            subscriptions.resume_subscriptions(creator.id)
            jobs.renew_subscriptions("")
        session.expire_all()
        assert running(subscription_id).paid_until == datetime(2026, 5, 22, 12, tzinfo=UTC)
        assert len(recorded(PaymentSettled)) == 1
        with clock.frozen(datetime(2026, 5, 22, 13, tzinfo=UTC)):
            jobs.renew_subscriptions("")
        assert running(subscription_id).paid_until == datetime(2026, 6, 22, 12, tzinfo=UTC)
        assert len(recorded(PaymentSettled)) == 2

    def test_what_was_cancelled_ends_all_the_same(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
            town.suspend(creator)
            subscriptions.pause_subscriptions(creator.id)
            session.expire_all()
            subscriptions.cancel_subscription(fan.id, subscription_id)
        with clock.frozen(START + timedelta(days=40)):
            jobs.renew_subscriptions("")
        assert len(recorded(SubscriptionEnded)) == 1

    def test_one_that_was_paused_while_the_creator_came_back_goes_on_with_the_next_run(
        self, town: Town, recorded: Recorded
    ) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        town.suspend(creator)
        with clock.frozen(START + timedelta(days=40)):
            jobs.renew_subscriptions("")
        town.know(creator)
        with clock.frozen(START + timedelta(days=41)):
            jobs.renew_subscriptions("")
            session.expire_all()
            assert running(subscription_id).paused_at is None

    def test_who_left_for_good_is_paid_by_nobody(
        self, town: Town, recorded: Recorded, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(subscriptions, "RENEWALS_AT_ONCE", 2)
        creator, other = town.add_creator(), town.add_creator(name="Zoe")
        fans = [town.add_fan() for _ in range(5)]
        for fan in fans:
            service.subscribe(fan.id, creator.id, payment_token=OK)
        service.subscribe(fans[0].id, other.id, payment_token=OK)
        jobs.end_subscriptions(creator.id)
        assert len(recorded(SubscriptionEnded)) == 5
        assert queries.subscriber_ids(creator.id) == ()
        assert queries.subscribed_creator_ids(fans[0].id) == {other.id}


class TestCancel:
    def test_it_runs_to_the_end_of_what_is_paid(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with clock.frozen(START):
            subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
            subscriptions.cancel_subscription(fan.id, subscription_id)
            session.flush()
            assert queries.is_subscribed(fan.id, creator.id)
        with clock.frozen(START + timedelta(days=29)):
            service.renew_due_subscriptions()
        session.flush()
        assert not queries.is_subscribed(fan.id, creator.id)
        assert len(recorded(PaymentSettled)) == len(recorded(SubscriptionEnded)) == 1

    def test_subscribing_again_before_the_end_takes_it_back(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        subscriptions.cancel_subscription(fan.id, subscription_id)
        service.subscribe(fan.id, creator.id, payment_token=OK)
        assert running(subscription_id).state == "active"
        assert len(recorded(PaymentSettled)) == 1

    def test_the_neighbours_is_not_found(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        with pytest.raises(subscriptions.NoSuchSubscription):
            subscriptions.cancel_subscription(town.add_fan().id, subscription_id)

    def test_a_refunded_month_ends_it(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        service.subscribe(fan.id, creator.id, payment_token=OK)
        session.flush()
        payment = session.execute(select(Payment)).scalar_one()
        payments.refund_payment(payment.id, by_user_id=None, reason="By mistake")
        subscriptions.end_refunded_subscription(payment.id)
        service.renew_due_subscriptions()
        session.flush()
        assert not queries.is_subscribed(fan.id, creator.id)

    def test_it_is_heard_from_the_refund(self) -> None:
        assert [handler.__module__ for handler in handlers("finance", PaymentRefunded.type)] == [
            "fanzadmin.finance.subscriptions.listeners"
        ]

    def test_a_refund_of_a_tip_ends_nothing(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        tip = service.tip(fan.id, creator.id, amount_minor=500, currency=creator.currency, payment_token=OK)
        payments.refund_payment(tip.payment_id, by_user_id=None, reason="By mistake")
        subscriptions.end_refunded_subscription(tip.payment_id)
        assert running(subscription_id).state == "active"


class TestMonthAfter:
    @pytest.mark.parametrize(
        ("at", "anchor", "after"),
        [
            ((2026, 1, 31), 31, (2026, 2, 28)),
            ((2026, 2, 28), 31, (2026, 3, 31)),
            ((2027, 12, 5), 5, (2028, 1, 5)),
            ((2028, 1, 30), 30, (2028, 2, 29)),
        ],
    )
    def test_the_day_stays_where_the_month_has_it(self, at: Any, anchor: int, after: Any) -> None:
        assert month_after(datetime(*at, tzinfo=UTC), anchor) == datetime(*after, tzinfo=UTC)


class TestResume:
    def test_a_cancelled_one_goes_on_and_nothing_is_charged_now(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        service.cancel_subscription(fan.id, subscription_id)
        service.resume_subscription(fan.id, subscription_id)
        assert running(subscription_id).state == "active"
        assert len(recorded(PaymentSettled)) == 1

    def test_a_neighbours_is_not_there(self, town: Town) -> None:
        subscription_id = service.subscribe(town.add_fan().id, town.add_creator().id, payment_token=OK)
        for verb in (service.resume_subscription, service.cancel_subscription):
            with pytest.raises(subscriptions.NoSuchSubscription):
                verb(town.add_fan().id, subscription_id)

    def test_not_while_the_pair_is_blocked(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        subscriptions.cancel_between(fan.id, creator.id)
        assert running(subscription_id).state == "cancelled"
        town.block(creator, fan)
        with pytest.raises(subscriptions.NotResumable):
            service.resume_subscription(fan.id, subscription_id)
        with pytest.raises(payments.NotForSale):
            service.subscribe(fan.id, creator.id, payment_token=OK)


class TestTheFansList:
    def test_says_when_it_renews_or_ends(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        session.flush()
        card = queries.subscriptions_of(fan.id)[0]
        assert card.next_charge_at == card.paid_until
        service.cancel_subscription(fan.id, subscription_id)
        session.flush()
        cancelled = queries.own_subscription(fan.id, subscription_id)
        assert cancelled is not None
        assert (cancelled.state, cancelled.next_charge_at) == ("cancelled", None)
        assert queries.own_subscription(town.add_fan().id, subscription_id) is None

    def test_those_that_ended_are_kept_apart(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        subscription_id = service.subscribe(fan.id, creator.id, payment_token=OK)
        subscriptions.end_subscription(running(subscription_id))
        session.flush()
        assert queries.subscriptions_of(fan.id) == ()
        ended = queries.subscription_history(fan.id).page().items
        assert [card.subscription_id for card in ended] == [subscription_id]
