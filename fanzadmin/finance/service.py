"""What others may ask FanzFinance OS to do."""

from fanzadmin.finance.payments.processors import use_processor
from fanzadmin.finance.payments.service import tip, unlock
from fanzadmin.finance.payments.settlement import settle_processor
from fanzadmin.finance.payouts.service import LOWEST_PAYOUT_MINOR, request_payout
from fanzadmin.finance.reports.service import check_books
from fanzadmin.finance.subscriptions.service import renew_due_subscriptions, subscribe

__all__ = [
    "LOWEST_PAYOUT_MINOR",
    "check_books",
    "renew_due_subscriptions",
    "request_payout",
    "settle_processor",
    "subscribe",
    "tip",
    "unlock",
    "use_processor",
]
