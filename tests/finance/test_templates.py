"""Shares and templates, for every amount."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzadmin.finance.costs.service import asset_cost
from fanzadmin.finance.ledger.drafts import Books, Draft
from fanzadmin.finance.payments.fees import FEE_RULES, FeeRule, divide, rule_at
from fanzadmin.finance.payments.templates import payment_settled, processor_settled
from fanzadmin.finance.payouts.service import DEBIT_CREDIT, payout_draft
from fanzadmin.kernel.ids import new_id

AT = datetime(2026, 5, 1, tzinfo=UTC)
BOOKS = Books("velvet", "USD")
MINOR = st.integers(1, 10**12)


@st.composite
def fee_rules(draw: st.DrawFn) -> FeeRule:
    processor = draw(st.integers(0, 10_000))
    platform = draw(st.integers(0, 10_000 - processor))
    return FeeRule(9, AT, processor, platform, 10_000 - processor - platform)


def total(draft: Draft) -> int:
    return sum(line.amount_minor for line in draft.lines)


class TestDivide:
    @given(MINOR, fee_rules())
    def test_the_shares_sum_to_the_gross(self, gross: int, rule: FeeRule) -> None:
        shares = divide(gross, rule)
        assert shares.processor_fee_minor + shares.platform_fee_minor + shares.creator_minor == gross

    @given(MINOR, fee_rules())
    def test_no_share_is_off_by_a_whole_unit_or_below_zero(self, gross: int, rule: FeeRule) -> None:
        shares = divide(gross, rule)
        for part, bps in (
            (shares.processor_fee_minor, rule.processor_bps),
            (shares.platform_fee_minor, rule.platform_bps),
            (shares.creator_minor, rule.creator_bps),
        ):
            assert part >= 0
            assert abs(part * 10_000 - gross * bps) < 10_000

    @pytest.mark.parametrize("rule", FEE_RULES, ids=lambda rule: f"version {rule.version}")
    def test_every_rule_gives_away_the_whole(self, rule: FeeRule) -> None:
        assert rule.processor_bps + rule.platform_bps + rule.creator_bps == 10_000


class TestRuleAt:
    def test_a_payment_falls_under_the_rule_of_its_day(self) -> None:
        old, new = FEE_RULES
        assert rule_at(datetime(2026, 3, 31, 23, 59, tzinfo=UTC)) == old
        assert rule_at(new.since) == new


class TestTemplates:
    @given(MINOR, fee_rules())
    def test_a_payment_balances_whatever_the_shares(self, gross: int, rule: FeeRule) -> None:
        draft = payment_settled(
            BOOKS, new_id(), purpose="tip", creator_id=new_id(), shares=divide(gross, rule), at=AT
        )
        assert total(draft) == 0
        assert len(draft.lines) >= 2
        assert all(line.amount_minor for line in draft.lines)

    @given(MINOR, MINOR)
    def test_everything_else_balances_too(self, first: int, other: int) -> None:
        creator, name = new_id(), new_id()
        drafts = [
            asset_cost(BOOKS, name, storage_minor=first, processing_minor=other, at=AT),
            *(
                payout_draft(BOOKS, name, state=state, creator_id=creator, amount_minor=first, at=AT)
                for state in DEBIT_CREDIT
            ),
            processor_settled(BOOKS, "2026-05-01", amount_minor=first, at=AT),
        ]
        assert [total(draft) for draft in drafts] == [0] * 5
        assert len({draft.reference for draft in drafts}) == 5

    def test_an_account_has_one_id_for_ever(self) -> None:
        assert BOOKS.account("bank").id == Books("velvet", "USD").account("bank").id
        assert BOOKS.account("bank").id != Books("ember", "EUR").account("bank").id
