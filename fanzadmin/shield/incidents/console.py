"""Consoles of incidents."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from fanzadmin.console import Board, Card, Choice, Console, Datamodel, Menu, Text, Verb
from fanzadmin.shield import TITLE
from fanzadmin.shield.incidents import service
from fanzadmin.shield.incidents.models import Incident, IncidentNote, IncidentState, Resolution, Severity
from security.clusters import own_clusters


class ShieldIncidentConsole(Console):
    datamodel = Datamodel(Incident)
    resource = "shield:incident"
    menu = Menu(TITLE, "Incidents", "alert")
    children = ("ShieldIncidentNoteConsole",)
    search = ("title", "code")
    may_update = False
    list_title, show_title, add_title = "Incidents", "Incident", "New incident"
    list_columns = ["title", "severity", "state", "assignee", "code", "cluster", "created_at", "resolved_at"]
    show_fieldsets = [
        ("Incident", {"fields": ["title", "detail", "severity", "state", "outcome", "assignee"]}),
        ("What it is about", {"fields": ["code", "about_kind", "about_id", "creator_id", "cluster"]}),
        ("Times", {"fields": ["opened_by", "created_at", "resolved_at", "id"]}),
        ("Timeline", {"fields": ["timeline"]}),
    ]
    add_columns = ["title", "severity", "cluster", "detail"]
    add_form_extra_fields = {
        "severity": SelectField(
            lazy_gettext("Severity"),
            choices=[(str(severity), str(severity)) for severity in Severity],
            default=str(Severity.MEDIUM),
        ),
        "cluster": SelectField(lazy_gettext("Cluster"), choices=own_clusters),
    }
    search_columns = [
        "title", "detail", "severity", "state", "outcome", "assignee", "code", "cluster", "about_id", "created_at", "resolved_at",
    ]  # fmt: skip
    label_columns = {
        "timeline": "What was done",
    }
    board = Board(
        "state",
        states=IncidentState,
        fields=("severity", "assignee", "cluster", "created_at"),
        title="title",
        moves={  # one that has an assignee is opened again as theirs
            "open": {"resolved": "reopen"},
            "assigned": {"open": "assign"},
            "resolved": "resolve",
        },
    )
    cards = (
        Card("Open", q="state:any:open", icon="alert", waits="assign"),
        Card("Open longest", q="state:any:open", oldest="created_at", icon="clock"),
        Card("High or critical", q="state:any:open;assigned,severity:any:high;critical", icon="bolt"),
        Card("Opened", since="created_at", days=7, good_when="down", icon="flag"),
    )
    base_order = ("created_at", "desc")

    @staticmethod
    def create_with(**values: Any) -> None:
        service.open_incident(values.pop("title"), code="reported", **values)

    verbs = (
        Verb(
            "assign",
            service.take_incident,
            label="Take care of it",
            done="Taken over",
            icon="user",
            confirm="Take care of these incidents yourself?",
            when={"state": (IncidentState.OPEN, IncidentState.ASSIGNED)},
        ),
        Verb(
            "resolve",
            service.resolve_incident,
            label="Resolve",
            done="Resolved",
            icon="check",
            confirm="Close these incidents?",
            asks=(
                Choice("outcome", "Resolution", choices=Resolution),
                Text("text", "What was done", required=False, longest=4000),
            ),
            when={"state": (IncidentState.OPEN, IncidentState.ASSIGNED)},
        ),
        Verb(
            "reopen",
            service.reopen_incident,
            label="Reopen",
            done="Opened again",
            icon="refresh",
            confirm="Look at these incidents again?",
            asks=Text("text", "Why", required=False, longest=4000),
            when={"state": (IncidentState.RESOLVED,)},
        ),
    )


class ShieldIncidentNoteConsole(Console):
    datamodel = Datamodel(IncidentNote)
    cluster_of = "incident"
    resource = "shield:incident"
    rest_name = "timeline-entries"
    menu = Menu(TITLE, "Timeline", "clock")
    search = ("text", "author")
    may_update = may_import = False
    list_title, show_title, add_title = "Timeline of incidents", "Line of the timeline", "Add a line"
    list_columns = ["incident.title", "kind", "text", "author", "created_at"]
    show_columns = list_columns
    add_columns = ["incident", "text"]
    search_columns = ["incident", "kind", "text", "author", "created_at"]
    label_columns = {
        "incident.title": "Incident",
    }
    base_order = ("created_at", "desc")

    @staticmethod
    def create_with(*, incident: Incident, text: str) -> None:
        service.comment_on_incident(incident.id, text=text)
