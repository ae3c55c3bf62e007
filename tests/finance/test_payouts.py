"""Payouts: available, reserved, paid; through two people; never more than there is."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.finance import (
    Balance,
    Ledger,
    PayoutApproved,
    PayoutPaid,
    PayoutRefused,
    PayoutRequested,
)
from fanzadmin.finance import queries, service
from fanzadmin.finance.payments import service as payments
from fanzadmin.finance.payouts import service as payouts
from fanzadmin.finance.payouts.models import Payout
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from tests.conftest import make_user
from tests.finance.conftest import OK, Town

Recorded = Callable[..., list[dict[str, Any]]]


def earn(town: Town, creator: CreatorCard) -> None:
    """A tip of $100, of which $80 is the creator's."""
    fan = town.add_fan(cluster=creator.cluster)
    service.tip(fan.id, creator.id, amount_minor=10_000, currency=creator.currency, payment_token=OK)


@pytest.fixture
def staff(db: Any, town: Town) -> int:
    return make_user(db, None)


@pytest.fixture
def mia(db: Any, town: Town) -> CreatorCard:
    """A creator with a login and $80."""
    creator = town.add_creator(user_id=make_user(db, None))
    earn(town, creator)
    return creator


class TestRequest:
    def test_available_becomes_reserved(self, town: Town, mia: CreatorCard, recorded: Recorded) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000, by_user_id=mia.user_id)
        assert ask(Ledger).balance(mia.id) == Balance(3_000, 5_000, 0, "USD")
        assert recorded(PayoutRequested)[0]["payout_id"] == payout_id

    def test_no_more_than_is_available(self, town: Town, mia: CreatorCard) -> None:
        with pytest.raises(payouts.NotEnoughAvailable, match=r"\$80\.00 is available"):
            service.request_payout(mia.id, amount_minor=8_001)

    @pytest.mark.parametrize("amount", [1_999, 0, -5_000])
    def test_no_less_than_the_smallest_payout(self, town: Town, mia: CreatorCard, amount: int) -> None:
        with pytest.raises(payouts.PayoutTooSmall, match=r"\$20\.00"):
            service.request_payout(mia.id, amount_minor=amount)

    def test_a_refund_may_leave_a_debt_and_then_nothing_is_paid(self, town: Town, mia: CreatorCard) -> None:
        service.request_payout(mia.id, amount_minor=8_000)
        session.flush()
        from fanzadmin.finance.payments.models import Payment

        payment_id = session.execute(select(Payment.id)).scalar_one()
        payments.refund_payment(payment_id, by_user_id=None, reason="Fraud")
        assert queries.balance(mia.id).available_minor == -8_000
        with pytest.raises(payouts.NotEnoughAvailable, match=r"\$0\.00"):
            service.request_payout(mia.id, amount_minor=2_000)

    def test_the_same_key_is_the_same_payout(self, town: Town, mia: CreatorCard) -> None:
        ids = {service.request_payout(mia.id, amount_minor=4_000, key="once") for _ in range(3)}
        assert len(ids) == 1
        assert queries.balance(mia.id).reserved_minor == 4_000

    def test_an_unknown_creator_gets_none(self, town: Town) -> None:
        with pytest.raises(payments.NoSuchCreator):
            service.request_payout(new_id(), amount_minor=5_000)

    def test_requests_at_once_cannot_spend_the_same_money(self, shared_town: Town) -> None:
        creator = shared_town.add_creator()
        with transaction():
            earn(shared_town, creator)
        together = threading.Barrier(4)

        def request() -> bool:
            try:
                with transaction():
                    together.wait()
                    service.request_payout(creator.id, amount_minor=5_000)
            except payouts.NotEnoughAvailable:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            granted = [result.result() for result in [pool.submit(request) for _ in range(4)]]
        assert sorted(granted) == [False, False, False, True]
        assert queries.balance(creator.id) == Balance(3_000, 5_000, 0, "USD")
        assert session.execute(select(func.count()).select_from(Payout)).scalar_one() == 1

    def test_payments_come_in_while_a_payout_is_requested(self, shared_town: Town) -> None:
        creator = shared_town.add_creator()
        with transaction():
            earn(shared_town, creator)

        def pay() -> None:
            with transaction():
                earn(shared_town, creator)

        with transaction(), ThreadPoolExecutor(1) as pool:
            service.request_payout(creator.id, amount_minor=5_000)
            pool.submit(pay).result(timeout=20)
        assert queries.balance(creator.id) == Balance(11_000, 5_000, 0, "USD")


class TestDecision:
    def test_approved_by_one_and_paid_it_leaves_the_bank(
        self, town: Town, mia: CreatorCard, staff: int, recorded: Recorded
    ) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000, by_user_id=mia.user_id)
        payouts.approve_payout(payout_id, by_user_id=staff)
        payouts.mark_paid(payout_id, by_user_id=staff)
        assert ask(Ledger).balance(mia.id) == Balance(3_000, 0, 5_000, "USD")
        assert len(recorded(PayoutApproved)) == len(recorded(PayoutPaid)) == 1
        assert service.check_books() == ()

    def test_refused_it_is_available_again_and_the_creator_reads_why(
        self, town: Town, mia: CreatorCard, staff: int, recorded: Recorded
    ) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000)
        payouts.approve_payout(payout_id, by_user_id=staff)
        payouts.refuse_payout(payout_id, by_user_id=staff, reason="The bank does not know the account.")
        session.flush()
        assert ask(Ledger).balance(mia.id) == Balance(8_000, 0, 0, "USD")
        assert recorded(PayoutRefused)[0]["reason"] == queries.payouts_of(mia.id).page().items[0].reason
        assert service.check_books() == ()

    def test_a_refusal_says_why(self, town: Town, mia: CreatorCard, staff: int) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000)
        with pytest.raises(payouts.ReasonNeeded):
            payouts.refuse_payout(payout_id, by_user_id=staff, reason="  ")

    def test_the_creator_does_not_approve_or_pay_the_own_payout(
        self, town: Town, mia: CreatorCard, staff: int
    ) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000, by_user_id=mia.user_id)
        for nobody in (mia.user_id, None):
            with pytest.raises(payouts.FourEyesNeeded):
                payouts.approve_payout(payout_id, by_user_id=nobody)
        payouts.approve_payout(payout_id, by_user_id=staff)
        with pytest.raises(payouts.FourEyesNeeded):
            payouts.mark_paid(payout_id, by_user_id=mia.user_id)

    def test_whoever_asked_for_it_does_not_approve_it(self, town: Town, mia: CreatorCard, staff: int) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000, by_user_id=staff)
        with pytest.raises(payouts.FourEyesNeeded):
            payouts.approve_payout(payout_id, by_user_id=staff)

    def test_each_step_comes_once_and_in_order(self, town: Town, mia: CreatorCard, staff: int) -> None:
        payout_id = service.request_payout(mia.id, amount_minor=5_000)
        with pytest.raises(payouts.WrongPayoutState, match="requested"):
            payouts.mark_paid(payout_id, by_user_id=staff)
        payouts.approve_payout(payout_id, by_user_id=staff)
        with pytest.raises(payouts.WrongPayoutState, match="approved"):
            payouts.approve_payout(payout_id, by_user_id=staff)
        payouts.mark_paid(payout_id, by_user_id=staff)
        for late in (
            lambda: payouts.mark_paid(payout_id, by_user_id=staff),
            lambda: payouts.refuse_payout(payout_id, by_user_id=staff, reason="Late"),
        ):
            with pytest.raises(payouts.WrongPayoutState, match="paid"):
                late()

    def test_an_unknown_payout_is_not_found(self, town: Town, staff: int) -> None:
        with pytest.raises(payouts.NoSuchPayout) as missing:
            payouts.approve_payout(new_id(), by_user_id=staff)
        assert isinstance(missing.value, BusinessError)
