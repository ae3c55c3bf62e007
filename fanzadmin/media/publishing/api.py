"""Withdrawing an asset, for programs."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.media.assets import queries
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.queries import AssetView
from fanzadmin.media.assets.service import asset_of
from fanzadmin.media.publishing import service
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from security.asset_viewer import current_viewer
from security.identity import own_creator
from security.rbac import requires


class WithdrawArgs(Schema):
    reason = f.String(required=True, validate=validate.Length(1, 1000))


@blueprint.post("/assets/<asset_id>/withdraw")
@requires(MEDIA_OWN_UPLOAD)
@blueprint.arguments(WithdrawArgs)
@blueprint.response(200, AssetView)
def withdraw(args: dict[str, str], asset_id: str) -> AssetView:
    """Take the asset back for good."""
    service.withdraw(asset_of(own_creator().id, asset_id), reason=args["reason"])
    return queries.asset_view(asset_id, current_viewer())
