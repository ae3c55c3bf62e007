"""A fan's evening in a real browser: paying, talking, and what the creator sees of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from fanzadmin.kernel.ids import new_id
from tests.browser.conftest import Faces, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]


class TestUnlock:
    def test_opens_what_was_paid_for_after_a_card_that_was_declined(self, visit: Visit, faces: Faces) -> None:
        page = visit("fan2").open(f"/watch/{faces.locked}")
        expect(page.get_by_role("img", name="Night market")).to_be_hidden()
        page.get_by_role("button", name="Unlock for $9.00").click()
        dialog = page.get_by_role("dialog", name="Unlock Night market")
        dialog.get_by_label("Pay with").select_option(label="Test card that is declined")
        dialog.get_by_role("button", name="Pay $9.00").click()
        expect(dialog.get_by_role("alert")).to_contain_text("declined")
        dialog.get_by_label("Pay with").select_option(label="Test card that works")
        dialog.get_by_role("button", name="Pay $9.00").click()
        expect(page.get_by_role("img", name="Night market")).to_be_visible()


class TestComment:
    def test_is_there_at_once_and_after_loading_again(self, visit: Visit) -> None:
        page = visit("fan2").open("/feed")
        comment_on_the_roof(page, "What a view")
        page.reload()
        post = open_comments(page)
        expect(post.get_by_role("listitem").filter(has_text="What a view")).to_have_count(1)
        expect(post.locator("summary")).to_contain_text("1 comments")


def open_comments(page: Page) -> Locator:
    post = page.get_by_role("article", name="On the roof").first
    post.locator("summary").click()
    return post


def comment_on_the_roof(page: Page, words: str) -> None:
    post = open_comments(page)
    post.get_by_label("Your comment").fill(words)
    post.get_by_role("button", name="Send").click()
    expect(post.get_by_role("listitem").filter(has_text=words)).to_be_visible()


class TestChat:
    def test_is_seen_by_both_live_in_order_and_once(self, visit: Visit) -> None:
        mia = visit("mia").open("/portal/messages")
        mia.get_by_role("link", name="Fan 2").click()
        fan = visit("fan2").open("/messages")
        fan.get_by_role("link", name="Mia Stone").first.click()
        day = new_id()[-6:]
        values = [
            (mia, f"How was {day}?"),
            (fan, f"{day} was long."),
            (fan, f"And your {day}?"),
            (mia, f"On {day} I slept"),
        ]
        for writer, words in values:
            writer.get_by_label("Your message").fill(words)
            writer.get_by_label("Your message").press("Enter")
            for reader in (mia, fan):
                expect(reader.locator(".bubble", has_text=words)).to_have_count(1)
        for reader in (mia, fan):
            shown = reader.locator("[data-seq] .bubble").all_inner_texts()
            assert [line.strip() for line in shown][-4:] == [words for _, words in values]

    def test_says_that_the_other_one_has_seen_it(self, visit: Visit) -> None:
        mia = visit("mia").open("/portal/messages")
        mia.get_by_role("link", name="Fan 2").click()
        asked = f"Are you there, {new_id()[-6:]}?"
        mia.get_by_label("Your message").fill(asked)
        mia.get_by_role("button", name="Send").click()
        expect(mia.locator(".bubble", has_text=asked)).to_have_count(1)
        expect(mia.get_by_text("Seen", exact=True)).to_be_hidden()
        fan = visit("fan2").open("/messages")
        fan.get_by_role("link", name="Mia Stone").first.click()
        expect(mia.get_by_text("Seen", exact=True)).to_be_visible()
