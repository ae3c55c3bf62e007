"""The end of every request: commit or roll back, and say what went wrong in a page or an RFC 9457 problem."""

import logging
from urllib.parse import quote

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from fanzadmin.kernel import db
from fanzadmin.kernel.context import current
from fanzadmin.kernel.errors import BusinessError, Conflict, DependencyAway, Invalid, SignInNeeded
from fanzadmin.kernel.web.blueprint import PROBLEM
from fanzadmin.kernel.web.intake import half_a_character
from fanzadmin.kernel.web.rest import http_problem, problem

log = logging.getLogger(__name__)
NUL = "cannot contain NUL"  # psycopg2's words before the statement is even sent
HALF = "surrogates not allowed"  # Python's, when half of a UTF-16 pair is to be stored or sent
PLAIN_WORDS = {
    403: (
        lazy_gettext("Not allowed"),
        lazy_gettext("Your account does not open this page. Who manages the roles can change that."),
    ),
    404: (lazy_gettext("Not found"), lazy_gettext("There is nothing at this address, or not any more.")),
    405: (lazy_gettext("Not possible"), lazy_gettext("This address cannot be used in this way.")),
    413: (lazy_gettext("Too large"), lazy_gettext("What was sent is larger than we take.")),
}


def install(app: Flask) -> None:
    """Put the unit of work around every request. Call it first: what is registered first runs last."""
    app.after_request(_end_unit_of_work)
    app.teardown_appcontext(lambda _error: db.rollback_request())


def install_handlers(app: Flask) -> None:
    """Register the error answers. Call it after the REST Api, which registers its own."""
    app.register_error_handler(BusinessError, _business_error)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(RedisError, _away)
    app.register_error_handler(IntegrityError, _refused)
    app.register_error_handler(DataError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def wants_problem() -> bool:
    """Whether the current client is a program."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM])
    return best in {"application/json", PROBLEM}


def _end_unit_of_work(response: Response) -> Response:
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.commit_request()
    except (IntegrityError, DataError) as error:
        db.session.rollback()
        return _refused(error)
    except OperationalError as error:
        db.session.rollback()
        return _away(error)
    response.headers.setdefault("traceparent", f"00-{current().trace_id}-0000000000000001-01")
    return response


def _business_error(error: BusinessError) -> Response:
    if error.keeps_work:
        db.commit_request()
    response = _answer(error)
    if "retry_after" in error.members:
        response.headers["Retry-After"] = str(error.members["retry_after"])
    return response


def _answer(error: BusinessError) -> Response:
    if wants_problem():
        return problem(error)
    if isinstance(error, SignInNeeded):
        return make_response(redirect(f"/login/?next={quote(request.full_path.rstrip('?'))}"))
    return _page(error.status, gettext(error.title), error.detail)


def _away(error: Exception) -> Response:
    log.warning("a dependency is away: %s", error)
    response = _business_error(
        DependencyAway(
            gettext(
                "A part of the platform does not answer right now. Nothing was lost; try again in a moment."
            )
        )
    )
    response.headers["Retry-After"] = "5"
    return response


def _refused(error: IntegrityError | DataError) -> Response:
    log.info("the database refused: %s", error.orig)
    if isinstance(error, DataError):
        return _business_error(Invalid(gettext("A value has the wrong form or size.")))
    return _business_error(Conflict(gettext("This does not fit the records that are already there.")))


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:
        return make_response(error)
    if not wants_problem():
        return _page(code, *_for_people(error))
    return http_problem(error)


def _for_people(error: HTTPException) -> tuple[str, str]:
    """Title and sentence of an HTTP error: ours where the protocol's own would be shown."""
    title, sentence = PLAIN_WORDS.get(error.code or 500, (error.name, ""))
    is_own = error.description != type(error).description
    return str(title), str((error.description if is_own or not sentence else sentence) or error.name)


def _unexpected(error: Exception) -> Response:
    if isinstance(error, ValueError) and NUL in str(error):
        return _business_error(Invalid(gettext("A text holds a NUL character, which cannot be kept.")))
    if isinstance(error, UnicodeEncodeError) and error.reason == HALF:
        return _business_error(half_a_character())
    log.error("unexpected error, trace %s", current().trace_id, exc_info=error)
    title = gettext("Unexpected error")
    detail = gettext(
        "Something broke on our side. Tell the team this reference: %(reference)s.",
        reference=current().trace_id,
    )
    if wants_problem():
        response = jsonify({"type": "about:blank", "title": title, "status": 500, "detail": detail})
        response.status_code, response.mimetype = 500, PROBLEM
        return response
    return _page(500, title, detail)


def _page(status: int, title: str, detail: str) -> Response:
    db.session.rollback()
    if status >= 500:  # the templates would ask who is here, perhaps a database that is away
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    return make_response(
        render_template("errors/error.html", status=status, title=title, detail=detail), status
    )
