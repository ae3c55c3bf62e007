"""A page as a person and an auditor see it: what it complains about, what it refuses, what it weighs, how it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Page, Request, Response

from tests.browser.axe import COLOURS_ONLY, violations

Scheme = Literal["light", "dark"]
DESK, PHONE = 1440, 390
LOOKS: tuple[tuple[Scheme, int], ...] = (
    ("light", DESK),
    ("dark", DESK),
    ("light", PHONE),
)  # colours move nothing
STATUS_IS_EXPECTED = "the server responded with a status of"
REFUSALS = """globalThis.refusals = [];
document.addEventListener("securitypolicyviolation", (event) => refusals.push(
  `${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`));"""


@dataclass
class Eyes:
    """One tab on a platform at `base`. `sizes`: of each file as it travelled, since a browser keeps it and asks once."""

    page: Page
    base: str
    sizes: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    loaded: list[Request] = field(default_factory=list)
    answer: Response | None = None

    def __post_init__(self) -> None:
        self.page.add_init_script(REFUSALS)
        self.page.on("console", lambda item: self._hear(item.text) if item.type == "error" else None)
        self.page.on("pageerror", lambda error: self._hear(str(error)))
        self.page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        self.loaded.append(request)

    def _hear(self, words: str) -> None:
        if STATUS_IS_EXPECTED not in words:
            self.complaints.append(words)

    def open(self, path: str, *, then: str = "") -> Page:
        """Go to `path`, and on to the first link that `then` selects."""
        self.answer = self.page.goto(self.base + path)
        if then:
            address = self.page.locator(then).first.get_attribute("href")
            self.complaints.clear()
            self.loaded.clear()
            self.answer = self.page.goto(self.base + str(address))
        return self.page

    def faults(self) -> list[str]:
        """What keeps somebody out or goes wrong: light and dark, at a desk and on a phone."""
        results = [
            f"{scheme} {width}: {fault}" for scheme, width in LOOKS for fault in self._look(scheme, width)
        ]
        refused = [str(item) for item in self.page.evaluate("refusals")]
        return [*dict.fromkeys(results), *self.complaints, *refused, *self._policy()]

    def _look(self, scheme: Scheme, width: int) -> list[str]:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)
        result = self._violations(scheme, width)
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            result.append("the page scrolls sideways")
        return result

    def _violations(self, scheme: Scheme, width: int) -> list[str]:
        """Colours are compared once in light and once in dark: that is most of the work, and a phone has the same."""
        if scheme == "dark":
            return violations(self.page, rules=COLOURS_ONLY)
        return violations(self.page, without=() if width == DESK else COLOURS_ONLY)

    def _policy(self) -> list[str]:
        """What the page's policy allows beyond our own files."""
        assert self.answer is not None
        text = self.answer.headers["content-security-policy"]
        parts = {part.split()[0]: part for part in text.split("; ")}
        loose = [part for name, part in parts.items() if "unsafe" in part and name != "style-src"]
        loose += (
            [parts["style-src"]] if "unsafe" in parts["style-src"] and "/boards/" not in self.page.url else []
        )
        return [f"loose policy: {part}" for part in loose]

    def weight(self) -> tuple[int, int]:
        """Bytes of HTML, and bytes of scripts and styles as they travelled."""
        assert self.answer is not None
        parts = [item for item in self.loaded if item.resource_type in {"script", "stylesheet"}]
        for part in parts:
            self.sizes[part.url] = max(self.sizes.get(part.url, 0), part.sizes()["responseBodySize"])
        return len(self.answer.body()), sum(self.sizes[part.url] for part in parts)
