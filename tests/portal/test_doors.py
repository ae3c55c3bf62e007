"""Who gets into the portal, and what is not found there."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.chat import service as chat
from fanzadmin.compliance import service as compliance
from fanzadmin.finance import service as finance
from fanzadmin.kernel.ids import new_id
from tests.portal.conftest import Person, end_of_request

PAGES = (
    "/",
    "/timeline",
    "/content",
    "/fans",
    "/messages",
    "/page",
    "/posts",
    "/posts/new",
    "/money",
    "/suggestions",
    "/people",
)
STAFF = ("Admin", "CRM", "Content", "Community", "Finance", "Compliance", "Security", "Manager")


@pytest.mark.parametrize("page", PAGES)
class TestAPage:
    def test_renders_for_its_creator(self, mia: Person, page: str) -> None:
        answer = mia.get(page)
        assert answer.status_code == 200
        assert 'aria-label="Portal"' in answer.text

    def test_sends_nobody_to_the_sign_in(self, client: FlaskClient, page: str) -> None:
        answer = client.get(f"/portal{page}")
        assert answer.status_code == 302
        assert answer.location.startswith(f"/login/?next=/portal{page}")

    def test_has_no_inline_style_or_handler(self, mia: Person, page: str) -> None:
        text = mia.get(page).text
        assert " style=" not in text
        assert " onclick=" not in text


class TestOthers:
    @pytest.mark.parametrize("role", ["Fan", *STAFF])
    def test_have_no_portal(self, login: Callable[..., FlaskClient], role: str) -> None:
        browser = login(role)
        end_of_request()
        assert {browser.get(f"/portal{page}").status_code for page in PAGES} == {403}

    def test_a_creator_role_without_a_creator_is_refused(self, login: Callable[..., FlaskClient]) -> None:
        assert login("Creator").get("/portal/").status_code == 403


class TestTheNeighbour:
    def test_s_asset_is_not_found(self, mia: Person, zoe: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(zoe)
        assert mia.get(f"/content/{asset_id}").status_code == 404
        for act in ("", "/plan", "/cancel", "/retry", "/withdraw", "/attestation", "/people"):
            assert mia.post(f"/content/{asset_id}{act}", data={"title": "Mine"}).status_code == 404, act

    def test_s_conversation_is_not_found(
        self, mia: Person, zoe: Person, subscriber: Callable[..., Any]
    ) -> None:
        talk = chat.open_conversation(zoe.id, subscriber(zoe).id)
        assert mia.get(f"/messages/{talk}").status_code == 404

    def test_s_fan_cannot_be_written_to(
        self, mia: Person, zoe: Person, subscriber: Callable[..., Any]
    ) -> None:
        assert mia.post(f"/fans/{subscriber(zoe).id}/messages").status_code == 404

    def test_s_payout_is_not_found(self, mia: Person, zoe: Person, subscriber: Callable[..., Any]) -> None:
        finance.tip(
            subscriber(zoe).id, zoe.id, amount_minor=10_000, currency="USD", payment_token="sandbox_ok"
        )
        payout = finance.request_payout(zoe.id, amount_minor=2_000)
        assert zoe.get(f"/money/payouts/{payout}").status_code == 200
        assert mia.get(f"/money/payouts/{payout}").status_code == 404

    def test_s_suggestion_is_not_found(
        self, mia: Person, zoe: Person, upload: Callable[..., str], suggested: Callable[..., str]
    ) -> None:
        key = suggested(zoe, upload(zoe))
        assert mia.post(f"/suggestions/{key}/accept").status_code == 404
        assert mia.post(f"/suggestions/{key}/dismiss").status_code == 404

    def test_s_link_is_not_found(self, mia: Person, zoe: Person) -> None:
        from fanzadmin.biolink import service as biolink

        link = biolink.create_link(zoe.id, target="https://example.com/")
        assert mia.post(f"/page/links/{link.id}/end").status_code == 404

    def test_s_performer_is_not_found(self, mia: Person, zoe: Person) -> None:
        from datetime import date

        theirs = compliance.register_performer(
            zoe.id, stage_name="Zed", legal_name="Zed Zimmer", born_on=date(1990, 1, 1)
        )
        end_of_request()
        assert mia.get(f"/people/{theirs}").status_code == 404
        for form in ("documents", "aliases"):
            assert mia.post(f"/people/{theirs}/{form}", data={"name": "X"}).status_code == 404, form

    @pytest.mark.parametrize("path", ["/content/x", "/messages/x", "/money/payouts/x", "/people/x"])
    def test_what_is_no_id_is_not_found(self, mia: Person, path: str) -> None:
        assert mia.get(path).status_code == 404
        assert mia.get(path[:-1] + new_id()).status_code == 404

    def test_a_form_without_its_token_is_refused(self, mia: Person) -> None:
        assert (
            mia.post("/money/payouts", data={"amount": "20"}, headers={"X-CSRFToken": ""}).status_code == 400
        )
