"""REST of FanzGPT: a creator's own suggestions."""

from typing import Any

from flask.views import MethodView
from marshmallow import fields as f
from marshmallow import validate

from fanzadmin.gpt import queries, service
from fanzadmin.gpt.models import SuggestionState
from fanzadmin.gpt.rights import GPT_OWN_USE
from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page_of
from security.identity import own_creator
from security.rbac import requires

blueprint = Blueprint("gpt", __name__, url_prefix="/api/v1/gpt", description="FanzGPT")


class SuggestionArgs(PageArgs):
    asset_id = f.String(load_default="")
    state = f.String(
        load_default="", validate=validate.OneOf(["", *(state.value for state in SuggestionState)])
    )


@blueprint.route("/suggestions")
class Suggestions(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.arguments(SuggestionArgs, location="query")
    @blueprint.response(200, page_of(queries.SuggestionView))
    def get(self, args: dict[str, Any]):
        """Your suggestions, newest first; of one asset with `asset_id`."""
        asset_id, state = args.pop("asset_id"), args.pop("state")
        return queries.suggestions_of(own_creator().id, asset_id=asset_id, state=state).page(**args)


@blueprint.route("/suggestions/<suggestion_id>/accept")
class Accept(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.response(204)
    def post(self, suggestion_id: str) -> None:
        """Take a suggestion; a second time changes nothing."""
        service.accept_suggestion(own_creator().id, suggestion_id)


@blueprint.route("/suggestions/<suggestion_id>/dismiss")
class Dismiss(MethodView):
    @requires(GPT_OWN_USE)
    @blueprint.response(204)
    def post(self, suggestion_id: str) -> None:
        """Turn a suggestion down; it does not come back."""
        service.dismiss_suggestion(own_creator().id, suggestion_id)
