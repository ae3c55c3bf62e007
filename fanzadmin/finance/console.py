"""Consoles of FanzFinance OS. The journal is read; payments are given back and payouts moved on by actions."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext, pgettext
from markupsafe import Markup

from fanzadmin.console import Approval, Board, Calendar, Card, Console, Datamodel, Menu, action
from fanzadmin.console.rendering.cells import Cell, badge, code, money, when
from fanzadmin.console.rendering.references import named
from fanzadmin.finance import queries, service
from fanzadmin.finance.models import (
    Account,
    JournalEntry,
    Payment,
    Payout,
    PayoutState,
    Posting,
    Subscription,
)
from fanzadmin.kernel.context import current
from fanzadmin.kernel.i18n.languages import money_text

GROUP = "FanzFinance OS"
REFUND_REASON = "Given back by the finance team."
REFUSAL_REASON = "Refused by the finance team."
KINDS = {"asset": "info", "liability": "warn", "revenue": "good", "expense": "bad"}


def _legs(postings: Any, _item: Any) -> Markup:
    """An entry's postings as a table of account, debit and credit."""
    row = Markup('<tr><td>{}</td><td class="num">{}</td><td class="num">{}</td></tr>')
    rows = [
        row.format(
            leg.account.title,
            money_text(leg.amount_minor, leg.currency) if leg.amount_minor > 0 else "",
            money_text(-leg.amount_minor, leg.currency) if leg.amount_minor < 0 else "",
        )
        for leg in postings
    ]
    head = Markup(
        '<table class="table"><thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th>'
        '<th scope="col" class="num">{}</th></tr></thead><tbody>{}</tbody></table>'
    )
    return head.format(
        gettext("Account"),
        pgettext("of a posting", "Debit"),
        pgettext("of a posting", "Credit"),
        Markup("").join(rows),
    )


class AccountData(Datamodel):
    """Accounts with their balances, summed once for all of a page."""

    def along(self, items):
        super().along(items)
        queries.sum_balances(items)


class FinanceAccountConsole(Console):
    datamodel = AccountData(Account)
    resource = "finance:account"
    menu = Menu(GROUP, "Accounts", "book")
    search = ("title", "code")
    read_only = True
    list_title, show_title = "Chart of accounts", "Account"
    list_columns = ["title", "kind", "cluster", "creator_id", "balance_minor"]
    show_columns = [
        "title",
        "code",
        "kind",
        "cluster",
        "currency",
        "creator_id",
        "balance_minor",
        "created_at",
        "id",
    ]
    search_columns = ["code", "title", "kind", "cluster", "currency", "creator_id"]
    label_columns = {"creator_id": "Creator", "balance_minor": "Balance", "created_at": "Opened"}
    description_columns = {
        "balance_minor": "The sum of the account's postings, positive on the side its kind grows."
    }
    base_order = ("title", "asc")
    formatters_columns = {
        "kind": badge(KINDS, context="account"),
        "creator_id": named("creator"),
        "balance_minor": money("balance_minor"),
        "created_at": when(),
        "id": code(),
    }


class FinanceJournalConsole(Console):
    datamodel = Datamodel(JournalEntry)
    resource = "finance:journal"
    menu = Menu(GROUP, "Journal", "list")
    search = ("reference",)
    read_only = True
    list_title, show_title = "Journal", "Journal entry"
    list_columns = ["effective_at", "description", "cluster", "reference", "rule_version"]
    show_columns = [
        "description", "template", "postings", "cluster", "reference", "effective_at", "posted_at", "rule_version",
        "reverses_id", "id",
    ]  # fmt: skip
    search_columns = ["template", "reference", "cluster", "effective_at"]
    label_columns = {"reverses_id": "Takes back", "rule_version": "Fee rule", "effective_at": "Effective"}
    base_order = ("id", "desc")
    formatters_columns = {
        "postings": Cell(_legs),
        "effective_at": when(),
        "posted_at": when(),
        "reverses_id": code(),
        "id": code(),
    }


class FinancePostingConsole(Console):
    datamodel = Datamodel(Posting)
    cluster_of = "account"
    resource = "finance:journal"
    menu = Menu(GROUP, "Postings", "layers")
    read_only = True
    list_title, show_title = "Postings", "Posting"
    list_columns = ["id", "account.title", "entry.description", "entry.effective_at", "amount_minor"]
    show_columns = ["id", "account", "entry", "entry_id", "account_id", "amount_minor", "currency"]
    search_columns = ["entry_id", "account_id", "currency"]
    label_columns = {
        "account.title": "Account",
        "entry.description": "Entry",
        "entry.effective_at": "Effective",
        "amount_minor": "Amount",
    }
    description_columns = {"amount_minor": "Debits are positive, credits negative."}
    base_order = ("id", "desc")
    formatters_columns = {
        "amount_minor": money("amount_minor"),
        "entry.effective_at": when(),
        "entry_id": code(),
        "account_id": code(),
    }


class FinancePaymentConsole(Console):
    datamodel = Datamodel(Payment)
    resource = "finance:payment"
    menu = Menu(GROUP, "Payments", "wallet")
    search = ("processor_reference",)
    read_only = True
    list_title, show_title = "Payments", "Payment"
    list_columns = [
        "created_at",
        "purpose",
        "state",
        "cluster",
        "gross_minor",
        "creator_minor",
        "platform_fee_minor",
    ]
    show_columns = [
        "purpose", "state", "reason", "cluster", "gross_minor", "processor_fee_minor", "platform_fee_minor",
        "creator_minor", "rule_version", "fan_id", "creator_id", "asset_id", "adapter", "processor_reference",
        "created_at", "settled_at", "refunded_at", "id",
    ]  # fmt: skip
    search_columns = [
        "purpose", "state", "cluster", "fan_id", "creator_id", "asset_id", "gross_minor", "created_at", "settled_at",
        "processor_reference",
    ]  # fmt: skip
    label_columns = {
        "created_at": "When",
        "gross_minor": "Gross",
        "creator_minor": "Creator's share",
        "platform_fee_minor": "Platform's fee",
        "processor_fee_minor": "Processor's fee",
        "rule_version": "Fee rule",
        "fan_id": "Fan",
        "creator_id": "Creator",
        "asset_id": "Item",
    }
    cards = (
        Card("Settled in a week", q="state:any:settled,settled_at:last:7d", total="gross_minor", icon="coin"),
        Card("Payments", since="created_at", days=7, good_when="up", icon="wallet"),
        Card("Declined", q="state:any:declined", since="created_at", days=7, good_when="down", icon="alert"),
        Card(
            "Refunded", q="state:any:refunded", since="created_at", days=7, good_when="down", icon="refresh"
        ),
    )
    base_order = ("id", "desc")
    formatters_columns = {
        "state": badge({"refunded": "warn", "declined": "bad"}),
        "purpose": badge({"tip": "accent", "unlock": "info", "subscription": ""}),
        **{
            name: money(name)
            for name in ("gross_minor", "creator_minor", "platform_fee_minor", "processor_fee_minor")
        },
        **{name: when() for name in ("created_at", "settled_at", "refunded_at")},
        "fan_id": named("fan"),
        "creator_id": named("creator"),
        "asset_id": named("asset"),
        "id": code(),
    }

    @action("refund", "Refund", "Give these payments back?", "refresh")
    def refund(self, items: Any) -> Any:
        self.act(
            items,
            lambda item: service.refund_payment(item.id, by_user_id=current().actor_id, reason=REFUND_REASON),
            "Refunded",
        )
        return redirect(url_for("FinancePaymentConsole.list"))


class FinanceSubscriptionConsole(Console):
    datamodel = Datamodel(Subscription)
    resource = "finance:subscription"
    menu = Menu(GROUP, "Subscriptions", "refresh")
    read_only = True
    list_title, show_title = "Subscriptions", "Subscription"
    list_columns = ["started_at", "state", "cluster", "price_minor", "paid_until", "ended_at"]
    show_columns = [
        "state", "cluster", "price_minor", "fan_id", "creator_id", "started_at", "paid_until", "next_charge_at",
        "failed_renewals", "cancelled_at", "ended_at", "id",
    ]  # fmt: skip
    search_columns = [
        "state",
        "cluster",
        "fan_id",
        "creator_id",
        "started_at",
        "paid_until",
        "ended_at",
    ]
    label_columns = {
        "price_minor": "A month",
        "started_at": "Since",
        "fan_id": "Fan",
        "creator_id": "Creator",
        "failed_renewals": "Declined renewals",
    }
    cards = (
        Card("Run", q="state:any:active", icon="refresh"),
        Card("Not paid", q="state:any:past_due", icon="alert"),
        Card("Begun", since="started_at", days=30, good_when="up", icon="plus"),
        Card("Ended", since="ended_at", days=30, good_when="down", icon="minus"),
    )
    base_order = ("id", "desc")
    formatters_columns = {
        "state": badge({"cancelled": "warn", "past_due": "warn", "ended": ""}),
        "price_minor": money("price_minor"),
        **{
            name: when(day_only=True)
            for name in ("started_at", "paid_until", "next_charge_at", "cancelled_at", "ended_at")
        },
        "fan_id": named("fan"),
        "creator_id": named("creator"),
        "id": code(),
    }


class FinancePayoutConsole(Console):
    datamodel = Datamodel(Payout)
    resource = "finance:payout"
    menu = Menu(GROUP, "Payouts", "coin")
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
