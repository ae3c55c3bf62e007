"""Consoles of timelines."""

from fanzadmin.console import Console, Datamodel, Menu
from fanzadmin.console.rendering.cells import badge
from fanzadmin.crm import TITLE
from fanzadmin.crm.timeline.chronicle import TONES
from fanzadmin.crm.timeline.models import TimelineEntry


class CrmTimelineConsole(Console):
    datamodel = Datamodel(TimelineEntry)
    resource = "crm:timeline"
    rest_name = "timeline-entries"
    menu = Menu(TITLE, "Timeline", "clock")
    facets = ("kind", "subject_kind", "cluster")
    read_only = True
    list_title, show_title = "Timeline", "Entry"
    list_columns = ["at", "sentence", "kind", "subject_kind", "cluster", "trace_id"]
    show_columns = [*list_columns, "subject_id", "link"]
    search_columns = ["at", "kind", "subject_kind", "subject_id", "cluster", "trace_id"]
    label_columns = {
        "sentence": "What happened",
    }
    base_order = ("at", "desc")
    formatters_columns = {
        "kind": badge(TONES),
    }
