"""REST under /api/v1: OpenAPI 3.1, RFC 9457 problems, cursor paging. Built on flask-smorest."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext
from marshmallow import Schema, validate
from marshmallow import fields as f
from werkzeug.exceptions import HTTPException

from fanzadmin.kernel.errors import BusinessError, InvalidFields
from fanzadmin.kernel.web.blueprint import PROBLEM, Api, Blueprint
from fanzadmin.kernel.web.paging import KeysetQuery, Paged, PageOptions
from fanzadmin.kernel.web.schemas import page_of

__all__ = [
    "Api",
    "Blueprint",
    "KeysetQuery",
    "PageArgs",
    "PageOptions",
    "Paged",
    "http_problem",
    "page_of",
    "problem",
]


class PageArgs(Schema):
    """`limit` items from where `cursor` (the `next` of the page before) points to."""

    limit = f.Integer(load_default=25, validate=validate.Range(1, 100))
    cursor = f.String(load_default=None)


def problem(error: BusinessError) -> Response:
    """`error` as an RFC 9457 response."""
    return _problem(error.problem(), error.status)


def http_problem(error: HTTPException) -> Response:
    """An HTTP error as an RFC 9457 response; schema errors come field by field under `errors`."""
    code = error.code or 500
    messages = (getattr(error, "data", None) or {}).get("messages")
    if messages and code == InvalidFields.status:
        return problem(InvalidFields(gettext("Some fields are missing or wrong."), errors=messages))
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": code,
        "detail": error.description or error.name,
    }
    if messages:
        body |= {"detail": gettext("Some fields are missing or wrong."), "errors": messages}
    return _problem(body, code)


def _problem(body: dict[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code, response.mimetype = status, PROBLEM
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="fanz"'
    return response
