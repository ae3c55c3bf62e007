"""The boards in a real browser say what the tables hold, and who has no business here is told so."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fanzadmin.kernel.money import format_money
from tests.browser.conftest import Faces, Visit
from tests.faults.witness import Witness

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

GROSS = "SELECT sum(gross_minor)::bigint FROM finance.payment WHERE state = 'settled' AND cluster = 'velvet'"
RUNNING = "SELECT count(*) FROM finance.subscription WHERE state = 'active'"
SCANNED = "SELECT count(*) FROM shield.verdict"


def tile(page: Page, label: str) -> Locator:
    return page.locator(".number-card").filter(has=page.get_by_text(label, exact=True)).locator(".value")


class TestFigures:
    def test_of_money_are_the_sum_of_the_payments(self, visit: Visit, faces: Faces) -> None:
        page = visit("finance").open("/boards/finance/")
        page.get_by_role("radio", name="Velvet").check(force=True)
        gross = Witness(faces.platform).scalar(GROSS)
        expect(tile(page, "Gross")).to_have_text(format_money(gross, "USD"))
        expect(page.locator(".js-plotly-plot .bars path").first).to_be_attached()

    def test_of_growth_are_the_subscriptions_that_run(self, visit: Visit, faces: Faces) -> None:
        page = visit("manager").open("/boards/analytics/")
        expect(tile(page, "Subscribers")).to_have_text(str(Witness(faces.platform).scalar(RUNNING)))

    def test_of_security_are_the_files_scanned(self, visit: Visit, faces: Faces) -> None:
        page = visit("security").open("/boards/security/")
        expect(tile(page, "Files scanned")).to_have_text(str(Witness(faces.platform).scalar(SCANNED)))

    @pytest.mark.parametrize("width", [1440, 390])
    def test_stand_below_the_filters_and_within_the_page(self, visit: Visit, width: int) -> None:
        page = visit("finance", width=width).open("/boards/finance/")
        expect(tile(page, "Gross")).to_be_visible()
        filters, *cards = [item.bounding_box() for item in page.locator(".board-filters, .number-card").all()]
        assert filters is not None
        for card in cards:
            assert card is not None
            assert card["y"] >= filters["y"] + filters["height"]
            assert card["x"] + card["width"] <= width

    def test_follow_the_period_chosen_by_keys(self, visit: Visit) -> None:
        page = visit("finance").open("/boards/finance/")
        expect(page.get_by_text("settled in 90 days")).to_be_visible()
        page.get_by_role("radio", name="90 days").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text("settled in 365 days")).to_be_visible()


class TestTheWrongPerson:
    @pytest.mark.parametrize(
        ("who", "path"),
        [
            ("fan1", "/boards/finance/"),
            ("fan1", "/portal/"),
            ("mia", "/crmfanconsole/list/"),
            ("crm", "/boards/security/"),
            ("manager", "/portal/money"),
        ],
    )
    def test_is_told_so_and_finds_a_way_back(self, visit: Visit, who: str, path: str) -> None:
        eyes = visit(who)
        page = eyes.open(path)
        assert eyes.answer is not None
        assert eyes.answer.status == 403
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
        page.get_by_role("link", name="Go to the start").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Not allowed")

    def test_may_sign_in_as_somebody_else(self, visit: Visit, cookies: dict[str, Any]) -> None:
        page = visit("crm").open("/boards/security/")
        page.get_by_role("link", name="Sign in as someone else").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        del cookies["crm"]  # signed out, wherever else they are kept
