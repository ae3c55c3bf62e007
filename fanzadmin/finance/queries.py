"""What others may ask FanzFinance OS."""

from fanzadmin.finance.ledger.queries import balance
from fanzadmin.finance.payments.queries import (
    earnings_of,
    earnings_of_asset,
    payments_of,
    unlocked_among,
)
from fanzadmin.finance.payouts.queries import own_payout, payouts_of
from fanzadmin.finance.reports.queries import (
    PayoutFigures,
    Revenue,
    books_sums,
    costs_by_month,
    payouts_by_month,
    payouts_waiting,
    recurring_revenue,
    recurring_revenue_by_month,
    revenue_by_cluster,
    revenue_by_day,
    top_creators,
)
from fanzadmin.finance.subscriptions.queries import (
    SubscriptionCard,
    is_or_was_subscriber,
    is_subscribed,
    own_subscription,
    subscribed_creator_ids,
    subscriber_counts,
    subscriber_ids,
    subscribers_of,
    subscription_history,
    subscriptions_of,
)

__all__ = [
    "PayoutFigures",
    "Revenue",
    "SubscriptionCard",
    "balance",
    "books_sums",
    "costs_by_month",
    "earnings_of",
    "earnings_of_asset",
    "is_or_was_subscriber",
    "is_subscribed",
    "own_payout",
    "own_subscription",
    "payments_of",
    "payouts_by_month",
    "payouts_of",
    "payouts_waiting",
    "recurring_revenue",
    "recurring_revenue_by_month",
    "revenue_by_cluster",
    "revenue_by_day",
    "subscribed_creator_ids",
    "subscriber_counts",
    "subscriber_ids",
    "subscribers_of",
    "subscription_history",
    "subscriptions_of",
    "top_creators",
    "unlocked_among",
]
