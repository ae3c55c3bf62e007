"""REST of blocks: whom you blocked, block, unblock."""

from flask.views import MethodView

from fanzadmin.crm.blocks import queries, service
from fanzadmin.crm.blocks.queries import BlockCard
from fanzadmin.crm.creators.api import blueprint
from fanzadmin.crm.rights import CRM_OWN_BLOCK
from fanzadmin.kernel.web.rest import PageArgs, Paged, PageOptions
from security.identity import me
from security.rbac import requires


@blueprint.route("/me/blocks")
class MyBlocks(MethodView):
    @requires(CRM_OWN_BLOCK)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, Paged[BlockCard])
    def get(self, args: PageOptions) -> Paged[BlockCard]:
        """Whom you blocked, the latest first."""
        return queries.blocks_of(me(), **args)


@blueprint.route("/me/blocks/<blocked_id>")
class MyBlock(MethodView):
    @requires(CRM_OWN_BLOCK)
    @blueprint.response(204)
    def put(self, blocked_id: str) -> None:
        """Block a creator, as a fan, or a fan, as a creator: you see nothing of each other any more. Twice is once."""
        service.block(me(), blocked_id)

    @requires(CRM_OWN_BLOCK)
    @blueprint.response(204)
    def delete(self, blocked_id: str) -> None:
        """Lift your block; not blocking is no error."""
        service.unblock(me(), blocked_id)
