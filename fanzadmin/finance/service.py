"""What others may ask FanzFinance OS to do."""

from fanzadmin.finance.payments.processors import use_processor
from fanzadmin.finance.payments.service import tip, unlock
from fanzadmin.finance.payments.settlement import settle_processor
from fanzadmin.finance.payouts.service import LOWEST_PAYOUT_MINOR, request_payout
from fanzadmin.finance.reports.service import check_books
from fanzadmin.finance.subscriptions.service import (
    cancel_subscription,
    end_subscriptions_of,
    renew_due_subscriptions,
    resume_forgotten_subscriptions,
    resume_subscription,
    subscribe,
)

__all__ = [
    "LOWEST_PAYOUT_MINOR",
    "cancel_subscription",
    "check_books",
    "end_subscriptions_of",
    "renew_due_subscriptions",
    "request_payout",
    "resume_forgotten_subscriptions",
    "resume_subscription",
    "settle_processor",
    "subscribe",
    "tip",
    "unlock",
    "use_processor",
]
