"""Unlocks, tips and refunds: charged once, booked once, announced once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.contracts.finance import PaymentDeclined, PaymentRefunded, PaymentSettled
from fanzadmin.finance import queries, service
from fanzadmin.finance.ledger.models import JournalEntry
from fanzadmin.finance.payments import charging, processors
from fanzadmin.finance.payments import service as payments
from fanzadmin.finance.payments.models import Payment
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from tests.finance.conftest import DECLINED, OK, Town, paid_by, postings

Recorded = Callable[..., list[dict[str, Any]]]


def count(model: Any) -> int:
    return int(session.execute(select(func.count()).select_from(model)).scalar_one())


class TestUnlock:
    def test_gross_fees_and_share_are_one_balanced_entry(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        asset = town.add_asset(creator, price_minor=1001)
        paid = service.unlock(fan.id, asset.id, payment_token=OK)
        fact = recorded(PaymentSettled)[0]
        legs = postings(f"payment:{paid.payment_id}")
        assert fact["gross_minor"] == 1001 == paid.gross_minor
        assert legs == {
            "psp_clearing": 1001 - fact["processor_fee_minor"],
            "processor_fee_expense": fact["processor_fee_minor"],
            "processor_fee_recovered": -fact["processor_fee_minor"],
            "platform_fee_revenue": -fact["platform_fee_minor"],
            "creator_available": -fact["creator_minor"],
        }
        assert queries.balance(creator.id).available_minor == fact["creator_minor"] == 801

    def test_the_fan_has_it_from_then_on_and_the_neighbour_has_not(self, town: Town) -> None:
        fan, neighbour = town.add_fan(), town.add_fan()
        asset = town.add_asset(town.add_creator())
        assert not queries.unlocked_among(fan.id, (asset.id,))
        service.unlock(fan.id, asset.id, payment_token=OK)
        session.flush()
        assert not queries.unlocked_among(neighbour.id, (asset.id,))
        assert queries.unlocked_among(fan.id, (asset.id, new_id())) == {asset.id}

    def test_a_second_unlock_answers_with_the_first(self, town: Town, recorded: Recorded) -> None:
        fan, asset = town.add_fan(), town.add_asset(town.add_creator())
        first = service.unlock(fan.id, asset.id, payment_token=OK)
        town.withdraw(asset)
        second = service.unlock(fan.id, asset.id, payment_token=DECLINED)
        assert (second.payment_id, second.repeated) == (first.payment_id, True)
        assert len(recorded(PaymentSettled)) == 1

    @pytest.mark.parametrize(
        "wrong", [{"state": "ready"}, {"audience": "subscribers"}, {"audience": "public"}], ids=str
    )
    def test_only_a_published_ppv_item_is_for_sale(self, town: Town, wrong: dict[str, Any]) -> None:
        asset = town.add_asset(town.add_creator(), **wrong)
        with pytest.raises(payments.NotForSale):
            service.unlock(town.add_fan().id, asset.id, payment_token=OK)

    def test_an_unknown_item_is_not_for_sale(self, town: Town) -> None:
        with pytest.raises(payments.NotForSale):
            service.unlock(town.add_fan().id, new_id(), payment_token=OK)

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"price_minor": 0}, payments.AmountOutOfRange),
            ({"price_minor": -500}, payments.AmountOutOfRange),
            ({"price_minor": 10**12}, payments.AmountOutOfRange),
            ({"currency": "EUR"}, payments.WrongCurrency),
        ],
        ids=["zero", "negative", "absurd", "currency"],
    )
    def test_a_price_that_cannot_be_is_refused(
        self, town: Town, wrong: dict[str, Any], error: type[BusinessError]
    ) -> None:
        asset = town.add_asset(town.add_creator(), **wrong)
        with pytest.raises(error):
            service.unlock(town.add_fan().id, asset.id, payment_token=OK)
        assert count(Payment) == 0

    def test_a_suspended_creator_sells_nothing(self, town: Town) -> None:
        asset = town.add_asset(town.add_creator(state="suspended"))
        with pytest.raises(payments.NotForSale):
            service.unlock(town.add_fan().id, asset.id, payment_token=OK)

    def test_a_fan_of_another_brand_is_sent_there(self, town: Town) -> None:
        asset = town.add_asset(town.add_creator())
        with pytest.raises(payments.OtherBrand, match="Velvet"):
            service.unlock(town.add_fan(cluster="ember").id, asset.id, payment_token=OK)

    def test_somebody_unknown_cannot_pay(self, town: Town) -> None:
        asset = town.add_asset(town.add_creator())
        with pytest.raises(payments.NoSuchFan):
            service.unlock(new_id(), asset.id, payment_token=OK)

    def test_after_a_refusal_another_card_works(self, town: Town) -> None:
        fan, asset = town.add_fan(), town.add_asset(town.add_creator())
        with pytest.raises(charging.Declined):
            service.unlock(fan.id, asset.id, payment_token=DECLINED, key="try")
        assert not service.unlock(fan.id, asset.id, payment_token=OK, key="try").repeated

    def test_two_at_once_are_booked_once(self, shared_town: Town) -> None:
        fan, asset = shared_town.add_fan(), shared_town.add_asset(shared_town.add_creator())
        together = threading.Barrier(4)

        def pay() -> str:
            with transaction():
                together.wait()
                return service.unlock(fan.id, asset.id, payment_token=OK).payment_id

        with ThreadPoolExecutor(4) as pool:
            answers = [result.result() for result in [pool.submit(pay) for _ in range(4)]]
        assert len(set(answers)) == 1
        assert (count(Payment), count(JournalEntry)) == (1, 1)


class TestDeclines:
    @pytest.mark.parametrize(
        ("card", "words"),
        [
            (DECLINED, "declined"),
            ("4000000000009995", "funds"),
            ("4000-0000-0000-0069", "expired"),
            ("4111111111111111", "does not know"),
        ],
    )
    def test_a_refused_card_leaves_a_record_and_no_entry(
        self, town: Town, recorded: Recorded, card: str, words: str
    ) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with pytest.raises(charging.Declined, match=words) as refused:
            service.tip(fan.id, creator.id, amount_minor=500, currency="USD", payment_token=card)
        row = session.get_one(Payment, refused.value.members["payment_id"])
        assert (row.state, row.settled_at) == ("declined", None)
        assert words in recorded(PaymentDeclined)[0]["reason"]
        assert count(JournalEntry) == 0

    def test_no_column_holds_a_card_number(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        service.subscribe(fan.id, creator.id, payment_token=OK)
        session.flush()
        from sqlalchemy import text

        for table in ("payment", "subscription"):
            rows = session.execute(text(f"SELECT row_to_json(t)::text FROM finance.{table} t")).scalars()
            assert all("4242" not in row.replace(" ", "") for row in rows)

    def test_a_bank_that_wants_a_confirmation_gets_it(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        tip = {"amount_minor": 500, "currency": "USD"}
        with pytest.raises(charging.ConfirmationNeeded) as asked:
            service.tip(fan.id, creator.id, **tip, payment_token="4000002500003155")
        token = str(asked.value.members["confirm_with"])
        assert service.tip(fan.id, creator.id, **tip, payment_token=token).state == "settled"

    def test_a_processor_that_is_away_is_no_refusal(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with pytest.raises(processors.ProcessorAway):
            service.tip(fan.id, creator.id, amount_minor=500, currency="USD", payment_token="sandbox_away")

    def test_an_adapter_must_exist(self) -> None:
        with pytest.raises(processors.UnknownProcessor):
            service.use_processor("paper")
        with pytest.raises(processors.UnknownProcessor):
            processors.processor_named("paper")
        service.use_processor("sandbox")


class TestTip:
    @pytest.mark.parametrize("amount", [0, -100, 99, 50_001, 10**15])
    def test_an_amount_outside_the_limits_is_refused(self, town: Town, amount: int) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        with pytest.raises(payments.AmountOutOfRange, match=r"\$1\.00 to \$500\.00"):
            service.tip(fan.id, creator.id, amount_minor=amount, currency="USD", payment_token=OK)

    def test_the_currency_is_the_brands(self, town: Town) -> None:
        creator, fan = town.add_creator(cluster="ember"), town.add_fan(cluster="ember")
        with pytest.raises(payments.WrongCurrency, match="EUR, not in USD"):
            service.tip(fan.id, creator.id, amount_minor=500, currency="USD", payment_token=OK)

    def test_an_unknown_creator_gets_nothing(self, town: Town) -> None:
        with pytest.raises(payments.NoSuchCreator):
            service.tip(town.add_fan().id, new_id(), amount_minor=500, currency="USD", payment_token=OK)

    def test_two_tips_are_two_payments_but_one_key_is_one(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()

        def tip(key: str | None) -> str:
            paid = service.tip(
                fan.id, creator.id, amount_minor=500, currency="USD", payment_token=OK, key=key
            )
            return paid.payment_id

        assert tip(None) != tip(None)
        assert tip("once") == tip("once")
        assert paid_by(fan.id) == 1_500

    def test_a_key_names_one_payment_only(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        tip = {"currency": "USD", "payment_token": OK, "key": "once"}
        service.tip(fan.id, creator.id, amount_minor=500, **tip)
        with pytest.raises(charging.KeyOfAnotherPayment):
            service.tip(fan.id, creator.id, amount_minor=600, **tip)

    def test_the_same_key_at_once_is_booked_once(self, shared_town: Town) -> None:
        creator, fan = shared_town.add_creator(), shared_town.add_fan()
        together = threading.Barrier(4)

        def tip() -> str:
            with transaction():
                together.wait()
                return service.tip(
                    fan.id, creator.id, amount_minor=500, currency="USD", payment_token=OK, key="once"
                ).payment_id

        with ThreadPoolExecutor(4) as pool:
            answers = [result.result() for result in [pool.submit(tip) for _ in range(4)]]
        assert len(set(answers)) == 1
        assert paid_by(fan.id) == 500


class TestRefund:
    def test_the_entry_is_reversed_and_the_item_is_locked_again(self, town: Town, recorded: Recorded) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        asset = town.add_asset(creator)
        paid = service.unlock(fan.id, asset.id, payment_token=OK)
        payments.refund_payment(paid.payment_id, by_user_id=None, reason="Asked within a day.")
        session.flush()
        forth, back = postings(f"payment:{paid.payment_id}"), postings(f"refund:{paid.payment_id}")
        assert {code: -amount for code, amount in forth.items()} == back
        assert queries.balance(creator.id).available_minor == 0
        assert paid_by(fan.id) == 0
        assert not queries.unlocked_among(fan.id, (asset.id,))
        assert recorded(PaymentRefunded)[0]["gross_minor"] == paid.gross_minor
        assert not service.unlock(fan.id, asset.id, payment_token=OK).repeated

    def test_a_payment_is_given_back_once(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        paid = service.tip(fan.id, creator.id, amount_minor=500, currency="USD", payment_token=OK)
        payments.refund_payment(paid.payment_id, by_user_id=None, reason="Twice")
        with pytest.raises(payments.NotRefundable, match="refunded"):
            payments.refund_payment(paid.payment_id, by_user_id=None, reason="Twice")

    def test_an_unknown_payment_cannot_be_given_back(self, town: Town) -> None:
        with pytest.raises(payments.NoSuchPayment):
            payments.refund_payment(new_id(), by_user_id=None, reason="What")
