"""Cancelling and retrying an encode, for programs."""

from fanzadmin.media.assets import queries
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.queries import AssetView
from fanzadmin.media.assets.service import asset_of
from fanzadmin.media.encodes import service
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from security.asset_viewer import current_viewer
from security.identity import own_creator
from security.rbac import requires


@blueprint.post("/assets/<asset_id>/cancel")
@requires(MEDIA_OWN_UPLOAD)
@blueprint.response(200, AssetView)
def cancel(asset_id: str) -> AssetView:
    """Stop processing."""
    service.cancel(asset_of(own_creator().id, asset_id))
    return queries.asset_view(asset_id, current_viewer())


@blueprint.post("/assets/<asset_id>/retry")
@requires(MEDIA_OWN_UPLOAD)
@blueprint.response(200, AssetView)
def retry(asset_id: str) -> AssetView:
    """Begin again after a failure or a cancel."""
    service.retry(asset_of(own_creator().id, asset_id))
    return queries.asset_view(asset_id, current_viewer())
