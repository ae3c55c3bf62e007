"""FanzFinance OS: the books of the network.

Nouns: an *account* of the chart (one per cluster, currency, code and, where it is a creator's, creator), a *journal
entry* with its *postings* (immutable, balanced by the database), a *payment* of a fan, a *subscription*, a *payout*.

Announces: payments settled, declined and refunded; subscriptions started and ended; costs booked; payouts requested,
approved, refused and paid; books broken. Hears: an asset is ready (and books what it costs).
"""
