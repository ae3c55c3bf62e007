"""Uploading by a program."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as f
from werkzeug.exceptions import ClientDisconnected

from fanzadmin.contracts.compliance import Act
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.storage import CHUNK
from fanzadmin.kernel.web.idempotency import streamed
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.queries import AssetView
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from fanzadmin.media.uploads import service
from security.asset_viewer import current_viewer
from security.identity import me, own_creator
from security.rbac import requires


class UploadArgs(Schema):
    """What is said about an upload: in the query of a raw upload, in the fields of a multipart form.

    `tags`, `performer_ids` and `acts` are separated by commas. An asset is held until it is said what it shows and when it was made.
    """

    class Meta:
        unknown = EXCLUDE

    title = f.String(required=True)
    filename = f.String(load_default="")
    audience = f.String(load_default="subscribers", metadata={"enum": ["public", "subscribers", "ppv"]})
    price_minor = f.Integer(load_default=0, strict=False)
    currency = f.String(load_default="")
    caption = f.String(load_default="")
    tags = f.String(load_default="")
    performer_ids = f.String(load_default="")
    announce = f.String(
        load_default="",
        metadata={
            "enum": ["feed", "message", "both", "none"],
            "description": "how your fans hear of it; your default where left out",
        },
    )
    publish_at = f.AwareDateTime(
        load_default=None, metadata={"description": "not offered to anybody before this moment"}
    )
    acts = f.String(load_default="", metadata={"description": ", ".join(Act)})
    produced_on = f.Date(load_default=None)


class WrongForm(Invalid):
    title = "Some fields are missing or wrong"


@blueprint.post("/assets")
@streamed
@requires(MEDIA_OWN_UPLOAD)
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
@blueprint.response(201, AssetView)
def upload() -> tuple[AssetView, int, dict[str, str]]:
    """Upload a file: its bytes as the body and the rest in the query, or a multipart form with the part `file`.

    `Idempotency-Key` is honoured: the same key brings the asset of the first request.
    """
    creator = own_creator()
    details, chunks = _multipart() if request.mimetype == "multipart/form-data" else _raw()
    received = service.receive_upload(
        creator,
        details,
        chunks=chunks,
        max_bytes=current_app.config["FANZ"].media.upload_max_bytes,
        uploader_user_id=me().user_id,
    )
    headers = {"Location": f"/api/v1/media/assets/{received.asset_id}"}
    if received.replayed:
        headers["Idempotency-Replayed"] = "true"
    return queries.asset_view(received.asset_id, current_viewer()), 201, headers


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
        return dict(UploadArgs().load(values.to_dict()))
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
        announce=args["announce"],
        publish_at=args["publish_at"],
        acts=tuple(part.strip() for part in args["acts"].split(",") if part.strip()),
        produced_on=args["produced_on"],
        idempotency_key=request.headers.get("Idempotency-Key"),
        announced_size=size,
    )
