"""FanzFinance OS: the books of the network, an area for each noun.

`ledger`: the chart of *accounts* (one per cluster, currency, code and, where it is a creator's, creator), *journal
entries* and their *postings* (immutable, balanced by the database). `payments`: what a fan pays, refunds, the
processors, the fees. `subscriptions`, `payouts`, `costs`, and `reports` over all of them. Lower areas know nothing of
higher ones: they announce a fact instead.

Announces: payments settled, declined and refunded; subscriptions started and ended; costs booked; payouts requested,
approved, refused and paid; books broken. Hears: an asset is ready (and books what it costs), a payment is refunded
(and ends the subscription that it paid).
"""

TITLE = "FanzFinance OS"
