"""Assets for programs; the other areas add theirs to the same blueprint."""

from flask.views import MethodView

from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged, PageOptions
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.queries import AssetView
from security.asset_viewer import current_viewer
from security.identity import me

blueprint = Blueprint("media", __name__, url_prefix="/api/v1/media", description="MediaCore")


@blueprint.route("/assets")
class AssetList(MethodView):
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[AssetView])
    def get(self, args: PageOptions) -> Paged[AssetView]:
        """Your assets, newest first; staff get those of their clusters."""
        me()
        return queries.assets_visible_to(current_viewer(), **args)


@blueprint.route("/assets/<asset_id>")
class OneAsset(MethodView):
    @blueprint.response(200, AssetView)
    def get(self, asset_id: str) -> AssetView:
        """An asset with its renditions and the progress of its encode."""
        me()
        return queries.asset_view(asset_id, current_viewer())
