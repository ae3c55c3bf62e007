"""REST of discovery."""

from typing import TypedDict

from flask.views import MethodView
from marshmallow import fields as f
from marshmallow import validate

from fanzadmin.crm.creators.api import blueprint
from fanzadmin.crm.discovery import queries
from fanzadmin.crm.discovery.queries import CreatorResult
from fanzadmin.crm.rights import FEED_HOME_USE
from fanzadmin.kernel.web.rest import PageArgs, Paged
from security.identity import own_fan
from security.rbac import requires


class SearchArgs(PageArgs):
    q = f.String(
        load_default="",
        validate=validate.Length(0, 80),
        metadata={"description": "the beginning of a name or handle, or a tag"},
    )


class SearchOptions(TypedDict):
    q: str
    limit: int
    cursor: str | None


@blueprint.route("/me/discovery")
class Discovery(MethodView):
    @requires(FEED_HOME_USE)
    @blueprint.arguments(SearchArgs, location="query")
    @blueprint.response(200, Paged[CreatorResult])
    def get(self, args: SearchOptions) -> Paged[CreatorResult]:
        """Find creators of your brand by name, handle or tag."""
        return queries.find_creators(own_fan(), args["q"], limit=args["limit"], cursor=args["cursor"])
