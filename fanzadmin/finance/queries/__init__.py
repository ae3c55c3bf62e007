"""What FanzFinance OS can be asked."""

from fanzadmin.finance.queries.entitlements import (
    has_unlocked,
    is_subscribed,
    subscribed_creator_ids,
    subscriber_ids,
    unlocked_among,
)
from fanzadmin.finance.queries.ledger import (
    Earning,
    PayoutCard,
    account_totals,
    balance,
    earnings_of,
    lifetime_value_minor,
    payouts_of,
)

__all__ = [
    "Earning",
    "PayoutCard",
    "account_totals",
    "balance",
    "earnings_of",
    "has_unlocked",
    "is_subscribed",
    "lifetime_value_minor",
    "payouts_of",
    "subscribed_creator_ids",
    "subscriber_ids",
    "unlocked_among",
]
