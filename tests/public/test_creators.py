"""A fan finds, follows and blocks creators on pages that work without scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.crm.creators.models import Creator
from fanzadmin.social import queries as social
from fanzadmin.social import service
from security.identity import load_user
from security.models import Cluster
from tests.public.test_fans import post_of

Publish = Callable[..., str]


@pytest.fixture
def listed(mia: Any, db: Any) -> Any:
    """Mia, in CreatorCRM's own table too, where a search looks."""
    if db.get(Cluster, mia.cluster) is None:
        db.add(Cluster(key=mia.cluster, name="Velvet", currency="USD"))
        db.flush()
    db.add(
        Creator(
            id=mia.id,
            handle=mia.handle,
            name=mia.name,
            cluster=mia.cluster,
            state="active",
            subscription_minor=999,
        )
    )
    db().commit_transaction()
    return mia


class TestFollow:
    def test_on_the_creators_page(self, fan: Callable[..., Any], mia: Any) -> None:
        client = fan()
        page = client.get(f"/@{mia.handle}").text
        assert f'action="/creators/{mia.id}/follow"' in page
        answer = client.post(f"/creators/{mia.id}/follow", data={"next": f"/@{mia.handle}"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/@{mia.handle}")
        assert f'action="/creators/{mia.id}/unfollow"' in client.get(f"/@{mia.handle}").text

    def test_on_a_post_of_the_feed_where_it_ends(
        self, fan: Callable[..., Any], mia: Any, publish: Publish, db: Any
    ) -> None:
        client = fan()
        post_of(mia, publish(mia))
        person = load_user(client.user_id)
        assert person is not None
        service.follow_creator(person, mia.id)
        db().commit_transaction()
        assert f'action="/creators/{mia.id}/unfollow"' in client.get("/feed").text
        client.post(f"/creators/{mia.id}/unfollow", data={"next": "/feed"})
        assert not social.follows(person, mia.id)

    def test_the_way_back_is_an_own_page(self, fan: Callable[..., Any], mia: Any) -> None:
        answer = fan().post(f"/creators/{mia.id}/follow", data={"next": "https://elsewhere.test/"})
        assert answer.headers["Location"] == "/"

    def test_a_visitor_signs_in_first(self, adult: Any, mia: Any) -> None:
        assert f'href="/login/?next=/@{mia.handle}"' in adult.get(f"/@{mia.handle}").text

    def test_a_creator_follows_nobody(self, login: Callable[..., Any], mia: Any) -> None:
        assert login("Creator").post(f"/creators/{mia.id}/follow").status_code == 403


class TestFind:
    def test_shows_creators_with_a_button_to_follow(self, fan: Callable[..., Any], listed: Any) -> None:
        client = fan()
        assert f'action="/creators/{listed.id}/follow"' in client.get("/find?q=mia").text
        client.post(f"/creators/{listed.id}/follow")
        assert f'action="/creators/{listed.id}/unfollow"' in client.get("/find?q=mia").text

    def test_says_that_nobody_is_called_so(self, fan: Callable[..., Any], listed: Any) -> None:
        assert "No results" in fan().get("/find?q=%3Cb%3Enobody").text

    def test_is_for_fans(self, login: Callable[..., Any]) -> None:
        assert login("Creator").get("/find").status_code == 403


class TestBlock:
    def test_the_page_says_what_it_does_and_the_creator_is_gone(
        self, fan: Callable[..., Any], listed: Any, publish: Publish
    ) -> None:
        client, asset_id = fan(), publish(listed)
        assert "nothing of each other" in client.get(f"/creators/{listed.id}/block").text
        assert client.post(f"/creators/{listed.id}/block").headers["Location"] == "/safety"
        for gone in (f"/@{listed.handle}", f"/watch/{asset_id}", f"/@{listed.handle}/subscribe"):
            assert client.get(gone).status_code == 404, gone
        assert f"@{listed.handle}" not in client.get("/feed").text
        assert f"@{listed.handle}" not in client.get("/find").text
        assert f"@{listed.handle}" in client.get("/safety").text

    def test_unblocking_brings_the_creator_back(self, fan: Callable[..., Any], listed: Any) -> None:
        client = fan()
        client.post(f"/creators/{listed.id}/block")
        client.post(f"/creators/{listed.id}/unblock")
        assert client.get(f"/@{listed.handle}").status_code == 200
        assert f"@{listed.handle}" not in client.get("/safety").text

    def test_others_still_see_the_creator(self, fan: Callable[..., Any], adult: Any, listed: Any) -> None:
        fan().post(f"/creators/{listed.id}/block")
        assert adult.get(f"/@{listed.handle}").status_code == 200

    @pytest.mark.parametrize("creator_id", ["mia", "01900000-0000-7000-8000-000000000001"])
    def test_the_unknown_is_not_there(self, fan: Callable[..., Any], creator_id: str) -> None:
        assert fan().get(f"/creators/{creator_id}/block").status_code == 404


class TestUnread:
    def test_every_page_of_a_fan_shows_how_much_waits(
        self, fan: Callable[..., Any], mia: Any, town: Any
    ) -> None:
        client = fan()
        for address in (
            "/feed",
            "/messages",
            "/subscriptions",
            "/payments",
            "/safety",
            f"/@{mia.handle}",
            "/find",
        ):
            page = client.get(address).text
            assert "data-unread" in page, address
            assert "js/inbox.js" in page, address

    def test_a_visitor_has_no_inbox(self, adult: Any, mia: Any) -> None:
        assert "data-unread" not in adult.get(f"/@{mia.handle}").text
