"""Consoles of timelines."""

from flask_babel import lazy_gettext

from fanzadmin.console import Console, Datamodel, Menu
from fanzadmin.console.rendering.cells import badge, code, link, when
from fanzadmin.crm import TITLE
from fanzadmin.crm.timeline.chronicle import TONES
from fanzadmin.crm.timeline.models import TimelineEntry


class CrmTimelineConsole(Console):
    datamodel = Datamodel(TimelineEntry)
    resource = "crm:timeline"
    menu = Menu(TITLE, "Timeline", "clock")
    facets = ("kind", "subject_kind", "cluster")
    read_only = True
    list_title, show_title = "Timeline", "Entry"
    list_columns = ["at", "sentence", "kind", "subject_kind", "cluster", "trace_id"]
    show_columns = [*list_columns, "subject_id", "link"]
    search_columns = ["at", "kind", "subject_kind", "subject_id", "cluster", "trace_id"]
    label_columns = {
        "at": "When",
        "sentence": "What happened",
        "subject_kind": "About a",
        "subject_id": "About",
        "trace_id": "Trace",
    }
    base_order = ("at", "desc")
    formatters_columns = {
        "at": when(),
        "kind": badge(TONES),
        "subject_id": code(),
        "trace_id": link(
            lambda entry: f"/trace/{entry.trace_id}" if entry.trace_id else None, label=lazy_gettext("Trace")
        ),
    }
