"""What is reachable, by kind: nothing that a library adds answers unless somebody wants it to."""

from collections.abc import Callable
from inspect import unwrap
from typing import Any

from flask import Flask

from fanzadmin.console.registry import consoles

OURS = ("fanzadmin.", "security.", "dashboards.", "tests.")
# Every address of a library that answers, by the function behind it.
INHERITED = {
    "Flask.__init__.<locals>.<lambda>": "/static/",
    "AuthDBView.login": "the sign-in",
    "AuthView.logout": "the sign-out",
    "UserDBModelView.userinfo": "the own profile",
    "SimpleFormView.this_form_get": "the own name and password, and a password of somebody else",
    "SimpleFormView.this_form_post": "the same, sent",
    "GroupByChartView.chart": "figures of the sign-ins",
    "UtilView.back": "the way back from a form",
    "ModelView.list": "groups",
    "ModelView.show": "consoles and groups",
    "ModelView.add": "consoles and groups",
    "ModelView.edit": "consoles and groups",
    "ModelView.delete": "consoles and groups",
    "ModelView.action": "the own profile's buttons",
    # Dash adds these to each board by itself, and has no setting to leave one out.
    "FlaskDashServer.setup_index.<locals>.index": "a board",
    "FlaskDashServer.setup_catchall.<locals>.catchall": "a board",
    "FlaskDashServer.setup_component_suites.<locals>.serve": "its scripts",
    "Blueprint.send_static_file": "its files",
    "Dash.serve_layout": "its layout",
    "Dash.dependencies": "its callbacks",
    "dispatch": "its callbacks, called",
    "Dash.serve_reload_hash": "its development server",
    "Dash._serve_default_favicon": "its icon",
}


def _function(app: Flask, endpoint: str) -> Callable[..., Any]:
    return unwrap(app.view_functions[endpoint])


def inherited(app: Flask) -> dict[str, set[str]]:
    """The addresses that a library answers, by its function."""
    results: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        function = _function(app, rule.endpoint)
        module = getattr(getattr(function, "view_class", function), "__module__", "")
        if not module.startswith(OURS):
            results.setdefault(function.__qualname__, set()).add(str(rule))
    return results


def test_no_library_answers_where_nobody_asked_it_to(app: Flask) -> None:
    strange = {name: sorted(rules)[:3] for name, rules in inherited(app).items() if name not in INHERITED}
    assert not strange, (
        f"take these out by exclude_route_methods or a setting, or say here what they are for: {strange}"
    )


def test_every_inherited_address_is_still_there(app: Flask) -> None:
    missing = INHERITED.keys() - inherited(app).keys()
    assert not missing, f"nobody adds these any more, take them out of the list: {sorted(missing)}"


def test_no_console_hands_out_files_by_name(app: Flask) -> None:
    assert not [str(rule) for rule in app.url_map.iter_rules() if "/download/" in str(rule)]


def test_all_consoles_answer_at_the_same_addresses(app: Flask) -> None:
    """The kinds of addresses of a console; what one alone has is a page of its own."""
    kinds: dict[str, int] = {}
    for console in consoles.values():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{type(console).__name__}."):
                name = rule.endpoint.partition(".")[2]
                kinds[name] = kinds.get(name, 0) + 1
    shared = {name for name, count in kinds.items() if count >= len(consoles)}
    assert {"list", "show", "add", "edit", "delete", "history", "export", "import_file"} <= shared
    assert not {"download", "api", "menu"} & kinds.keys()
