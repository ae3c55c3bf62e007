"""REST of MediaCore, and the serving of renditions by signed addresses."""

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request
from flask.views import MethodView
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.storage import CHUNK, get_storage
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page, page_of, problem
from fanzadmin.media import queries, service
from fanzadmin.media.models import Asset
from fanzadmin.media.schemas import AssetSchema, PlaybackSchema, UploadArgs, WithdrawArgs
from security.identity import me, person
from security.rbac import Right, may, requires

blueprint = Blueprint("media", __name__, url_prefix="/api/v1/media", description="MediaCore")
files = Blueprint("media_files", __name__, url_prefix="/media", description="Renditions by signed address")


class WrongForm(Invalid):
    title = "Some fields are missing or wrong"


class RangeRefused(Invalid):
    status = 416
    title = "This range lies outside the file"


def viewer() -> service.Viewer:
    found = person()
    return service.viewer_of(
        found.user_id if found else None,
        is_staff=found is not None and may(Right.MEDIA_ASSET_READ),
        clusters=found.clusters if found else None,
    )


@blueprint.route("/assets")
class AssetList(MethodView):
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(AssetSchema))
    def get(self, args):
        """Your assets, newest first; staff get those of their clusters."""
        me()
        found = page(queries.visible_to(viewer()), args, key=Asset.id, shape=queries.shaped)
        return found | {"items": queries.with_progress(found["items"])}

    @requires(Right.MEDIA_OWN_UPLOAD)
    @blueprint.doc(
        requestBody={
            "content": {
                "*/*": {"schema": {"type": "string", "format": "binary"}},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
            }
        }
    )
    @blueprint.response(201, AssetSchema)
    def post(self):
        """Upload a file: its bytes as the body and the rest in the query, or a multipart form with the part `file`.

        `Idempotency-Key` is honoured: the same key brings the asset of the first request.
        """
        creator = service.creator_of(me().user_id)
        upload, chunks = _multipart() if request.mimetype == "multipart/form-data" else _raw()
        received = service.receive_upload(
            creator,
            upload,
            chunks=chunks,
            max_bytes=current_app.config["FANZ"].upload_max_bytes,
            uploader_user_id=me().user_id,
        )
        headers = {"Location": f"/api/v1/media/assets/{received.asset_id}"}
        if received.replayed:
            headers["Idempotency-Replayed"] = "true"
        return queries.asset_view(received.asset_id, viewer()), 201, headers


@blueprint.route("/assets/<asset_id>")
class OneAsset(MethodView):
    @blueprint.response(200, AssetSchema)
    def get(self, asset_id):
        """An asset with its renditions and the progress of its encode."""
        me()
        return queries.asset_view(asset_id, viewer())


@blueprint.post("/assets/<asset_id>/cancel")
@requires(Right.MEDIA_OWN_UPLOAD)
@blueprint.response(200, AssetSchema)
def cancel(asset_id):
    """Stop processing."""
    service.cancel(_own(asset_id))
    return queries.asset_view(asset_id, viewer())


@blueprint.post("/assets/<asset_id>/retry")
@requires(Right.MEDIA_OWN_UPLOAD)
@blueprint.response(200, AssetSchema)
def retry(asset_id):
    """Begin again after a failure or a cancel."""
    service.retry(_own(asset_id))
    return queries.asset_view(asset_id, viewer())


@blueprint.post("/assets/<asset_id>/withdraw")
@requires(Right.MEDIA_OWN_UPLOAD)
@blueprint.arguments(WithdrawArgs)
@blueprint.response(200, AssetSchema)
def withdraw(args, asset_id):
    """Take the asset back for good."""
    service.withdraw(_own(asset_id), reason=args["reason"] or "Withdrawn by the creator")
    return queries.asset_view(asset_id, viewer())


@blueprint.get("/assets/<asset_id>/playback")
@blueprint.response(200, PlaybackSchema)
def playback(asset_id):
    """Signed addresses for a player, valid for about four hours."""
    return service.grant_playback(asset_id, viewer())


@files.get("/<token>/<path:path>")
def serve(token, path):
    """A rendition, whole or one range (RFC 9110)."""
    file = service.find_file(token, path)
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


def _own(asset_id: str) -> Asset:
    return service.asset_of(service.creator_of(me().user_id).id, asset_id)


def _raw() -> tuple[service.Upload, Iterator[bytes]]:
    length = request.content_length
    args = _loaded(request.args)
    return _upload(args, args["filename"], request.content_type, length), _body()


def _multipart() -> tuple[service.Upload, Iterator[bytes]]:
    sent = request.files.get("file")
    if sent is None:
        raise WrongForm(gettext("Send the file as the part `file`."))
    upload = _upload(_loaded(request.form), sent.filename or "", sent.mimetype, None)
    return upload, iter(lambda: sent.stream.read(CHUNK), b"")


def _body() -> Iterator[bytes]:
    """The raw body as it comes; a client that goes away is a broken connection."""
    try:
        while chunk := request.stream.read(CHUNK):
            yield chunk
    except ClientDisconnected as gone:
        raise ConnectionResetError from gone


def _loaded(values: Any) -> dict[str, Any]:
    try:
        return UploadArgs().load(values.to_dict())
    except ValidationError as wrong:
        raise WrongForm(gettext("Some fields are missing or wrong."), errors=wrong.messages) from wrong


def _upload(
    args: dict[str, Any], filename: str, content_type: str | None, size: int | None
) -> service.Upload:
    return service.Upload(
        title=args["title"],
        filename=filename,
        content_type=content_type or "",
        audience=args["audience"],
        price_minor=args["price_minor"],
        currency=args["currency"],
        caption=args["caption"],
        tags=tuple(args["tags"].split(",")),
        performer_ids=tuple(part.strip() for part in args["performer_ids"].split(",") if part.strip()),
        idempotency_key=request.headers.get("Idempotency-Key"),
        announced_size=size,
    )


def _range(size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, None outside the file; several ranges at once are answered with the whole file."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return 0, size
    return wanted.range_for_length(size)
