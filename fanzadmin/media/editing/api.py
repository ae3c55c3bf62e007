"""Changing an asset, for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.contracts.media import Announce
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.api import blueprint
from fanzadmin.media.assets.models import Audience
from fanzadmin.media.assets.queries import AssetView
from fanzadmin.media.assets.service import asset_of
from fanzadmin.media.editing import service
from fanzadmin.media.publishing import plans
from fanzadmin.media.rights import MEDIA_OWN_UPLOAD
from security.asset_viewer import current_viewer
from security.identity import own_creator
from security.rbac import requires

ANNOUNCE = validate.OneOf([word.value for word in Announce])


class ChangeArgs(Schema):
    """What shall be otherwise. `announce` and `publish_at` until it is published; a `publish_at` of null publishes it as soon as it can be."""

    title = f.String()
    caption = f.String()
    tags = f.List(f.String())
    audience = f.String(validate=validate.OneOf([word.value for word in Audience]))
    price_minor = f.Integer(strict=True)
    announce = f.String(validate=ANNOUNCE)
    publish_at = f.AwareDateTime(allow_none=True)


class Changes(TypedDict, total=False):
    """What ChangeArgs loads."""

    title: str
    caption: str
    tags: list[str]
    audience: str
    price_minor: int
    announce: str
    publish_at: datetime | None


class DefaultArgs(Schema):
    announce = f.String(required=True, validate=ANNOUNCE)


@dataclass(frozen=True, slots=True)
class Default:
    """How your uploads are announced where an upload says nothing."""

    announce: Announce


@blueprint.patch("/assets/<asset_id>")
@requires(MEDIA_OWN_UPLOAD)
@blueprint.arguments(ChangeArgs)
@blueprint.response(200, AssetView)
def change_asset(args: Changes, asset_id: str) -> AssetView:
    """Change an asset of yours: words, tags, audience and price at any time; how and when it comes out until it is published."""
    creator = own_creator()
    is_unscheduled = "publish_at" in args and args["publish_at"] is None
    change = service.Change(**args, is_unscheduled=is_unscheduled)
    service.change_asset(creator, asset_of(creator.id, asset_id), change)
    return queries.asset_view(asset_id, current_viewer())


@blueprint.route("/publishing-default")
class PublishingDefault(MethodView):
    @requires(MEDIA_OWN_UPLOAD)
    @blueprint.response(200, Default)
    def get(self) -> Default:
        """How your uploads are announced where an upload says nothing."""
        return Default(plans.default_announce(own_creator().id))

    @requires(MEDIA_OWN_UPLOAD)
    @blueprint.arguments(DefaultArgs)
    @blueprint.response(200, Default)
    def put(self, args: dict[str, str]) -> Default:
        """Choose how your next uploads are announced."""
        return Default(plans.set_default_announce(own_creator(), args["announce"]))
