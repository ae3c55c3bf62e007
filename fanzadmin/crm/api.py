"""REST of CreatorCRM."""

from typing import Any

from flask.views import MethodView

from fanzadmin.crm import queries, service
from fanzadmin.crm.models import Creator, TimelineEntry
from fanzadmin.crm.schemas import (
    CreatorArgs,
    CreatorSchema,
    ProfileChange,
    ProfileSchema,
    SuspensionSchema,
    TimelineLineSchema,
)
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page, page_of
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("crm", __name__, url_prefix="/api/v1/crm", description="CreatorCRM")


@blueprint.route("/creators")
class Creators(MethodView):
    @requires(Right.CRM_CREATOR_READ)
    @blueprint.arguments(CreatorArgs, location="query")
    @blueprint.response(200, page_of(CreatorSchema))
    def get(self, args: dict[str, Any]):
        """The creators of your clusters, newest first."""
        found = queries.creators_visible_to(me().clusters, state=args["state"])
        return page(found, args, key=Creator.id, shape=queries.creator_profile)


@blueprint.route("/creators/<creator_id>")
class OneCreator(MethodView):
    @requires(Right.CRM_CREATOR_READ)
    @blueprint.response(200, ProfileSchema)
    def get(self, creator_id: str):
        """A creator of your clusters, with figures and story."""
        return queries.profile(creator_id, clusters=me().clusters)


@blueprint.route("/creators/<creator_id>/suspension")
class Suspension(MethodView):
    @requires(Right.CRM_CREATOR_SUSPEND)
    @blueprint.arguments(SuspensionSchema)
    @blueprint.response(204)
    def post(self, args: dict[str, Any], creator_id: str) -> None:
        """Keep a creator from publishing for now."""
        service.suspend_creator(creator_id, reason=args["reason"])

    @requires(Right.CRM_CREATOR_REINSTATE)
    @blueprint.response(204)
    def delete(self, creator_id: str) -> None:
        """Let a creator publish again."""
        service.reinstate_creator(creator_id)


@blueprint.route("/me")
class MyProfile(MethodView):
    @requires(Right.PORTAL_HOME_USE)
    @blueprint.response(200, ProfileSchema)
    def get(self):
        """Your own profile, figures and the latest of your story."""
        return queries.own_profile(me().user_id)

    @requires(Right.PORTAL_HOME_USE)
    @blueprint.arguments(ProfileChange)
    @blueprint.response(200, ProfileSchema)
    def patch(self, args: dict[str, Any]):
        """Change your name or what you say about yourself."""
        service.update_own_profile(me().user_id, **args)
        return queries.own_profile(me().user_id)


@blueprint.route("/me/timeline")
class MyTimeline(MethodView):
    @requires(Right.PORTAL_HOME_USE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(TimelineLineSchema))
    def get(self, args: dict[str, Any]):
        """Your story, newest first."""
        mine = queries.own_timeline(me().user_id)
        return page(mine, args, key=[TimelineEntry.at, TimelineEntry.id], shape=queries.timeline_line)
