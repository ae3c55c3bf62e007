"""Two people at work on the same records, in two browsers: who is here, and what the other one changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

FANS = "/crmfanconsole/list/"
FIRST = "main tbody tr[data-id]"
BRIEF_MS = 5_000  # about a second, on a busy machine


def key_of(page: Page) -> str:
    """The record of the first row."""
    return str(page.locator(FIRST).first.get_attribute("data-id"))


def up(page: Page) -> None:
    """The page's socket is there and watches."""
    expect(page.locator("html[data-live=up]")).to_be_attached()
    page.wait_for_timeout(300)


def save_name(page: Page, key: str, name: str) -> None:
    page.goto(page.url.split("/crmfan")[0] + f"/crmfanconsole/edit/{key}")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Country").fill("US")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/(list|show)/"))


class TestPresence:
    @pytest.mark.parametrize("width", [1440, 390])
    def test_the_other_one_appears_edits_and_goes(self, visit: Visit, width: int) -> None:
        crm, admin = visit("crm", width=width), visit("admin")
        mine = crm.open(FANS)
        key = key_of(mine)
        crm.open(f"/crmfanconsole/show/{key}")
        up(mine)
        here = mine.locator(".presence")
        expect(here).to_be_empty()
        theirs = admin.open(f"/crmfanconsole/show/{key}")
        expect(here).to_contain_text("is here", timeout=BRIEF_MS)
        expect(theirs.locator(".presence")).to_contain_text("is here")
        second = theirs.context.new_page()
        second.goto(f"{admin.base}/crmfanconsole/edit/{key}")
        expect(here).to_contain_text("is editing", timeout=BRIEF_MS)
        expect(here.locator(".avatar")).to_have_count(1)
        second.close()
        expect(here).to_contain_text("is here", timeout=BRIEF_MS)
        assert mine.evaluate("document.documentElement.scrollWidth <= innerWidth")
        theirs.close()
        expect(here).to_be_empty(timeout=BRIEF_MS)
        assert crm.faults() == []

    def test_a_form_says_at_once_that_the_other_one_saved(self, visit: Visit) -> None:
        crm, admin = visit("crm"), visit("admin")
        mine = crm.open(FANS)
        key = key_of(mine)
        crm.open(f"/crmfanconsole/edit/{key}")
        up(mine)
        mine.get_by_label("Country").fill("PT")
        theirs = admin.open(FANS)
        save_name(theirs, key, "Saved by the other one")
        note = mine.locator("[data-changed] .alert")
        expect(note).to_contain_text(
            "changed this record just now. Your form keeps what you typed", timeout=BRIEF_MS
        )
        expect(mine.get_by_label("Country")).to_have_value("PT")
        assert crm.faults() == []


class TestChangedRows:
    @pytest.mark.parametrize("width", [1440, 390])
    def test_a_row_is_renewed_and_marked_and_nothing_moves(self, visit: Visit, width: int) -> None:
        crm, admin = visit("crm", width=width), visit("admin")
        mine = crm.open(FANS)
        up(mine)
        row = mine.locator(FIRST).nth(1)
        key = str(row.get_attribute("data-id"))
        mine.locator(f"{FIRST} input[name=rowid]").first.check()
        order = mine.locator(FIRST).evaluate_all("rows => rows.map((row) => row.dataset.id)")
        theirs, name = admin.open(FANS), f"Renamed at {width}"
        save_name(theirs, key, name)
        expect(row).to_contain_text(name, timeout=BRIEF_MS)
        expect(row.locator(".row-mark")).to_have_text("Changed")
        bar = mine.locator("[data-live-bar]")
        expect(bar).to_contain_text("1 row changed")
        expect(mine.locator("[data-live-said]")).to_have_text("1 row changed")
        assert order == mine.locator(FIRST).evaluate_all("rows => rows.map((row) => row.dataset.id)")
        assert crm.faults() == []
        bar.get_by_role("button", name="Show").click()
        expect(bar).to_be_hidden()
        expect(mine.locator(".row-mark")).to_have_count(0)
        expect(mine.locator(f"{FIRST} input[name=rowid]:checked")).to_have_count(1)
        assert crm.faults() == []

    def test_a_cell_that_is_written_is_left_alone(self, visit: Visit) -> None:
        crm, admin = visit("crm"), visit("admin")
        mine = crm.open(FANS)
        up(mine)
        row = mine.locator(FIRST).nth(0)
        key = str(row.get_attribute("data-id"))
        row.locator("td.editable").nth(1).dblclick()
        box = row.locator("td.editing input").first
        expect(box).to_be_focused()
        box.fill("PT")
        save_name(admin.open(FANS), key, "Renamed while a cell was open")
        mine.wait_for_timeout(2000)
        expect(box).to_have_value("PT")
        expect(row).not_to_contain_text("Renamed while")
        box.press("Escape")
        expect(row).to_contain_text("Renamed while a cell was open", timeout=BRIEF_MS)

    def test_a_new_record_is_announced_and_shown_when_asked_for(self, visit: Visit) -> None:
        crm, admin = visit("crm"), visit("admin")
        mine = crm.open("/crmnoteconsole/list/")
        up(mine)
        before = mine.locator(FIRST).count()
        theirs = admin.open(FANS)
        key = key_of(theirs)
        theirs.goto(f"{admin.base}/crmnoteconsole/add")
        theirs.get_by_role("combobox", name="Fan").click()
        theirs.get_by_role("option").first.click()
        theirs.locator("textarea[name=body]").fill(f"Called about {key}")
        theirs.get_by_role("button", name="Save").click()
        bar = mine.locator("[data-live-bar]")
        expect(bar).to_contain_text("1 new record", timeout=BRIEF_MS)
        assert mine.locator(FIRST).count() == before
        bar.get_by_role("button", name="Show").click()
        expect(mine.locator("main")).to_contain_text(f"Called about {key}")
