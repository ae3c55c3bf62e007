"""A running platform with content to look at, and browsers of the people who live there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from fanzadmin.kernel.ids import new_id
from security.demo import PASSWORD
from tests.browser.eyes import Eyes
from tests.faults.client import Program
from tests.faults.witness import Witness
from tests.media import clips
from tests.platforms import Platform

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
A_PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
TIMEOUT_MS = 30_000  # of a busy machine
EFFECTS = """SELECT ARRAY[(SELECT count(*) FROM social.post WHERE asset_id = %s),
    (SELECT count(*) FROM biolink.block WHERE asset_id = %s), (SELECT count(*) FROM chat.message JOIN chat.announcement USING (broadcast_id) WHERE asset_id = %s),
    (SELECT count(*) FROM gpt.suggestion WHERE asset_id = %s)]"""
Visit = Callable[..., Eyes]


@dataclass(frozen=True)
class Faces:
    """A platform where mia has published, one asset for each audience, and has one that waits for her."""

    platform: Platform
    public: str
    locked: str
    held: str
    payout: str

    def address(self, path: str) -> str:
        """A path with the names of this class put in."""
        return path.format(public=self.public, locked=self.locked, held=self.held, payout=self.payout)


@pytest.fixture(scope="session")
def faces(deployment: Platform, tmp_path_factory: pytest.TempPathFactory) -> Faces:
    folder = tmp_path_factory.mktemp("faces")
    mia, witness = Program(deployment), Witness(deployment)
    clip = clips.video(folder / "roof.mp4", size="320x180", seconds=1)
    night = clips.picture(folder / "night.jpg")
    public = _upload(mia, clip, title="On the roof", audience="public")
    locked = _upload(mia, night, title="Night market", audience="ppv", price_minor=900, currency="USD")
    held = _upload(
        mia, clips.picture(folder / "held.jpg", size=(640, 480)), title="Who is it", performer_ids=""
    )
    witness.until(
        lambda: all(min(witness.scalar(EFFECTS, [item] * 4)) for item in (public, locked)), "not all was seen"
    )
    asked = {"json": {"amount_minor": 5_000}, "headers": {"Idempotency-Key": new_id()}}
    payout = mia.call("POST", "/api/v1/finance/payouts", **asked)
    return Faces(deployment, public, locked, held, payout["id"])


def _upload(mia: Program, media: Path, **said: object) -> str:
    words = {
        "filename": media.name,
        "announce": "both",
        "performer_ids": mia.performer_id,
        "acts": "clothed",
        "produced_on": "2026-01-02",
    }
    words |= said
    headers = {"Idempotency-Key": new_id(), "Content-Type": "application/octet-stream"}
    sent = mia.call("POST", "/api/v1/media/assets", params=words, headers=headers, data=media.read_bytes())
    return str(sent["id"])


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """The sessions of those who have signed in so far."""
    return {}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this folder that a worker runs one after the other. It goes with the last of them:
    Playwright's event loop would be in the way of others."""
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, faces: Faces, cookies: dict[str, Any]) -> Iterator[Visit]:
    """`visit("mia")` is a new browser of hers, `visit()` one of a stranger, `visit(adult=True)` of one past the gate."""
    opened: list[BrowserContext] = []

    def come(who: str = "", *, adult: bool = False, width: int = 1440) -> Eyes:
        opened.append(browser_of(browser, faces, cookies, who, adult=adult, width=width))
        return Eyes(opened[-1].new_page(), faces.platform.address)

    expect.set_options(timeout=TIMEOUT_MS)
    yield come
    for context in opened:
        context.close()


def browser_of(
    browser: Browser,
    faces: Faces,
    cookies: dict[str, Any],
    who: str,
    *,
    adult: bool = False,
    width: int = 1440,
) -> BrowserContext:
    """A browser of a person, signed in, with nothing in its cache."""
    if (who or adult) and who not in cookies:
        cookies[who] = _let_in(browser, faces.platform.address, who)
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        user_agent=A_PERSON,
        storage_state=cookies[who] if who or adult else None,
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context


def _let_in(browser: Browser, base: str, who: str) -> Any:
    """The cookies of a person after signing in, or of nobody after saying to be an adult."""
    context = browser.new_context(user_agent=A_PERSON)
    page = context.new_page()
    if who:
        page.goto(f"{base}/login/")
        page.get_by_label("User Name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login" not in url)
    else:
        page.goto(f"{base}/@mia")
        page.get_by_role("button", name="Yes, I am 18 or older").click()
        page.wait_for_url(f"{base}/@mia")
    state = context.storage_state()
    context.close()
    return state
