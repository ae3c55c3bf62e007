"""REST of creators, and of each creator's own profile and timeline."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.crm import TITLE
from fanzadmin.crm.creators import queries, service
from fanzadmin.crm.creators.models import CreatorState
from fanzadmin.crm.creators.queries import CreatorProfile, Profile
from fanzadmin.crm.rights import CRM_CREATOR_READ, CRM_CREATOR_REINSTATE, CRM_CREATOR_SUSPEND, PORTAL_HOME_USE
from fanzadmin.crm.timeline.queries import TimelineLine, timeline_of
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged
from security.identity import me, own_creator
from security.rbac import requires

Args = dict[str, Any]  # Any: what the schema let through
blueprint = Blueprint("crm", __name__, url_prefix="/api/v1/crm", description=TITLE)


class CreatorArgs(PageArgs):
    state = f.String(load_default="", validate=validate.OneOf(["", *CreatorState]))


class ProfileChange(Schema):
    """What is left out stays as it is."""

    name = f.String(validate=validate.Length(1, 80))
    about = f.String(validate=validate.Length(0, 2000))


class SuspensionArgs(Schema):
    reason = f.String(required=True, validate=validate.Length(1, 500))


@blueprint.route("/creators")
class Creators(MethodView):
    @requires(CRM_CREATOR_READ)
    @blueprint.arguments(CreatorArgs, location="query")
    @blueprint.response(200, Paged[CreatorProfile])
    def get(self, args: Args) -> Paged[CreatorProfile]:
        """The creators of your clusters, newest first."""
        return queries.creators(me().clusters, state=args.pop("state")).page(**args)


@blueprint.route("/creators/<creator_id>")
class OneCreator(MethodView):
    @requires(CRM_CREATOR_READ)
    @blueprint.response(200, Profile)
    def get(self, creator_id: str) -> Profile:
        """A creator of your clusters, with figures and timeline."""
        return queries.profile(creator_id, clusters=me().clusters)


@blueprint.route("/creators/<creator_id>/suspension")
class Suspension(MethodView):
    @requires(CRM_CREATOR_SUSPEND)
    @blueprint.arguments(SuspensionArgs)
    @blueprint.response(204)
    def post(self, args: Args, creator_id: str) -> None:
        """Keep a creator from publishing for now."""
        service.suspend_creator(creator_id, reason=args["reason"])

    @requires(CRM_CREATOR_REINSTATE)
    @blueprint.response(204)
    def delete(self, creator_id: str) -> None:
        """Let a creator publish again."""
        service.reinstate_creator(creator_id)


@blueprint.route("/me")
class MyProfile(MethodView):
    @requires(PORTAL_HOME_USE)
    @blueprint.response(200, Profile)
    def get(self) -> Profile:
        """Your own profile, figures and the latest entries of your timeline."""
        return queries.profile(own_creator().id)

    @requires(PORTAL_HOME_USE)
    @blueprint.arguments(ProfileChange)
    @blueprint.response(200, Profile)
    def patch(self, args: Args) -> Profile:
        """Change your name or what you say about yourself."""
        creator_id = own_creator().id
        service.update_profile(creator_id, **args)
        return queries.profile(creator_id)


@blueprint.route("/me/timeline")
class MyTimeline(MethodView):
    @requires(PORTAL_HOME_USE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[TimelineLine])
    def get(self, args: Args) -> Paged[TimelineLine]:
        """Your timeline, newest first."""
        return timeline_of(own_creator().id).page(**args)
