"""REST of verdicts: for whom they concern."""

from flask.views import MethodView
from flask_babel import gettext
from marshmallow import Schema
from marshmallow import fields as f

from fanzadmin.contracts.crm import People
from fanzadmin.kernel.errors import Forbidden
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.rest import Blueprint
from fanzadmin.shield import TITLE
from fanzadmin.shield.verdicts import queries
from security.identity import me
from security.rbac import Right, may

blueprint = Blueprint("shield_verdicts", __name__, url_prefix="/api/v1/shield", description=TITLE)


class VerdictSchema(Schema):
    """What a scan found: bytes, milliseconds; `removed` names the kinds of metadata that were taken out."""

    asset_id = f.String()
    outcome = f.String(metadata={"enum": ["waiting", "clean", "blocked", "failed"]})
    reasons = f.List(f.String())
    codes = f.List(f.String())
    sha256 = f.String()
    size = f.Integer()
    format = f.String()
    kind = f.String()
    width = f.Integer()
    height = f.Integer()
    duration_ms = f.Integer()
    removed = f.List(f.String())
    scan_ms = f.Integer()
    created_at = f.DateTime()
    decided_at = f.DateTime(allow_none=True)


class NotYourAsset(Forbidden):
    title = "Your role does not allow this"


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
