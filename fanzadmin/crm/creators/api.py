"""REST of a creator's profile, and of each creator's own profile and timeline. The creators themselves are their console's."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.crm import TITLE
from fanzadmin.crm.creators import queries, service
from fanzadmin.crm.creators.queries import Profile
from fanzadmin.crm.rights import CRM_CREATOR_READ, PORTAL_HOME_USE
from fanzadmin.crm.timeline.queries import TimelineLine, timeline_of
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged
from security.identity import me, own_creator
from security.rbac import requires

Args = dict[str, Any]  # Any: what the schema let through
blueprint = Blueprint("crm", __name__, url_prefix="/api/v1/crm", description=TITLE)


class ProfileChange(Schema):
    """What is left out stays as it is."""

    name = f.String(validate=validate.Length(1, 80))
    about = f.String(validate=validate.Length(0, 2000))


@blueprint.get("/creators/<creator_id>/profile")
@requires(CRM_CREATOR_READ)
@blueprint.response(200, Profile)
def creator_profile(creator_id: str) -> Profile:
    """A creator of your clusters, with figures and timeline."""
    return queries.profile(creator_id, clusters=me().clusters)


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
