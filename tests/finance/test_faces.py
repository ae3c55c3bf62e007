"""REST and consoles of finance, with the wrong person everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.finance import service
from fanzadmin.finance.ledger.models import Account, JournalEntry, Posting
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.payouts.models import Payout
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from security.models import StaffCluster
from tests.finance.conftest import DECLINED, OK, Town

API = "/api/v1/finance"
FAN_POSTS = ("unlocks", "tips", "subscriptions")
CONSOLES = {
    "financeaccountconsole": Account,
    "financejournalconsole": JournalEntry,
    "financepostingconsole": Posting,
    "financepaymentconsole": Payment,
    "financesubscriptionconsole": Subscription,
    "financepayoutconsole": Payout,
}
Login = Callable[..., Any]


@pytest.fixture
def fan(town: Town, login: Login) -> Any:
    client = login("Fan")
    client.card = town.add_fan(user_id=client.user_id)
    session().commit_transaction()
    return client


@pytest.fixture
def creator(town: Town, login: Login) -> Any:
    client = login("Creator")
    client.card = town.add_creator(user_id=client.user_id)
    session().commit_transaction()
    return client


def tip(fan: Any, creator: Any, **changes: Any) -> Any:
    body = {"creator_id": creator.card.id, "amount_minor": 10_000, "currency": "USD", "payment_token": OK}
    headers = changes.pop("headers", {})
    return fan.post(f"{API}/tips", json={**body, **changes}, headers=headers)


class TestFanApi:
    def test_an_unlock_is_made_and_repeated_without_harm(self, town: Town, fan: Any, creator: Any) -> None:
        asset = town.add_asset(creator.card)
        body = {"asset_id": asset.id, "payment_token": OK}
        first, second = (fan.post(f"{API}/unlocks", json=body) for _ in range(2))
        assert (first.status_code, first.json["state"], first.json["repeated"]) == (201, "settled", False)
        assert (second.json["payment_id"], second.json["repeated"]) == (first.json["payment_id"], True)

    def test_an_idempotency_key_answers_with_the_first_answer(self, fan: Any, creator: Any) -> None:
        headers = {"Idempotency-Key": "abc"}
        first, second = (tip(fan, creator, headers=headers) for _ in range(2))
        assert first.json == second.json
        assert second.headers["Idempotency-Replayed"] == "true"
        assert len(fan.get(f"{API}/payments").json["items"]) == 1

    def test_an_idempotency_key_with_another_body_is_refused(self, fan: Any, creator: Any) -> None:
        headers = {"Idempotency-Key": "abc"}
        tip(fan, creator, headers=headers)
        other = tip(fan, creator, headers=headers, amount_minor=20_000)
        assert (other.status_code, other.json["type"]) == (422, "/problems/kernel/key-reused")
        assert [item["gross_minor"] for item in fan.get(f"{API}/payments").json["items"]] == [10_000]

    def test_a_refused_card_is_a_problem_and_stays_in_the_list(self, fan: Any, creator: Any) -> None:
        answer = tip(fan, creator, payment_token=DECLINED)
        assert answer.status_code == 402
        assert answer.mimetype == "application/problem+json"
        assert answer.json["type"] == "/problems/finance/declined"
        (item,) = fan.get(f"{API}/payments").json["items"]
        assert (item["payment_id"], item["state"]) == (answer.json["payment_id"], "declined")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount_minor": -1},
            {"amount_minor": 0},
            {"amount_minor": 10**30},
            {"amount_minor": 1.5},
            {"amount_minor": "500"},
            {"currency": "EUR"},
            {"currency": "dollars"},
            {"creator_id": "mia"},
            {"payment_token": ""},
        ],
        ids=str,
    )
    def test_a_senseless_request_is_refused_in_words(
        self, fan: Any, creator: Any, wrong: dict[str, Any]
    ) -> None:
        answer = tip(fan, creator, **wrong)
        assert answer.status_code == 422
        assert answer.json["detail"]

    def test_a_subscription_begins_is_listed_and_ends(self, fan: Any, creator: Any) -> None:
        body = {"creator_id": creator.card.id, "payment_token": OK}
        response = fan.post(f"{API}/subscriptions", json=body)
        assert (response.status_code, response.json["state"]) == (201, "active")
        url = f"{API}/subscriptions/{response.json['subscription_id']}"
        assert fan.delete(url).status_code == 204
        assert fan.get(f"{API}/subscriptions").json[0]["state"] == "cancelled"

    def test_the_neighbours_subscription_and_payments_are_not_there(
        self, town: Town, fan: Any, creator: Any, login: Login
    ) -> None:
        neighbour = login("Fan")
        town.add_fan(user_id=neighbour.user_id)
        body = {"creator_id": creator.card.id, "payment_token": OK}
        result = fan.post(f"{API}/subscriptions", json=body).json
        assert neighbour.delete(f"{API}/subscriptions/{result['subscription_id']}").status_code == 404
        assert neighbour.get(f"{API}/payments").json["items"] == []
        assert fan.delete(f"{API}/subscriptions/none-such").status_code == 404

    @pytest.mark.parametrize("noun", FAN_POSTS)
    def test_nobody_pays_without_signing_in(self, town: Town, client: Any, noun: str) -> None:
        assert client.post(f"{API}/{noun}", json={}).status_code == 401

    @pytest.mark.parametrize("noun", FAN_POSTS)
    @pytest.mark.parametrize("role", ["Creator", "Finance", "Manager"])
    def test_only_fans_pay(self, town: Town, login: Login, role: str, noun: str) -> None:
        assert login(role).post(f"{API}/{noun}", json={}).status_code == 403

    def test_a_login_without_a_fan_is_told_so(self, town: Town, login: Login, creator: Any) -> None:
        answer = tip(login("Admin"), creator)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/security/no-fan-account")


class TestCreatorApi:
    def test_a_creator_sees_the_balance_and_what_was_earned(self, fan: Any, creator: Any) -> None:
        tip(fan, creator)
        assert creator.get(f"{API}/balance").json == {
            "available_minor": 8_000,
            "reserved_minor": 0,
            "paid_minor": 0,
            "currency": "USD",
        }
        (earned,) = creator.get(f"{API}/earnings").json["items"]
        assert (earned["gross_minor"], earned["creator_minor"]) == (10_000, 8_000)

    def test_the_neighbour_sees_only_the_own_balance(
        self, town: Town, fan: Any, creator: Any, login: Login
    ) -> None:
        tip(fan, creator)
        neighbour = login("Creator")
        town.add_creator(user_id=neighbour.user_id)
        assert neighbour.get(f"{API}/balance").json["available_minor"] == 0
        assert neighbour.get(f"{API}/balance?creator_id={creator.card.id}").json["available_minor"] == 0
        assert neighbour.get(f"{API}/earnings").json["items"] == []
        assert neighbour.post(f"{API}/payouts", json={"amount_minor": 5_000}).status_code == 409

    def test_a_payout_is_requested_once_per_key(self, fan: Any, creator: Any) -> None:
        tip(fan, creator)
        results = [
            creator.post(
                f"{API}/payouts", json={"amount_minor": 3_000}, headers={"Idempotency-Key": "monday"}
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in results] == [201, 201]
        assert results[0].json["id"] == results[1].json["id"]
        assert [item["amount_minor"] for item in creator.get(f"{API}/payouts").json["items"]] == [3_000]
        assert creator.get(f"{API}/balance").json["available_minor"] == 5_000

    @pytest.mark.parametrize("noun", ["balance", "earnings", "payouts"])
    def test_nobody_and_fans_see_no_earnings(self, fan: Any, client: Any, noun: str) -> None:
        assert client.get(f"{API}/{noun}").status_code == 401
        assert fan.get(f"{API}/{noun}").status_code == 403

    def test_a_login_without_a_creator_is_told_so(self, town: Town, login: Login) -> None:
        answer = login("Admin").get(f"{API}/balance")
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/security/no-creator-account")


class TestConsoles:
    @pytest.fixture(autouse=True)
    def books(self, town: Town, fan: Any, creator: Any) -> None:
        tip(fan, creator)
        fan.post(f"{API}/subscriptions", json={"creator_id": creator.card.id, "payment_token": OK})
        creator.post(f"{API}/payouts", json={"amount_minor": 5_000})

    @pytest.mark.parametrize("console", CONSOLES)
    def test_the_finance_team_lists_and_opens_records(self, login: Login, console: str) -> None:
        finance, model = login("Finance"), CONSOLES[console]
        listed = finance.get(f"/{console}/list/")
        assert listed.status_code == 200
        pk = session.execute(select(model.id)).scalars().first()
        assert finance.get(f"/{console}/show/{pk}").status_code == 200

    @pytest.mark.parametrize("console", CONSOLES)
    def test_others_do_not(self, login: Login, client: Any, console: str) -> None:
        for other in (login("Content"), login("Creator"), login("Fan"), client):
            assert other.get(f"/{console}/list/").status_code in {302, 403}

    def test_an_entry_shows_its_postings(self, login: Login) -> None:
        pk = session.execute(select(JournalEntry.id).where(JournalEntry.template == "payment_settled"))
        page = login("Finance").get(f"/financejournalconsole/show/{pk.scalars().first()}").text
        assert "Owed by the payment processor" in page
        assert "$80.00" in page

    def test_somebody_of_one_brand_sees_only_its_books(self, login: Login) -> None:
        finance = login("Finance")
        session.add(StaffCluster(user_id=finance.user_id, cluster="ember"))
        session().commit_transaction()
        for console, model in CONSOLES.items():
            pk = session.execute(select(model.id)).scalars().first()
            assert finance.get(f"/{console}/show/{pk}").status_code == 404, console

    def test_a_payout_is_approved_and_paid_by_actions(self, login: Login, creator: Any) -> None:
        finance, payout_id = login("Finance"), session.execute(select(Payout.id)).scalar_one()
        for action in ("approve", "pay"):
            answer = finance.post(f"/financepayoutconsole/action/{action}/{payout_id}")
            assert answer.status_code == 302
        session.expire_all()
        payout = session.get_one(Payout, payout_id)
        assert (payout.state, payout.approved_by, payout.paid_by) == (
            "paid",
            finance.user_id,
            finance.user_id,
        )
        assert creator.get(f"{API}/balance").json["paid_minor"] == 5_000

    def test_a_payout_is_refused_by_an_action(self, login: Login) -> None:
        payout_id = session.execute(select(Payout.id)).scalar_one()
        answer = {"ask-reason": "The account is closed."}
        login("Finance").post(f"/financepayoutconsole/action/refuse/{payout_id}", data=answer)
        session.expire_all()
        payout = session.get_one(Payout, payout_id)
        assert (payout.state, payout.reason) == ("refused", "The account is closed.")

    def test_a_payment_is_refunded_by_an_action(self, login: Login) -> None:
        payment_id = session.execute(select(Payment.id).where(Payment.purpose == "tip")).scalar_one()
        login("Finance").post(
            f"/financepaymentconsole/action/refund/{payment_id}", data={"ask-reason": "Charged twice."}
        )
        session.expire_all()
        payment = session.get_one(Payment, payment_id)
        assert (payment.state, payment.reason) == ("refunded", "Charged twice.")

    def test_a_manager_reads_but_does_not_act(self, login: Login) -> None:
        manager, payout_id = login("Manager"), session.execute(select(Payout.id)).scalar_one()
        assert manager.get("/financepayoutconsole/list/").status_code == 200
        manager.post(f"/financepayoutconsole/action/approve/{payout_id}")
        session.expire_all()
        assert session.get_one(Payout, payout_id).state == "requested"


class TestPorts:
    def test_entitlements_and_ledger_are_answered_by_finance(self, town: Town) -> None:
        from fanzadmin.contracts.finance import Entitlements, Ledger
        from fanzadmin.kernel.ports import ask

        creator, fan = town.add_creator(), town.add_fan()
        service.subscribe(fan.id, creator.id, payment_token=OK)
        session.flush()
        assert ask(Entitlements).is_subscribed(fan.id, creator.id)
        assert not ask(Entitlements).unlocked_among(fan.id, (new_id(),))
        assert ask(Ledger).balance(new_id()).available_minor == 0
