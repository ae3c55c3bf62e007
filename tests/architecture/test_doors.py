"""Every door of the platform, tried by the wrong person: the pages from the URL map, the consoles from their registry."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from fanzadmin.console.registry import consoles
from security.rbac import ROLES

STRANGER = "01900000-0000-7000-8000-000000000001"
OPEN = (
    "/healthz",
    "/readyz",
    "/styleguide",
    "/static/",
    "/favicon.ico",
    "/appbuilder/",
    "/login/",
    "/logout/",
    "/lang/",
    "/back",
    "/api/v1/openapi.json",
    "/problems/",
    "/api/v1/biolink/pages/",
    "/media/",  # renditions by signed address: the token is the right
    "/l/",
    "/@",
    "/avatars/",
    "/age/",
    "/2257",
    "/join",
    "/terms",
    "/watch/",  # decides per asset and visitor
)

Login = Callable[..., FlaskClient]


def pages(app: Flask) -> list[Rule]:
    """Every address that answers GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def path_of(rule: Rule) -> str:
    """The rule's path with each variable filled by somebody else's id."""
    parts = [STRANGER if is_variable else text for is_variable, text in rule._trace[1:]]
    return "".join(part.lstrip("|") for part in parts)


def test_nobody_passes_a_door_that_is_not_open_to_all(app: Flask, db: Any) -> None:
    passed = {}
    for rule in pages(app):
        path = path_of(rule)
        if path.startswith(OPEN) or "/action/" in path:  # an action by GET is refused to everybody
            continue
        answer = app.test_client().get(path)  # each a new visitor: one session would gather every message
        to_sign_in = answer.status_code == 302 and "/login" in answer.headers["Location"]
        if not to_sign_in and answer.status_code not in {401, 403, 404, 405}:
            passed[path] = answer.status_code
    assert not passed, f"these answer somebody who is not signed in: {passed}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_console_opens_to_the_roles_that_may_read_it(app: Flask, login: Login, role: str) -> None:
    person, wrong = login(role), {}
    readable = {right.permission for right in ROLES[role]}
    for console in consoles.values():
        expected = 200 if ("can_read", console.resource) in readable else 403
        status = person.get(f"{console.route_base}/list/").status_code
        if status != expected:
            wrong[type(console).__name__] = (status, expected)
    assert not wrong, f"{role} (answered, expected): {wrong}"


@pytest.mark.parametrize("role", ["Creator", "Fan"])
def test_the_boards_and_the_trace_are_for_staff(login: Login, role: str) -> None:
    person = login(role)
    paths = ("/boards/analytics/", "/boards/finance/", "/boards/security/", "/trace/")
    assert [person.get(path).status_code for path in paths] == [403] * 4


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"Creator"}))
def test_the_portal_is_for_creators(login: Login, role: str) -> None:
    person: Any = login(role)
    assert person.get("/portal/").status_code == 403
