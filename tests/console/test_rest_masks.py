"""What a program reads of a console's records: no more than the page shows."""

from typing import Any

import pytest
from flask import Flask

from fanzadmin.console.registry import consoles
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.kernel.db import session
from fanzadmin.reference import matrix
from security.rbac import ADMIN, ROLES
from tests.conftest import make_user
from tests.console.test_statements import demo_world

__all__ = ["demo_world"]

MASK = "••"
STAFF = sorted(set(ROLES) - {"Fan"})  # the demo has fans of the names that tests give theirs


@pytest.mark.parametrize("role", [*STAFF, ADMIN])
def test_no_field_says_more_than_its_page(app: Flask, demo_world: Any, role: str) -> None:
    """What the page masks is masked, what it hides is absent."""
    client: Any = app.test_client()
    user_id = make_user(session, role)
    session().commit_transaction()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = str(user_id), True
    more, looked_at = {}, 0
    for name, console in consoles.items():
        row = matrix(console, role)
        address = f"/api/v1/{system_of(console)}/{resource_of(console)}"
        page = client.get(address, query_string={"limit": "3"})
        if not row:
            assert page.status_code == 403, name
            continue
        assert page.status_code == 200, (name, page.text)
        masked, hidden = (set(filter(None, row.get(what, "").split(", "))) for what in ("masked", "hidden"))
        for item in page.json["items"]:
            looked_at += 1
            record = client.get(f"{address}/{item['id']}").json
            for shown in (item, record):
                open_ = [
                    column
                    for column in masked & shown.keys()
                    if shown[column] and MASK not in str(shown[column])
                ]
                if open_ or hidden & shown.keys():
                    more[name] = (open_, hidden & shown.keys())
    assert not more
    assert looked_at or not any(matrix(console, role) for console in consoles.values())
