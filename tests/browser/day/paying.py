"""A large payout: one person asks, another agrees, each at a keyboard of their own."""

from __future__ import annotations

from playwright.sync_api import expect

from fanzadmin.kernel.money import format_money
from tests.browser.day.desk import Desk
from tests.browser.keys import Keys

FIRST, SECOND = "Fiona Lindqvist", "Felix Okafor"
PAYOUT = "SELECT id, state, currency FROM finance.payout WHERE amount_minor = %s"
DECIDED = """SELECT state, requested_by, decided_by FROM console.approval
    WHERE record_keys ? %s ORDER BY created_at DESC LIMIT 1"""
REASON = "The bank has confirmed the transfer."


def approve_a_payout(desk: Desk) -> None:
    """The first person cannot agree to it alone; the second does, and the audit has both names."""
    payout, state, currency = desk.witness.rows(PAYOUT, [desk.run.payout_minor])[0]
    assert state == "approved"
    amount = format_money(desk.run.payout_minor, currency)
    first = desk.sit_down("finance")
    _ask(first, amount)
    _cannot_agree_alone(first)
    assert desk.witness.rows(PAYOUT, [desk.run.payout_minor])[0][1] == "approved"
    second = desk.sit_down("finance2")
    _agree(second)
    assert desk.witness.rows(PAYOUT, [desk.run.payout_minor])[0][1] == "paid"
    assert desk.witness.rows(DECIDED, [f"finance.payout:{payout}"]) == [("done", FIRST, SECOND)]
    entries = desk.audit("finance.payout", payout)
    assert entries[0][1:3] == (FIRST, SECOND), entries
    _both_names_in_the_history(second, amount)


def _ask(first: Keys, amount: str) -> None:
    _find(first, amount)
    first.press("l", "Space", "b")
    first.at("button", "Approve")
    first.tab_to("button", "Mark as paid", most=1)
    first.press("Enter")
    with first.page.expect_navigation():
        first.agree("Mark as paid", "Mark as paid")
    first.from_top_to("textbox", "Why")
    first.type(REASON)
    first.picture("asks for a second person")
    with first.page.expect_navigation():
        first.press("Control+Enter")
    expect(first.page.locator(".toast")).to_contain_text("Asked for a second person")


def _find(keys: Keys, amount: str) -> None:
    keys.palette("payouts", "Payouts")
    keys.press("f")
    keys.at("combobox", "Column")
    keys.pick("Amount")
    keys.tab_to("combobox", "Amount: how", most=1)
    keys.pick("=")
    keys.press("Tab")
    keys.type("".join(sign for sign in amount if sign.isdigit() or sign == "."))
    with keys.page.expect_navigation():
        keys.press("Enter")
    expect(keys.page.locator("main tbody tr")).to_have_count(1)
    expect(keys.page.locator("main tbody tr")).to_contain_text(amount)


def _cannot_agree_alone(first: Keys) -> None:
    _open_the_newest_request(first)
    expect(first.page.get_by_text("Nobody decides their own request.")).to_be_visible()
    expect(first.page.get_by_role("button", name="Agree")).to_have_count(0)
    first.picture("cannot agree alone")


def _open_the_newest_request(keys: Keys) -> None:
    keys.palette("approvals", "Approvals")
    keys.press("l")
    with keys.page.expect_navigation():
        keys.press("o")
    expect(keys.page.locator("dl").first).to_contain_text(REASON)


def _agree(second: Keys) -> None:
    _open_the_newest_request(second)
    second.picture("is asked")
    second.from_top_to("textbox", "Answer")
    second.tab_to("button", "Agree", most=1)
    with second.page.expect_navigation():
        second.press("Enter")
    expect(second.page.locator("dl").first).to_contain_text(SECOND)
    second.picture("has agreed")


def _both_names_in_the_history(second: Keys, amount: str) -> None:
    _find(second, amount)
    second.press("l")
    with second.page.expect_navigation():
        second.press("o")
    second.from_top_to("tab", "Details")
    second.press("ArrowRight", "ArrowRight")
    second.at("tab", "History")
    entry = second.page.locator("#history .entry").first
    expect(entry).to_contain_text(FIRST)
    expect(entry).to_contain_text(f"with the consent of {SECOND}")
    second.picture("both names")
