"""Posting templates of payments: pure functions to balanced drafts.

A creator's share is a liability; the processor's fee is an expense that the payment recovers, so that what the platform
keeps is exactly `platform_fee_minor`.
"""

from datetime import datetime

from fanzadmin.finance.ledger.drafts import Books, Draft
from fanzadmin.finance.payments.fees import Shares


def payment_settled(
    books: Books, payment_id: str, *, purpose: str, creator_id: str, shares: Shares, at: datetime
) -> Draft:
    """Gross in; the processor's fee, the platform's fee and the creator's share out of it."""
    fee = shares.processor_fee_minor
    amounts = (
        (books.account("psp_clearing"), shares.gross_minor - fee),
        (books.account("processor_fee_expense"), fee),
        (books.account("processor_fee_recovered"), -fee),
        (books.account("platform_fee_revenue"), -shares.platform_fee_minor),
        (books.account("creator_available", creator_id), -shares.creator_minor),
    )
    return books.draft(
        "payment_settled",
        payment_reference(payment_id),
        description=f"{purpose.capitalize()} paid",
        at=at,
        amounts=amounts,
        rule_version=shares.rule_version,
    )


def payment_reference(payment_id: str) -> str:
    """The journal reference of a payment's entry."""
    return f"payment:{payment_id}"


def processor_settled(books: Books, day: str, *, amount_minor: int, at: datetime) -> Draft:
    """The processor pays what it owes into the bank."""
    amounts = ((books.account("bank"), amount_minor), (books.account("psp_clearing"), -amount_minor))
    reference = f"processor-settled:{books.cluster}:{books.currency}:{day}"
    return books.draft(
        "processor_settled",
        reference,
        description=f"Settlement of the processor, {day}",
        at=at,
        amounts=amounts,
    )
