"""A fan's and a moderator's walk: found, followed, subscribed, reported, decided, blocked; the inbox counts meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from fanzadmin.kernel.ids import new_id
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

PASSWORD = "a-long-enough-word"
WHY = "It threatens a person."


@pytest.fixture
def newcomer(visit: Visit) -> Page:
    """A fan who has just joined Velvet and signed in, at the feed."""
    name = f"walker{new_id()[-6:]}"
    page = visit(adult=True).open("/join/velvet")
    page.get_by_label("Name", exact=True).fill(name.title())
    page.get_by_label("User name").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Date of birth").fill("1990-05-04")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Join").click()
    page.get_by_label("User Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url.endswith("/feed"))
    return page


class TestTheFan:
    def test_finds_follows_subscribes_is_counted_for_reports_cancels_and_blocks(
        self, newcomer: Page, visit: Visit
    ) -> None:
        page = newcomer
        self.follow_and_unfollow(page)
        self.subscribe_and_count(page, visit)
        self.report_and_read_the_decision(page, visit)
        self.cancel_and_see_what_was_paid(page)
        self.block_and_unblock(page)

    def follow_and_unfollow(self, page: Page) -> None:
        page.get_by_role("link", name="Find", exact=True).click()
        page.get_by_label("Name, handle or tag").fill("mia")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("button", name="Follow Mia Stone").click()
        expect(page.get_by_role("button", name="Unfollow Mia Stone")).to_be_visible()
        page.get_by_role("link", name="Feed").click()
        page.wait_for_url(lambda url: url.endswith("/feed"), wait_until="load")  # by script, not by form
        post = page.get_by_role("article", name="On the roof").first
        post.get_by_role("button", name="Unfollow Mia Stone").click()
        expect(post.get_by_role("button", name="Follow Mia Stone", exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_role("article", name="On the roof")).to_have_count(0)

    def subscribe_and_count(self, page: Page, visit: Visit) -> None:
        page.goto(page.url.replace("/feed", "/@mia"))
        page.get_by_role("button", name="Subscribe for $9.99 a month").click()
        page.get_by_role("dialog").get_by_role("button", name="Pay $9.99").click()
        expect(page.get_by_text("Subscribed")).to_be_visible()
        page.get_by_role("link", name="Account").click()
        subscription = page.get_by_role("listitem").filter(has_text="Mia Stone")
        expect(subscription).to_contain_text("$9.99 a month")
        expect(subscription).to_contain_text("Renews on")
        page.goto(page.url.replace("/subscriptions", "/messages"))
        write(page, page.get_by_role("link", name="Mia Stone").first, "Hello Mia")
        page.goto(page.url.partition("/messages")[0] + "/payments")
        badge = page.locator("[data-unread]")
        expect(badge).to_be_hidden()
        mia = visit("mia").open("/portal/messages")
        write(mia, mia.locator("[data-conversation]", has_text="Hello Mia"), "Pay me or else")
        expect(badge).to_be_visible()
        expect(badge).to_contain_text("1")

    def report_and_read_the_decision(self, page: Page, visit: Visit) -> None:
        page.get_by_role("link", name="Messages").click()
        line = page.locator("[data-conversation]", has_text="Pay me or else")
        expect(line).to_contain_text("1")
        line.click()
        message = page.locator("[data-seq]", has_text="Pay me or else")
        message.get_by_role("link", name="Report").click()
        page.get_by_label("What is wrong with it?").select_option(label="Abuse, threats or hate")
        page.get_by_label("In your words").fill("She threatens me")
        page.get_by_role("button", name="Send the report").click()
        expect(page.get_by_text("The team looks at it")).to_be_visible()
        moderate(visit("community").open("/crmcaseconsole/list/?q=state:any:open"))
        page.reload()
        expect(page.locator("#reports")).to_contain_text(WHY)
        mia = visit("mia").open("/portal/messages")
        mia.get_by_role("link", name="Walker").first.click()
        expect(mia.get_by_text(f"Removed by the Community team: {WHY}")).to_be_visible()
        mia.goto(mia.url.partition("/portal")[0] + "/portal/safety")
        expect(mia.locator("#removals")).to_contain_text(WHY)

    def cancel_and_see_what_was_paid(self, page: Page) -> None:
        page.get_by_role("link", name="Subscriptions").click()
        page.get_by_role("link", name="Cancel the subscription to Mia Stone").click()
        expect(page.get_by_text("nothing more is charged")).to_be_visible()
        page.get_by_role("button", name="Cancel the subscription").click()
        expect(page.get_by_role("listitem").filter(has_text="Mia Stone")).to_contain_text("Ends on")
        page.get_by_role("link", name="Payments").click()
        expect(page.get_by_role("row").filter(has_text="Mia Stone")).to_contain_text("$9.99")

    def block_and_unblock(self, page: Page) -> None:
        base = page.url.partition("/payments")[0]
        page.goto(f"{base}/@mia")
        page.get_by_role("link", name="Block").click()
        page.get_by_role("button", name="Block").click()
        expect(page.locator("#blocked")).to_contain_text("Mia Stone")
        page.goto(f"{base}/find?q=mia")
        expect(page.get_by_text("No results")).to_be_visible()
        page.goto(f"{base}/messages")
        expect(page.get_by_text("No conversations yet")).to_be_visible()
        page.goto(f"{base}/safety")
        page.get_by_role("button", name="Unblock Mia Stone").click()
        page.goto(f"{base}/@mia")
        expect(page.get_by_role("heading", name="Mia Stone")).to_be_visible()


def write(page: Page, conversation: Locator, words: str) -> None:
    """Open a conversation and send a message, once its script has come."""
    with page.expect_navigation(wait_until="load"):
        conversation.click()
    page.get_by_label("Your message").fill(words)
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("[data-seq] .bubble", has_text=words)).to_be_visible()


def moderate(page: Page) -> None:
    """A moderator finds the case, reads what stood there and who reported it, and removes the message."""
    page.locator("tr", has_text="Pay me or else").locator("a[href*='/crmcaseconsole/show/']").first.click()
    expect(page.get_by_text("Hello Mia").first).to_be_visible()
    page.get_by_role("tab", name="Who reported").click()
    expect(page.get_by_text("She threatens me").first).to_be_visible()
    page.get_by_role("button", name="Remove").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(WHY)
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(WHY).first).to_be_visible()
