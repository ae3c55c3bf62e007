"""What FanzFinance OS can be asked."""

from fanzadmin.finance.queries.entitlements import (
    has_unlocked,
    is_subscribed,
    subscribed_creator_ids,
    subscriber_ids,
    unlocked_among,
)
from fanzadmin.finance.queries.ledger import account_totals, balance, lifetime_value_minor
from fanzadmin.finance.queries.records import (
    Earning,
    PaymentCard,
    PayoutCard,
    SubscriptionCard,
    earned_by,
    earning,
    earnings_of,
    payment_card,
    payments_of,
    payout,
    payout_card,
    payouts_by,
    payouts_of,
    subscription,
    subscriptions_of,
)

__all__ = [
    "Earning",
    "PaymentCard",
    "PayoutCard",
    "SubscriptionCard",
    "account_totals",
    "balance",
    "earned_by",
    "earning",
    "earnings_of",
    "has_unlocked",
    "is_subscribed",
    "lifetime_value_minor",
    "payment_card",
    "payments_of",
    "payout",
    "payout_card",
    "payouts_by",
    "payouts_of",
    "subscribed_creator_ids",
    "subscriber_ids",
    "subscription",
    "subscriptions_of",
    "unlocked_among",
]
