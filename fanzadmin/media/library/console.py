"""Assets and renditions, for the team."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_pgettext

from fanzadmin.console import (
    RECORD,
    Approval,
    Board,
    Calendar,
    Card,
    Console,
    Datamodel,
    Gallery,
    Menu,
    Picture,
    Reason,
    Verb,
)
from fanzadmin.console.rendering.cells import duration_text
from fanzadmin.media.assets import service as assets
from fanzadmin.media.assets.models import Asset, Encode, Rendition
from fanzadmin.media.assets.signed_urls import picture_url
from fanzadmin.media.encodes import service as encodes
from fanzadmin.media.publishing import service as publishing

ICONS = {"image": "image", "audio": "audio"}
STATES = (
    "scanning",
    "needs_records",
    "processing",
    "ready",
    "scheduled",
    "published",
    "failed",
    "quarantined",
    "withdrawn",
)


def posters(assets: Sequence[Asset]) -> dict[str, Picture]:
    """The picture of each asset that was cleared and processed, its length, and an icon of its kind for the others."""
    pictures = {}
    for asset in assets:
        url = picture_url(asset, for_owner=True) if asset.withdrawn_at is None else ""
        pictures[asset.id] = Picture(
            url,
            thumbhash=asset.thumbhash if url else "",
            icon=ICONS.get(asset.kind or "", "video"),
            corner=duration_text(asset.duration_ms / 1000) if asset.duration_ms else "",
        )
    return pictures


class MediaAssetConsole(Console):
    datamodel = Datamodel(Asset)
    resource = "media:asset"
    rest_name = "asset-records"
    menu = Menu("MediaCore", "Assets", "video")
    search = ("title", "caption")
    may_create = False
    list_title, show_title, edit_title = "Assets", "Asset", "Edit asset"
    list_columns = [
        "title",
        "kind",
        "state",
        "audience",
        "price_minor",
        "duration_ms",
        "stored_bytes",
        "cluster",
        "created_at",
    ]
    show_fieldsets = [
        ("Asset", {"fields": ["title", "caption", "tags", "kind", "state", "audience", "price_minor", "currency"]}),
        ("Gates", {"fields": ["scan_state", "scan_reasons", "records_state", "records_reasons", "encode_state", "failure"]}),
        ("Times", {"fields": ["created_at", "ready_at", "publish_at", "published_at", "announce", "withdrawn_at", "withdrawn_reason"]}),
        (
            "File",
            {
                "fields": [
                    "filename", "content_type", "size", "stored_bytes", "duration_ms", "width", "height",
                    "processing_ms", "sha256", "probe", "id", "creator_id", "performer_ids", "cluster",
                ]
            },
        ),
    ]  # fmt: skip
    edit_columns = ["title", "caption"]
    search_columns = [
        "title", "kind", "state", "audience", "cluster", "scan_state", "records_state", "encode_state",
        "price_minor", "currency", "size", "duration_ms", "created_at", "publish_at", "published_at", "announce", "sha256", "filename",
    ]  # fmt: skip
    label_columns = {
        "records_state": lazy_pgettext("of people", "Records"),
    }
    approvals = {"withdraw": Approval(when=publishing.is_published)}
    board = Board(
        "state",
        states=STATES,
        title="title",
        fields=("kind", "audience", "cluster"),
        moves={"processing": {"failed": "retry"}, "withdrawn": "withdraw"},
    )
    calendar = Calendar("published_at", title="title", fields=("audience",))
    gallery = Gallery(pictures=posters, title="title", badge="state", fields=("audience", "cluster"))
    cards = (
        Card("Uploaded", since="created_at", days=7, good_when="up", icon="upload"),
        Card("Wait for records", q="state:any:needs_records", icon="id-card"),
        Card("Failed", q="state:any:failed", icon="alert", waits="retry"),
        Card("Published", since="published_at", days=7, good_when="up", icon="play"),
    )
    base_order = ("created_at", "desc")

    @staticmethod
    def update_with(item: Asset, **words: Any) -> None:
        assets.describe(item, **words)

    verbs = (
        Verb(
            "retry",
            encodes.retry,
            label="Try again",
            done="Started again",
            icon="refresh",
            confirm="Process these assets again?",
            takes=RECORD,
            when={"encode_state": (Encode.FAILED, Encode.CANCELLED), "withdrawn_at": (None,)},
        ),
        Verb(
            "cancel",
            encodes.cancel,
            label="Cancel",
            done="Cancelled",
            icon="close",
            confirm="Stop processing these assets?",
            takes=RECORD,
            when={"encode_state": (Encode.WAITING, Encode.QUEUED), "withdrawn_at": (None,)},
        ),
        Verb(
            "withdraw",
            publishing.withdraw,
            label="Withdraw",
            done="Withdrawn",
            icon="trash",
            confirm="Take these assets back for good?",
            asks=Reason(),
            takes=RECORD,
            when={"withdrawn_at": (None,)},
        ),
    )


class MediaRenditionConsole(Console):
    datamodel = Datamodel(Rendition)
    resource = "media:rendition"
    menu = Menu("MediaCore", "Renditions", "image")
    read_only = True
    list_title, show_title = "Renditions", "Rendition"
    list_columns = [
        "asset.title",
        "purpose",
        "name",
        "width",
        "height",
        "bit_rate",
        "files",
        "size",
        "created_at",
    ]
    show_columns = [*list_columns, "path", "content_type", "cluster", "id"]
    search_columns = [
        "asset",
        "purpose",
        "name",
        "content_type",
        "width",
        "height",
        "size",
        "cluster",
        "created_at",
    ]
    label_columns = {
        "asset.title": "Asset",
    }
    base_order = ("created_at", "desc")
