"""Consoles of verdicts."""

from fanzadmin.console import Console, Datamodel, Menu, Verb
from fanzadmin.shield import TITLE
from fanzadmin.shield.verdicts import block_list, service
from fanzadmin.shield.verdicts.models import BlockedHash, Outcome, Verdict


class ShieldVerdictConsole(Console):
    datamodel = Datamodel(Verdict)
    resource = "shield:verdict"
    menu = Menu(TITLE, "Verdicts", "shield")
    read_only = True
    list_title, show_title = "Verdicts", "Verdict"
    list_columns = [
        "title",
        "outcome",
        "why",
        "format",
        "size",
        "removed",
        "scan_ms",
        "cluster",
        "created_at",
    ]
    show_fieldsets = [
        ("Verdict", {"fields": ["title", "outcome", "why", "decided_at", "scan_ms"]}),
        (
            "File",
            {
                "fields": [
                    "filename",
                    "content_type",
                    "format",
                    "kind",
                    "size",
                    "width",
                    "height",
                    "duration_ms",
                    "sha256",
                ]
            },
        ),
        ("Clean copy", {"fields": ["removed", "trailing_bytes", "clean_size", "clean_sha256", "clean_key"]}),
        (
            "Origin",
            {
                "fields": [
                    "asset_id",
                    "creator_id",
                    "cluster",
                    "source_key",
                    "quarantine_key",
                    "created_at",
                    "id",
                ]
            },
        ),
    ]
    search_columns = [
        "title", "outcome", "format", "kind", "filename", "sha256", "clean_sha256", "size", "duration_ms", "cluster", "created_at",
    ]  # fmt: skip
    label_columns = {
        "why": "Why",
    }
    base_order = ("created_at", "desc")

    verbs = (
        Verb(
            "rescan",
            service.scan_again,
            label="Check again",
            done="Being checked again",
            icon="refresh",
            confirm="Have these files checked again?",
            takes=("asset_id",),
            when={"outcome": (Outcome.FAILED,)},
        ),
    )


class ShieldBlockedHashConsole(Console):
    datamodel = Datamodel(BlockedHash)
    resource = "shield:hash"
    menu = Menu(TITLE, "Blocked files", "lock")
    search = ("sha256", "reason", "author")
    may_update = False
    may_delete = True
    list_title, show_title, add_title = "Blocked files", "Blocked file", "Block a file"
    list_columns = ["sha256", "reason", "author", "created_at"]
    show_columns = [*list_columns, "id"]
    add_columns = ["sha256", "reason"]
    search_columns = ["sha256", "reason", "author", "created_at"]
    description_columns = {
        "sha256": "64 hexadecimal digits. Assets with this content are taken back at once."
    }
    base_order = ("created_at", "desc")
    create_with = staticmethod(block_list.block_hash)

    @staticmethod
    def delete_with(item: BlockedHash) -> None:
        block_list.unblock_hash(item.sha256)
