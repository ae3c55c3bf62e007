"""REST of FanzShield: incidents for the team, a verdict for whom it concerns."""

from flask.views import MethodView
from flask_babel import gettext

from fanzadmin.contracts.crm import People
from fanzadmin.kernel.errors import Forbidden
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.rest import Blueprint, page, page_of
from fanzadmin.shield import queries, service
from fanzadmin.shield.models import Incident
from fanzadmin.shield.schemas import (
    IncidentArgs,
    IncidentDetailSchema,
    IncidentSchema,
    NoteArgs,
    ResolveArgs,
    VerdictSchema,
)
from security.identity import me
from security.rbac import Right, may, requires

blueprint = Blueprint("shield", __name__, url_prefix="/api/v1/shield", description="FanzShield")


class NotYourAsset(Forbidden):
    title = "Your role does not allow this"


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


@blueprint.route("/assets/<asset_id>/verdict")
class AssetVerdict(MethodView):
    @blueprint.response(200, VerdictSchema)
    def get(self, asset_id):
        """What the scan of an asset found: for its creator, and for staff who may read verdicts."""
        return queries.verdict_of(asset_id, creator_id=_whose(), clusters=me().clusters)


def _whose():
    """None for staff who may read every verdict, else the creator's own id. Raises SignInNeeded, NotYourAsset."""
    found = me()
    if may(Right.SHIELD_VERDICT_READ):
        return None
    creator = ask(People).creator_of_user(found.user_id)
    if creator is None:
        raise NotYourAsset(gettext("Only the creator of an asset may see what its scan found."))
    return creator.id
