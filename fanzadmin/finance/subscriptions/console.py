"""Subscriptions: read only."""

from fanzadmin.console import Card, Console, Datamodel, Menu
from fanzadmin.finance import TITLE
from fanzadmin.finance.subscriptions.models import Subscription


class FinanceSubscriptionConsole(Console):
    datamodel = Datamodel(Subscription)
    resource = "finance:subscription"
    rest_name = "subscription-records"
    menu = Menu(TITLE, "Subscriptions", "refresh")
    read_only = True
    list_title, show_title = "Subscriptions", "Subscription"
    list_columns = ["started_at", "state", "cluster", "price_minor", "paid_until", "ended_at"]
    show_columns = [
        "state", "cluster", "price_minor", "fan_id", "creator_id", "started_at", "paid_until", "next_charge_at",
        "failed_renewals", "paused_at", "cancelled_at", "ended_at", "id",
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
    cards = (
        Card("Active", q="state:any:active", icon="refresh"),
        Card("Past due", q="state:any:past_due", icon="alert"),
        Card("Begun", since="started_at", days=30, good_when="up", icon="plus"),
        Card("Ended", since="ended_at", days=30, good_when="down", icon="minus"),
    )
    base_order = ("id", "desc")


CONSOLES = (FinanceSubscriptionConsole,)
