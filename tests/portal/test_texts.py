"""Texts that nobody can see, and halves of characters, at the doors of a creator: REST and forms."""

from __future__ import annotations

from typing import Any

import pytest

from fanzadmin.compliance import queries as compliance
from fanzadmin.kernel.db import session
from tests.crm.conftest import records  # noqa: F401  the own records are verified
from tests.portal.conftest import Person

UNSEEN = ["\u200b", "\u3164", "\u202e\u2066", " \ufe0f\u00a0"]
NEWCOMER = {"stage_name": "Lena", "legal_name": "Lena Lark", "born_on": "1990-05-05"}
REST: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a post": ("POST", "/api/v1/social/posts", {"body": "{}"}),
    "a title of the page": ("PATCH", "/api/v1/biolink/page", {"title": "{}"}),
    "a link's target": ("POST", "/api/v1/biolink/links", {"target": "{}"}),
    "a block of the page": (
        "PATCH",
        "/api/v1/biolink/page",
        {"blocks": [{"kind": "heading", "title": "{}"}]},
    ),
    "a stage name": ("POST", "/api/v1/compliance/performers", NEWCOMER | {"stage_name": "{}"}),
    "a legal name": ("POST", "/api/v1/compliance/performers", NEWCOMER | {"legal_name": "{}"}),
    "a part of a legal name": ("POST", "/api/v1/compliance/performers", NEWCOMER | {"legal_name": "Lena {}"}),
}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "a stage name": ("/people", NEWCOMER | {"stage_name": "{}"}),
    "a legal name": ("/people", NEWCOMER | {"legal_name": "{}"}),
    "a link": ("/page/links", {"title": "Shop", "target": "{}"}),
}


def filled(sent: Any, text: str) -> Any:
    if isinstance(sent, str):
        return sent.replace("{}", text)
    if isinstance(sent, dict):
        return {name: filled(value, text) for name, value in sent.items()}
    return [filled(value, text) for value in sent] if isinstance(sent, list) else sent


pytestmark = pytest.mark.usefixtures("records")


def opened(person: Person) -> list[str]:
    """The stage names in a creator's records."""
    return [record.stage_name for record in compliance.records_of(person.id)]


@pytest.mark.parametrize("door", REST)
class TestOverRest:
    @pytest.mark.parametrize("text", UNSEEN)
    def test_what_nobody_sees_is_empty(self, mia: Person, door: str, text: str) -> None:
        method, path, sent = REST[door]
        before = opened(mia)
        answer = mia.browser.open(path, method=method, json=filled(sent, text))
        assert answer.status_code == 422, answer.json
        assert opened(mia) == before

    def test_half_a_character_is_refused(self, mia: Person, door: str) -> None:
        method, path, sent = REST[door]
        answer = mia.browser.open(path, method=method, json=filled(sent, "Lark \ud83d Lee"))
        assert (answer.status_code, answer.json["title"]) == (422, "This text cannot be read")


@pytest.mark.parametrize("door", FORMS)
class TestInAForm:
    @pytest.mark.parametrize("text", UNSEEN)
    def test_what_nobody_sees_is_empty(self, mia: Person, door: str, text: str) -> None:
        path, sent = FORMS[door]
        before = opened(mia)
        assert mia.post(path, data=filled(sent, text)).status_code == 422
        session.rollback()
        assert opened(mia) == before

    def test_half_a_character_is_refused(self, mia: Person, door: str) -> None:
        path, sent = FORMS[door]
        assert mia.post(path, data=filled(sent, "%ED%A0%BD")).status_code == 422
