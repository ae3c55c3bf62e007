"""REST of creators, and of each creator's own profile and timeline."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.crm import TITLE
from fanzadmin.crm.creators import queries, service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.crm.timeline.queries import timeline_line
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page, page_of
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("crm", __name__, url_prefix="/api/v1/crm", description=TITLE)


class TimelineLineSchema(Schema):
    """`sentence` is in the reader's language; `link` is `noun/id` of what it is about, or empty."""

    id = f.String()
    at = f.DateTime()
    kind = f.String()
    sentence = f.String()
    link = f.String()
    trace_id = f.String()


class CreatorArgs(PageArgs):
    state = f.String(load_default="")


class NumbersSchema(Schema):
    """Figures in all; amounts in minor units of `currency`."""

    currency = f.String()
    assets = f.Integer()
    published = f.Integer()
    subscribers = f.Integer()
    followers = f.Integer()
    likes = f.Integer()
    comments = f.Integer()
    shares = f.Integer()
    messages = f.Integer()
    clicks = f.Integer()
    unlocks = f.Integer()
    tips = f.Integer()
    suggestions_accepted = f.Integer()
    gross_minor = f.Integer()
    earned_minor = f.Integer()
    paid_out_minor = f.Integer()


class CreatorSchema(Schema):
    id = f.String()
    handle = f.String()
    name = f.String()
    cluster = f.String()
    about = f.String()
    state = f.String()
    tier = f.String()
    currency = f.String()
    subscription_minor = f.Integer()
    joined_at = f.DateTime(allow_none=True)


class ProfileSchema(Schema):
    """A creator's own profile, figures and first page of the story."""

    creator = f.Nested(CreatorSchema)
    numbers = f.Nested(NumbersSchema)
    timeline = f.List(f.Nested(TimelineLineSchema))


class ProfileChange(Schema):
    """What is left out stays as it is."""

    name = f.String(validate=validate.Length(1, 80))
    about = f.String(validate=validate.Length(0, 2000))


class SuspensionSchema(Schema):
    reason = f.String(required=True, validate=validate.Length(1, 500))


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
        """Your own queries.profile, figures and the latest of your story."""
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
        return page(mine, args, key=[TimelineEntry.at, TimelineEntry.id], shape=timeline_line)
