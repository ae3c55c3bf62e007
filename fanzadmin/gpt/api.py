"""REST of FanzGPT: a creator's own suggestions."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.gpt import queries, service
from fanzadmin.gpt.models import SuggestionState
from fanzadmin.gpt.rights import GPT_OWN_USE
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged
from security.identity import own_creator
from security.rbac import requires

blueprint = Blueprint("gpt", __name__, url_prefix="/api/v1/gpt", description="FanzGPT")


class SuggestionArgs(PageArgs):
    asset_id = f.String(load_default="")
    state = f.String(
        load_default="", validate=validate.OneOf(["", *(state.value for state in SuggestionState)])
    )


class DecisionArgs(Schema):
    alike = f.Boolean(
        load_default=False, metadata={"description": "decide the same suggestion for your other assets, too"}
    )


class PreferenceArgs(Schema):
    time_zone = f.String(required=True, metadata={"description": "an IANA name, such as Europe/Berlin"})


@blueprint.route("/preference")
class OwnPreference(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.arguments(PreferenceArgs)
    @blueprint.response(204)
    def put(self, args: dict[str, str]) -> None:
        """Choose the clock by which hours and days are counted for you."""
        service.set_time_zone(own_creator().id, args["time_zone"])


@blueprint.route("/suggestions")
class Suggestions(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.arguments(SuggestionArgs, location="query")
    @blueprint.response(200, Paged[queries.SuggestionView])
    def get(self, args: dict[str, Any]) -> Paged[queries.SuggestionView]:
        """Your suggestions, newest first; of one asset with `asset_id`."""
        own = queries.suggestions_of(own_creator().id, asset_id=args["asset_id"], state=args["state"])
        return own.page(limit=args["limit"], cursor=args["cursor"])


@blueprint.route("/suggestions/<suggestion_id>/accept")
class Accept(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.arguments(DecisionArgs, location="query")
    @blueprint.response(204)
    def post(self, args: dict[str, bool], suggestion_id: str) -> None:
        """Take a suggestion; a second time changes nothing."""
        service.accept_suggestion(own_creator().id, suggestion_id, alike=args["alike"])


@blueprint.route("/suggestions/<suggestion_id>/dismiss")
class Dismiss(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.arguments(DecisionArgs, location="query")
    @blueprint.response(204)
    def post(self, args: dict[str, bool], suggestion_id: str) -> None:
        """Turn a suggestion down; it does not come back."""
        service.dismiss_suggestion(own_creator().id, suggestion_id, alike=args["alike"])
