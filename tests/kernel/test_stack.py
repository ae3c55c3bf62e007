"""The fixtures keep their word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from security.identity import person


def people(db: Any) -> int:
    return int(db.execute(select(func.count()).select_from(User)).scalar_one())


class TestDb:
    @pytest.mark.parametrize("round_", [1, 2])
    def test_what_a_test_writes_and_commits_is_gone_in_the_next(
        self, db: Any, login: Callable[..., FlaskClient], round_: int
    ) -> None:
        from fanzadmin.kernel.db import transaction

        assert people(db) == 0
        with transaction():
            login("Creator")
        assert people(db) == 1


class TestFreshDb:
    @pytest.mark.parametrize("round_", [1, 2])
    def test_real_commits_are_gone_in_the_next(self, fresh_db: Any, round_: int) -> None:
        from fanzadmin.kernel.db import transaction

        assert people(fresh_db) == 0
        with transaction() as work:
            work.add(User(first_name="A", last_name="B", username="ab", email="ab@example.test", active=True))
        assert people(fresh_db) == 1


class TestLogin:
    def test_a_signed_in_person_is_known_to_the_application(self, login: Callable[..., FlaskClient]) -> None:
        with login("Finance") as browser:
            browser.get("/healthz")
            result = person()
        assert result is not None
        assert result.roles == {"Finance"}

    def test_a_client_of_nobody_is_a_stranger(self, client: FlaskClient) -> None:
        with client:
            client.get("/healthz")
            assert person() is None

    def test_a_role_that_does_not_exist_is_refused(self, login: Callable[..., FlaskClient]) -> None:
        with pytest.raises(LookupError, match="no role Wizard"):
            login("Wizard")
