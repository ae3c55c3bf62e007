"""Choosing the poster of an asset, for programs."""

from collections.abc import Iterator

from flask import request
from marshmallow import Schema
from marshmallow import fields as f
from werkzeug.exceptions import ClientDisconnected

from fanzadmin.kernel.storage import CHUNK
from fanzadmin.kernel.web.idempotency import streamed
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.queries import AssetView
from fanzadmin.media.assets.service import asset_of
from fanzadmin.media.posters import service
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from security.asset_viewer import current_viewer
from security.identity import own_creator
from security.rbac import requires


class MomentArgs(Schema):
    at_ms = f.Integer(
        required=True, strict=True, metadata={"description": "milliseconds from the beginning of the video"}
    )


@blueprint.put("/assets/<asset_id>/poster")
@requires(MEDIA_OWN_UPLOAD)
@blueprint.arguments(MomentArgs)
@blueprint.response(202, AssetView)
def choose_moment(args: dict[str, int], asset_id: str) -> AssetView:
    """Show the picture of a moment of your video; `poster_pending` until it is drawn. The storyboard of its playback shows moments."""
    service.choose_moment(asset_of(own_creator().id, asset_id), args["at_ms"])
    return queries.asset_view(asset_id, current_viewer())


@blueprint.post("/assets/<asset_id>/poster")
@streamed
@requires(MEDIA_OWN_UPLOAD)
@blueprint.doc(requestBody={"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}})
@blueprint.response(202, AssetView)
def choose_picture(asset_id: str) -> AssetView:
    """Show a picture of yours, sent as the body; it is inspected as an upload is. `poster_problem` says why one is refused."""
    service.choose_picture(asset_of(own_creator().id, asset_id), _body())
    return queries.asset_view(asset_id, current_viewer())


def _body() -> Iterator[bytes]:
    try:
        while chunk := request.stream.read(CHUNK):
            yield chunk
    except ClientDisconnected as gone:
        raise ConnectionResetError from gone
