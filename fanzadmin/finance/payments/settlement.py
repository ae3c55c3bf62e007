"""The processor's daily settlement."""

from datetime import timedelta

from sqlalchemy import func, select

from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books
from fanzadmin.finance.ledger.models import Account, Posting
from fanzadmin.finance.payments.templates import processor_settled
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session


def settle_processor() -> int:
    """Book what the processor owed at midnight as paid into the bank, once a day and cluster. Returns the entries."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    day = f"{midnight - timedelta(days=1):%Y-%m-%d}"
    owed = (
        select(Account.cluster, Account.currency, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.code == "psp_clearing")
        .group_by(Account.cluster, Account.currency)
        .having(func.sum(Posting.amount_minor) > 0)
    )
    drafts = [
        processor_settled(Books(cluster, currency), day, amount_minor=int(amount), at=midnight)
        for cluster, currency, amount in session.execute(owed)
    ]
    return sum(ledger.post(draft) for draft in drafts)
