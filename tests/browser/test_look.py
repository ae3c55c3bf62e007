"""How every page looks and works in a real browser, over the specimen (specimen.py): our design and nothing else."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import COLOURS_ONLY, violations
from tests.browser.contrast import FAINT_WORDS, ratio, tokens
from tests.holding import ROOT, untraced
from tests.platforms import free_port

TEMPLATES = sorted((ROOT / "fanzadmin/templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "fanzadmin/static/js").glob("*.js"))
STAFF = {
    "home": "/",
    "list": "/specimenworkconsole/list/",
    "filtered": "/specimenworkconsole/list/?_flt_0_title=Sun&_flt_0_state=playable",
    "nothing found": "/specimenworkconsole/list/?_flt_0_title=zzz",
    "board": "/specimenworkconsole/list/?kind=board",
    "calendar": "/specimenworkconsole/list/?kind=calendar&month=2026-11",
    "empty month": "/specimenworkconsole/list/?kind=calendar&month=2024-02",
    "gallery": "/specimenworkconsole/list/?kind=gallery",
    "map": "/specimenmakerconsole/list/?kind=map",
    "add": "/specimenworkconsole/add",
    "users": "/users/list/",
    "add user": "/users/add",
    "roles": "/roles/list/",
    "groups": "/groups/list/",
    "my account": "/users/userinfo/",
    "my password": "/resetmypassword/form",
    "figures": "/userstatschartview/chart/",
    "style guide": "/styleguide",
    "flash": "/specimen/flash",
}
OTHERS = {
    "portal": "/specimen/portal",
    "public": "/specimen/public",
    "missing": "/specimen/missing",
    "login": "/login/",
}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("look")]


class TestTokens:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize(
        "ground", ["canvas", "surface", "raised", "sunken", "hover", "pressed", "selected"]
    )
    def test_every_text_colour_can_be_read_on_every_surface(self, scheme: str, ground: str) -> None:
        colours = tokens(scheme)
        for ink in ("ink", "ink-muted", "ink-faint"):
            assert ratio(colours[ink], colours[ground]) >= 4.5, ink

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("meaning", ["good", "warn", "bad", "info", "plain", "accent"])
    def test_a_meaning_can_be_read_on_its_tint(self, scheme: str, meaning: str) -> None:
        colours = tokens(scheme)
        assert ratio(colours[f"{meaning}-ink"], colours[f"{meaning}-tint"]) >= 4.5
        assert ratio(colours["ink"], colours[f"{meaning}-tint"]) >= 4.5

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_fills_carry_readable_words_and_controls_stand_out(self, scheme: str) -> None:
        colours = tokens(scheme)
        for words, fill in (("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-bad", "bad-fill")):
            assert ratio(colours[words], colours[fill]) >= 4.5, fill
        for mark in ("line-control", "focus", "good", "warn", "bad", "info"):
            for ground in ("canvas", "surface", "raised", "sunken"):
                assert ratio(colours[mark], colours[ground]) >= 3, (mark, ground)


class TestSources:
    @pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
    def test_no_template_needs_an_exception_from_the_content_security_policy(self, path: Path) -> None:
        text = path.read_text()
        assert not re.search(r"<[^>{%]*\s(style|on[a-z]+)\s*=", text), "inline style or event handler"
        assert "appbuilder.static" not in text, "Flask-AppBuilder's own css or js"
        assert not re.search(r"""(src|href)=["'](https?:)?//""", text), "another origin"
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "nonce" in script, script

    def test_every_icon_asked_for_is_drawn(self) -> None:
        drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "fanzadmin/static/icons.svg").read_text()))
        for path in TEMPLATES:
            asked = set(re.findall(r"""(?:ui\.)?\bicon\("([\w-]+)\"""", path.read_text()))
            asked |= set(re.findall(r'icon_of="([\w-]+)"', path.read_text()))
            assert asked <= drawn, f"{path.name}: {asked - drawn}"
        for path in SCRIPTS:
            asked = set(re.findall(r"""\bicon\("([\w-]+)\"""", path.read_text()))
            assert asked <= drawn, f"{path.name}: {asked - drawn}"


@dataclass
class Watched:
    """A page, and what it complained about."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda item: self.complaints.append(item.text) if item.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")) or "/static/appbuilder" in url:
            self.complaints.append(f"asked for {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    var = tmp_path_factory.mktemp("specimen")
    log = (var / "log").open("w")
    command = [sys.executable, "-m", "tests.browser.specimen", str(var / "var"), str(port)]
    # Under a tracer CPython 3.11 loops for ever when the last greenlets of two threads, which coverage watches, go at the same
    # moment, and this server makes a thread for each request.
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=log, env=untraced() | {"PYTHONPATH": str(ROOT)}
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/login/", process, var / "log")
        yield url
    finally:
        process.terminate()
        _wait_for_end(process, var / "log")


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url):
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail(f"the specimen did not start:\n{log.read_text()[-3000:]}")


def _wait_for_end(process: subprocess.Popen[bytes], log: Path) -> None:
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait()
        pytest.fail(f"the specimen did not end:\n{log.read_text()[-6000:]}")


@pytest.fixture(scope="module")
def session_of_admin(browser: Browser, base: str) -> object:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/login/")
    page.get_by_label("User Name").fill("admin")
    page.get_by_label("Password").fill("admin")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Good to see you, Ada")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def contexts() -> Iterator[dict[tuple[object, ...], BrowserContext]]:
    stored: dict[tuple[object, ...], BrowserContext] = {}
    yield stored
    for context in stored.values():
        context.close()


@pytest.fixture
def watched(
    browser: Browser, base: str, session_of_admin: object, contexts: dict[tuple[object, ...], BrowserContext]
) -> Iterator[Callable[..., Watched]]:
    """A page as the admin (or a stranger): `watched(width=390, scheme="dark", signed_in=True)`."""
    pages: list[Page] = []

    def make(*, width: int = 1440, scheme: str = "light", signed_in: bool = True) -> Watched:
        look = (width, scheme, signed_in)
        if look not in contexts:
            contexts[look] = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                storage_state=session_of_admin if signed_in else None,
                reduced_motion="reduce",
                has_touch=width < 600,
                is_mobile=width < 600,
            )
        pages.append(contexts[look].new_page())
        door = pages[-1].context.new_cdp_session(pages[-1])
        door.send("Storage.clearDataForOrigin", {"origin": base, "storageTypes": "local_storage"})
        door.detach()
        return Watched(pages[-1], base)

    yield make
    for page in pages:
        page.close()


Look = Callable[[str, int, str], Watched]


@pytest.fixture(scope="class")
def loaded() -> Iterator[dict[str, Watched]]:
    """The page that was loaded last, by its path: another look at it only turns it."""
    pages: dict[str, Watched] = {}
    yield pages
    for seen in pages.values():
        seen.page.close()


@pytest.fixture
def look(
    browser: Browser,
    base: str,
    session_of_admin: object,
    contexts: dict[tuple[object, ...], BrowserContext],
    loaded: dict[str, Watched],
) -> Look:
    """`look(path, width, scheme)` at a page as the admin: loaded once, then in another size and other colours."""

    def at(path: str, width: int, scheme: str) -> Watched:
        is_new = path not in loaded
        if is_new:
            signed_in = path != OTHERS["login"]
            if (signed_in,) not in contexts:
                state = session_of_admin if signed_in else None
                contexts[signed_in,] = browser.new_context(storage_state=state, reduced_motion="reduce")
            for seen in loaded.values():
                seen.page.close()
            loaded.clear()
            loaded[path] = Watched(contexts[signed_in,].new_page(), base)
        _turn(loaded[path].page, width, scheme)
        if is_new:
            loaded[path].open(path)
        return loaded[path]

    return at


def _turn(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if width < 600:
        page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": True})


NAMELESS_CONTROLS = """() => [...document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, progress, [role=switch]")]
  .filter((node) => node.checkVisibility() && !node.closest("template"))
  .filter((node) => !(node.getAttribute("aria-label") || node.labels?.length || node.textContent.trim() || node.title || node.getAttribute("aria-hidden")))
  .map((node) => node.outerHTML.slice(0, 120))"""
TWICE_USED_IDS = """() => { const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at); }"""


class TestEveryPage:
    @pytest.mark.parametrize(
        ("width", "scheme"), [(1440, "light"), (390, "dark")], ids=["desk-light", "phone-dark"]
    )
    @pytest.mark.parametrize("path", [*STAFF.values(), *OTHERS.values()], ids=[*STAFF, *OTHERS])
    def test_is_ours_quiet_readable_and_fits(self, look: Look, path: str, width: int, scheme: str) -> None:
        seen = look(path, width, scheme)
        page = seen.page
        expected = ["the server responded with a status of 404"] if path == OTHERS["missing"] else []
        assert [
            complaint for complaint in seen.complaints if not any(word in complaint for word in expected)
        ] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        assert page.evaluate(FAINT_WORDS) == []
        assert page.evaluate("document.querySelectorAll('h1').length") == 1
        assert page.evaluate(NAMELESS_CONTROLS) == []
        assert page.evaluate(TWICE_USED_IDS) == []

    def test_is_mirrored_for_a_language_from_right_to_left(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.evaluate("document.documentElement.dir = 'rtl'")
        side = page.locator(".sidebar").bounding_box()
        assert side is not None
        assert side["x"] > 700
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class TestTheFrame:
    def test_theme_is_chosen_kept_and_forgotten(self, watched: Callable[..., Watched]) -> None:
        page = watched().open("/")
        page.get_by_role("button", name="Use dark colours").click()
        page.reload()
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
        page.get_by_role("button", name="Use light colours").click()
        assert page.evaluate("localStorage.getItem('fanz.theme')") is None

    def test_sidebar_folds_to_icons_and_stays_folded(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("button", name="Fold or unfold").click()
        page.reload()
        box = page.locator(".sidebar").bounding_box()
        assert box is not None
        assert box["width"] < 70

    def test_sidebar_is_a_drawer_on_a_phone(self, watched: Callable[..., Watched]) -> None:
        page = watched(width=390).open(STAFF["list"])
        expect(page.locator(".sidebar")).to_be_hidden()
        page.get_by_role("button", name="Open the navigation").click()
        expect(page.get_by_role("link", name="Works")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".sidebar")).to_be_hidden()

    def test_palette_goes_to_a_page_by_a_part_of_its_name(self, watched: Callable[..., Watched]) -> None:
        page = watched().open("/")
        page.keyboard.press("/")
        page.keyboard.type("mak")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Makers")).to_be_visible()

    def test_palette_takes_what_is_typed_before_the_page_listens(
        self, watched: Callable[..., Watched]
    ) -> None:
        seen, held = watched(), []
        page = seen.page
        page.route("**/static/js/app.js*", lambda route: held.append(route))  # noqa: PLW0108  a built-in cannot be wrapped
        page.goto(seen.base + STAFF["list"], wait_until="commit")
        expect(page.locator("tbody tr").first).to_be_visible()
        page.keyboard.press("Control+k")
        page.keyboard.type("mak")
        held[0].continue_()
        expect(page.get_by_role("combobox", name="Search everything")).to_have_value("mak")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Makers")).to_be_visible()

    def test_account_menu_signs_out(
        self, watched: Callable[..., Watched], browser: Browser, base: str
    ) -> None:
        page = browser.new_page()
        page.goto(f"{base}/login/")
        page.get_by_label("User Name").fill("admin")
        page.get_by_label("Password").fill("admin")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Account of Ada Admin").click()
        page.get_by_text("Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.close()

    def test_keyboard_sees_where_it_is(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        for _ in range(12):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


class TestLists:
    def test_filter_is_added_applied_and_removed(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("button", name="Filter", exact=True).click()
        page.get_by_label("Title: value").fill("Studio")
        page.keyboard.press("Enter")
        expect(page.locator("h1 .count")).to_have_text("23")
        page.get_by_role("link", name="Remove the filter on Title").click()
        expect(page.locator("h1 .count")).to_have_text("140")

    def test_filter_on_a_relation_looks_the_record_up(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("button", name="Filter", exact=True).click()
        page.get_by_label("Column", exact=True).select_option(label="Maker")
        page.get_by_role("combobox", name="Maker: value").fill("mina")
        page.get_by_role("option", name="Mina Cole").click()
        page.get_by_role("button", name="Apply").click()
        expect(page.locator("h1 .count")).to_have_text("14")
        expect(page.locator(".chip")).to_contain_text("Maker is any of Mina Cole")
        page.get_by_role("button", name="Filter", exact=True).click()
        expect(page.locator(".token")).to_have_text("Mina Cole")

    def test_filter_on_no(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?_flt_0_featured=n")
        expect(page.locator("h1 .count")).to_have_text("105")

    def test_column_header_orders_both_ways(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("link", name="Price").click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("Price")
        page.get_by_role("link", name="Price").click()
        expect(page.locator("th[aria-sort=descending]")).to_have_text("Price")
        expect(page.locator("tbody tr").first).to_contain_text("49.")

    def test_pages_are_turned_and_sized(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("link", name="Next page").click()
        expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50 of 140")
        page.get_by_role("button", name="25 a page").click()
        page.get_by_role("link", name="100 a page").click()
        expect(page.locator("tbody tr")).to_have_count(100)

    def test_bulk_action_asks_first_and_acts_on_the_chosen(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?_flt_0_state=draft")
        for row in (1, 2):
            page.get_by_label(f"Choose row {row}", exact=True).check()
        bar = page.get_by_role("region", name="Chosen rows")
        expect(bar).to_contain_text("2 chosen")
        bar.get_by_role("button", name="Release").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(bar).to_be_visible()
        bar.get_by_role("button", name="Release").click()
        page.get_by_role("dialog").get_by_role("button", name="Release").click()
        expect(page.locator(".toast")).to_contain_text("Released: 2")

    def test_all_rows_of_the_page_are_chosen_at_once(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_label("Choose all on this page").check()
        expect(page.get_by_role("region", name="Chosen rows")).to_contain_text("25 chosen")
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_role("region", name="Chosen rows")).to_be_hidden()

    def test_deleting_asks_first(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?_flt_0_title=Night market, part 9")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_text("Nothing matches these filters")).to_be_visible()


class TestFinding:
    def test_groups_are_made_by_keyboard_alone(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("button", name="Filter", exact=True).press("Enter")
        expect(page.get_by_label("Column", exact=True)).to_be_focused()
        page.get_by_label("Title: value").fill("Sunset")
        page.get_by_role("button", name="Add group").first.press("Enter")
        page.keyboard.press("s")  # the focused column becomes State
        page.get_by_role("combobox", name="State: value").fill("draft")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Add condition").first.press("Enter")
        page.keyboard.press("f")  # Featured
        page.get_by_role("button", name="Apply").press("Enter")
        expect(page.locator(".chip-group")).to_contain_text("State is any of Draft")
        assert "title:has:Sunset,any(state:any:draft,featured:yes)" in unquote(page.url)
        page.get_by_role("link", name="Remove this group of filters").click()
        expect(page.locator("h1 .count")).to_have_text("24")

    def test_words_and_facets_narrow_the_list_together(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("searchbox", name="Search this list").fill("studio session")
        page.keyboard.press("Enter")
        expect(page.locator("h1 .count")).to_have_text("23")
        page.get_by_role("group", name="State").get_by_role("link", name="Draft").click()
        expect(page.locator("h1 .count")).not_to_have_text("23")
        expect(page.locator("tbody tr").first).to_contain_text("Draft")
        page.get_by_role("group", name="State").get_by_role("link", name="Draft").click()
        expect(page.locator("h1 .count")).to_have_text("23")

    def test_columns_are_chosen_and_ordered(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"])
        page.get_by_role("button", name="Columns").click()
        page.get_by_label("Score", exact=True).uncheck()
        page.get_by_label("Caption", exact=True).check()
        page.get_by_role("button", name="Move State up").press("Enter")
        page.get_by_role("button", name="Move State up").press("Enter")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("thead")).to_contain_text("Caption")
        head = page.locator("thead th").all_inner_texts()
        assert [text.strip() for text in head if text.strip()][:2] == ["State", "Title"]
        expect(page.locator("thead")).not_to_contain_text("Score")

    def test_view_is_saved_opened_and_deleted(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?q=featured:yes")
        page.get_by_role("button", name="Save view").click()
        page.get_by_role("dialog").get_by_label("Name").fill("On the front page")
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        views = page.get_by_role("navigation", name="Saved views")
        expect(views.get_by_role("link", name="On the front page")).to_have_attribute("aria-current", "page")
        page.get_by_role("link", name="Compact rows").click()
        page.get_by_role("button", name="Save changes").click()
        views.get_by_role("link", name="All").click()
        expect(page.locator("[data-density=compact]")).to_have_count(0)
        views.get_by_role("link", name="On the front page").click()
        expect(page.locator("[data-density=compact]")).to_be_visible()
        page.get_by_role("button", name="View", exact=True).click()
        page.get_by_role("button", name="Delete the view").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(views).to_be_hidden()

    @pytest.mark.parametrize("width", [1440, 390])
    def test_every_tool_is_open_to_everybody(self, watched: Callable[..., Watched], width: int) -> None:
        page = watched(width=width).open(
            STAFF["list"] + "?find=s&density=compact&q=any(title:has:s,featured:yes),state:any:draft;playable"
        )
        expect(page.get_by_role("group", name="Quick filters")).to_be_visible()
        page.get_by_role("button", name="Filter", exact=True).click()
        expect(page.get_by_label("Column", exact=True).first).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
        for name in ("Columns", "Save view"):
            page.get_by_role("button", name=name).click()
            assert violations(page) == []
            page.keyboard.press("Escape")
        page.locator("[data-palette]").click()
        page.keyboard.type("sunset")
        expect(page.locator("#palette [role=option]").first).to_be_visible()
        assert violations(page) == []

    def test_palette_finds_a_record_and_an_action(self, watched: Callable[..., Watched]) -> None:
        page = watched().open("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("mina cole")
        expect(page.get_by_role("option", name="Mina Cole")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Mina Cole")).to_be_visible()
        page.locator("[data-palette]").click()
        page.keyboard.type("new work")
        page.get_by_role("option", name="New work").click()
        expect(page.get_by_role("heading", name="New work")).to_be_visible()


class TestViews:
    @pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "dark")])
    @pytest.mark.parametrize("kind", ["board", "calendar", "empty month", "gallery", "map"])
    def test_is_open_to_everybody(self, look: Look, kind: str, width: int, scheme: str) -> None:
        page = look(STAFF[kind], width, scheme).page
        expect(page.get_by_role("navigation", name="Show as")).to_be_visible()
        assert violations(page, rules=COLOURS_ONLY if (width, scheme) == (1440, "dark") else ()) == []

    def test_a_card_of_the_board_is_moved_by_the_keyboard(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["board"] + "&q=title:is:%22Backstage, part 11%22")
        draft, playable = (page.locator(f'[data-state="{state}"]') for state in ("draft", "playable"))
        mover = page.get_by_role("button", name="Move Backstage, part 11")
        start = page.locator(".board-column", has=mover).get_attribute("data-state")
        assert start == "processing"
        mover.press("ArrowRight")
        page.get_by_role("dialog").get_by_role("button", name="Cancel").press("Enter")
        expect(playable.locator("[data-card]")).to_have_count(0)
        mover.press("ArrowRight")
        page.get_by_role("dialog").get_by_role("button", name="Release").press("Enter")
        expect(playable).to_contain_text("Backstage, part 11")
        expect(playable.locator("[data-count]")).to_have_text("1")
        expect(page.locator(".toast")).to_contain_text("Backstage, part 11: Playable")
        expect(mover).to_be_focused()
        mover.press("ArrowLeft")
        expect(draft).to_contain_text("Backstage, part 11")
        mover.press("Enter")
        page.get_by_role("button", name="Playable").press("Escape")
        expect(mover).to_be_focused()
        mover.press("ArrowLeft")
        expect(page.locator(".toast").last).to_contain_text("No step leads further that way.")

    def test_a_card_is_dragged_where_a_verb_leads(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["board"] + "&q=title:is:%22Backstage, part 6%22")
        card, playable = page.locator("[data-card]"), page.locator('[data-state="playable"]')
        card.drag_to(page.locator('[data-state="quarantined"]'))
        expect(playable.locator("[data-card]")).to_have_count(0)
        card.drag_to(playable)
        page.get_by_role("dialog").get_by_role("button", name="Release").click()
        expect(playable).to_contain_text("Backstage, part 6")
        page.reload()
        expect(playable).to_contain_text("Backstage, part 6")

    def test_the_month_is_an_agenda_on_a_phone(self, watched: Callable[..., Watched]) -> None:
        page = watched(width=390).open(STAFF["calendar"])
        expect(page.locator(".calendar td.filled").first).to_be_visible()
        expect(page.locator(".calendar td.outside").first).to_be_hidden()
        page.get_by_role("link", name="Month before").click()
        expect(page.get_by_role("heading", name="October 2026")).to_be_visible()
        page.get_by_role("link", name="Go to November 2026").click()
        expect(page.get_by_role("heading", name="November 2026")).to_be_visible()

    def test_numbers_lead_to_their_rows(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?q=featured:yes")
        figure = page.get_by_role("link", name="Ready to play")
        expect(figure).to_contain_text(re.compile(r"\d"))
        events = figure.locator(".value").inner_text()
        figure.click()
        expect(page.locator("h1 .count")).to_have_text(events)

    def test_pictures_are_chosen_for_an_action(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["gallery"])
        page.locator(".gallery-tick").first.check()
        expect(page.locator(".bulk [data-chosen]")).to_have_text("1")
        expect(page.get_by_role("button", name="Release")).to_be_visible()

    def test_a_country_of_the_map_leads_to_its_rows(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["map"])
        page.locator("svg a", has_text="Singapore").click()
        expect(page.locator(".chip")).to_contain_text("Country is any of SG")
        page.go_back()
        page.get_by_role("link", name="Germany").press("Enter")
        expect(page.locator(".chip")).to_contain_text("Country is any of DE")


class TestForms:
    def test_record_is_added_with_a_relation_looked_up(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["add"])
        page.get_by_label("Title").fill("A new one")
        page.get_by_role("combobox", name="Maker").fill("luna")
        page.get_by_role("option", name="Luna Hart").click()
        page.get_by_label("Price").fill("1999")
        page.get_by_label("Currency").fill("USD")
        page.get_by_label("Published").fill("2026-11-22T20:15")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".toast-success")).to_be_visible()
        page.goto(page.url.split("/specimen")[0] + STAFF["list"] + "?_flt_0_title=A new one")
        expect(page.locator("tbody tr")).to_contain_text("$19.99")
        expect(page.locator("tbody time").first).to_have_attribute("datetime", "2026-11-22T20:15:00Z")

    def test_each_error_stands_at_its_field_and_in_the_summary(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["add"])
        page.get_by_label("Price").fill("12")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("3 fields need your attention")
        expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Title")).to_have_attribute("aria-describedby", "title-error")
        expect(page.get_by_label("Price")).to_have_value("12")

    def test_record_is_changed_and_its_values_come_back(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["list"] + "?_flt_0_title=Backstage, part 7")
        page.get_by_role("link", name="Edit").first.click()
        expect(page.get_by_role("combobox", name="Maker")).to_have_value(re.compile("."))
        page.get_by_label("Caption").fill("Changed")
        page.get_by_label("Featured").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".toast-success")).to_be_visible()
        page.get_by_role("link", name="Backstage, part 7").first.click()
        expect(page.locator("dl")).to_contain_text("Changed")

    def test_related_records_are_in_a_tab(self, watched: Callable[..., Watched]) -> None:
        page = watched().open("/specimenmakerconsole/list/")
        page.get_by_role("link", name="Mina Cole").click()
        page.get_by_role("tab", name="Works").click()
        expect(page.locator("tbody tr").first).to_be_visible()
        page.get_by_role("tab", name="Works").press("Home")
        expect(page.get_by_role("tab", name="Details")).to_be_focused()

    def test_a_new_login_gets_roles_from_a_searched_list(self, watched: Callable[..., Watched]) -> None:
        page = watched().open(STAFF["add user"])
        for label, value in (
            ("First name", "New"),
            ("Last name", "Person"),
            ("User name", "newcomer"),
            ("E-mail", "new@example.com"),
        ):
            page.get_by_label(label).fill(value)
        for label in ("Password", "Confirm Password"):
            page.get_by_label(label, exact=True).or_(page.get_by_label(f"{label} *", exact=True)).fill(
                "a long password"
            )
        page.get_by_role("combobox", name="Role").fill("fin")
        page.get_by_role("option", name="Finance").click()
        expect(page.locator(".token")).to_have_text("Finance")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".toast-success")).to_be_visible()
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + STAFF["users"])
        expect(page.get_by_role("table")).to_contain_text("newcomer")


class TestLookup:
    def test_answers_only_for_the_console_s_own_relations(
        self, watched: Callable[..., Watched], base: str
    ) -> None:
        page = watched().open("/")
        assert page.request.get(f"{base}/specimenworkconsole/options/state").status == 404
        body = page.request.get(f"{base}/specimenworkconsole/options/maker?q=lu%25").json()
        assert body == []

    def test_is_closed_to_strangers(self, watched: Callable[..., Watched], base: str) -> None:
        page = watched(signed_in=False).open("/login/")
        answer = page.request.get(f"{base}/specimenworkconsole/options/maker", max_redirects=0)
        assert answer.status in {302, 401, 403}


class TestLive:
    def test_task_moves_its_bar_and_a_notice_becomes_a_toast(self, watched: Callable[..., Watched]) -> None:
        page = watched().open("/styleguide")
        page.evaluate("import('/static/js/live.js')")
        page.evaluate(
            """async () => { await import('/static/js/live.js');
            document.dispatchEvent(new CustomEvent('live:task', {detail: {id: 'sample', percent: 82, message: 'Packaging', state: 'running'}}));
            document.dispatchEvent(new CustomEvent('live:notice', {detail: {message: 'Playable now', kind: 'success'}})); }"""
        )
        block = page.locator("[data-task=sample]")
        expect(block.locator("output")).to_have_text("82 %")
        expect(block).to_contain_text("Packaging")
        expect(page.locator(".toast")).to_contain_text("Playable now")
