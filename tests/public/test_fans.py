"""The feed and the messages of a fan, and the wrong person at both."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.chat import service as talks
from fanzadmin.contracts.media import AssetPublished
from fanzadmin.social import service as social
from security.identity import load_user

Publish = Callable[..., str]
PAGES = ("/feed", "/messages", "/messages/01900000-0000-7000-8000-000000000001")


def post_of(creator: Any, asset_id: str, audience: str = "public", title: str = "Sunset") -> None:
    social.publish_post(
        AssetPublished(
            cluster=creator.cluster, asset_id=asset_id, creator_id=creator.id, title=title, caption="", kind="video",
            audience=audience, price_minor=0, currency=creator.currency, tags=(),
        )
    )  # fmt: skip


class TestTheFeed:
    def test_shows_what_followed_creators_publish(
        self, fan: Callable[..., Any], mia: Any, publish: Publish, db: Any
    ) -> None:
        client = fan()
        asset_id = publish(mia)
        post_of(mia, asset_id)
        social.follow_creator(load_user(client.user_id), mia.id)  # type: ignore[arg-type]
        db().commit_transaction()
        page = client.get("/feed").text
        assert "Sunset" in page
        assert f'href="/watch/{asset_id}"' in page
        assert "data-like=" in page

    def test_shows_a_locked_post_with_its_price_and_no_picture(
        self, fan: Callable[..., Any], mia: Any, publish: Publish, db: Any
    ) -> None:
        client = fan()
        post_of(mia, publish(mia, audience="ppv", price_minor=500), "ppv")
        social.follow_creator(load_user(client.user_id), mia.id)  # type: ignore[arg-type]
        db().commit_transaction()
        page = client.get("/feed").text
        assert "Unlock for $5.00" in page
        assert "/media/" not in page

    def test_suggests_creators_of_the_own_brand_to_who_follows_nobody(
        self, fan: Callable[..., Any], mia: Any, town: Any
    ) -> None:
        assert f"@{mia.handle}" in fan().get("/feed").text
        assert f"@{mia.handle}" not in fan("ember").get("/feed").text


class TestMessages:
    def test_are_those_with_a_creator_one_subscribes_to(
        self, fan: Callable[..., Any], town: Any, mia: Any, db: Any
    ) -> None:
        client = fan()
        town.subscriptions.add((client.card.id, mia.id))
        opened = client.get(f"/messages?with={mia.id}")
        assert opened.status_code == 303
        person = load_user(client.user_id)
        talks.send_message(
            person, opened.headers["Location"].split("/")[-1], client_id="1", body="Hello <Mia>"
        )  # type: ignore[arg-type]
        db().commit_transaction()
        page = client.get(opened.headers["Location"]).text
        assert "Hello &lt;Mia&gt;" in page
        assert mia.name in client.get("/messages").text

    def test_need_a_subscription(self, fan: Callable[..., Any], mia: Any) -> None:
        assert fan().get(f"/messages?with={mia.id}").status_code == 403
        assert fan().get("/messages?with=x").status_code == 404

    def test_of_a_neighbour_are_not_found(
        self, fan: Callable[..., Any], town: Any, mia: Any, db: Any
    ) -> None:
        client = fan()
        town.subscriptions.add((client.card.id, mia.id))
        path = client.get(f"/messages?with={mia.id}").headers["Location"]
        db().commit_transaction()
        assert fan().get(path).status_code == 404


class TestTheWrongPerson:
    @pytest.mark.parametrize("path", PAGES)
    def test_who_is_nobody_is_asked_to_sign_in(self, visitor: FlaskClient, path: str) -> None:
        answer = visitor.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/")

    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("role", ["Creator", "CRM", "Finance"])
    def test_who_is_no_fan_is_refused(
        self, login: Callable[..., FlaskClient], town: Any, role: str, path: str
    ) -> None:
        assert login(role).get(path).status_code == 403
