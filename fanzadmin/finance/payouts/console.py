"""Payouts: read, and moved on by verbs."""

from typing import Any

from flask import redirect, url_for

from fanzadmin.console import Approval, Board, Calendar, Card, Console, Datamodel, Menu, action
from fanzadmin.console.rendering.cells import badge, code, money, when
from fanzadmin.console.rendering.references import named
from fanzadmin.finance import TITLE
from fanzadmin.finance.payouts import service
from fanzadmin.finance.payouts.models import Payout, PayoutState
from fanzadmin.kernel.context import current

REFUSAL_REASON = "Refused by the finance team."


class FinancePayoutConsole(Console):
    datamodel = Datamodel(Payout)
    resource = "finance:payout"
    menu = Menu(TITLE, "Payouts", "coin")
    read_only = True
    list_title, show_title = "Payouts", "Payout"
    list_columns = ["requested_at", "state", "cluster", "creator_id", "amount_minor", "paid_at"]
    show_columns = [
        "state", "amount_minor", "cluster", "creator_id", "requested_at", "approved_at", "paid_at", "refused_at",
        "reason", "id",
    ]  # fmt: skip
    search_columns = ["state", "cluster", "creator_id", "amount_minor", "requested_at", "paid_at"]
    label_columns = {"creator_id": "Creator", "amount_minor": "Amount", "requested_at": "Requested"}
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
    formatters_columns = {
        "state": badge({"requested": "info", "approved": "warn"}),
        "amount_minor": money("amount_minor"),
        **{name: when() for name in ("requested_at", "approved_at", "paid_at", "refused_at")},
        "creator_id": named("creator"),
        "id": code(),
    }

    @action("approve", "Approve", "Approve these payouts?", "check")
    def approve(self, items: Any) -> Any:
        self.act(
            items, lambda item: service.approve_payout(item.id, by_user_id=current().actor_id), "Approved"
        )
        return redirect(url_for("FinancePayoutConsole.list"))

    @action("pay", "Mark as paid", "Has the bank sent this money?", "coin")
    def pay(self, items: Any) -> Any:
        self.act(items, lambda item: service.mark_paid(item.id, by_user_id=current().actor_id), "Paid")
        return redirect(url_for("FinancePayoutConsole.list"))

    @action("refuse", "Refuse", "Refuse these payouts? The money becomes available again.", "ban")
    def refuse(self, items: Any) -> Any:
        self.act(
            items,
            lambda item: service.refuse_payout(item.id, by_user_id=current().actor_id, reason=REFUSAL_REASON),
            "Refused",
        )
        return redirect(url_for("FinancePayoutConsole.list"))
