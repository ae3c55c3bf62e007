"""The OpenAPI document: what every operation says of itself."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from fanzadmin.kernel.web.blueprint import operation_id

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def spec(app: Flask) -> Any:
    return app.test_client().get("/api/v1/openapi.json").json


def operations(spec: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in spec["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


class TestEveryOperation:
    def test_has_a_name_of_its_own(self, spec: Any) -> None:
        names = Counter(operation["operationId"] for _, _, operation in operations(spec))
        assert not [name for name, count in names.items() if count > 1]
        assert all(name.isidentifier() for name in names)

    def test_documents_its_errors_as_problems(self, spec: Any) -> None:
        missing = [
            (path, method, status)
            for path, method, operation in operations(spec)
            for status in ["401", *(["409", "412", "422"] if method != "get" else [])]
            if status not in operation["responses"]
        ]
        assert not missing
        answers = spec["components"]["responses"]
        assert set(answers["CONFLICT"]["content"]) == {"application/problem+json"}

    def test_says_what_it_does(self, spec: Any) -> None:
        silent = [
            (path, method) for path, method, operation in operations(spec) if not operation.get("summary")
        ]
        assert not silent, f"give these views a docstring: {silent}"

    def test_takes_the_headers_of_its_method(self, spec: Any) -> None:
        for path, method, operation in operations(spec):
            names = set(references(operation.get("parameters", [])))
            expected = {"IF_NONE_MATCH"} if method == "get" else {"IDEMPOTENCY_KEY", "IF_MATCH"}
            assert {f"#/components/parameters/{name}" for name in expected} <= names, (path, method)


class TestTheDocument:
    def test_names_the_ways_to_sign_in(self, spec: Any) -> None:
        assert set(spec["components"]["securitySchemes"]) == {"token", "session"}
        assert spec["security"] == [{"token": []}, {"session": []}]

    def test_refers_to_nothing_that_is_not_there(self, spec: Any) -> None:
        for reference in set(references(spec)):
            part = spec
            for name in reference.removeprefix("#/").split("/"):
                part = part[name]

    def test_every_path_parameter_is_declared(self, spec: Any) -> None:
        for path, item in spec["paths"].items():
            names = {part.split("}")[0] for part in path.split("{")[1:]}
            for method in METHODS & item.keys():
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                declared = {
                    parameter.get("name") for parameter in parameters if parameter.get("in") == "path"
                }
                assert names <= declared, (path, method)


@pytest.mark.parametrize(
    ("path", "method", "created", "name"),
    [
        ("/api/v1/finance/payouts", "get", False, "finance_list_payouts"),
        ("/api/v1/finance/payouts", "post", True, "finance_create_payout"),
        ("/api/v1/finance/balance", "get", False, "finance_get_balance"),
        ("/api/v1/media/assets/<asset_id>", "get", False, "media_get_asset"),
        ("/api/v1/media/assets/<asset_id>/cancel", "post", False, "media_cancel_asset"),
        ("/api/v1/chat/conversations/<id>/messages", "post", True, "chat_create_conversation_message"),
        ("/api/v1/compliance/entries/<id>", "delete", False, "compliance_delete_entry"),
    ],
)
def test_an_operation_is_called_by_verb_and_noun(path: str, method: str, created: bool, name: str) -> None:
    system = path.split("/")[3]
    assert operation_id(system, path, method, created=created) == name
