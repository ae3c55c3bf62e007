"""Texts that nobody can see, and halves of characters, at every door."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_socketio import SocketIO
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.text import alike_key, has_half_character, is_invisible, seen
from fanzadmin.kernel.web import intake
from fanzadmin.kernel.web.blueprint import Blueprint
from fanzadmin.kernel.web.intake import UnreadableText, accepted

Login = Callable[..., FlaskClient]

UNSEEN = {
    "zero width space": "\u200b",
    "joiners": "\u200c\u200d\u2060\ufeff",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "direction marks": "\u200e\u200f\u202a\u202e\u2066\u2069\u061c",
    "variation selectors": "\ufe00\ufe0f\U000e0100",
    "tags": "\U000e0001\U000e0041",
    "braille blank": "\u2800",
    "soft hyphen and grapheme joiner": "\u00ad\u034f",
    "accents without a letter": "\u0301\u20dd",
    "spaces of every width": "\u00a0\u1680\u2003\u202f\u3000\u2028",
    "mixed with blanks": " \t\u200b\n",
}
SEEN = ["a", "❤\ufe0f", "\u200bMia", "ب", "한", "ᄀ", "👩\u200d💻", "\u0605", "\U0001fae9", "e\u0301", "."]


class TestWhatCanBeSeen:
    @pytest.mark.parametrize("text", UNSEEN.values(), ids=list(UNSEEN))
    def test_nothing_of_it(self, text: str) -> None:
        assert is_invisible(text)
        assert seen(text).strip() == ""

    @pytest.mark.parametrize("text", SEEN)
    def test_something_of_it_leaves_the_text_as_it_is(self, text: str) -> None:
        assert seen(text) == text

    @given(st.text())
    def test_is_never_less_than_a_reader_sees(self, text: str) -> None:
        assert seen(text) in {"", text}

    def test_white_space_is_left_to_whoever_strips_it(self) -> None:
        assert seen("\t") == "\t"

    @pytest.mark.parametrize(
        "other", ["ADA MARSH", "Ada\u200b Marsh", "Ａda Marsh", "Áda  Màrsh", "AdaMarsh", "Аdа Mаrsh"]
    )
    def test_two_names_that_look_alike_have_one_key(self, other: str) -> None:
        assert alike_key(other) == alike_key("Ada Marsh")


class TestHalfACharacter:
    def test_is_no_text(self) -> None:
        assert has_half_character("hi \ud83d")
        assert not has_half_character("hi \U0001f600")

    def test_in_percent_encoding_is_one_where_a_form_or_an_address_is_read(self) -> None:
        assert has_half_character("%ED%A0%BD", percent=True)
        assert not has_half_character("%ED%A0%BD")
        assert not has_half_character("%ED%95%9C", percent=True)  # Hangul

    @pytest.mark.parametrize("sent", [{"a": "\ud83d"}, {"\udc00": 1}, [["x\ud83d"]], "\ud83d"])
    def test_is_refused_wherever_it_stands(self, sent: Any) -> None:
        with pytest.raises(UnreadableText):
            accepted(sent)

    def test_so_is_what_is_nested_without_end(self) -> None:
        deep: list[Any] = []
        for _ in range(5000):
            deep = [deep]
        with pytest.raises(Invalid):
            accepted(deep)


class TestAPassword:
    def test_is_taken_letter_by_letter(self) -> None:
        sent = {"password": "\u200b", "conf_password": "\u00a0\u2800", "name": "\u200b"}
        assert accepted(sent) == sent | {"name": ""}


class TestARestBody:
    def test_with_half_a_character_is_the_senders_mistake(self, client: FlaskClient) -> None:
        body = b'{"username": "hi \\ud83d", "password": "x"}'
        answer = client.post("/api/v1/security/login", data=body, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.json["title"] == "This text cannot be read"

    def test_with_its_bytes_too(self, client: FlaskClient) -> None:
        body = b'{"username": "hi \xed\xa0\xbd", "password": "x"}'
        answer = client.post("/api/v1/security/login", data=body, content_type="application/json")
        assert answer.status_code in {400, 422}

    @pytest.mark.parametrize("text", UNSEEN.values(), ids=list(UNSEEN))
    def test_of_a_title_that_nobody_sees_has_no_title(self, app: Flask, text: str) -> None:
        class Titled(Schema):
            title = f.String(required=True)

        with app.test_request_context("/", method="POST", json={"title": text}):
            title = Blueprint.ARGUMENTS_PARSER.parse(Titled, location="json")["title"]
            assert title.strip() == intake.flask.request.get_json()["title"].strip() == ""


class TestAForm:
    def test_with_half_a_character_is_refused(self, client: FlaskClient) -> None:
        data = b"username=a%ED%A0%BD&password=x"
        answer = client.post("/login/", data=data, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422

    def test_of_words_that_nobody_sees_has_none(self, app: Flask) -> None:
        with app.test_request_context("/", method="POST", data={"title": "\u3164", "name": "Mia"}):
            assert intake.flask.request.form.to_dict() == {"title": "", "name": "Mia"}


class TestAnAddress:
    @pytest.mark.parametrize("path", ["/login/", "/api/v1/security/me", "/crmfanconsole/list/", "/healthz"])
    def test_with_half_a_character_is_refused(self, login: Login, path: str) -> None:
        assert login("CRM").get(f"{path}?q=%ED%A0%BD").status_code in {422, 404}

    def test_is_refused_with_a_page(self, login: Login) -> None:
        answer = login("CRM").get("/crmfanconsole/list/?q=a%ED%A0%BD")
        assert (answer.status_code, "half a character" in answer.get_data(as_text=True)) == (422, True)


class Echo(intake.Namespace):
    def on_say(self, data: Any) -> Any:
        return {"said": data}


class TestASocketEvent:
    @pytest.fixture
    def say(self) -> Callable[[Any], Any]:
        app = Flask("echo")
        Babel(app)
        server = SocketIO(app, async_mode="threading")
        server.on_namespace(Echo("/echo"))
        socket = server.test_client(app, namespace="/echo")
        return lambda data: socket.emit("say", data, namespace="/echo", callback=True)

    def test_of_a_text_that_nobody_sees_has_none(self, say: Callable[[Any], Any]) -> None:
        assert say({"body": "\u200b"}) == {"said": {"body": ""}}

    def test_with_half_a_character_is_answered_with_a_problem(self, say: Callable[[Any], Any]) -> None:
        answer = say({"body": "hi \ud83d"})
        assert (answer["status"], answer["type"]) == (422, "/problems/kernel/unreadable-text")
