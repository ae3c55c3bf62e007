"""Consoles of FanzGPT."""

from fanzadmin.console import Board, Card, Console, Datamodel, Menu
from fanzadmin.console.rendering.cells import badge, money, percent, when
from fanzadmin.console.rendering.references import named
from fanzadmin.gpt.models import AssetHistory, Suggestion, SuggestionState


class GptSuggestionConsole(Console):
    datamodel = Datamodel(Suggestion)
    resource = "gpt:suggestion"
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
    label_columns = {
        "title": "Asset",
        "score": "Confidence",
        "cost_minor": "Cost",
        "created_at": "Made",
        "decided_at": "Decided",
        "asset_id": "Asset",
        "creator_id": "Creator",
    }
    board = Board("state", states=SuggestionState, title="title", fields=("kind", "value", "score"))
    cards = (
        Card("Made", since="created_at", days=7, icon="spark"),
        Card("Not decided", q="state:any:offered", icon="inbox"),
        Card("Taken", q="state:any:accepted", icon="check-circle"),
        Card("Dismissed", q="state:any:dismissed", icon="close"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "kind": badge(),
        "state": badge({"offered": "info", "dismissed": "", "withheld": "warn"}),
        "score": percent(),
        "asset_id": named("asset"),
        "creator_id": named("creator"),
        "created_at": when(),
        "decided_at": when(),
    }


class GptHistoryConsole(Console):
    datamodel = Datamodel(AssetHistory)
    resource = "gpt:suggestion"
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
    label_columns = {
        "price_minor": "Price",
        "earned_minor": "Earned",
        "published_at": "Published",
        "asset_id": "Asset",
        "creator_id": "Creator",
    }
    base_order = ("published_at", "desc")
    formatters_columns = {
        "audience": badge(),
        "price_minor": money("price_minor", "currency"),
        "earned_minor": money("earned_minor", "currency"),
        "published_at": when(),
        "asset_id": named("asset"),
        "creator_id": named("creator"),
    }
