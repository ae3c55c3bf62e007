"""Traces for programs."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView
from flask_babel import gettext
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.web.rest import Blueprint
from fanzadmin.operations import queries
from security.rbac import Right, requires

operations = Blueprint(
    "operations",
    __name__,
    url_prefix="/api/v1/operations",
    description="What the platform did, joined by trace",
)


class NoSuchTrace(NotFound):
    title = "There is no such trace"


class StepSchema(Schema):
    kind = f.String()
    system = f.String()
    name = f.String()
    state = f.String()
    at = f.DateTime()
    after_ms = f.Float()
    took_ms = f.Float(allow_none=True)
    attempts = f.Integer()
    subject = f.String()
    detail = f.String()
    id = f.String()
    data = f.Dict(metadata={"description": "the fact's own fields; empty for a task or delivery"})
    children = f.List(f.Nested(lambda: StepSchema(exclude=("children",))))


class TraceSchema(Schema):
    id = f.String()
    began_at = f.DateTime()
    total_ms = f.Float()
    actor = f.String()
    subject = f.String()
    systems = f.List(f.String())
    steps = f.List(f.Nested(StepSchema))


@operations.route("/traces/<trace_id>")
class TraceOne(MethodView):
    @operations.response(200, TraceSchema)
    @requires(Right.OPS_TRACE_READ)
    def get(self, trace_id: str) -> dict[str, Any]:
        found = queries.trace(trace_id)
        if found is None:
            raise NoSuchTrace(gettext("Nothing carries the trace %(trace_id)s.", trace_id=trace_id))
        return asdict(found)
