"""Refunds of many payments are previewed with their sum and a trial, and the processor hears nothing of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.finance import service
from fanzadmin.finance.payments import service as payments
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.payments.processors import Sandbox
from fanzadmin.kernel.db import session
from tests.finance.conftest import OK, Town

ADDRESS = "/financepaymentconsole"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The references that the processor was asked to refund."""
    heard: list[str] = []
    monkeypatch.setattr(Sandbox, "refund", lambda _self, reference, **_more: heard.append(str(reference)))
    return heard


def test_the_preview_sums_and_tries_without_the_processor(
    town: Town, login: Callable[..., Any], asked: list[str]
) -> None:
    fan, creator = town.add_fan(), town.add_creator()
    paid = [
        service.tip(fan.id, creator.id, amount_minor=10_000, currency="USD", payment_token=OK)
        for _ in range(3)
    ]
    payments.refund_payment(paid[0].payment_id, by_user_id=None, reason="Asked for.")
    session().commit_transaction()
    asked.clear()
    staff = login("Finance")
    page = staff.post(
        f"{ADDRESS}/action_post", data={"action": "refund", "_all": "1", "ask-reason": "Charged twice."}
    ).text
    assert "Refund, for 3 records." in page
    assert "Gross, together" in page
    assert "$300.00" in page
    assert "1 of the first 3 would be refused" in page
    assert asked == []
    session.expire_all()
    states = session.execute(select(Payment.state)).scalars().all()
    assert sorted(states) == ["refunded", "settled", "settled"]


def test_a_refund_asks_it(town: Town, asked: list[str]) -> None:
    paid = service.tip(
        town.add_fan().id, town.add_creator().id, amount_minor=10_000, currency="USD", payment_token=OK
    )
    payments.refund_payment(paid.payment_id, by_user_id=None, reason="Asked for.")
    assert len(asked) == 1
