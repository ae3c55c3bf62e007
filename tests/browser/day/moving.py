"""Out as a file, one cell changed, in again; and a record back to how it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.day.changing import FIRST, open_view
from tests.browser.day.desk import Desk
from tests.browser.keys import Keys

CHANGED = FIRST + 4  # one of the twelve
EXPORTED = 99  # 0101 to 0199
REASON = "The file was last year's."


def export_the_list(desk: Desk, crm: Keys) -> Path:
    """What the view and the search leave, as CSV."""
    open_view(desk, crm)
    crm.press("s")
    crm.type(desk.run.fan(FIRST)[:-2])
    with crm.page.expect_navigation():
        crm.press("Enter")
    expect(crm.page.locator("h1 .count")).to_have_text(str(EXPORTED))
    crm.from_top_to("link", "Export", most=2)
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.from_top_to("radio", "Excel workbook (XLSX) keeps numbers, dates and leading zeros as they are")
    crm.press("ArrowDown")
    crm.picture("the export")
    with crm.page.expect_download() as download:
        crm.press("Control+Enter")
    path = crm.pictures / "fans.csv"
    download.value.save_as(path)
    rows = _read(path)
    assert [row["Name"] for row in rows] == [desk.run.fan(FIRST + at) for at in range(EXPORTED)]
    assert [row["Tags"] for row in rows[:12]] == ["vip"] * 11 + [""]
    assert {row["Country"] for row in rows} == {desk.run.country}
    return path


def import_one_change(desk: Desk, crm: Keys) -> None:
    """The file comes back with one cell changed: the report shows that one, and it is written."""
    path = crm.pictures / "fans.csv"
    rows = _read(path)
    next(row for row in rows if row["Name"] == desk.run.fan(CHANGED))["Tags"] = "gold, vip"
    path.write_text(_written(rows), encoding="utf-8-sig")
    crm.palette("fans", "Fans")
    crm.from_top_to("link", "Import", most=3)
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.from_top_to("button", "CSV, Excel workbook (XLSX) or JSON Lines")
    with crm.page.expect_file_chooser() as chooser:
        crm.press("Space")
    chooser.value.set_files(path)
    with crm.page.expect_navigation():
        crm.press("Control+Enter")
    crm.see_heading("What is in the columns?")
    crm.from_top_to("combobox", "Name")
    crm.picture("the columns of the file")
    with crm.page.expect_navigation():
        crm.press("Control+Enter")
    rows_shown = crm.page.get_by_role("navigation", name="Rows")
    expect(rows_shown).to_contain_text("Changes 1", timeout=60_000)
    expect(rows_shown).to_contain_text(f"Unchanged {EXPORTED - 1}")
    expect(crm.page.locator("main tbody tr")).to_have_count(1)
    expect(crm.page.locator("main tbody del")).to_have_text("vip")
    expect(crm.page.locator("main tbody ins")).to_have_text("gold, vip")
    crm.picture("the report")
    assert desk.tags(CHANGED) == [["vip"]]
    crm.from_top_to("button", "Write 1 row")
    crm.press("Enter")
    expect(crm.page.get_by_text("The import is done")).to_be_visible(timeout=60_000)
    crm.picture("written")
    assert desk.tags(CHANGED) == [["gold", "vip"]]


def go_back_in_history(desk: Desk, crm: Keys) -> None:
    """The record's history has every version with its name; one of them is brought back."""
    fan = desk.run.fan(CHANGED)
    crm.palette(fan.lower(), fan)
    crm.from_top_to("tab", "Details")
    crm.press("ArrowRight", "ArrowRight")
    crm.at("tab", "History")
    entries = crm.page.locator("#history .entry")
    expect(entries).to_have_count(4)  # by the cell, with thousands, back again, by the file
    for entry in entries.all():
        expect(entry).to_contain_text("Carmen Ruiz")
        expect(entry.locator("td.was")).to_have_count(1)
        expect(entry.locator("td.is")).to_have_count(1)
    crm.picture("the history")
    crm.tab_to("link", "Back to this")
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.from_top_to("textbox", "Why")
    crm.type(REASON)
    crm.picture("the way back")
    with crm.page.expect_navigation():
        crm.press("Enter")
    crm.see_heading(fan)
    crm.picture("back as it was")
    assert desk.tags(CHANGED) == [["vip"]]
    action, actor, _, changes = desk.audit("crm.fan", desk.fan_id(CHANGED))[0]
    assert (action, actor) == ("update", "Carmen Ruiz")
    assert changes["tags"] == [["gold", "vip"], ["vip"]]


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def _written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]))
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue()
