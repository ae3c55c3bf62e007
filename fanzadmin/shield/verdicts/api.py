"""REST of verdicts, for those whom they concern; on the blueprint of the system."""

from flask.views import MethodView

from fanzadmin.shield.incidents.api import blueprint
from fanzadmin.shield.rights import SHIELD_VERDICT_READ
from fanzadmin.shield.verdicts import queries
from fanzadmin.shield.verdicts.queries import VerdictCard
from security.identity import me, own_creator
from security.rbac import may


@blueprint.route("/assets/<asset_id>/verdict")
class AssetVerdict(MethodView):
    @blueprint.response(200, VerdictCard)
    def get(self, asset_id: str) -> VerdictCard:
        """What the scan of an asset found: for its creator, and for staff who may read verdicts."""
        clusters = me().clusters
        creator_id = None if may(SHIELD_VERDICT_READ) else own_creator().id
        return queries.verdict_of(asset_id, creator_id=creator_id, clusters=clusters)
