"""Payments: read, and given back."""

from fanzadmin.console import Card, Console, Datamodel, Menu, Reason, Verb
from fanzadmin.finance import TITLE
from fanzadmin.finance.payments import service
from fanzadmin.finance.payments.models import Payment, PaymentState


class FinancePaymentConsole(Console):
    datamodel = Datamodel(Payment)
    resource = "finance:payment"
    rest_name = "payment-records"
    menu = Menu(TITLE, "Payments", "wallet")
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
        "purpose", "state", "cluster", "fan_id", "creator_id", "asset_id", "gross_minor", "created_at", "settled_at", "refunded_at",
        "processor_reference",
    ]  # fmt: skip
    cards = (
        Card("Settled in a week", q="state:any:settled,settled_at:last:7d", total="gross_minor", icon="coin"),
        Card("Payments tried", since="created_at", days=7, good_when="up", icon="wallet"),
        Card("Declined", q="state:any:declined", since="created_at", days=7, good_when="down", icon="alert"),
        Card(
            "Refunded", q="state:any:refunded", since="refunded_at", days=7, good_when="down", icon="refresh"
        ),
    )
    base_order = ("id", "desc")

    verbs = (
        Verb(
            "refund",
            service.refund_payment,
            label="Refund",
            done="Refunded",
            icon="refresh",
            confirm="Give these payments back?",
            asks=Reason(),
            when={"state": (PaymentState.SETTLED,)},
        ),
    )


CONSOLES = (FinancePaymentConsole,)
