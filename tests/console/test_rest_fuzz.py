"""The whole API by its own document: nothing breaks, and nothing is answered that the document does not say.

Every operation is asked a few times with what its schemas allow and with keys of records that are there; the seed is fixed.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask, g
from flask_jwt_extended import create_access_token
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from fanzadmin.console.registry import consoles
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.kernel.db import session
from tests.conftest import make_user
from tests.console.test_statements import demo_world

__all__ = ["demo_world"]

EXAMPLES = 3
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def token(app: Flask, demo_world: Any) -> str:
    """Whoever may do everything, as a program."""
    user_id = make_user(session, "Admin")
    session().commit_transaction()
    return str(create_access_token(identity=str(user_id)))


@pytest.fixture
def keys(demo_world: Any) -> dict[str, str]:
    """A record of each resource, by its address, and by the name of its id in addresses: `creator_id`."""
    records = {}
    for console in consoles.values():
        item = session.query(console.datamodel.obj).first()
        if item is not None:
            name = resource_of(console)
            records[f"/api/v1/{system_of(console)}/{name}"] = str(console.address_of(item))
            records[f"{name.removesuffix('-records').removesuffix('s')}_id"] = str(console.address_of(item))
    return records


def asked(case: Any, keys: dict[str, str], token: str) -> Any:
    """Send a case, with the key of a record that is there where the address takes one."""
    address, _, _rest = case.operation.path.partition("/{key}")
    for name in case.path_parameters or {}:
        record = keys.get(address if name == "key" else name)
        if record is not None:
            case.path_parameters[name] = record
    for name in list(g):
        g.pop(name)  # a request begins with nobody, though the tests' requests share one context
    return case.call(headers={"Authorization": f"Bearer {token}"})


def failures_of(operation: Any, keys: dict[str, str], token: str) -> Iterator[str]:
    """What is wrong with the answers of one operation."""
    problems: list[str] = []

    @QUIET
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        bind: Any = session.get_bind()
        savepoint = bind.begin_nested()
        try:
            answer = asked(case, keys, token)
            documented = set(operation.definition.raw["responses"])
            if answer.status_code >= 500 or str(answer.status_code) not in documented:
                problems.append(f"{case.method} {case.path} {answer.status_code}: {answer.text[:300]}")
            elif (
                answer.status_code < 300 and "json" in answer.headers.get("Content-Type", [""])[0]
            ):  # no file
                case.validate_response(answer, checks=CHECKS)
        finally:
            session.remove()
            savepoint.rollback()

    try:
        ask()
    except Exception as error:
        problems.append(f"{operation.label}: {str(error)[:500]}")
    yield from dict.fromkeys(problems)


def test_nothing_breaks_and_nothing_undocumented_is_answered(
    app: Flask, token: str, keys: dict[str, str]
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    wrong, count = [], 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith("/api/v1/"):
            continue  # files
        count += 1
        wrong += failures_of(operation, keys, token)
    assert not wrong, "\n".join(wrong)
    assert count > 150
