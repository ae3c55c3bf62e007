"""The Trace page: one upload as a timeline over all systems."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request

from fanzadmin.kernel.ids import is_id
from fanzadmin.operations import queries
from fanzadmin.operations.api import NoSuchTrace
from security.rbac import Right, requires

pages = Blueprint("trace", __name__, url_prefix="/trace")


@pages.get("/")
@requires(Right.OPS_TRACE_READ)
def trace_list() -> Any:
    wanted = request.args.get("q", "").strip()
    if is_id(wanted):
        found = queries.traces_of(wanted)
        wanted = found[0] if found else wanted
    if wanted:
        return redirect(f"/trace/{wanted}")
    return render_template(
        "operations/traces.html",
        traces=queries.recent_traces(),
        appbuilder=current_app.extensions["appbuilder"],
    )


@pages.get("/<trace_id>")
@requires(Right.OPS_TRACE_READ)
def trace_page(trace_id: str) -> Any:
    found = queries.trace(trace_id)
    if found is None:
        raise NoSuchTrace(f"Nothing carries the trace {trace_id}.")
    return render_template(
        "operations/trace.html", trace=found, appbuilder=current_app.extensions["appbuilder"]
    )
