"""The REST of every console: open to the roles that its pages are open to, with the masks of its pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.registry import consoles
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.kernel.ids import new_id
from fanzadmin.reference import matrix
from security.rbac import ADMIN, ROLES
from tests.conftest import Client

Login = Callable[..., Any]
STAFF = (*sorted(ROLES), ADMIN)
DOORS = (
    ("GET", "", "list"),
    ("GET", "/{key}", "show"),
    ("POST", "", "add"),
    ("PATCH", "/{key}", "edit"),
    ("DELETE", "/{key}", "delete"),
    ("POST", "/{key}/reveal", "reveal"),
    ("POST", "/import", "import"),
    ("POST", "/bulk", "list"),  # which asks for the right of the verb or change beside
)
BODIES = {"reveal": {"columns": ["x"], "reason": "A good one."}, "list": {"verb": "nothing"}}


def address_of(console: ConsoleLike) -> str:
    return f"/api/v1/{system_of(console)}/{resource_of(console)}"


@pytest.fixture(scope="module")
def operations(app: Flask) -> set[tuple[str, str]]:
    """Every method and address, so that what does not exist is not taken for closed."""
    return {(method, str(rule)) for rule in app.url_map.iter_rules() for method in rule.methods or ()}


def doors(console: ConsoleLike, operations: set[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The method, address and ability of each operation that a console has."""
    base = address_of(console)
    results = [
        (method, f"{base}{path}", what)
        for method, path, what in DOORS
        if (method, f"{base}{path}".replace("{key}", "<key>")) in operations
    ]
    return results + [("POST", f"{base}/{{key}}/{verb.name}", verb.name) for verb in console.verbs]


@pytest.mark.parametrize("role", STAFF)
def test_an_operation_is_open_to_whom_the_matrix_says(
    login: Login, operations: set[tuple[str, str]], role: str
) -> None:
    user, wrong = login(role), {}
    for name, console in consoles.items():
        row = matrix(console, role)
        allowed = {*row, *(verb.rstrip("*") for verb in row.get("act", "").split(", "))}
        for method, path, what in doors(console, operations):
            verb = console.verb_named(what)
            body = {question.name: "x" * 8 for question in verb.questions} if verb else BODIES.get(what, {})
            answer = user.open(
                path.format(key=new_id()), method=method, json=body if method != "GET" else None
            )
            if answer.status_code == 422 and answer.json.get("errors"):
                continue  # what is sent is looked at first; the next test sends nothing wrong
            if (answer.status_code == 403) == (what in allowed):
                wrong[f"{method} {name} {path}"] = (answer.status_code, what in allowed)
    assert not wrong, f"{role} (answered, allowed): {wrong}"


def test_an_anonymous_program_is_asked_to_sign_in(client: Client, operations: set[tuple[str, str]]) -> None:
    wrong = {}
    for console in consoles.values():
        for method, path, _what in doors(console, operations):
            answer = client.open(path.format(key=new_id()), method=method)
            asked = answer.headers.get("WWW-Authenticate", "").startswith("Bearer")
            if answer.status_code != 401 or not asked:
                wrong[f"{method} {path}"] = answer.status_code
    assert not wrong
