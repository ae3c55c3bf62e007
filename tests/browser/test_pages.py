"""Every page type of every face on a running platform: open to everybody (WCAG 2.2 AA by axe-core, in light and dark, at a
desk and on a phone), quiet, within its Content-Security-Policy, and no heavier than it may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Faces, Visit, browser_of
from tests.browser.eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("faces")]

KB = 1024
MOST_HTML = 100 * KB
MOST_SCRIPT_AND_STYLE = 300 * KB
MOST_OF_A_BOARD = 1000 * KB  # Plotly and React, once; both are kept by the browser afterwards


class Place(NamedTuple):
    """A page: whose it is, its address, and which link to follow from there. `adult`: a stranger past the gate."""

    who: str
    path: str
    then: str = ""
    adult: bool = False


SHOWN, EDITED = "main a[href*='/show/']", "main a[href*='/edit/']"
PLACES = {
    "login": Place("", "/login/"),
    "not found": Place("admin", "/nowhere"),
    "not yours": Place("fan1", "/portal/"),
    "home": Place("admin", "/"),
    "list": Place("admin", "/crmcreatorconsole/list/"),
    "list of pictures": Place("admin", "/mediaassetconsole/list/"),
    "list as a map": Place("admin", "/crmfanconsole/list/?kind=map"),
    "record": Place("admin", "/crmcreatorconsole/list/", SHOWN),
    "record of media": Place("admin", "/mediaassetconsole/list/", SHOWN),
    "new record": Place("admin", "/crmnoteconsole/add"),
    "changed record": Place("admin", "/crmcreatorconsole/list/", EDITED),
    "facts": Place("admin", "/opsfactconsole/list/"),
    "people": Place("admin", "/users/list/"),
    "new person": Place("admin", "/users/add"),
    "changed person": Place("admin", "/users/list/", EDITED),
    "roles": Place("admin", "/roles/list/"),
    "role": Place("admin", "/roles/list/", SHOWN),
    "changed role": Place("admin", "/roles/list/", EDITED),
    "groups": Place("admin", "/groups/list/"),
    "new group": Place("admin", "/groups/add"),
    "profile": Place("crm", "/users/userinfo/"),
    "password": Place("crm", "/resetmypassword/form"),
    "name": Place("crm", "/userinfoeditview/form"),
    "sign-ins": Place("admin", "/userstatschartview/chart/"),
    "traces": Place("admin", "/trace/"),
    "trace": Place("admin", "/trace/", "main a[href^='/trace/']"),
    "style guide": Place("admin", "/styleguide"),
    "portal home": Place("mia", "/portal/"),
    "portal timeline": Place("mia", "/portal/timeline"),
    "portal content": Place("mia", "/portal/content"),
    "portal asset": Place("mia", "/portal/content/{public}"),
    "portal held asset": Place("mia", "/portal/content/{held}"),
    "portal fans": Place("mia", "/portal/fans"),
    "portal messages": Place("mia", "/portal/messages"),
    "portal conversation": Place("mia", "/portal/messages", "a[data-conversation]"),
    "portal page": Place("mia", "/portal/page"),
    "portal people": Place("mia", "/portal/people"),
    "portal person": Place("mia", "/portal/people", "main a[href*='/portal/people/']"),
    "portal money": Place("mia", "/portal/money"),
    "portal payout": Place("mia", "/portal/money/payouts/{payout}"),
    "portal suggestions": Place("mia", "/portal/suggestions"),
    "gate": Place("", "/@mia"),
    "left": Place("", "/age/leave"),
    "bio page": Place("", "/@mia", adult=True),
    "bio page of a fan": Place("fan1", "/@mia"),
    "subscribe": Place("fan1", "/@mia/subscribe"),
    "lock of a stranger": Place("", "/watch/{locked}", adult=True),
    "lock": Place("fan1", "/watch/{locked}"),
    "player": Place("fan1", "/watch/{public}"),
    "feed": Place("fan2", "/feed"),
    "feed of a newcomer": Place("fan1", "/feed"),
    "fan messages": Place("fan2", "/messages"),
    "fan finds creators": Place("fan2", "/find?q=mia"),
    "fan subscriptions": Place("fan2", "/subscriptions"),
    "fan payments": Place("fan2", "/payments"),
    "fan safety": Place("fan2", "/safety"),
    "fan cancels": Place("fan2", "/subscriptions", "main a[href$='/cancel']"),
    "fan blocks": Place("fan2", "/@mia", "a[href$='/block']"),
    "fan reports": Place("fan2", "/@mia", "a[href^='/report/']"),
    "portal safety": Place("mia", "/portal/safety"),
    "fan conversation": Place("fan2", "/messages", ".talks-list a[href^='/messages/']"),
}
BOARDS = {
    "analytics": Place("manager", "/boards/analytics/"),
    "finance": Place("finance", "/boards/finance/"),
    "security": Place("security", "/boards/security/"),
}


@pytest.fixture(scope="module")
def browsers() -> Iterator[dict[tuple[str, bool], BrowserContext]]:
    """One browser for each person, which keeps the files that it has loaded once."""
    opened: dict[tuple[str, bool], BrowserContext] = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture(scope="module")
def sizes() -> dict[str, int]:
    """Of each file as it travelled."""
    return {}


@pytest.fixture
def visit(
    browser: Browser,
    faces: Faces,
    cookies: dict[str, Any],
    browsers: dict[tuple[str, bool], BrowserContext],
    sizes: dict[str, int],
) -> Iterator[Visit]:
    """`visit("mia")` is a new tab of her browser, `visit(adult=True)` one of a stranger past the gate."""
    pages: list[Page] = []

    def come(who: str = "", *, adult: bool = False) -> Eyes:
        if (who, adult) not in browsers:
            browsers[who, adult] = browser_of(browser, faces, cookies, who, adult=adult)
        pages.append(browsers[who, adult].new_page())
        return Eyes(pages[-1], faces.platform.address, sizes)

    yield come
    for page in pages:
        page.close()


class TestEveryPage:
    @pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
    def test_is_open_to_everybody_quiet_and_light(self, visit: Visit, faces: Faces, place: Place) -> None:
        eyes = visit(place.who, adult=place.adult)
        eyes.open(faces.address(place.path), then=place.then)
        html, parts = eyes.weight()
        assert eyes.faults() == []
        assert (html < MOST_HTML, parts < MOST_SCRIPT_AND_STYLE) == (True, True), (html, parts)


class TestEveryBoard:
    @pytest.mark.parametrize("place", BOARDS.values(), ids=BOARDS)
    def test_is_open_to_everybody_and_quiet(self, visit: Visit, faces: Faces, place: Place) -> None:
        eyes = visit(place.who)
        page = eyes.open(place.path)
        page.wait_for_selector(".dash-board .value")
        page.wait_for_load_state("networkidle")
        html, parts = eyes.weight()
        assert eyes.faults() == []
        assert (html < MOST_HTML, parts < MOST_OF_A_BOARD) == (True, True), (html, parts)
