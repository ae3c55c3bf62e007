"""The verbs of FanzFinance OS."""

from fanzadmin.finance.service.adapters import use_adapter
from fanzadmin.finance.service.books import Breach, check_books, settle_processor
from fanzadmin.finance.service.charging import ConfirmationNeeded, Declined, Receipt
from fanzadmin.finance.service.costs import book_asset_cost
from fanzadmin.finance.service.payments import refund_payment, tip, unlock
from fanzadmin.finance.service.payouts import (
    approve_payout,
    is_large_payout,
    mark_paid,
    refuse_payout,
    request_payout,
)
from fanzadmin.finance.service.subscriptions import cancel_subscription, renew_due_subscriptions, subscribe

__all__ = [
    "Breach",
    "ConfirmationNeeded",
    "Declined",
    "Receipt",
    "approve_payout",
    "book_asset_cost",
    "cancel_subscription",
    "check_books",
    "is_large_payout",
    "mark_paid",
    "refund_payment",
    "refuse_payout",
    "renew_due_subscriptions",
    "request_payout",
    "settle_processor",
    "subscribe",
    "tip",
    "unlock",
    "use_adapter",
]
