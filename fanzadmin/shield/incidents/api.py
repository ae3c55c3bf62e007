"""REST of the timeline of an incident. The incidents themselves are their console's."""

from typing import Any

from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import Blueprint
from fanzadmin.shield import TITLE
from fanzadmin.shield.incidents import queries, service
from fanzadmin.shield.incidents.queries import IncidentDetail
from fanzadmin.shield.rights import (
    SHIELD_INCIDENT_READ,
    SHIELD_INCIDENT_UPDATE,
)
from security.identity import me
from security.rbac import requires

Args = dict[str, Any]  # Any: what the schema let through
blueprint = Blueprint("shield", __name__, url_prefix="/api/v1/shield", description=TITLE)


class NoteArgs(Schema):
    text = f.String(required=True, validate=validate.Length(1, 4000))


@blueprint.get("/incidents/<incident_id>/timeline")
@requires(SHIELD_INCIDENT_READ)
@blueprint.response(200, IncidentDetail)
def incident_timeline(incident_id: str) -> IncidentDetail:
    """An incident with its timeline."""
    return queries.incident_of(incident_id, clusters=me().clusters)


@blueprint.post("/incidents/<incident_id>/timeline")
@requires(SHIELD_INCIDENT_UPDATE)
@blueprint.arguments(NoteArgs)
@blueprint.response(201, IncidentDetail)
def comment(args: Args, incident_id: str) -> IncidentDetail:
    """Add a line to the timeline."""
    incident = queries.incident_of(incident_id, clusters=me().clusters)
    service.comment_on_incident(incident.id, text=args["text"])
    return queries.incident_of(incident_id)
