"""A person with a keyboard and eyes, and no mouse: a page is reached by keys alone, and whatever else is tried fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

MOST_TABS = 12  # presses of Tab to anything, from where the last step ended or from the top of a page
MOST_OPTIONS = 25
ARRIVE = Page.goto
BY_MOUSE_OR_SCRIPT = (
    "goto click dblclick fill type press press_sequentially focus hover tap check uncheck set_checked select_option"
    " set_input_files drag_to drag_and_drop dispatch_event clear blur"
).split()
WITNESS = r"""(() => {
  for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"]) {
    addEventListener(kind, (event) => event.isTrusted && notKeys(kind), true);
  }
  const focus = HTMLElement.prototype.focus;
  HTMLElement.prototype.focus = function (...how) {
    if (!/\/static\//.test(new Error().stack)) notKeys("focus by a script that is not the product's");
    return focus.apply(this, how);
  };
})();"""
UNSEEN = r"""() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const box = here.getBoundingClientRect();
  const said = `${here.outerHTML.slice(0, 160)}: `;
  if (box.width < 2 || box.height < 2) return said + "has no size";
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return said + "is outside the screen";
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 1) return said + "shows no focus";
  const x = Math.max(0, box.left) + (Math.min(innerWidth, box.right) - Math.max(0, box.left)) / 2;
  const y = Math.max(0, box.top) + (Math.min(innerHeight, box.bottom) - Math.max(0, box.top)) / 2;
  const top = document.elementFromPoint(x, y);
  if (top && !here.contains(top) && !top.contains(here)) return said + `is covered by ${top.outerHTML.slice(0, 80)}`;
  return "";
}"""
HAS_FOCUS = "nodes => nodes.includes(document.activeElement)"
FOCUSED = "() => document.activeElement.outerHTML.slice(0, 200)"
SELECTED = "() => document.activeElement.selectedOptions[0].textContent.trim()"


@contextmanager
def keys_only() -> Iterator[None]:
    """Playwright's ways to touch a page by anything but keys fail inside the block."""

    def refuse(name: str) -> Any:  # Any: it stands for methods of every shape
        def refused(*_: object, **__: object) -> None:
            raise AssertionError(f"{name}() is no key: press one")

        return refused

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Page, Locator):
            for name in BY_MOUSE_OR_SCRIPT:
                if hasattr(kind, name):
                    patch.setattr(kind, name, refuse(name))
        yield


@dataclass
class Keys:
    """The keyboard of a page, and what the eyes see of it. Pictures go to `pictures`."""

    page: Page
    pictures: Path
    who: str = ""
    fouls: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        self.page.expose_function("notKeys", lambda how: self.fouls.append(how))  # noqa: PLW0108  a built-in cannot be wrapped
        self.page.add_init_script(WITNESS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("filechooser", lambda _: None)  # who begins to listen at the key may miss it
        self.pictures.mkdir(parents=True, exist_ok=True)

    def arrive(self, address: str) -> None:
        """The one address that is typed into the browser itself."""
        ARRIVE(self.page, address)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def tab_to(
        self, role: Any, name: str | re.Pattern[str], *, most: int = MOST_TABS
    ) -> Locator:  # Any: AriaRole
        """Press Tab until the thing of this role and name has the focus; every stop on the way can be seen."""
        by_role = self.page.get_by_role(role, name=name, exact=True)
        for _ in range(most):
            self.press("Tab")
            assert not (fault := self.page.evaluate(UNSEEN)), fault
            if by_role.evaluate_all(HAS_FOCUS):
                return by_role.first
        raise AssertionError(f"no {role} {name!r} within {most} Tabs; now at {self.page.evaluate(FOCUSED)}")

    def from_top_to(
        self, role: Any, name: str | re.Pattern[str], *, most: int = MOST_TABS
    ) -> Locator:  # Any: AriaRole
        """The same from a page that was just opened, by its link past the navigation."""
        if not self.page.url.endswith("#content"):  # a form that was sent from there comes back there
            self.tab_to("link", "Skip to the content", most=1)
            self.press("Enter")
        return self.tab_to(role, name, most=most)

    def at(self, role: Any, name: str | re.Pattern[str]) -> None:  # Any: AriaRole
        """The focus is on the thing of this role and name, and can be seen there."""
        by_role = self.page.get_by_role(role, name=name, exact=True)
        expect(by_role.and_(self.page.locator(":focus"))).to_have_count(1)
        assert not (fault := self.page.evaluate(UNSEEN)), fault

    def pick(self, option: str) -> None:
        """Choose an option of the list that has the focus, by the arrows."""
        self.press("Home")
        for _ in range(MOST_OPTIONS):
            if self.page.evaluate(SELECTED) == option:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no option {option!r} in {self.page.evaluate(FOCUSED)}")

    def agree(self, title: str, word: str) -> None:
        """Say yes to the question of a dialog."""
        dialog = self.page.get_by_role("dialog", name=title)
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        self.tab_to("button", word, most=1)
        self.press("Enter")

    def palette(self, words: str, option: str, *, heading: str = "") -> None:
        """Go somewhere by Ctrl-K."""
        self.press("Control+k")
        self.type(words)
        result = self.page.locator("#palette [role=option]")
        first = result.filter(has_text=option).first
        expect(first).to_be_visible()
        for _ in range(result.count()):
            if first.get_attribute("aria-selected") == "true":
                break
            self.press("ArrowDown")
        with self.page.expect_navigation():
            self.press("Enter")
        self.see_heading(heading or option)

    def see_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def picture(self, name: str) -> None:
        """Keep what is on the screen now. JPEG: a lossless picture takes Chromium twice as long."""
        self.seen += 1
        path = self.pictures / f"{self.who} {self.seen:02} {name}.jpg"
        self.page.screenshot(path=path, type="jpeg", quality=80)
