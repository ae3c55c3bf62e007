"""Payments: read, and given back."""

from fanzadmin.console import Card, Console, Datamodel, Menu, Reason, Verb
from fanzadmin.console.rendering.cells import badge, code, money, when
from fanzadmin.console.rendering.references import named
from fanzadmin.finance import TITLE
from fanzadmin.finance.payments import service
from fanzadmin.finance.payments.models import Payment, PaymentState


class FinancePaymentConsole(Console):
    datamodel = Datamodel(Payment)
    resource = "finance:payment"
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
