"""Finding fans, and changing one, twelve and thousands of them."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, expect

from tests.browser.day.crowd import POOR
from tests.browser.day.desk import Desk
from tests.browser.keys import Keys

FIRST = POOR + 1  # the fan in the list's first row, once the poor are filtered out
TWELVE = range(FIRST, FIRST + 12)
TOO_LONG = "a tag that is longer than the forty letters it may have"
SLOWEST = 15.0  # s to find a page and open it while the job runs, on two cores that do everything
HOLDERS = "SELECT count(*) FROM crm.fan WHERE country = %s AND %s = ANY(tags)"
ADDED = """SELECT count(DISTINCT entry.record_id) FROM security.audit_entry entry
    JOIN crm.fan ON entry.table_name = 'crm.fan' AND fan.id::text = entry.record_id
    WHERE fan.country = %s AND entry.actor = %s AND entry.changes -> 'tags' ->> 1 LIKE %s"""


def find_a_fan(desk: Desk, crm: Keys) -> None:
    """By the palette, and by the list's own search."""
    fan = desk.run.fan(FIRST + 6)
    crm.palette(fan.lower(), fan)
    crm.picture("the fan by the palette")
    crm.palette("fans", "Fans")
    crm.press("s")
    crm.at("searchbox", "Search this list")
    crm.type(fan)
    with crm.page.expect_navigation():
        crm.press("Enter")
    expect(crm.page.locator("h1 .count")).to_have_text("1")
    crm.picture("the fan by the list's search")
    crm.press("l")
    with crm.page.expect_navigation():
        crm.press("o")
    crm.see_heading(fan)
    assert crm.page.url.rstrip("/").endswith(desk.fan_id(FIRST + 6))


def save_a_view(desk: Desk, crm: Keys) -> None:
    """Of one country and a sum, and come back to it by the palette."""
    crm.palette("fans", "Fans")
    crm.press("f")
    _condition(crm, "Country", "is any of", desk.run.country)
    crm.tab_to("button", "Add condition", most=3)
    crm.press("Enter")
    _condition(crm, "Spent", "≥", "50")
    crm.picture("the filters")
    with crm.page.expect_navigation():
        crm.press("Enter")
    expect(crm.page.locator("h1 .count")).to_have_text(f"{desk.run.matching:,}")
    crm.press("v")
    crm.at("textbox", "Name")
    crm.type(view_name(desk))
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.palette("approvals", "Approvals")
    open_view(desk, crm)
    crm.picture("the view, come back to")
    stored = desk.witness.scalar(
        "SELECT arguments ->> 'q' FROM console.saved_view WHERE name = %s", [view_name(desk)]
    )
    assert stored == f"country:any:{desk.run.country},spent_minor:from:50"


def view_name(desk: Desk) -> str:
    return f"Good fans {desk.run.name}"


def open_view(desk: Desk, crm: Keys) -> None:
    crm.palette(view_name(desk).lower(), view_name(desk), heading="Fans")
    expect(crm.page.locator("h1 .count")).to_have_text(f"{desk.run.matching:,}")
    views = crm.page.get_by_role("navigation", name="Saved views")
    expect(views.get_by_role("link", name=view_name(desk))).to_have_attribute("aria-current", "page")


def _condition(crm: Keys, column: str, operator: str, value: str) -> None:
    crm.at("combobox", "Column")
    crm.pick(column)
    crm.tab_to("combobox", f"{column}: how", most=1)
    crm.pick(operator)
    crm.press("Tab")
    crm.type(value)


def fix_twelve(desk: Desk, crm: Keys) -> None:
    """One value in each of twelve rows; one is refused at its cell, and the last is taken back."""
    crm.press("l")
    crm.press("ArrowRight", "ArrowRight")  # name, country, tags
    for number in TWELVE:
        cell = crm.page.locator("main tbody tr").nth(number - FIRST).locator("td[data-column=tags]")
        expect(cell).to_be_focused()
        crm.press("F2" if number % 2 else "Enter")
        expect(cell.get_by_role("textbox")).to_be_focused()
        if number == FIRST:
            _be_refused(crm)
        crm.type("vip")
        crm.press("Enter")
        expect(cell).to_have_text("Vip")
        expect(cell).to_be_focused()
        if number == TWELVE[-1]:
            break
        crm.press("ArrowDown")
    crm.picture("twelve fixed")
    assert desk.tags(*TWELVE) == [["vip"]] * 12
    crm.press("Control+z")
    expect(cell).to_have_text("–")
    crm.picture("the last taken back")
    assert desk.tags(*TWELVE) == [["vip"]] * 11 + [[]]
    entries = desk.audit("crm.fan", desk.fan_id(TWELVE[-1]))
    assert [entry[0] for entry in entries] == ["update", "update"], entries


def _be_refused(crm: Keys) -> None:
    crm.type(TOO_LONG)
    crm.press("Enter")
    expect(crm.page.locator("td.editing [role=alert]")).to_contain_text("A tag has 1 to 40 characters.")
    crm.picture("refused at the cell")
    expect(crm.page.locator("td.editing").get_by_role("textbox")).to_be_focused()
    crm.press("Control+a")


def tag_thousands(desk: Desk, crm: Keys) -> None:
    """All that match get a tag by a job, while the person goes on."""
    tag = f"spring {desk.run.name}"
    crm.press("l", "Control+a", "b")
    crm.at("button", f"Choose all {desk.run.matching:,} that match")
    crm.press("Enter")
    expect(crm.page.get_by_role("region", name="Chosen rows")).to_contain_text(
        f"All {desk.run.matching:,} that match"
    )
    crm.at("button", "Change…")
    crm.picture("all that match are chosen")
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.from_top_to("textbox", "Tags")
    crm.type(tag)
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.picture("the preview")
    assert desk.witness.scalar(HOLDERS, [desk.run.country, tag]) == 0
    crm.from_top_to("button", f"Change {desk.run.matching:,} records")
    with crm.page.expect_navigation():
        crm.press("Enter")
    _go_on_meanwhile(desk, crm)
    expect(_newest(crm)).to_contain_text("Done", timeout=120_000)
    crm.picture("the job is done")
    assert desk.witness.scalar(HOLDERS, [desk.run.country, tag]) == desk.run.matching
    added = desk.witness.scalar(ADDED, [desk.run.country, "Carmen Ruiz", f"%{tag}%"])
    assert added == desk.run.matching


def _go_on_meanwhile(desk: Desk, crm: Keys) -> None:
    """The tray says how far the job is, and pages open beside it as ever."""
    crm.press("t")
    expect(_newest(crm)).to_contain_text(re.compile(r"\d+ %|Done"))  # it takes two seconds, or ten
    crm.picture("the tray while the job runs")
    began = time.monotonic()
    crm.palette("creators", "Creators")
    assert time.monotonic() - began < SLOWEST
    crm.press("t")


def _newest(crm: Keys) -> Locator:
    return crm.page.locator("#tray .tray-item").first


def undo_the_whole(desk: Desk, crm: Keys) -> None:
    """From the tray to the work's page, and back to how it was."""
    tag = f"spring {desk.run.name}"
    crm.at("link", "Change of Fans")
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.from_top_to("button", "Undo")
    crm.press("Enter")
    with crm.page.expect_navigation():
        crm.agree("Undo", "Undo")
    crm.picture("the undo runs")
    changed = crm.page.locator(".number-card").filter(has_text="Changed").locator(".value")
    expect(changed).to_have_text(f"{desk.run.matching:,}", timeout=120_000)
    expect(crm.page.locator("[data-reload-after]")).to_have_count(0, timeout=120_000)
    crm.picture("undone")
    assert desk.witness.scalar(HOLDERS, [desk.run.country, tag]) == 0
    assert desk.tags(*TWELVE) == [["vip"]] * 11 + [[]], "what was there before stays"
