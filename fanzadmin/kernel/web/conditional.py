"""Conditional requests (RFC 9110, 13): every record has an `ETag`, a read honours `If-None-Match`, a write `If-Match`."""

from hashlib import sha256

from flask import Response, current_app, make_response, request
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

READS = frozenset({"GET", "HEAD"})
TAGGED = frozenset({"GET", "HEAD", "PUT", "PATCH"})  # whose answer is what its own address holds


class RecordChanged(BusinessError):
    """The record is not the one that `If-Match` names: someone changed it since it was read. Read it again."""

    status = 412
    title = "The record was changed meanwhile"


def tag(response: Response) -> Response:
    """Give an answer in JSON its `ETag`; a 304 where the client holds the same already."""
    if request.method not in TAGGED or response.status_code != 200 or not response.is_json:
        return response
    response.set_etag(_digest(response))
    if request.method in READS:
        response.make_conditional(request.environ)
    return response


def check_precondition() -> None:
    """Compare `If-Match` with what the address holds now, one writer of the address at a time. Raises RecordChanged, and
    what reading the address raises."""
    if request.method in READS or not request.if_match:
        return
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(request.path, 0))))
    if not request.if_match.contains(_current_etag()):
        raise RecordChanged(gettext("Read the record again and send its new ETag."))


def _current_etag() -> str:
    """The tag of what GET would answer at this address, empty where it answers no record."""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    try:
        endpoint, arguments = adapter.match(method="GET")
    except HTTPException:
        return ""
    view = current_app.view_functions[endpoint]
    read = view.view_class().get if hasattr(view, "view_class") else view
    response = make_response(current_app.ensure_sync(read)(**arguments))
    return _digest(response) if response.status_code == 200 and response.is_json else ""


def _digest(response: Response) -> str:
    return sha256(response.get_data()).hexdigest()[:32]
