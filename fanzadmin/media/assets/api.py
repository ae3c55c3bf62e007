"""Assets for programs; the other areas add theirs to the same blueprint."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page_of
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.queries import AssetsPage, AssetView
from security.asset_viewer import current_viewer
from security.identity import me


class RenditionSchema(Schema):
    purpose = f.String()
    name = f.String()
    content_type = f.String()
    width = f.Integer(allow_none=True)
    height = f.Integer(allow_none=True)
    bit_rate = f.Integer(allow_none=True)
    size = f.Integer()


class AssetSchema(Schema):
    id = f.String()
    cluster = f.String()
    creator_id = f.String()
    title = f.String()
    caption = f.String()
    tags = f.List(f.String())
    kind = f.String()
    state = f.String()
    audience = f.String()
    price_minor = f.Integer()
    currency = f.String()
    performer_ids = f.List(f.String())
    filename = f.String()
    size = f.Integer()
    stored_bytes = f.Integer()
    sha256 = f.String()
    duration_ms = f.Integer()
    width = f.Integer(allow_none=True)
    height = f.Integer(allow_none=True)
    poster_url = f.String()
    thumbhash = f.String()
    waits_for = f.List(f.String())
    percent = f.Integer()
    doing = f.String()
    created_at = f.DateTime()
    ready_at = f.DateTime(allow_none=True)
    published_at = f.DateTime(allow_none=True)
    processing_ms = f.Integer(allow_none=True)
    renditions = f.List(f.Nested(RenditionSchema))


blueprint = Blueprint("media", __name__, url_prefix="/api/v1/media", description="MediaCore")


@blueprint.route("/assets")
class AssetList(MethodView):
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(AssetSchema))
    def get(self, args: dict[str, Any]) -> AssetsPage:  # Any: int and str
        """Your assets, newest first; staff get those of their clusters."""
        me()
        return queries.assets_visible_to(current_viewer(), limit=args["limit"], cursor=args["cursor"])


@blueprint.route("/assets/<asset_id>")
class OneAsset(MethodView):
    @blueprint.response(200, AssetSchema)
    def get(self, asset_id: str) -> AssetView:
        """An asset with its renditions and the progress of its encode."""
        me()
        return queries.asset_view(asset_id, current_viewer())
