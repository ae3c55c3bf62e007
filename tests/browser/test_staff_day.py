"""A staff member's day on the demo, by keyboard alone: at a desk and on a phone, in light and in dark.

Every run has people of its own (tests/browser/day/crowd.py) on one platform with all its roles. What was on the screen
at each step is kept in tests/artefacts/day/.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import TIMEOUT_MS
from tests.browser.day import changing, moving, paying
from tests.browser.day.crowd import RUNS, Run
from tests.browser.day.desk import Desk
from tests.browser.keys import Keys, keys_only
from tests.platforms import ROOT, OwnPlatform, Platform, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("day"),
    pytest.mark.timeout(900),  # the demo is seeded before the first
]

PICTURES = ROOT / "tests/artefacts/day"
SEED_SECONDS = 600  # for the demo, on a machine that does other things too
HELP = ROOT / "fanzadmin/templates/layouts/_shortcuts.html"
GUIDE = ROOT / "docs/guides/consoles.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPlatform]:
    """`run.py up` with its demo, as somebody who tries it has it, and the crowds of the four runs."""
    running = OwnPlatform(tmp_path_factory.mktemp("demo") / "var", free_port(), FANZ_DEMO="1")
    try:
        running.wait_until_running(SEED_SECONDS)
        command = [sys.executable, "-m", "tests.browser.day.crowd"]
        subprocess.run(command, cwd=ROOT, env=running.environ, check=True)
        yield running
    finally:
        running.end()


@pytest.fixture
def desk(request: pytest.FixtureRequest, demo: Platform, browser: Browser) -> Iterator[Desk]:
    run: Run = request.param
    expect.set_options(timeout=TIMEOUT_MS)
    result = Desk(run, demo, browser, PICTURES / run.name)
    yield result
    result.leave()
    print(f"pictures of the day: {result.pictures.relative_to(ROOT)}/")  # noqa: T201  for who looks at them


class TestAStaffMembersDay:
    @pytest.mark.timeout(900)
    @pytest.mark.parametrize("desk", RUNS, ids=lambda run: run.name, indirect=True)
    def test_is_done_by_keyboard_alone(self, desk: Desk) -> None:
        with keys_only():
            crm = desk.sit_down("crm")
            changing.find_a_fan(desk, crm)
            changing.save_a_view(desk, crm)
            changing.fix_twelve(desk, crm)
            changing.tag_thousands(desk, crm)
            changing.undo_the_whole(desk, crm)
            paying.approve_a_payout(desk)
            moving.export_the_list(desk, crm)
            moving.import_one_change(desk, crm)
            moving.go_back_in_history(desk, crm)
        assert [keys.fouls for keys in desk.keyboards] == [[], [], []]
        assert [keys.complaints for keys in desk.keyboards] == [[], [], []]


class TestTheHelpOfShortcuts:
    @pytest.mark.parametrize("desk", RUNS[::3], ids=lambda run: run.name, indirect=True)
    def test_opens_closes_and_can_switch_single_keys_off(self, desk: Desk) -> None:
        with keys_only():
            keys = desk.sit_down("crm")
            keys.palette("fans", "Fans")
            keys.press("l", "?")
            help_ = keys.page.get_by_role("dialog", name="Keyboard shortcuts")
            expect(help_).to_be_visible()
            keys.picture("shortcuts")
            keys.tab_to("switch", re.compile("Single keys work"), most=1)
            keys.press("Space")
            keys.tab_to("button", "Close", most=1)
            keys.press("Enter")
            expect(keys.page.locator("main tbody td[data-column=name]").first).to_be_focused()
            keys.press("s", "?")
            expect(help_).to_be_hidden()
            expect(keys.page.get_by_role("searchbox")).not_to_be_focused()
            keys.palette("fans", "Fans")
            keys.tab_to("link", "Skip to the content", most=1)
            keys.press("Enter", "Shift+Tab")
            keys.at("button", re.compile("Account of"))
            keys.press("Enter")
            keys.at("link", "Profile")
            keys.press("ArrowDown")
            keys.at("button", re.compile("Keyboard shortcuts"))
            keys.press("Enter")
            keys.tab_to("switch", re.compile("Single keys work"), most=1)
            keys.press("Space", "Escape")
            expect(keys.page.locator(".account")).to_be_focused()
            keys.press("s")
            keys.at("searchbox", "Search this list")

    def test_says_what_the_guide_says(self) -> None:
        guide = GUIDE.read_text().partition("## By keyboard")[2].partition("\n## ")[0]
        in_guide = [
            re.findall(r"`([^`]+)`", line.split("|")[1])
            for line in guide.splitlines()
            if line.startswith("| `")
        ]
        events = re.findall(r'{{ (?:press|go)\("(.)"|{{ does\(\[(.+?)\],', HELP.read_text())
        in_help = [[item] if item else re.findall(r'"([^"]+)"', chords) for item, chords in events]
        assert in_guide == in_help


class TestKeys:
    """The helper itself: a day that was cheated on fails."""

    def test_refuse_the_mouse_and_scripts(self, browser: Browser, tmp_path: Path) -> None:
        page = browser.new_page()
        keys = Keys(page, tmp_path)
        page.route("**/*", lambda route: route.fulfill(body="<button>One</button>", content_type="text/html"))
        keys.arrive("http://keys.test/")
        with keys_only(), pytest.raises(AssertionError, match="is no key"):
            page.locator("button").click()
        page.mouse.click(10, 10)
        page.evaluate("document.querySelector('button').focus()")
        page.close()
        assert keys.fouls[-1].startswith("focus by a script")
        assert "pointerdown" in keys.fouls

    def test_want_what_has_the_focus_in_sight_and_in_reach(self, browser: Browser, tmp_path: Path) -> None:
        page = browser.new_page()
        keys = Keys(page, tmp_path)
        page.set_content("<button style='outline: none'>Unseen</button>" + "<button>Far</button>" * 20)
        with pytest.raises(AssertionError, match="shows no focus"):
            keys.tab_to("button", "Far")
        with pytest.raises(AssertionError, match="no link 'Away' within 12 Tabs"):
            keys.tab_to("link", "Away")
        page.close()
