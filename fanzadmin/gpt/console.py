"""Consoles of FanzGPT."""

from fanzadmin.console import Board, Card, Console, Datamodel, Menu
from fanzadmin.gpt.models import AssetHistory, Suggestion, SuggestionState
from fanzadmin.kernel.i18n.reasons import reason_text


class GptSuggestionConsole(Console):
    datamodel = Datamodel(Suggestion)
    resource = "gpt:suggestion"
    rest_name = "suggestion-records"
    menu = Menu("FanzGPT", "Suggestions", "robot")
    read_only = True
    list_title, show_title = "Suggestions", "Suggestion"
    list_columns = ["title", "kind", "value", "reason", "score", "state", "cluster", "created_at"]
    show_columns = [
        "title", "kind", "value", "reason", "score", "state", "evidence", "provider", "model", "cost_minor", "cluster",
        "asset_id", "creator_id", "created_at", "decided_at",
    ]  # fmt: skip
    search_columns = [
        "title",
        "kind",
        "state",
        "score",
        "model",
        "cluster",
        "creator_id",
        "asset_id",
        "created_at",
    ]
    board = Board("state", states=SuggestionState, title="title", fields=("kind", "value", "score"))
    cards = (
        Card("Made", since="created_at", days=7, icon="spark"),
        Card("Not decided", q="state:any:offered", icon="inbox"),
        Card("Taken", q="state:any:accepted", icon="check-circle"),
        Card("Dismissed", q="state:any:dismissed", icon="close"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {"reason": lambda reason: reason_text(str(reason))}


class GptHistoryConsole(Console):
    datamodel = Datamodel(AssetHistory)
    resource = "gpt:suggestion"
    rest_name = "memories"
    menu = Menu("FanzGPT", "What it knows", "graph")
    read_only = True
    list_title, show_title = "What FanzGPT remembers", "Asset"
    list_columns = [
        "title",
        "tags",
        "audience",
        "price_minor",
        "published_at",
        "likes",
        "comments",
        "clicks",
        "unlocks",
    ]
    show_columns = [
        *list_columns,
        "caption",
        "kind",
        "shares",
        "earned_minor",
        "withdrawn_at",
        "cluster",
        "asset_id",
        "creator_id",
    ]
    search_columns = [
        "title",
        "caption",
        "kind",
        "audience",
        "price_minor",
        "published_at",
        "cluster",
        "creator_id",
    ]
    base_order = ("published_at", "desc")
