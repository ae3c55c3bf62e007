"""The 18+ question: asked of everybody, passed by an answer, never by a crawler."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fanzadmin.public.gate import COOKIE, own_path
from security.crypto import sign
from tests.public.conftest import GOOGLE, with_agent


def asks(answer: Any) -> bool:
    return "at least 18 years old" in answer.text


class TestTheQuestion:
    def test_comes_before_the_page_and_shows_nothing_of_it(
        self, visitor: FlaskClient, mia: Any, publish: Callable[..., str]
    ) -> None:
        publish(mia, "A private title")
        answer = visitor.get(f"/@{mia.handle}")
        assert asks(answer)
        assert "A private title" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_comes_before_the_player_and_does_not_tell_the_title(
        self, visitor: FlaskClient, mia: Any, publish: Callable[..., str]
    ) -> None:
        answer = visitor.get(f"/watch/{publish(mia, 'A private title')}")
        assert asks(answer)
        assert "A private title" not in answer.text

    def test_is_answered_once_and_leads_back(self, visitor: FlaskClient, mia: Any) -> None:
        answer = visitor.post("/age", data={"next": f"/@{mia.handle}"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/@{mia.handle}")
        assert not asks(visitor.get(f"/@{mia.handle}"))

    def test_gives_both_answers_the_same_weight(self, visitor: FlaskClient, mia: Any) -> None:
        page = visitor.get(f"/@{mia.handle}").text
        assert page.count('class="button"') == 2

    def test_sets_a_cookie_that_scripts_cannot_read(self, visitor: FlaskClient, mia: Any) -> None:
        cookie = visitor.post("/age", data={"next": "/"}).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_can_be_taken_back(self, adult: FlaskClient, mia: Any) -> None:
        assert adult.get("/age/leave").status_code == 200
        assert asks(adult.get(f"/@{mia.handle}"))

    def test_believes_no_forged_cookie(self, visitor: FlaskClient, mia: Any) -> None:
        for forged in ("18+", sign("other-purpose", "18+"), sign("age-gate", "17")):
            visitor.set_cookie(COOKIE, forged)
            assert asks(visitor.get(f"/@{mia.handle}"))

    def test_is_never_passed_by_a_crawler(self, app: Flask, mia: Any) -> None:
        crawler = with_agent(app.test_client(), GOOGLE)
        crawler.post("/age", data={"next": "/"})
        answer = crawler.get(f"/@{mia.handle}")
        assert "Programs are not shown" in answer.text

    def test_is_not_asked_of_those_who_are_signed_in(self, fan: Callable[..., FlaskClient], mia: Any) -> None:
        assert not asks(fan().get(f"/@{mia.handle}"))

    def test_needs_the_token_of_its_own_form(self, visitor: FlaskClient) -> None:
        assert visitor.post("/age", data={"next": "/"}, headers={"X-CSRFToken": ""}).status_code == 400

    @pytest.mark.parametrize(
        "evil",
        [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x=y",
            "javascript:x",
        ],
    )
    def test_leads_nowhere_but_to_ourselves(self, evil: str) -> None:
        assert own_path(evil) == "/"

    def test_keeps_the_way_to_a_part_of_a_page(self) -> None:
        assert own_path("/@mia?start=48") == "/@mia?start=48"
