"""REST of payouts: creators see their balance and ask to be paid."""

from flask.views import MethodView

from fanzadmin.contracts.finance import Balance
from fanzadmin.finance.ledger import queries as ledger
from fanzadmin.finance.payments.api import AmountArgs, blueprint, idempotency_key
from fanzadmin.finance.payouts import queries, service
from fanzadmin.finance.rights import FINANCE_OWN_EARN
from fanzadmin.kernel.web.rest import PageArgs, Paged, PageOptions, page_of
from security.identity import me, own_creator
from security.rbac import requires


@blueprint.route("/balance")
class OwnBalance(MethodView):
    @requires(FINANCE_OWN_EARN)
    @blueprint.response(200, Balance)
    def get(self) -> Balance:
        """What is yours: available, reserved for payouts, paid out so far."""
        return ledger.balance(own_creator().id)


@blueprint.route("/payouts")
class Payouts(MethodView):
    @requires(FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(queries.PayoutCard))
    def get(self, args: PageOptions) -> Paged[queries.PayoutCard]:
        """Your payouts, newest first."""
        return queries.payouts_of(own_creator().id).page(**args)

    @requires(FINANCE_OWN_EARN)
    @blueprint.arguments(AmountArgs)
    @blueprint.response(201, queries.PayoutCard)
    def post(self, args: dict[str, int]) -> queries.PayoutCard:
        """Ask for a part of what is available."""
        creator = own_creator()
        payout_id = service.request_payout(
            creator.id, amount_minor=args["amount_minor"], by_user_id=me().user_id, key=idempotency_key()
        )
        return queries.own_payout(creator.id, payout_id)
