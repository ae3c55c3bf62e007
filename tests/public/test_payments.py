"""A fan's own subscriptions and payments: see, cancel with one press and a confirmation, resume."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.finance import service as finance

NOBODYS = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def subscriber(fan: Callable[..., Any], mia: Any, db: Any) -> Any:
    """A fan who subscribes to Mia; `.subscription` is which."""
    client = fan()
    client.subscription = finance.subscribe(client.card.id, mia.id, payment_token="sandbox_ok")
    db().commit_transaction()
    return client


class TestSubscriptions:
    def test_say_price_state_and_the_day_of_the_renewal(self, subscriber: Any, mia: Any) -> None:
        page = subscriber.get("/subscriptions").text
        assert mia.name in page
        assert "$9.99 a month" in page
        assert "Renews on" in page
        assert f"/subscriptions/{subscriber.subscription}/cancel" in page

    def test_cancelling_says_until_when_it_stays_and_ends_nothing_before(self, subscriber: Any) -> None:
        address = f"/subscriptions/{subscriber.subscription}/cancel"
        assert "nothing more is charged" in subscriber.get(address).text
        assert "Renews on" in subscriber.get("/subscriptions").text
        assert subscriber.post(address).headers["Location"] == "/subscriptions"
        page = subscriber.get("/subscriptions").text
        assert "Ends on" in page
        assert "Renews on" not in page

    def test_it_can_be_resumed(self, subscriber: Any) -> None:
        subscriber.post(f"/subscriptions/{subscriber.subscription}/cancel")
        subscriber.post(f"/subscriptions/{subscriber.subscription}/resume")
        assert "Renews on" in subscriber.get("/subscriptions").text

    def test_another_fans_is_not_there(self, subscriber: Any, fan: Callable[..., Any]) -> None:
        other = fan()
        for subscription_id in (subscriber.subscription, NOBODYS, "mine"):
            assert other.get(f"/subscriptions/{subscription_id}/cancel").status_code == 404
            assert other.post(f"/subscriptions/{subscription_id}/cancel").status_code == 404
            assert other.post(f"/subscriptions/{subscription_id}/resume").status_code == 404
            assert other.get(f"/api/v1/finance/subscriptions/{subscription_id}").status_code == 404
            assert (
                other.post(f"/api/v1/finance/subscriptions/{subscription_id}/resumption").status_code == 404
            )

    def test_rest_says_the_same(self, subscriber: Any) -> None:
        address = f"/api/v1/finance/subscriptions/{subscriber.subscription}"
        assert subscriber.get(address).json["state"] == "active"
        assert subscriber.delete(address).status_code == 204
        assert subscriber.get(address).json["next_charge_at"] is None
        assert subscriber.post(f"{address}/resumption").json["state"] == "active"
        assert subscriber.get("/api/v1/finance/subscriptions/ended").json["items"] == []

    def test_a_creator_has_none(self, login: Callable[..., Any]) -> None:
        creator = login("Creator")
        assert (creator.get("/subscriptions").status_code, creator.get("/payments").status_code) == (403, 403)


class TestPayments:
    def test_name_amount_currency_creator_and_a_reference(self, subscriber: Any, mia: Any) -> None:
        reference = subscriber.get("/api/v1/finance/payments").json["items"][0]["payment_id"]
        page = subscriber.get("/payments").text
        assert reference in page
        assert "$9.99" in page
        assert mia.name in page

    def test_are_ones_own(self, subscriber: Any, fan: Callable[..., Any]) -> None:
        assert "No payments yet" in fan().get("/payments").text
