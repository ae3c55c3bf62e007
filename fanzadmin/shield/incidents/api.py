"""REST of incidents."""

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import Blueprint, PageArgs, page, page_of
from fanzadmin.shield import TITLE
from fanzadmin.shield.incidents import queries, service
from fanzadmin.shield.incidents.models import Incident, IncidentState, Resolution, Severity
from security.identity import me
from security.rbac import Right, requires

blueprint = Blueprint("shield_incidents", __name__, url_prefix="/api/v1/shield", description=TITLE)


class NoteSchema(Schema):
    kind = f.String()
    author = f.String()
    text = f.String()
    at = f.DateTime()


class IncidentSchema(Schema):
    """An incident; `about` is `kind:id` of what it concerns."""

    id = f.String()
    cluster = f.String()
    title = f.String()
    detail = f.String()
    code = f.String()
    severity = f.String()
    state = f.String()
    outcome = f.String(allow_none=True)
    about = f.String()
    creator_id = f.String(allow_none=True)
    opened_by = f.String()
    assignee = f.String()
    created_at = f.DateTime()
    resolved_at = f.DateTime(allow_none=True)


class IncidentDetailSchema(IncidentSchema):
    notes = f.List(f.Nested(NoteSchema))


class IncidentArgs(PageArgs):
    state = f.String(load_default=None, validate=validate.OneOf([str(one) for one in IncidentState]))
    severity = f.String(load_default=None, validate=validate.OneOf([str(one) for one in Severity]))


class NoteArgs(Schema):
    text = f.String(required=True, validate=validate.Length(1, 4000))


class ResolveArgs(Schema):
    outcome = f.String(required=True, validate=validate.OneOf([str(one) for one in Resolution]))
    text = f.String(load_default="", validate=validate.Length(0, 4000))


@blueprint.route("/incidents")
class IncidentList(MethodView):
    @requires(Right.SHIELD_INCIDENT_READ)
    @blueprint.arguments(IncidentArgs, location="query")
    @blueprint.response(200, page_of(IncidentSchema))
    def get(self, args):
        """Incidents, newest first."""
        query = queries.incidents_query(
            state=args["state"], severity=args["severity"], clusters=me().clusters
        )
        return page(query, args, key=Incident.id, shape=queries.incident_card)


@blueprint.route("/incidents/<incident_id>")
class OneIncident(MethodView):
    @requires(Right.SHIELD_INCIDENT_READ)
    @blueprint.response(200, IncidentDetailSchema)
    def get(self, incident_id):
        """An incident with its timeline."""
        return queries.incident_of(incident_id, clusters=me().clusters)


@blueprint.post("/incidents/<incident_id>/assign")
@requires(Right.SHIELD_INCIDENT_ASSIGN)
@blueprint.response(200, IncidentDetailSchema)
def assign(incident_id):
    """Take care of an incident yourself."""
    found = queries.incident_of(incident_id, clusters=me().clusters)
    service.assign_incident(found.id, user_id=me().user_id, name=me().name)
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/notes")
@requires(Right.SHIELD_INCIDENT_UPDATE)
@blueprint.arguments(NoteArgs)
@blueprint.response(201, IncidentDetailSchema)
def comment(args, incident_id):
    """Add a line to the timeline."""
    found = queries.incident_of(incident_id, clusters=me().clusters)
    service.comment_on_incident(found.id, text=args["text"])
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/resolve")
@requires(Right.SHIELD_INCIDENT_RESOLVE)
@blueprint.arguments(ResolveArgs)
@blueprint.response(200, IncidentDetailSchema)
def resolve(args, incident_id):
    """Close an incident."""
    found = queries.incident_of(incident_id, clusters=me().clusters)
    service.resolve_incident(found.id, outcome=args["outcome"], text=args["text"])
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/reopen")
@requires(Right.SHIELD_INCIDENT_REOPEN)
@blueprint.response(200, IncidentDetailSchema)
def reopen(incident_id):
    """Look at a resolved incident again."""
    found = queries.incident_of(incident_id, clusters=me().clusters)
    service.reopen_incident(found.id)
    return queries.incident_of(incident_id)
