"""Problem types and their pages."""

from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fanzadmin.kernel.errors import BusinessError, error_classes
from fanzadmin.kernel.web.conditional import RecordChanged


def own_classes() -> list[type[BusinessError]]:
    return [cls for cls in error_classes() if not cls.__module__.startswith("tests")]


class TestTypes:
    def test_each_error_has_one_of_its_own(self, app: Flask) -> None:
        counts = Counter(cls.type for cls in own_classes())
        twice = [name for name, count in counts.items() if count > 1]
        assert not twice, f"two classes of one system share a name, rename one: {twice}"

    def test_it_is_made_of_system_and_name(self) -> None:
        assert RecordChanged.type == "/problems/kernel/record-changed"


class TestThePage:
    def test_of_every_type_is_there(self, app: Flask, client: FlaskClient) -> None:
        for cls in own_classes():
            answer = client.get(cls.type)
            assert (answer.status_code, answer.mimetype) == (200, "text/html"), cls.type

    def test_says_title_status_and_meaning(self, client: FlaskClient) -> None:
        text = client.get("/problems/kernel/record-changed").get_data(as_text=True)
        assert "The record was changed meanwhile" in text
        assert "412 Precondition Failed" in text
        assert "someone changed it since it was read" in text

    def test_is_json_for_a_program(self, client: FlaskClient) -> None:
        answer = client.get("/problems/kernel/record-changed", headers={"Accept": "application/json"})
        assert (answer.mimetype, answer.json["status"]) == ("application/json", 412)

    @pytest.mark.parametrize("path", ["/problems/kernel/nothing", "/problems/x/y"])
    def test_of_an_unknown_type_is_not_found(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 404
