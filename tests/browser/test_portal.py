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
MIDDLE = """async (image) => {
    await image.decode();
    const canvas = new OffscreenCanvas(1, 1), paper = canvas.getContext("2d");
    paper.drawImage(image, 0, 0, 1, 1);
    const [red, green] = paper.getImageData(0, 0, 1, 1).data;
    return green > red ? "green" : "red";
}"""
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


class TestCreatorsContent:
    def test_is_uploaded_quietly_changed_and_given_a_poster(self, visit: Visit, tmp_path: Path) -> None:
        page = visit("mia").open("/portal/content")
        page.get_by_role("button", name="Upload").first.click()
        dialog = page.get_by_role("dialog", name="Upload")
        clip = clips.colours(tmp_path / "quiet.mp4", ("red", "green"), seconds=3)
        dialog.locator("input[type=file]").set_input_files(clip)
        dialog.get_by_label("Everyone").check()
        dialog.get_by_label("Not announced").check()
        dialog.locator("[name=act][value=clothed]").check()
        dialog.get_by_label("Made on").fill("2026-11-01")
        dialog.get_by_role("button", name="Upload", exact=True).click()
        dialog.get_by_role("link", name="Open it").click()
        way = page.get_by_role("region", name="On its way")
        expect(way.get_by_text("Ready to play on every device.")).to_be_visible(timeout=ENCODED_MS)

        page.get_by_label("Tags").fill("sea, Blue")
        page.get_by_label("Pay per view").check()
        page.get_by_label("Price", exact=True).fill("7.50")
        page.locator(".offer-fields").get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_label("Tags")).to_have_value("sea, blue")
        expect(page.get_by_label("Price", exact=True)).to_have_value("7.50")

        page.get_by_role("button", name="Frame at 4 seconds").click()
        page.get_by_role("button", name="Use it as the poster").click()
        expect(page.get_by_text("The poster is being drawn. It changes")).to_be_visible()
        poster = page.get_by_alt_text("The poster now")
        expect(poster).to_be_visible(timeout=ENCODED_MS)
        page.reload()
        assert page.evaluate(MIDDLE, poster.element_handle()) == "green"


class TestPosts:
    def test_are_scheduled_published_edited_and_deleted(self, visit: Visit) -> None:
        page = visit("mia").open("/portal/posts/new")
        page.get_by_label("Text").fill("A thought for later.")
        page.get_by_label("Publish at").fill("2027-02-01T09:30")
        page.get_by_role("button", name="Publish or schedule").click()
        post = page.get_by_role("article", name="A thought for later.")
        expect(post).to_contain_text("Scheduled for 1 Feb 2027, 09:30")
        post.get_by_role("link", name="Edit").click()
        expect(page.get_by_label("Publish at")).to_have_value("2027-02-01T09:30")
        page.get_by_role("button", name="Publish now").click()
        post.get_by_role("link", name="Edit").click()
        page.get_by_label("Text").fill("A better thought.")
        page.get_by_role("button", name="Save").click()
        post = page.get_by_role("article", name="A better thought.")
        expect(post).to_contain_text("edited")
        post.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
        expect(page.get_by_text("Deleted. No one can read it any more.")).to_be_visible()
        expect(post).to_have_count(0)
