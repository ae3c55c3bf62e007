"""Bio pages: what each visitor sees."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink import service as biolink
from fanzadmin.biolink.service import Draft
from fanzadmin.biolink.visits.models import View
from tests.public.conftest import HASH, PHONE, with_agent

Publish = Callable[..., str]


class TestThePage:
    def test_says_who_it_is(self, adult: FlaskClient, mia: Any) -> None:
        page = adult.get(f"/@{mia.handle}").text
        assert f"<h1>{mia.name}</h1>" in page
        assert f'<meta property="og:title" content="{mia.name} (@{mia.handle})">' in page
        assert "Hello there" in page

    def test_shows_items_with_their_counting_links(
        self, adult: FlaskClient, mia: Any, publish: Publish
    ) -> None:
        publish(mia, "Sunset")
        page = adult.get(f"/@{mia.handle}").text
        assert re.search(r'href="/l/[a-z0-9]{8}"', page)
        assert f'data-thumbhash="{HASH}"' in page
        assert "1:02" in page

    def test_leaves_out_what_is_not_published_any_more(
        self, adult: FlaskClient, mia: Any, publish: Publish
    ) -> None:
        publish(mia, "Gone", published_at=None)
        assert "Gone" not in adult.get(f"/@{mia.handle}").text

    def test_is_light(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        for number in range(48):
            publish(mia, f"Sunset number {number}")
        answer = adult.get(f"/@{mia.handle}")
        assert len(answer.data) < 50_000
        assert answer.text.count('rel="stylesheet"') == 1
        assert "style=" not in answer.text
        assert not re.search(r'(src|href)="(https?:)?//(?!127\.0\.0\.1)', answer.text)

    def test_continues_on_the_next_part(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        for number in range(50):
            publish(mia, f"Sunset number {number}")
        more = re.search(r'href="([^"]+)" rel="next"', adult.get(f"/@{mia.handle}").text)
        assert more
        assert "Sunset number 0<" in adult.get(more[1]).text

    def test_keeps_words_words(self, adult: FlaskClient, mia: Any) -> None:
        biolink.change_page(
            mia.id, title="<script>x</script>", blocks=[Draft(kind="text", title="<b>bold</b>")]
        )
        page = adult.get(f"/@{mia.handle}").text
        assert "<script>x" not in page
        assert "&lt;b&gt;bold" in page

    def test_counts_the_view(self, adult: FlaskClient, db: Any, mia: Any) -> None:
        adult.get(f"/@{mia.handle}")
        view = db.execute(select(View)).scalar_one()
        assert (view.creator_id, view.device, view.is_bot) == (mia.id, "phone", False)

    def test_is_not_there_for_nobody_and_for_a_hidden_creator(self, adult: FlaskClient, mia: Any) -> None:
        assert adult.get("/@nobody").status_code == 404
        biolink.hide_page(mia.id)
        assert adult.get(f"/@{mia.handle}").status_code == 404


class TestTheLock:
    def test_shows_a_visitor_what_it_costs(self, adult: FlaskClient, mia: Any, publish: Publish) -> None:
        publish(mia, audience="ppv", price_minor=500)
        publish(mia, audience="subscribers")
        page = adult.get(f"/@{mia.handle}").text
        assert "$5.00" in page
        assert "Subscribers" in page
        assert f"/login/?next=/@{mia.handle}" in page

    def test_is_open_for_a_subscriber_but_not_for_pay_per_view(
        self, fan: Callable[..., Any], town: Any, mia: Any, publish: Publish
    ) -> None:
        client = fan()
        town.subscriptions.add((client.card.id, mia.id))
        publish(mia, audience="subscribers")
        publish(mia, audience="ppv", price_minor=500)
        page = client.get(f"/@{mia.handle}").text
        assert page.count('class="lock"') == 1
        assert "Subscribed" in page

    def test_is_open_for_who_paid(
        self, fan: Callable[..., Any], town: Any, mia: Any, publish: Publish
    ) -> None:
        client = fan()
        town.unlocks.add((client.card.id, publish(mia, audience="ppv", price_minor=500)))
        assert 'class="lock"' not in client.get(f"/@{mia.handle}").text

    def test_is_open_for_the_creator_but_not_for_another(
        self, login: Callable[..., FlaskClient], town: Any, mia: Any, publish: Publish
    ) -> None:
        publish(mia, audience="subscribers")
        other = login("Creator")
        town.new_creator(user_id=other.user_id)  # type: ignore[attr-defined]
        assert 'class="lock"' in other.get(f"/@{mia.handle}").text

    def test_offers_no_subscription_to_a_fan_of_another_brand(
        self, fan: Callable[..., Any], mia: Any
    ) -> None:
        assert "Subscribe for" not in fan("ember").get(f"/@{mia.handle}").text

    def test_offers_one_to_a_fan_of_the_brand(self, fan: Callable[..., Any], mia: Any) -> None:
        assert "Subscribe for $9.99 a month" in fan().get(f"/@{mia.handle}").text


class TestTheCodes:
    def test_are_drawn_for_pages_and_links(self, app: Flask, visitor: FlaskClient, mia: Any) -> None:
        link = biolink.create_link(mia.id, target="https://example.com/")
        for path in (f"/@{mia.handle}", f"/l/{link.slug}"):
            assert visitor.get(f"{path}/qr.svg").mimetype == "image/svg+xml"
            png = visitor.get(f"{path}/qr.png")
            assert png.data.startswith(b"\x89PNG")
            etag = png.headers["ETag"]
            assert visitor.get(f"{path}/qr.png", headers={"If-None-Match": etag}).status_code == 304

    def test_are_not_drawn_for_what_is_not_there(self, visitor: FlaskClient, town: Any) -> None:
        for path in ("/@nobody/qr.svg", "/l/nothing/qr.png", "/@nobody/avatar.svg", "/l/nothing/qr.gif"):
            assert visitor.get(path).status_code == 404

    def test_of_a_face_is_initials(self, visitor: FlaskClient, mia: Any) -> None:
        assert ">M0<" in visitor.get(f"/@{mia.handle}/avatar.svg").text
        assert visitor.get(f"/@{mia.handle}/avatar.png").data.startswith(b"\x89PNG")


class TestSubscribing:
    def test_without_scripts_asks_how_to_pay(self, fan: Callable[..., Any], mia: Any) -> None:
        page = fan().get(f"/@{mia.handle}/subscribe").text
        assert "$9.99 a month" in page
        assert "sandbox" in page

    def test_is_for_those_who_are_signed_in(self, app: Flask, mia: Any) -> None:
        answer = with_agent(app.test_client(), PHONE).get(f"/@{mia.handle}/subscribe")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/")

    def test_is_not_for_creators(self, login: Callable[..., FlaskClient], mia: Any) -> None:
        assert login("Creator").get(f"/@{mia.handle}/subscribe").status_code == 403
