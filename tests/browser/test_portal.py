"""A creator's day in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.media import clips

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

SLOW_WIRE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 600 * 1024}
SOMETHING_CHANGED = "document.dispatchEvent(new CustomEvent('live:asset'))"
ENCODED_MS = 90_000  # a picture in every size and format, on a machine that does other things too


class TestUpload:
    def test_shows_how_far_it_is_what_it_waits_for_and_goes_on_by_itself(
        self, visit: Visit, tmp_path: Path
    ) -> None:
        page = visit("mia").open("/portal/content")
        page.get_by_role("button", name="Upload").first.click()
        dialog = page.get_by_role("dialog", name="Upload")
        dialog.locator("input[type=file]").set_input_files(
            clips.picture(tmp_path / "blue_hour.png", size=(1200, 800), compress_level=0)
        )
        expect(dialog.get_by_label("Title")).to_have_value("blue hour")
        dialog.get_by_label("Everyone").check()
        dialog.get_by_label("Mia (you)").uncheck()
        dialog.locator("[name=act][value=clothed]").check()
        dialog.get_by_label("Made on").fill("2026-11-01")
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_WIRE)
        dialog.get_by_role("button", name="Upload", exact=True).click()
        expect(dialog.get_by_role("progressbar", name="Uploading")).to_be_visible()
        expect(dialog.locator(".progress-text")).to_contain_text("/s")  # how fast, and how long it will take
        expect(dialog.locator("output")).to_have_text(re.compile(r"^[1-9]\d? %$"))
        dialog.get_by_role("link", name="Open it").click()

        way = page.get_by_role("region", name="On its way")
        expect(way).to_contain_text("The upload names no performer.")
        page.get_by_label("One more person").select_option(label="Mia (you)")
        page.get_by_role("button", name="Name one more").click()
        expect(way).to_contain_text("No consent of Mia for this asset.")
        page.get_by_role("button", name="Give my consent").click()
        with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
            page.evaluate(SOMETHING_CHANGED)  # the form below the question must not be taken away by it
        page.get_by_role("dialog", name="Your consent").get_by_role("button", name="I consent").click()
        expect(page.get_by_text("Your consent is noted.")).to_be_visible()
        expect(way).to_contain_text("Offered to everyone.", timeout=ENCODED_MS)
