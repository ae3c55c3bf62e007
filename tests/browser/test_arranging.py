"""The blocks of a page are put in order on its record, by keys and by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Faces, Visit
from tests.faults.witness import Witness

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

PAGE = "SELECT id::text FROM biolink.page WHERE handle = 'mia'"
ORDER = """SELECT array_agg(b.id::text ORDER BY b.position, b.id) FROM biolink.block b
    JOIN biolink.page p ON p.id = b.page_id WHERE p.handle = 'mia'"""


def handles(page: Page) -> Locator:
    return page.locator("[data-moves] [data-row-move]")


class TestBlocks:
    def test_are_moved_by_keys_and_dragged_back(self, visit: Visit, faces: Faces) -> None:
        witness = Witness(faces.platform)
        before = witness.scalar(ORDER)
        page = visit("crm").open(f"/biolinkpageconsole/show/{witness.scalar(PAGE)}")
        page.get_by_role("tab", name="Blocks of pages").click()
        expect(handles(page)).to_have_count(min(25, len(before)))
        handles(page).first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_text(f"Moved to place 2 of {len(before)}")).to_be_visible()
        assert witness.scalar(ORDER)[:2] == [before[1], before[0]]
        expect(handles(page).nth(1)).to_be_focused()
        first = page.locator("[data-moves] tbody tr").first
        handles(page).nth(1).drag_to(first, target_position={"x": 40, "y": 3})
        expect(page.get_by_text(f"Moved to place 1 of {len(before)}")).to_be_visible()
        assert witness.scalar(ORDER) == before
