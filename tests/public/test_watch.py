"""The player, and the lock in front of it: every person at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Publish = Callable[..., str]
PPV = {"audience": "ppv", "price_minor": 500}
SUBSCRIBERS = {"audience": "subscribers"}


def plays(answer: Any) -> bool:
    return answer.status_code == 200 and "<video" in answer.text and 'class="locked' not in answer.text


class TestAPublicItem:
    def test_plays_for_an_adult_visitor(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        assert plays(adult.get(f"/watch/{publish(mia)}"))

    def test_plays_for_a_fan_of_another_brand(
        self, fan: Callable[..., Any], mia: Any, publish: Publish
    ) -> None:
        assert plays(fan("ember").get(f"/watch/{publish(mia)}"))


class TestALockedItem:
    @pytest.mark.parametrize("kind", [PPV, SUBSCRIBERS])
    def test_asks_a_visitor_to_sign_in(
        self, adult: FlaskClient, mia: Any, publish: Publish, kind: dict[str, Any]
    ) -> None:
        answer = adult.get(f"/watch/{publish(mia, **kind)}")
        assert not plays(answer)
        assert "Sign in to open it" in answer.text
        assert "/cmaf/" not in answer.text

    def test_tells_a_fan_the_price(self, fan: Callable[..., Any], mia: Any, publish: Publish) -> None:
        page = fan().get(f"/watch/{publish(mia, **PPV)}").text
        assert "Unlock for $5.00" in page
        assert "/cmaf/" not in page

    def test_offers_a_fan_the_subscription(self, fan: Callable[..., Any], mia: Any, publish: Publish) -> None:
        assert "Subscribe for $9.99 a month" in fan().get(f"/watch/{publish(mia, **SUBSCRIBERS)}").text

    def test_cannot_be_bought_from_another_brand(
        self, fan: Callable[..., Any], mia: Any, publish: Publish
    ) -> None:
        page = fan("ember").get(f"/watch/{publish(mia, **PPV)}").text
        assert "another of our brands" in page
        assert "data-pay" not in page

    def test_is_not_sold_to_a_creator(
        self, login: Callable[..., FlaskClient], town: Any, db: Any, mia: Any, publish: Publish
    ) -> None:
        client = login("Creator")
        town.new_creator(user_id=client.user_id)  # type: ignore[attr-defined]
        db().commit_transaction()
        page = client.get(f"/watch/{publish(mia, **PPV)}").text
        assert "not for this account" in page
        assert "data-pay" not in page

    def test_plays_for_who_paid(self, fan: Callable[..., Any], town: Any, mia: Any, publish: Publish) -> None:
        client, asset_id = fan(), publish(mia, **PPV)
        town.unlocks.add((client.card.id, asset_id))
        assert plays(client.get(f"/watch/{asset_id}"))

    def test_plays_for_a_subscriber_only_what_subscribers_see(
        self, fan: Callable[..., Any], town: Any, mia: Any, publish: Publish
    ) -> None:
        client = fan()
        town.subscriptions.add((client.card.id, mia.id))
        assert plays(client.get(f"/watch/{publish(mia, **SUBSCRIBERS)}"))
        assert not plays(client.get(f"/watch/{publish(mia, **PPV)}"))

    def test_plays_for_its_own_creator(
        self, login: Callable[..., FlaskClient], town: Any, publish: Publish
    ) -> None:
        client = login("Creator")
        own = town.new_creator(user_id=client.user_id)  # type: ignore[attr-defined]
        assert plays(client.get(f"/watch/{publish(own, **PPV)}"))


class TestNothing:
    @pytest.mark.parametrize("asset_id", ["x", "0190a5c1-0000-7000-8000-000000000000", "../etc"])
    def test_is_there_under_an_unknown_name(self, adult: FlaskClient, town: Any, asset_id: str) -> None:
        assert adult.get(f"/watch/{asset_id}").status_code == 404

    def test_is_there_before_it_is_published(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        assert adult.get(f"/watch/{publish(mia, published_at=None)}").status_code == 404


class TestAPicture:
    def test_is_shown_as_one(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        page = adult.get(f"/watch/{publish(mia, kind='image', duration_ms=None)}").text
        assert "<picture" in page
        assert "hls.min.js" not in page


class TestTheWayFromThere:
    """A link that leads its reader to a refusal is worse than none."""

    def test_is_the_feed_for_a_fan(self, fan: Callable[..., Any], mia: Any, publish: Publish) -> None:
        person, asset_id = fan(), publish(mia)
        assert 'href="/feed"' in person.get(f"/watch/{asset_id}").text
        assert 'href="/feed"' in person.get(f"/@{mia.handle}").text

    def test_is_not_the_feed_for_a_creator(
        self, login: Callable[..., FlaskClient], town: Any, db: Any, mia: Any, publish: Publish
    ) -> None:
        client, asset_id = login("Creator"), publish(mia)
        town.new_creator(user_id=client.user_id)  # type: ignore[attr-defined]
        db().commit_transaction()
        assert 'href="/feed"' not in client.get(f"/watch/{asset_id}").text
        page = client.get(f"/@{mia.handle}").text
        assert 'href="/feed"' not in page
        assert 'href="/portal/"' in page
