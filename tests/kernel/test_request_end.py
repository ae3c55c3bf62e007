"""What people and programs are told while the database is away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from security.manager import FanzSecurityManager

Login = Callable[..., FlaskClient]


@pytest.fixture
def mia_without_database(login: Login, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody who is signed in, and nobody can be asked who it is."""

    def away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, ConnectionError("connection refused"))

    client = login("Creator")
    monkeypatch.setattr(FanzSecurityManager, "get_user_by_id", away)
    return client


class TestADatabaseThatIsAway:
    @pytest.mark.parametrize("path", ["/portal/", "/", "/login/", "/crmfanconsole/list/", "/nothing-here"])
    def test_is_a_clear_page_for_the_person(self, mia_without_database: FlaskClient, path: str) -> None:
        answer = mia_without_database.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "does not answer right now. Nothing was lost" in answer.get_data(as_text=True)

    def test_is_a_problem_for_the_program(self, mia_without_database: FlaskClient) -> None:
        answer = mia_without_database.get("/api/v1/media/assets")
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
