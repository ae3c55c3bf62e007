"""Conditional requests (RFC 9110, 13): every record has an `ETag`, a read honours `If-None-Match`, a write `If-Match`."""

from hashlib import sha256

from flask import Response, current_app, make_response, request
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

READS = frozenset({"GET", "HEAD"})
TAGGED = frozenset({"GET", "HEAD", "PUT", "PATCH"})  # whose answer is what its own address holds
PLAIN = "without_rules"  # where a view with the Blueprint's rules keeps the one without them


class RecordChanged(BusinessError):
    """The record is not the one that `If-Match` names: someone changed it since it was read. Read it again."""

    status = 412
    title = "The record was changed meanwhile"


def tag(response: Response) -> Response:
    """Give an answer in JSON its `ETag`; a 304 where the client holds the same already. The answer of a verb shows the record
    where it says so by `Content-Location` (RFC 9110, 8.7)."""
    shows_record = request.method in TAGGED or "Content-Location" in response.headers
    if not shows_record or response.status_code not in {200, 201} or not response.is_json:
        return response
    response.set_etag(_digest(response))
    if request.method in READS:
        response.make_conditional(request.environ)
    return response


def check_precondition() -> None:
    """Compare `If-Match` with what the record's address holds now, one writer of the address at a time. Raises RecordChanged,
    and what reading the address raises."""
    if request.method in READS or not request.if_match:
        return
    path = _record_path()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(path or request.path, 0))))
    if path is None or not request.if_match.contains(_etag_of(path)):
        raise RecordChanged(gettext("Read the record again and send its new ETag."))


def _record_path() -> str | None:
    """The address that `If-Match` speaks of: the request's own, or the record's whose verb it is (`…/<key>/approve`). None
    where neither can be read."""
    rule = str(request.url_rule)
    record = rule.rpartition("/")[0]
    if _reads(rule, request.path):
        return request.path
    path = request.path.rpartition("/")[0]
    return path if record.endswith(">") and _reads(record, path) else None


def _reads(rule: str, path: str) -> bool:
    """Whether GET of a path is answered by this rule."""
    try:
        match, _arguments = _adapter().match(path, method="GET", return_rule=True)
    except HTTPException:
        return False
    return str(match) == rule


def _etag_of(path: str) -> str:
    """The tag of what GET would answer at this address, empty where it answers no record."""
    endpoint, arguments = _adapter().match(path, method="GET")
    view = current_app.view_functions[endpoint]
    read = view.view_class().get if hasattr(view, "view_class") else getattr(view, PLAIN, view)
    response = make_response(current_app.ensure_sync(read)(**arguments))
    return _digest(response) if response.status_code == 200 and response.is_json else ""


def _adapter() -> MapAdapter:
    return current_app.url_map.bind_to_environ(request.environ)


def _digest(response: Response) -> str:
    return sha256(response.get_data()).hexdigest()[:32]
