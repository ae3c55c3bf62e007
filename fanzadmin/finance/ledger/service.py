"""The only writer of the journal."""

from collections.abc import Collection, Iterable

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from fanzadmin.finance.ledger.drafts import CHART, AccountKey, Draft
from fanzadmin.finance.ledger.models import Account, JournalEntry, Posting
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id


class UnbalancedDraft(ValueError):
    """A template is wrong. The database would refuse the entry too."""


def post(draft: Draft) -> bool:
    """Write an entry with its postings; False when its reference stands in the books already.

    Two transactions with the same reference wait for each other. Raises UnbalancedDraft.
    """
    if sum(line.amount_minor for line in draft.lines) or len(draft.lines) < 2:
        raise UnbalancedDraft(f"{draft.reference}: {[line.amount_minor for line in draft.lines]}")
    open_accounts({line.account for line in draft.lines})
    entry_id = _write_entry(draft)
    if entry_id is None:
        return False
    session.execute(
        insert(Posting),
        [
            {
                "entry_id": entry_id,
                "account_id": line.account.id,
                "amount_minor": line.amount_minor,
                "currency": draft.currency,
            }
            for line in draft.lines
        ],
    )
    return True


def reverse(reference: str, *, by_reference: str, template: str, description: str) -> bool:
    """Post the opposite of the entry `reference`, once. Raises sqlalchemy's NoResultFound for an unknown one."""
    entry = session.execute(select(JournalEntry).where(JournalEntry.reference == reference)).scalar_one()
    draft = Draft(
        by_reference, template, entry.cluster, "", description, clock.now(), rule_version=entry.rule_version
    )
    entry_id = _write_entry(draft, reverses_id=entry.id)
    if entry_id is None:
        return False
    legs = select(Posting.account_id, Posting.amount_minor, Posting.currency).where(
        Posting.entry_id == entry.id
    )
    opposite = [
        {"entry_id": entry_id, "account_id": account, "amount_minor": -amount, "currency": currency}
        for account, amount, currency in session.execute(legs.order_by(Posting.id))
    ]
    session.execute(insert(Posting), opposite)
    return True


def open_accounts(keys: Collection[AccountKey]) -> None:
    """Make the accounts that are missing from the chart."""
    ids = [key.id for key in keys]
    existing = set(session.execute(select(Account.id).where(Account.id.in_(ids))).scalars())
    rows = list(account_rows(key for key in keys if key.id not in existing))
    if rows:
        session.execute(upsert(Account).values(rows).on_conflict_do_nothing())


def account_rows(keys: Iterable[AccountKey]) -> Iterable[dict[str, object]]:
    """The chart's rows for `keys`, in an order that two writers share (no deadlocks)."""
    for key in sorted(keys, key=lambda key: key.id):
        kind, title = CHART[key.code]
        yield {
            "id": key.id,
            "cluster": key.cluster,
            "currency": key.currency,
            "code": key.code,
            "kind": kind.value,
            "title": title,
            "creator_id": key.creator_id,
            "created_at": clock.now(),
        }


def lock(key: AccountKey) -> None:
    """Keep other holders of this lock from spending from the account until the transaction ends; postings still come in."""
    open_accounts([key])
    session.execute(select(Account.id).where(Account.id == key.id).with_for_update(key_share=True))


def total_minor(key: AccountKey) -> int:
    """The sum of an account's postings, signed as they are: debits positive."""
    query = select(func.coalesce(func.sum(Posting.amount_minor), 0)).where(Posting.account_id == key.id)
    return int(session.execute(query).scalar_one())


def _write_entry(draft: Draft, *, reverses_id: str | None = None) -> str | None:
    row = upsert(JournalEntry).values(
        id=new_id(),
        reference=draft.reference,
        template=draft.template,
        rule_version=draft.rule_version,
        cluster=draft.cluster,
        description=draft.description,
        effective_at=draft.effective_at,
        posted_at=clock.now(),
        reverses_id=reverses_id,
    )
    return session.execute(row.on_conflict_do_nothing().returning(JournalEntry.id)).scalar()
