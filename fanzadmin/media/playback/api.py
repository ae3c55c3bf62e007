"""Signed addresses for a player, and the serving of renditions by them."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.http import http_date

from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.web.rest import Blueprint, problem
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.playback import service
from security.asset_viewer import current_viewer

files = Blueprint("media_files", __name__, url_prefix="/media", description="Renditions by signed address")


class RangeRefused(Invalid):
    status = 416
    title = "This range lies outside the file"


@blueprint.get("/assets/<asset_id>/playback")
@blueprint.response(200, service.Playback)
def playback(asset_id: str) -> service.Playback:
    """Signed addresses for a player, valid for about four hours and for the login that asks."""
    return service.grant_playback(asset_id, current_viewer())


@files.get("/<token>/<path:path>")
def serve(token: str, path: str) -> Response:
    """A rendition, whole or one range (RFC 9110)."""
    file = service.find_file(token, path, current_viewer())
    etag = f'"{file.size:x}-{int(file.modified_at.timestamp() * 1000):x}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={file.max_age}",
        "Content-Type": file.content_type,
        "ETag": etag,
        "Last-Modified": http_date(file.modified_at),
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if request.if_none_match.contains_raw(etag):
        return Response(status=304, headers=headers)
    span = _range(file.size)
    if span is None:
        refused = problem(RangeRefused(gettext("The file has %(size)s bytes.", size=file.size)))
        refused.headers["Content-Range"] = f"bytes */{file.size}"
        return refused
    start, end = span
    headers["Content-Length"] = str(end - start)
    if (start, end) != (0, file.size):
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    body = get_storage().open_range(file.key, start, end)
    return Response(body, status=206 if "Content-Range" in headers else 200, headers=headers)


def _range(size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, None outside the file; several ranges at once are answered with the whole file."""
    requested = request.range
    if requested is None or requested.units != "bytes" or len(requested.ranges) != 1:
        return 0, size
    return requested.range_for_length(size)
