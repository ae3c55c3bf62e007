"""Every console, every role: what docs/reference/rights.md says is what page, file, API, palette and socket do."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g

from fanzadmin.console.base import Console
from fanzadmin.console.registry import consoles
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.ids import new_id
from fanzadmin.reference import FOLDER, HEAD, matrix, pages
from security.identity import load_user
from security.rbac import ADMIN, RIGHTS, ROLES

Login = Callable[..., Any]
REFUSED = {302, 403}
STAFF = sorted({*ROLES, ADMIN})

# What stands for each way to a console: the path below it, how it is asked for, and the cell of the matrix.
DOORS = (
    ("GET", "/list/", "list"),
    ("GET", "/list/?kind=board", "list"),
    ("GET", "/list/?kind=calendar", "list"),
    ("GET", "/list/?kind=gallery", "list"),
    ("GET", "/list/?kind=map", "list"),
    ("GET", "/finding/cards", "list"),
    ("GET", "/add", "add"),
    ("GET", "/export", "export"),
    ("GET", "/import", "import"),
    ("GET", "/show/{key}", "show"),
    ("GET", "/edit/{key}", "edit"),
    ("GET", "/history/{key}", "show"),
    ("GET", "/comments/{key}", "show"),
    ("GET", "/timeline/{key}", "show"),
    ("POST", "/board/{key}", "show"),
    ("POST", "/reveal/{key}", "reveal"),
    ("POST", "/comments/{key}", "show"),
    ("POST", "/delete/{key}", "delete"),
)


AS_A_PROGRAM = {
    "Accept": "application/problem+json"
}  # the same answers; a whole page need not be drawn to refuse


@pytest.fixture(scope="module")
def paths(app: Flask) -> set[str]:
    """Every address of the consoles, so that a way that does not exist is not taken for a closed one."""
    return {str(rule) for rule in app.url_map.iter_rules()}


def exists(console: Console, path: str, paths: set[str]) -> bool:
    return f"{console.route_base}{path.partition('?')[0].replace('{key}', '<pk>')}" in paths


def test_the_table_is_the_one_that_the_code_makes(app: Flask) -> None:
    with app.app_context():
        assert (FOLDER / "rights.md").read_text() == pages()[FOLDER / "rights.md"]
    assert (FOLDER / "rights.md").read_text().startswith(HEAD)


@pytest.mark.parametrize("role", STAFF)
def test_a_page_opens_to_whom_the_matrix_says(app: Flask, login: Login, paths: set[str], role: str) -> None:
    person, wrong = login(role), {}
    for name, console in consoles.items():
        row = matrix(console, role)
        for method, path, what in DOORS:
            if not exists(console, path, paths):
                continue
            address = console.route_base + path.format(key=new_id())
            status = person.open(address, method=method, headers=AS_A_PROGRAM).status_code
            allowed = what in row
            if allowed == (status in REFUSED) and not (allowed and status == 302):
                wrong[f"{method} {name}{path}"] = (status, "allowed" if allowed else "refused")
    assert not wrong, f"{role} (answered, expected): {wrong}"


@pytest.mark.parametrize("role", STAFF)
def test_an_action_is_done_for_whom_the_matrix_says(app: Flask, login: Login, role: str) -> None:
    """Asked of no record at all: who may not act is told so, who may is not."""
    person, wrong = login(role), {}
    for name, console in consoles.items():
        allowed = {action.rstrip("*") for action in matrix(console, role).get("act", "").split(", ")}
        for action in console.actions:
            answer = person.post(f"{console.route_base}/action_post", data={"action": action})
            refused = answer.status_code == 403 or _was_told_no(person)
            if refused == (action in allowed):
                wrong[f"{name}:{action}"] = answer.status_code
    assert not wrong, f"{role}: {wrong}"


def _was_told_no(person: Any) -> bool:
    with person.session_transaction() as cookie:
        events = cookie.pop("_flashes", [])
    return any("denied" in text.lower() for _kind, text in events)


@pytest.mark.parametrize("role", STAFF)
def test_the_palette_leads_only_where_the_role_may_go(
    app: Flask, login: Login, creator: Any, fan: Any, role: str
) -> None:
    person = login(role)
    closed = [f"{console.route_base}/" for console in consoles.values() if not matrix(console, role)]
    for words in ("ada", "tom", "new", "add"):
        answer = person.get(f"/palette?q={words}").json
        offered = [entry["url"] for entry in (*answer["records"], *answer["actions"])]
        assert not [url for url in offered if url.startswith(tuple(closed))], words
        assert "@example.test" not in str(answer)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_same_person_has_the_same_rights_on_a_socket(
    app: Flask, db: Any, login: Login, role: str
) -> None:
    person, manager = login(role), app.extensions["appbuilder"].sm
    g.pop("permissions", None)
    user = load_user(person.user_id)
    assert user is not None
    wrong = [
        right for right in RIGHTS if manager.person_has(user, *right.permission) != (right in ROLES[role])
    ]
    assert not wrong


@pytest.mark.parametrize("role", STAFF)
def test_columns_are_the_same_for_every_use(app: Flask, db: Any, role: str) -> None:
    """What is hidden is in no use; what is masked cannot be searched or sorted by unless the rule says so."""
    wrong = {}
    with acting(Context(roles=frozenset({role}))):
        for name, console in consoles.items():
            shown = {
                use: set(console.columns_for(use)) for use in ("list", "show", "export", "search", "order")
            }
            hidden = [column for columns in shown.values() for column in columns if console.is_hidden(column)]
            guessed = [
                column
                for column in shown["search"] | shown["order"]
                if console.is_masked(column) and not console.is_findable(column)
            ]
            written = [column for column in console.columns_for("edit") if not console.is_writable(column)]
            if hidden or guessed or written:
                wrong[name] = (hidden, guessed, written)
    assert not wrong


def test_no_console_begins_with_an_order_by_what_is_masked(app: Flask, db: Any) -> None:
    wrong = [
        name
        for name, console in consoles.items()
        if console.base_order and not console.is_findable(console.base_order[0])
    ]
    assert not wrong, f"the order of rows tells what the mask hides: {wrong}"


API = {
    "/api/v1/crm/creators": "crm:creator:read",
    "/api/v1/compliance/reviews": "compliance:review:read",
    "/api/v1/compliance/inspection?term=nobody": "compliance:performer:reveal",
}


@pytest.mark.parametrize("role", STAFF)
def test_staff_resources_of_the_api_ask_for_the_same_right(login: Login, role: str) -> None:
    person = login(role)
    held = RIGHTS if role == ADMIN else ROLES[role]
    for path, right in API.items():
        assert (person.get(path).status_code == 200) == (right in held), (role, path)


def test_no_resource_of_the_api_tells_personal_data_of_others(app: Flask) -> None:
    """Whatever the API's schemas can answer with, by field name; what may, is named here with its reason."""
    allowed = {
        "ComplianceRecord",  # a creator's own performers, and Compliance's inspection, which notes who looked and why
        "RegisterArgs",  # what a creator hands in of her own performers
        "SignUpArgs",  # what a fan says of himself
    }
    masked = {
        f"{name.removesuffix('Console')}{kind}" for name in consoles for kind in ("Record", "New", "Change")
    }
    spec = app.test_client().get("/api/v1/openapi.json").json
    telling = {
        name
        for name, schema in spec["components"]["schemas"].items()
        if {"email", "legal_name", "born_on"} & schema.get("properties", {}).keys()
    }
    strange = {name for name in telling - masked if not name.startswith(tuple(allowed))}
    assert not strange, f"mask these, or say here why not: {strange}"
