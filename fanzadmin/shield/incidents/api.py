"""REST of incidents."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged
from fanzadmin.shield import TITLE
from fanzadmin.shield.incidents import queries, service
from fanzadmin.shield.incidents.models import IncidentState, Resolution, Severity
from fanzadmin.shield.incidents.queries import IncidentCard, IncidentDetail
from fanzadmin.shield.rights import (
    SHIELD_INCIDENT_ASSIGN,
    SHIELD_INCIDENT_READ,
    SHIELD_INCIDENT_REOPEN,
    SHIELD_INCIDENT_RESOLVE,
    SHIELD_INCIDENT_UPDATE,
)
from security.identity import me
from security.rbac import requires

Args = dict[str, Any]  # Any: what the schema let through
blueprint = Blueprint("shield", __name__, url_prefix="/api/v1/shield", description=TITLE)


class IncidentArgs(PageArgs):
    state = f.String(load_default=None, validate=validate.OneOf(list(IncidentState)))
    severity = f.String(load_default=None, validate=validate.OneOf(list(Severity)))


class NoteArgs(Schema):
    text = f.String(required=True, validate=validate.Length(1, 4000))


class ResolveArgs(Schema):
    outcome = f.String(required=True, validate=validate.OneOf(list(Resolution)))
    text = f.String(load_default="", validate=validate.Length(0, 4000))


@blueprint.route("/incidents")
class Incidents(MethodView):
    @requires(SHIELD_INCIDENT_READ)
    @blueprint.arguments(IncidentArgs, location="query")
    @blueprint.response(200, Paged[IncidentCard])
    def get(self, args: Args) -> Paged[IncidentCard]:
        """Incidents, newest first."""
        incidents = queries.incidents(
            state=args.pop("state"), severity=args.pop("severity"), clusters=me().clusters
        )
        return incidents.page(**args)


@blueprint.route("/incidents/<incident_id>")
class OneIncident(MethodView):
    @requires(SHIELD_INCIDENT_READ)
    @blueprint.response(200, IncidentDetail)
    def get(self, incident_id: str) -> IncidentDetail:
        """An incident with its timeline."""
        return queries.incident_of(incident_id, clusters=me().clusters)


@blueprint.post("/incidents/<incident_id>/assign")
@requires(SHIELD_INCIDENT_ASSIGN)
@blueprint.response(200, IncidentDetail)
def assign(incident_id: str) -> IncidentDetail:
    """Take care of an incident yourself."""
    incident = queries.incident_of(incident_id, clusters=me().clusters)
    service.assign_incident(incident.id, user_id=me().user_id, name=me().name)
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/notes")
@requires(SHIELD_INCIDENT_UPDATE)
@blueprint.arguments(NoteArgs)
@blueprint.response(201, IncidentDetail)
def comment(args: Args, incident_id: str) -> IncidentDetail:
    """Add a line to the timeline."""
    incident = queries.incident_of(incident_id, clusters=me().clusters)
    service.comment_on_incident(incident.id, text=args["text"])
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/resolve")
@requires(SHIELD_INCIDENT_RESOLVE)
@blueprint.arguments(ResolveArgs)
@blueprint.response(200, IncidentDetail)
def resolve(args: Args, incident_id: str) -> IncidentDetail:
    """Close an incident."""
    incident = queries.incident_of(incident_id, clusters=me().clusters)
    service.resolve_incident(incident.id, outcome=args["outcome"], text=args["text"])
    return queries.incident_of(incident_id)


@blueprint.post("/incidents/<incident_id>/reopen")
@requires(SHIELD_INCIDENT_REOPEN)
@blueprint.response(200, IncidentDetail)
def reopen(incident_id: str) -> IncidentDetail:
    """Look at a resolved incident again."""
    incident = queries.incident_of(incident_id, clusters=me().clusters)
    service.reopen_incident(incident.id)
    return queries.incident_of(incident_id)
