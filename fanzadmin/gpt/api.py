"""REST of FanzGPT: a creator's own suggestions."""

from typing import Any

from flask.views import MethodView
from flask_babel import gettext

from fanzadmin.contracts.crm import People
from fanzadmin.gpt import queries, service
from fanzadmin.gpt.models import Suggestion
from fanzadmin.gpt.schemas import SuggestionArgs, SuggestionSchema
from fanzadmin.kernel.errors import Forbidden
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.rest import Blueprint, page, page_of
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("gpt", __name__, url_prefix="/api/v1/gpt", description="FanzGPT")


class NoCreator(Forbidden):
    title = "Only creators get suggestions"


def my_creator_id() -> str:
    creator = ask(People).creator_of_user(me().user_id)
    if creator is None:
        raise NoCreator(gettext("No creator signs in with this login."))
    return creator.id


@blueprint.route("/suggestions")
class Suggestions(MethodView):
    @requires(Right.GPT_OWN_USE)
    @blueprint.arguments(SuggestionArgs, location="query")
    @blueprint.response(200, page_of(SuggestionSchema))
    def get(self, args: dict[str, Any]):
        """Your suggestions, newest first; of one asset with `asset_id`."""
        mine = queries.suggestions_of(my_creator_id(), asset_id=args["asset_id"], state=args["state"])
        return page(mine, args, key=Suggestion.id, shape=queries.shaped)


@blueprint.route("/suggestions/<suggestion_id>/accept")
class Accept(MethodView):
    @requires(Right.GPT_OWN_USE)
    @blueprint.response(204)
    def post(self, suggestion_id: str) -> None:
        """Take a suggestion; a second time changes nothing."""
        service.accept_suggestion(my_creator_id(), suggestion_id)


@blueprint.route("/suggestions/<suggestion_id>/dismiss")
class Dismiss(MethodView):
    @requires(Right.GPT_OWN_USE)
    @blueprint.response(204)
    def post(self, suggestion_id: str) -> None:
        """Turn a suggestion down; it does not come back."""
        service.dismiss_suggestion(my_creator_id(), suggestion_id)
