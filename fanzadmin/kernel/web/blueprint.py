"""The Blueprint of every REST resource: what holds for all of them is here, so that no view has to ask for it.

Every write takes `Idempotency-Key`, every record has an `ETag` and honours `If-Match` and `If-None-Match`, every operation
documents its errors and has an `operationId`. A response is declared by the frozen dataclass that is answered:

    @blueprint.response(200, PayoutCard)
    @blueprint.response(200, list[PayoutCard])
    @blueprint.response(200, Paged[PayoutCard])
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from functools import wraps
from http import HTTPStatus
from threading import Lock
from typing import Any, get_args, get_origin

import flask_smorest
from flask import Flask, Response, current_app, make_response, request
from flask.views import MethodView
from flask_babel import force_locale
from flask_smorest.utils import prepare_response
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.kernel.web.conditional import PLAIN, READS, check_precondition, tag
from fanzadmin.kernel.web.idempotency import once
from fanzadmin.kernel.web.intake import ArgumentsParser
from fanzadmin.kernel.web.paging import Paged
from fanzadmin.kernel.web.schemas import page_of, schema_of

PROBLEM = "application/problem+json"
WRITES = ("post", "put", "patch", "delete")
NOUN_VERBS = {"get": "get", "post": "create", "put": "replace", "patch": "update", "delete": "delete"}
SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `access_token` of POST /api/v1/security/login.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "The cookie of a signed-in browser.",
    },
}
HEADERS = {
    "IDEMPOTENCY_KEY": ("Idempotency-Key", "The same key twice is done once, and answered twice.", 200),
    "IF_MATCH": ("If-Match", "The ETag that the record must still have.", None),
    "IF_NONE_MATCH": ("If-None-Match", "The ETag that the client has; 304 where it is still right.", None),
}

View = Callable[..., object]  # its arguments come from its address, its answer is anything that Flask takes
Doc = dict[str, Any]  # Any: a part of an OpenAPI document, JSON


class ProblemSchema(Schema):
    """RFC 9457 problem details. `type` is the address of a page about the error; `errors` names the wrong fields."""

    type = f.String(required=True)
    title = f.String(required=True)
    status = f.Integer(required=True)
    detail = f.String()
    errors = f.Dict()


class Api(flask_smorest.Api):
    """The OpenAPI document, with RFC 9457 problems as its errors and the ways to sign in."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._undocumented: list[Callable[[], None]] = []
        self._documenting = Lock()
        super().__init__(app)

    def register_blueprint(
        self, blp: flask_smorest.Blueprint, *, parameters: list[Doc] | None = None, **options: str
    ) -> None:
        """Its views answer at once. They are documented when the document is first asked for: that takes a sixth of
        the start of the web role."""
        name = options.get("name", blp.name)
        self._app.extensions["flask-smorest"]["blp_name_to_api"][name] = self
        self._app.register_blueprint(blp, **options)

        def document() -> None:
            blp.register_views_in_doc(self, self._app, self.spec, name=name, parameters=parameters)
            self.spec.tag({"name": name, "description": blp.description})

        self._undocumented.append(document)

    def _openapi_json(self) -> Response:
        with self._documenting, force_locale("en"):
            while self._undocumented:
                self._undocumented.pop(0)()
        answer: Response = super()._openapi_json()
        return answer

    def _register_responses(self) -> None:
        names = [(status.name, status.phrase, status >= HTTPStatus.OK) for status in HTTPStatus]
        for name, phrase, has_body in [*names, ("DEFAULT_ERROR", "Another error", True)]:
            response: Doc = {"description": phrase}
            if has_body and name not in {"NO_CONTENT", "NOT_MODIFIED"}:
                response["schema"] = self.ERROR_SCHEMA
            prepare_response(response, self.spec, PROBLEM)
            self.spec.components.response(name, response, lazy=True)

    def _register_etag_headers(self) -> None:
        for component, (name, description, longest) in HEADERS.items():
            schema = {"type": "string"} | ({"maxLength": longest} if longest else {})
            parameter = {"name": name, "description": description, "schema": schema}
            self.spec.components.parameter(component, "header", parameter, lazy=True)
        etag = {"description": "The version of this record.", "schema": {"type": "string"}}
        self.spec.components.header("ETAG", etag, lazy=True)
        for name, scheme in SECURITY_SCHEMES.items():
            self.spec.components.security_scheme(name, scheme)
        self.spec.options["security"] = [{name: []} for name in SECURITY_SCHEMES]


class Blueprint(flask_smorest.Blueprint):
    """Flask-smorest's, with the rules of the module's docstring around every view."""

    ARGUMENTS_PARSER = ArgumentsParser()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_rules)
        self.system = self.name  # which stands first in the name of each operation

    def response(self, status_code: int, schema: object = None, **kwargs: object) -> Callable[[View], View]:
        """Declare an answer: a frozen dataclass, `list[dataclass]`, `Paged[dataclass]` or a schema."""
        decorate: Callable[[View], View] = super().response(status_code, _as_schema(schema), **kwargs)
        return decorate

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        *args: object,
        **options: object,
    ) -> None:
        if isinstance(view_func, type) and issubclass(view_func, MethodView):
            view_func.decorators = [_with_rules, *view_func.decorators]
            for method in sorted(view_func.methods or ()):
                _note_path(getattr(view_func, method.lower()), self, rule)
        elif view_func is not None:
            view_func = _with_rules(view_func)
            _note_path(view_func, self, rule)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)


def _with_rules(view: View) -> View:
    """Answer by the rules: once for each key, never over a newer version, with the version's tag."""

    @wraps(view)
    def ruled(*args: object, **kwargs: object) -> Response:
        def answer() -> Response:
            check_precondition()
            return make_response(current_app.ensure_sync(view)(*args, **kwargs))

        if request.method in READS or _is_streamed(ruled):
            return tag(answer())
        return tag(once(answer))

    ruled.__dict__[PLAIN] = view
    return ruled


def _is_streamed(view: View) -> bool:
    """Whether the view, or the method of the class behind it, is marked `streamed`."""
    return hasattr(getattr(getattr(view, "view_class", None), request.method.lower(), view), "streamed")


def _as_schema(shape: object) -> object:
    if get_origin(shape) is list:
        return schema_of(get_args(shape)[0])(many=True)
    if get_origin(shape) is Paged:
        return page_of(get_args(shape)[0])
    return schema_of(shape) if isinstance(shape, type) and is_dataclass(shape) else shape


def _note_path(view: View, blueprint: Blueprint, rule: str) -> None:
    """Keep a view's address where the documentation finds it."""
    view.__dict__["_apidoc"] = getattr(view, "_apidoc", {}) | {
        "address": (blueprint.system, f"{blueprint.url_prefix or ''}{rule}"),
        "needs_right": hasattr(view, "right"),
    }


def _document_rules(doc: Doc, doc_info: Doc, *, method: str, **_: object) -> Doc:
    """The headers, errors and name of an operation."""
    name, path = doc_info.get("address", ("", ""))
    parameters, responses = doc.setdefault("parameters", []), doc.setdefault("responses", {})
    parameters += ["IDEMPOTENCY_KEY", "IF_MATCH"] if method in WRITES else ["IF_NONE_MATCH"]
    for status in _errors(method, path, needs_right=doc_info.get("needs_right", False)):
        responses.setdefault(status, status.name)
    if method not in WRITES:
        responses[HTTPStatus.NOT_MODIFIED] = HTTPStatus.NOT_MODIFIED.name
    success = next((status for status in responses if str(status).startswith("2")), None)
    if success is not None and isinstance(responses[success], dict) and method != "delete":
        responses[success].setdefault("headers", {})["ETag"] = "ETAG"
    doc["operationId"] = operation_id(name, path, method, created=str(success) == "201")
    return doc


def _errors(method: str, path: str, *, needs_right: bool) -> Iterator[HTTPStatus]:
    """The errors that the rules themselves can answer with."""
    yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
    if needs_right:
        yield HTTPStatus.FORBIDDEN
    if "<" in path:
        yield HTTPStatus.NOT_FOUND
    if method in WRITES:
        yield from (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.UNPROCESSABLE_ENTITY)


def operation_id(system: str, path: str, method: str, *, created: bool = False) -> str:
    """A name to call an operation by: `finance_list_payouts`, `finance_create_payout`, `media_cancel_asset`."""
    parts = [part for part in re.sub(r"^/api/v\d+/[^/]+", "", path).split("/") if part]
    ends_in_key = bool(parts) and parts[-1].startswith("<")
    is_verb = (
        method == "post" and not created and len(parts) > 1 and parts[-2].startswith("<") and not ends_in_key
    )
    verb = parts.pop() if is_verb else NOUN_VERBS[method]
    nouns = [part for part in parts if not part.startswith("<")]
    many = method == "get" and not ends_in_key and bool(nouns) and nouns[-1].endswith("s")
    words = [_singular(noun) for noun in nouns[:-1]] + [
        noun if many else _singular(noun) for noun in nouns[-1:]
    ]
    return "_".join([system, "list" if many else verb, *words]).replace("-", "_")


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun.removesuffix("s") if not noun.endswith(("ss", "us")) else noun
