"""The Trace page: one upload as a timeline over all systems. The Mentions page: where colleagues named the user. The
Inspection page: records by name, title or address, for the inspector of 28 CFR 75.5."""

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from fanzadmin.compliance import service as compliance
from fanzadmin.compliance.rights import COMPLIANCE_PERFORMER_REVEAL
from fanzadmin.console.record.comments import PAGE, own_mentions
from fanzadmin.kernel.ids import is_id
from fanzadmin.operations import queries
from fanzadmin.operations.api import NoSuchTrace
from fanzadmin.operations.rights import CONSOLE_MENTION_READ, OPS_TRACE_READ
from security.identity import me
from security.rbac import requires

pages = Blueprint("trace", __name__, url_prefix="/trace")
inbox = Blueprint("mentions", __name__, url_prefix="/mentions")
inspections = Blueprint("inspection", __name__, url_prefix="/inspection")
SHORTEST_REASON = 8  # characters


@inbox.get("/")
@requires(CONSOLE_MENTION_READ)
def mentions() -> ResponseReturnValue:
    before = request.args.get("before", "")
    rows = own_mentions(before=before if is_id(before) else "")
    return render_template(
        "operations/mentions.html",
        mentions=rows,
        older=rows[-1].comment.id if len(rows) == PAGE else "",
        appbuilder=current_app.extensions["appbuilder"],
    )


@pages.get("/")
@requires(OPS_TRACE_READ)
def trace_list() -> ResponseReturnValue:
    trace_id = request.args.get("q", "").strip()
    if is_id(trace_id):
        trace_ids = queries.traces_of(trace_id)
        trace_id = trace_ids[0] if trace_ids else trace_id
    if trace_id:
        return redirect(f"/trace/{trace_id}")
    return render_template(
        "operations/traces.html",
        traces=queries.recent_traces(),
        appbuilder=current_app.extensions["appbuilder"],
    )


@pages.get("/<trace_id>")
@requires(OPS_TRACE_READ)
def trace_page(trace_id: str) -> ResponseReturnValue:
    trace = queries.trace(trace_id)
    if trace is None:
        raise NoSuchTrace(gettext("Nothing carries the trace %(trace_id)s.", trace_id=trace_id))
    return render_template(
        "operations/trace.html", trace=trace, appbuilder=current_app.extensions["appbuilder"]
    )


@inspections.get("/")
@requires(COMPLIANCE_PERFORMER_REVEAL)
def inspect() -> str:
    """The form, and what it finds. Nothing is looked up without a reason, which the audit keeps for each record."""
    term, reason = request.args.get("term", "").strip(), request.args.get("reason", "").strip()
    may_look = len(term) > 1 and len(reason) >= SHORTEST_REASON
    records = compliance.inspect_records(term, clusters=me().clusters, reason=reason) if may_look else ()
    return render_template(
        "operations/inspection.html",
        term=term,
        reason=reason,
        shortest=SHORTEST_REASON,
        records=records,
        searched=may_look,
        appbuilder=current_app.extensions["appbuilder"],
    )
