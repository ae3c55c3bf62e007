"""REST of payouts: creators see their balance and ask to be paid."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.finance.ledger import queries as ledger
from fanzadmin.finance.payments.api import (
    blueprint,
    the_creator,
    the_key,
)
from fanzadmin.finance.payouts import queries, service
from fanzadmin.kernel.web.rest import PageArgs, page_of
from security.identity import me
from security.rbac import Right, requires


class PayoutArgs(Schema):
    amount_minor = f.Integer(required=True, strict=True, validate=validate.Range(-(2**53), 2**53))


class BalanceSchema(Schema):
    available_minor = f.Integer()
    reserved_minor = f.Integer()
    paid_minor = f.Integer()
    currency = f.String()


class PayoutSchema(Schema):
    id = f.String()
    amount_minor = f.Integer()
    currency = f.String()
    state = f.String()
    requested_at = f.DateTime()
    paid_at = f.DateTime(allow_none=True)
    reason = f.String(allow_none=True)


@blueprint.route("/balance")
class OwnBalance(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.response(200, BalanceSchema)
    def get(self):
        """What is yours: available, reserved for payouts, paid out so far."""
        return ledger.balance(the_creator().id)


@blueprint.route("/payouts")
class Payouts(MethodView):
    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_of(PayoutSchema))
    def get(self, args: dict[str, Any]):
        """Your payouts, newest first."""
        return queries.payouts_of(the_creator().id).page(**args)

    @requires(Right.FINANCE_OWN_EARN)
    @blueprint.arguments(PayoutArgs)
    @blueprint.response(201, PayoutSchema)
    def post(self, args: dict[str, Any]):
        """Ask for a part of what is available."""
        creator = the_creator()
        payout_id = service.request_payout(creator.id, by_user_id=me().user_id, key=the_key(), **args)
        return queries.own_payout(creator.id, payout_id)
