"""The Community team's cases: what was reported, what stood there and around it, who reported it, what was decided before."""

from flask_babel import lazy_pgettext

from fanzadmin.console import Approval, Card, Console, Datamodel, Menu, Reason, Verb
from fanzadmin.crm.reports import service
from fanzadmin.crm.reports.models import Case, CaseState, Report

GROUP = "FanzSocial"  # where the Community team looks
NOTHING_WRONG = ("It breaks no rule of the house.", "It is a dispute that is not ours to decide.")
BROKEN = ("Spam", "Abuse of a person", "Unlawful content", "Breaks the rules of the house")


class CrmCaseConsole(Console):
    datamodel = Datamodel(Case)
    resource = "crm:case"
    menu = Menu(GROUP, "Reports", "flag")
    children = ("CrmReportConsole",)
    search = ("title", "body")
    facets = ("kind", "state")
    read_only = True
    list_title, show_title = "Reports", "Case"
    list_columns = [
        "created_at",
        "kind",
        "title",
        "body",
        "creator_id",
        "reports",
        "state",
        "cluster",
        "decided_at",
    ]
    show_fieldsets = [
        ("What was reported", {"fields": ["kind", "title", "body", "asset_id", "creator_id", "fan_id", "surroundings"]}),
        ("Decision", {"fields": ["state", "decision", "decided_at", "decisions"]}),
        ("Case", {"fields": ["reports", "created_at", "cluster", "subject_id", "id"]}),
    ]  # fmt: skip
    search_columns = [
        "title", "body", "kind", "state", "creator_id", "fan_id", "asset_id", "subject_id", "reports", "cluster", "created_at", "decided_at",
    ]  # fmt: skip
    cards = (
        Card("Open", q="state:any:open", icon="flag", waits="dismiss"),
        Card("Open longest", q="state:any:open", oldest="created_at", icon="clock"),
        Card("Opened", since="created_at", days=7, good_when="down", icon="flag"),
        Card("Removed", q="state:any:removed", icon="ban"),
    )
    base_order = ("created_at", "desc")
    approvals = {"remove": Approval(when=service.concerns_asset)}
    verbs = (
        Verb(
            "dismiss",
            service.dismiss_case,
            label="Dismiss",
            done="Dismissed",
            icon="check",
            confirm="Leave what these cases are about as it is?",
            asks=Reason(suggestions=NOTHING_WRONG),
            when={"state": (CaseState.OPEN,)},
        ),
        Verb(
            "remove",
            service.remove_reported,
            label="Remove",
            done="Removed",
            icon="trash",
            confirm="Remove what these cases are about?",
            asks=Reason(shortest=4, suggestions=BROKEN),
            when={"state": (CaseState.OPEN,)},
        ),
        Verb(
            "handle",
            service.handle_case,
            label="Mark as handled",
            done="Handled",
            icon="shield-check",
            confirm="Close these cases?",
            asks=Reason(hint="What was done, such as a suspension. Those who reported read it."),
            when={"state": (CaseState.OPEN,)},
        ),
    )


class CrmReportConsole(Console):
    datamodel = Datamodel(Report)
    cluster_of = "case"
    resource = "crm:case"
    rest_name = "reports"
    menu = Menu(GROUP, "Who reported", "users")
    search = ("words",)
    facets = ("ground",)
    read_only = True
    list_title, show_title = "Who reported", lazy_pgettext("noun", "Report")
    list_columns = ["created_at", "ground", "words", "fan_id", "creator_id", "case"]
    show_columns = [*list_columns, "id"]
    search_columns = ["words", "ground", "fan_id", "creator_id", "case", "created_at"]
    base_order = ("created_at", "desc")
