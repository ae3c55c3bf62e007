"""The page of each problem type: `/problems/<system>/<error>` says what an error means, to people and programs."""

from http import HTTPStatus

from flask import Flask, Response, abort, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext

from fanzadmin.kernel.errors import BusinessError, error_classes, meaning_of

ADVICE = {
    400: lazy_gettext("The request could not be read. Correct it, then send it again."),
    401: lazy_gettext("Sign in, or send a valid token."),
    403: lazy_gettext("Your account does not allow this. The same request will be refused again."),
    404: lazy_gettext("There is no such record, or your account does not show it."),
    409: lazy_gettext(
        "The request does not fit the current state of the record. Read it again, then decide."
    ),
    422: lazy_gettext("Some of the values are missing or wrong. Change them, then send the request again."),
    429: lazy_gettext("Too many requests. Wait for the time in the Retry-After header."),
    503: lazy_gettext("A part of the platform does not answer. Try again in a moment."),
}


def install(app: Flask) -> None:
    app.add_url_rule("/problems/<system>/<error>", "problem_type", problem_type)


def problem_type(system: str, error: str) -> Response:
    """One problem type; JSON for whoever prefers it to HTML. Unknown types are 404."""
    path = f"/problems/{system}/{error}"
    cls = next((cls for cls in error_classes() if cls.type == path), None)
    if cls is None:
        abort(404)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(described(cls))
    return make_response(render_template("errors/problem.html", problem=described(cls)))


def described(cls: type[BusinessError]) -> dict[str, object]:
    """A problem type as its page shows it."""
    return {
        "type": cls.type,
        "title": gettext(cls.title),
        "status": cls.status,
        "phrase": HTTPStatus(cls.status).phrase,
        "meaning": meaning_of(cls),
        "advice": str(ADVICE.get(cls.status, "")),
    }
