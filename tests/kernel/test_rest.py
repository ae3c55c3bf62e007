"""What programs send that no program of ours would."""

import base64
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.web.paging import BadCursor, _decoded, _encoded

Login = Callable[..., FlaskClient]


def cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class TestCursors:
    @pytest.mark.parametrize(
        "made_up", [[{"a": 1}], [1], ["x"], [None], [[]], [], {}, "x", 7, ["\x00"], [True], [1e400]]
    )
    def test_that_somebody_made_up_are_refused(self, login: Login, made_up: object) -> None:
        with pytest.raises(BadCursor):
            _decoded(cursor(made_up), [TimelineEntry.id])
        answer = login("Security").get("/api/v1/shield/incidents", query_string={"cursor": cursor(made_up)})
        assert (answer.status_code, answer.json["title"]) == (400, "This cursor is not one of ours")

    @pytest.mark.parametrize("made_up", [[1, 2], ["yesterday", new_id()], [clock.now().isoformat(), 2]])
    def test_of_two_columns_too(self, made_up: list[object]) -> None:
        with pytest.raises(BadCursor):
            _decoded(cursor(made_up), [TimelineEntry.at, TimelineEntry.id])

    def test_of_ours_are_read(self) -> None:
        at, entry_id = clock.now(), new_id()
        keys = [TimelineEntry.at, TimelineEntry.id]
        assert _decoded(_encoded([at, entry_id]), keys) == [at, entry_id]


class TestNul:
    def test_in_a_text_is_the_senders_mistake(self, client: FlaskClient) -> None:
        answer = client.post("/api/v1/security/login", json={"username": "a\x00b", "password": "x"})
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert "NUL" in answer.json["detail"]

    def test_in_a_search_is_no_error_of_ours(self, login: Login) -> None:
        answer = login("CRM").get("/crmfanconsole/list/?q=a%00b")
        assert answer.status_code < 500
