"""Traces for programs."""

from flask.views import MethodView
from flask_babel import gettext

from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.web.rest import Blueprint
from fanzadmin.operations import queries
from fanzadmin.operations.rights import OPS_TRACE_READ
from security.rbac import requires

operations = Blueprint(
    "operations",
    __name__,
    url_prefix="/api/v1/operations",
    description="What the platform did, joined by trace",
)


class NoSuchTrace(NotFound):
    title = "There is no such trace"


@operations.route("/traces/<trace_id>")
class TraceOne(MethodView):
    @operations.response(200, queries.Trace)
    @requires(OPS_TRACE_READ)
    def get(self, trace_id: str) -> queries.Trace:
        """What one act set off, over all systems, in order of time."""
        trace = queries.trace(trace_id)
        if trace is None:
            raise NoSuchTrace(gettext("Nothing carries the trace %(trace_id)s.", trace_id=trace_id))
        return trace
