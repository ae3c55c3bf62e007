"""The invariants of the books, asked of the database again and again."""

import logging
from dataclasses import dataclass

from sqlalchemy import text

from fanzadmin.contracts.finance import BooksBroken
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold, in a cluster; `detail` is a sentence."""

    rule: str
    cluster: str
    detail: str


RULES: dict[str, str] = {
    "entries_sum_to_zero": """
        SELECT e.cluster, 'Journal entry ' || e.reference || ' sums to ' || coalesce(sum(p.amount_minor), 0)
               || ' with ' || count(p.id) || ' postings.'
          FROM finance.journal_entry e LEFT JOIN finance.posting p ON p.entry_id = e.id
         GROUP BY e.id, p.currency HAVING coalesce(sum(p.amount_minor), 1) <> 0 OR count(p.id) < 2""",
    "payments_are_booked": """
        SELECT pay.cluster, 'Payment ' || pay.id || ' of ' || pay.creator_minor || ' for its creator is booked with '
               || coalesce(-sum(p.amount_minor), 0) || '.'
          FROM finance.payment pay
          LEFT JOIN finance.journal_entry e ON e.reference = 'payment:' || pay.id
          LEFT JOIN finance.account a ON a.creator_id = pay.creator_id AND a.code = 'creator_available'
               AND a.cluster = pay.cluster AND a.currency = pay.currency
          LEFT JOIN finance.posting p ON p.entry_id = e.id AND p.account_id = a.id
         WHERE pay.state IN ('settled', 'refunded')
         GROUP BY pay.id HAVING coalesce(-sum(p.amount_minor), 0) <> pay.creator_minor""",
    "refunds_are_reversed": """
        SELECT pay.cluster, 'Payment ' || pay.id || ' is refunded without a reversal.'
          FROM finance.payment pay
          LEFT JOIN finance.journal_entry e ON e.reference = 'refund:' || pay.id
         WHERE pay.state = 'refunded' AND e.id IS NULL""",
    "payouts_equal_postings": """
        SELECT cluster, 'Creator ' || creator_id || ' was paid ' || sum(paid) || ' and has ' || sum(reserved)
               || ' reserved by payouts, but ' || sum(paid_booked) || ' and ' || sum(reserved_booked) || ' in the books.'
          FROM (SELECT cluster, creator_id,
                       CASE WHEN state = 'paid' THEN amount_minor ELSE 0 END AS paid,
                       CASE WHEN state IN ('requested', 'approved') THEN amount_minor ELSE 0 END AS reserved,
                       0 AS paid_booked, 0 AS reserved_booked
                  FROM finance.payout
                UNION ALL
                SELECT a.cluster, a.creator_id, 0, 0,
                       CASE WHEN a.code = 'creator_paid' THEN -p.amount_minor ELSE 0 END,
                       CASE WHEN a.code = 'creator_reserved' THEN -p.amount_minor ELSE 0 END
                  FROM finance.posting p JOIN finance.account a ON a.id = p.account_id
                 WHERE a.code IN ('creator_paid', 'creator_reserved')) AS both_sides
         GROUP BY cluster, creator_id
        HAVING sum(paid) <> sum(paid_booked) OR sum(reserved) <> sum(reserved_booked)""",
}
SHOWN = 20


def check_books() -> tuple[Breach, ...]:
    """Ask every rule; announce and log each breach (the first twenty of a rule)."""
    breaches = tuple(
        Breach(rule, cluster, detail)
        for rule, query in RULES.items()
        for cluster, detail in session.execute(text(f"{query} LIMIT {SHOWN}"))
    )
    for breach in breaches:
        log.error("the books are broken: %s in %s: %s", breach.rule, breach.cluster, breach.detail)
        record(BooksBroken(rule=breach.rule, detail=breach.detail, cluster=breach.cluster))
    return breaches
