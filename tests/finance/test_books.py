"""What the database itself refuses, and what the checks find."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from fanzadmin.contracts.finance import BooksBroken
from fanzadmin.finance import service
from fanzadmin.finance.costs.service import asset_cost
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books
from fanzadmin.finance.ledger.models import Account, JournalEntry, Posting
from fanzadmin.finance.ledger.queries import read_balances
from fanzadmin.finance.payments import service as payments
from fanzadmin.finance.payments import templates
from fanzadmin.finance.payments.models import Payment
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.ids import new_id
from tests.finance.conftest import OK, Town, postings

BOOKS = Books("velvet", "USD")
BANK, CLEARING = BOOKS.account("bank"), BOOKS.account("psp_clearing")
EURO = Books("ember", "EUR").account("bank")


def write_entry() -> str:
    entry_id, now = new_id(), clock.now()
    session.execute(
        insert(JournalEntry).values(
            id=entry_id,
            reference=entry_id,
            template="by hand",
            cluster="velvet",
            description="By hand",
            effective_at=now,
            posted_at=now,
        )
    )
    return entry_id


def write_posting(entry_id: str, amount: int, *, account: Any = BANK, currency: str = "USD") -> None:
    row = {"entry_id": entry_id, "account_id": account.id, "amount_minor": amount, "currency": currency}
    session.execute(insert(Posting).values(row))


@contextmanager
def refused(words: str) -> Iterator[None]:
    """The database refuses the block, with these words; by a check (23514) or a foreign key (23503)."""
    with pytest.raises(IntegrityError, match=words) as caught:
        yield
    assert caught.value.orig.pgcode in {"23514", "23503"}


def open_all() -> None:
    ledger.open_accounts([BANK, CLEARING, EURO])


class TestBalanceConstraint:
    def test_an_entry_spread_over_statements_is_checked_at_commit(self, shared_town: Town) -> None:
        with transaction():
            open_all()
            entry_id = write_entry()
            write_posting(entry_id, 5)
            write_posting(entry_id, -5, account=CLEARING)
        assert session.execute(select(Posting.id).where(Posting.entry_id == entry_id)).all()

    def test_an_entry_that_does_not_sum_to_zero_is_refused(self, shared_town: Town) -> None:
        with refused("not balanced: its postings sum to 1 USD"), transaction():
            open_all()
            entry_id = write_entry()
            write_posting(entry_id, 5)
            write_posting(entry_id, -4, account=CLEARING)
        assert session.execute(select(JournalEntry.id)).all() == []

    def test_currencies_do_not_balance_each_other(self, shared_town: Town) -> None:
        with refused("not balanced"), transaction():
            open_all()
            entry_id = write_entry()
            write_posting(entry_id, 5)
            write_posting(entry_id, -5, account=EURO, currency="EUR")

    def test_an_entry_without_postings_is_refused(self, shared_town: Town) -> None:
        with refused("needs at least two"), transaction():
            write_entry()

    def test_a_posting_added_to_an_old_entry_is_refused(self, shared_town: Town) -> None:
        with transaction():
            ledger.post(templates.processor_settled(BOOKS, "day", amount_minor=5, at=clock.now()))
        entry_id = session.execute(select(JournalEntry.id)).scalar_one()
        with refused("not balanced"), transaction():
            write_posting(entry_id, 7)

    def test_a_check_made_early_does_not_open_the_books(self, shared_town: Town) -> None:
        with refused("not balanced"), transaction():
            open_all()
            entry_id = write_entry()
            write_posting(entry_id, 5)
            write_posting(entry_id, -5, account=CLEARING)
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            write_posting(entry_id, 7)

    def test_a_posting_has_the_currency_of_its_account(self, town: Town) -> None:
        open_all()
        entry_id = write_entry()
        with refused("fk_posting_account_id_currency"), session.begin_nested():
            write_posting(entry_id, 5, currency="EUR")
        write_posting(entry_id, 5)
        write_posting(entry_id, -5, account=CLEARING)

    def test_a_posting_of_nothing_is_refused(self, town: Town) -> None:
        open_all()
        with refused("ck_posting_amount_minor"), session.begin_nested():
            write_posting(write_entry(), 0)


class TestImmutability:
    @pytest.fixture(autouse=True)
    def entry(self, town: Town) -> None:
        ledger.post(templates.processor_settled(BOOKS, "day", amount_minor=5, at=clock.now()))

    @pytest.mark.parametrize(
        "change",
        [
            update(Posting).values(amount_minor=6),
            delete(Posting),
            update(JournalEntry).values(description="Nothing to see"),
            delete(JournalEntry),
            text("TRUNCATE finance.posting"),
        ],
        ids=["update posting", "delete posting", "update entry", "delete entry", "truncate"],
    )
    def test_what_is_booked_stays(self, change: Any) -> None:
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        with refused("never changed"), session.begin_nested():
            session.execute(change)


class TestPost:
    def test_a_reference_is_booked_once(self, town: Town) -> None:
        draft = templates.processor_settled(BOOKS, "day", amount_minor=5, at=clock.now())
        assert [ledger.post(draft), ledger.post(draft)] == [True, False]
        assert postings(draft.reference) == {"bank": 5, "psp_clearing": -5}

    def test_a_reversal_is_the_opposite_and_happens_once(self, town: Town) -> None:
        draft = templates.processor_settled(BOOKS, "day", amount_minor=5, at=clock.now())
        ledger.post(draft)
        back = {"by_reference": "back", "template": "back", "description": "Back"}
        assert ledger.reverse(draft.reference, **back)
        assert not ledger.reverse(draft.reference, **{**back, "by_reference": "again"})
        assert postings("back") == {"bank": -5, "psp_clearing": 5}

    def test_a_wrong_template_is_found_before_the_database_refuses(self, town: Town) -> None:
        draft = BOOKS.draft("wrong", "wrong", description="", at=clock.now(), amounts=((BANK, 5),))
        with pytest.raises(ledger.UnbalancedDraft):
            ledger.post(draft)

    def test_an_account_shows_its_balance_on_the_side_it_grows(self, town: Town) -> None:
        ledger.post(asset_cost(BOOKS, new_id(), storage_minor=3, processing_minor=2, at=clock.now()))
        accounts = session.execute(select(Account)).scalars().all()
        read_balances(accounts)
        assert {account.code: account.balance_minor for account in accounts} == {
            "storage_cost": 3,
            "processing_cost": 2,
            "accrued_costs": 5,
        }


class TestCheckBooks:
    def test_sound_books_have_no_breach(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        paid = service.tip(fan.id, creator.id, amount_minor=9_000, currency="USD", payment_token=OK)
        service.tip(fan.id, creator.id, amount_minor=5_000, currency="USD", payment_token=OK)
        service.request_payout(creator.id, amount_minor=2_000)
        payments.refund_payment(paid.payment_id, by_user_id=None, reason="Twice")
        assert service.check_books() == ()

    def test_a_payment_changed_behind_the_books_is_found_announced_and_logged(
        self, town: Town, recorded: Callable[..., Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        service.tip(fan.id, creator.id, amount_minor=1_000, currency="USD", payment_token=OK)
        session.flush()
        session.execute(
            update(Payment).values(
                creator_minor=Payment.creator_minor - 1, platform_fee_minor=Payment.platform_fee_minor + 1
            )
        )
        with caplog.at_level(logging.ERROR):
            breaches = service.check_books()
        assert [breach.rule for breach in breaches] == ["payments_are_booked"]
        assert recorded(BooksBroken)[0]["rule"] == "payments_are_booked"
        assert "the books are broken" in caplog.text

    def test_a_payout_that_the_books_do_not_know_is_found(self, town: Town) -> None:
        creator = town.add_creator()
        from fanzadmin.finance.payouts.models import Payout

        session.add(
            Payout(
                creator_id=creator.id,
                cluster="velvet",
                currency="USD",
                amount_minor=5_000,
                state="paid",
                requested_at=clock.now(),
            )
        )
        session.flush()
        assert [breach.rule for breach in service.check_books()] == ["payouts_equal_postings"]

    def test_a_refund_without_a_reversal_is_found(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        service.tip(fan.id, creator.id, amount_minor=1_000, currency="USD", payment_token=OK)
        session.flush()
        session.execute(update(Payment).values(state="refunded"))
        assert [breach.rule for breach in service.check_books()] == ["refunds_are_reversed"]

    def test_the_processors_settlement_is_booked_once_a_day(self, town: Town) -> None:
        creator, fan = town.add_creator(), town.add_fan()
        paid = service.tip(fan.id, creator.id, amount_minor=1_000, currency="USD", payment_token=OK)
        owed = postings(f"payment:{paid.payment_id}")["psp_clearing"]
        assert [service.settle_processor(), service.settle_processor()] == [1, 0]
        assert ledger.total_minor(BANK) == owed
        assert ledger.total_minor(CLEARING) == 0
