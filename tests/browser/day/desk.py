"""What a run of the day works with: the run, the database's own word, and one keyboard for each person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from security.demo import PASSWORD
from tests.browser.day.crowd import Run
from tests.browser.keys import Keys
from tests.faults.witness import Witness
from tests.platforms import Platform

A_PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
TAGS = "SELECT name, tags FROM crm.fan WHERE name = ANY(%s) ORDER BY name"
ENTRIES = """SELECT action, actor, approver, changes FROM security.audit_entry
    WHERE table_name = %s AND record_id = %s ORDER BY at DESC, id DESC"""


@dataclass
class Desk:
    """One run: `sit_down` gives a person a browser of their own and signs them in by keys."""

    run: Run
    platform: Platform
    browser: Browser
    pictures: Path
    opened: list[BrowserContext] = field(default_factory=list)
    keyboards: list[Keys] = field(default_factory=list)

    @property
    def witness(self) -> Witness:
        return Witness(self.platform)

    def sit_down(self, who: str) -> Keys:
        context = self.browser.new_context(
            viewport={"width": self.run.width, "height": self.run.height},
            color_scheme="dark" if self.run.theme == "dark" else "light",
            reduced_motion="reduce",
            accept_downloads=True,
            user_agent=A_PERSON,
        )
        context.set_default_timeout(30_000)
        self.opened.append(context)
        keys = Keys(context.new_page(), self.pictures, who)
        self.keyboards.append(keys)
        keys.arrive(f"{self.platform.address}/login/")
        keys.at("textbox", "User Name")
        keys.type(who)
        keys.tab_to("textbox", "Password", most=1)
        keys.type(PASSWORD)
        with keys.page.expect_navigation(url=lambda url: "/login" not in url):
            keys.press("Enter")
        return keys

    def leave(self) -> None:
        for context in self.opened:
            context.close()

    def tags(self, *numbers: int) -> list[list[str]]:
        """The tags of these fans of the run."""
        return [row[1] for row in self.witness.rows(TAGS, [[self.run.fan(number) for number in numbers]])]

    def fan_id(self, number: int) -> str:
        return str(self.witness.scalar("SELECT id FROM crm.fan WHERE name = %s", [self.run.fan(number)]))

    def audit(self, table: str, record_id: str) -> list[tuple[Any, ...]]:
        """(action, actor, approver, changes) of a record, the newest first."""
        return self.witness.rows(ENTRIES, [table, record_id])

    def until(self, see: Callable[[], Any], what: str) -> Any:
        return self.witness.until(see, what)
