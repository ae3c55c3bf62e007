"""Payouts: read, and moved on by verbs."""

from fanzadmin.console import Approval, Board, Calendar, Card, Console, Datamodel, Menu, Reason, Verb
from fanzadmin.finance import TITLE
from fanzadmin.finance.payouts import service
from fanzadmin.finance.payouts.models import Payout, PayoutState


class FinancePayoutConsole(Console):
    datamodel = Datamodel(Payout)
    resource = "finance:payout"
    rest_name = "payout-records"
    menu = Menu(TITLE, "Payouts", "coin")
    read_only = True
    list_title, show_title = "Payouts", "Payout"
    list_columns = ["requested_at", "state", "cluster", "creator_id", "amount_minor", "paid_at"]
    show_columns = [
        "state", "amount_minor", "cluster", "creator_id", "requested_at", "approved_at", "paid_at", "refused_at",
        "reason", "id",
    ]  # fmt: skip
    search_columns = ["state", "cluster", "creator_id", "amount_minor", "requested_at", "paid_at"]
    approvals = {"pay": Approval(when=service.is_large_payout)}
    board = Board(
        "state",
        states=PayoutState,
        title="amount_minor",
        fields=("creator_id", "cluster", "requested_at"),
        moves={
            "approved": {"requested": "approve"},
            "paid": {"approved": "pay"},
            "refused": {"requested": "refuse", "approved": "refuse"},
        },
    )
    calendar = Calendar("requested_at", title="amount_minor", fields=("state",))
    cards = (
        Card("To approve", q="state:any:requested", total="amount_minor", icon="inbox", waits="approve"),
        Card("To pay", q="state:any:approved", total="amount_minor", icon="coin", waits="pay"),
        Card("Waiting longest", q="state:any:requested;approved", oldest="requested_at", icon="clock"),
        Card(
            "Paid in 30 days", q="state:any:paid,paid_at:last:30d", total="amount_minor", icon="check-circle"
        ),
    )
    base_order = ("id", "desc")
    verbs = (
        Verb(
            "approve",
            service.approve_payout,
            label="Approve",
            done="Approved",
            icon="check",
            confirm="Approve these payouts?",
            when={"state": (PayoutState.REQUESTED,)},
        ),
        Verb(
            "pay",
            service.mark_paid,
            label="Mark as paid",
            done="Paid",
            icon="coin",
            confirm="Has the bank sent this money?",
            when={"state": (PayoutState.APPROVED,)},
        ),
        Verb(
            "refuse",
            service.refuse_payout,
            label="Refuse",
            done="Refused",
            icon="ban",
            confirm="Refuse these payouts? The money becomes available again.",
            asks=Reason(),
            when={"state": (PayoutState.REQUESTED, PayoutState.APPROVED)},
        ),
    )


CONSOLES = (FinancePayoutConsole,)
