"""Every figure that is drawn stands in the list; found by what draws it, so that a new one cannot be forgotten."""

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import Integer

from dashboards import BOARDS
from fanzadmin.console.registry import consoles
from fanzadmin.console.views.cards import NumberCards
from fanzadmin.kernel.db import Model
from tests.figures.conftest import LISTED

TEMPLATES = Path(__file__).parents[2] / "fanzadmin" / "templates"
DRAWS_A_FIGURE = re.compile(
    r"\b(?:parts\.figure|ui\.number)\(\s*(?:_|pgettext)\((?:\"[^\"]*\", )?\"([^\"]*)\""
)
CALLS = re.compile(r"\b(?:parts\.figure|ui\.number)\(")
OF_ONE_PROCESS = {  # pages about one thing that is in hand, where each number is of that thing's own row
    "console/batch.html", "console/bulk_preview.html", "operations/trace.html", "styleguide.html",
}  # fmt: skip
CARDS = {"macros/ui.html", "portal/_parts.html", "console/_cards.html", "console/_waiting.html"}
NOT_COUNTED = {  # a place, a size or a try: nothing that is the sum of other rows
    "chat.conversation.last_change", "compliance.depiction.place", "console.batch.done", "console.batch.refused",
    "console.batch.total", "finance.subscription.failed_renewals", "kernel.task.attempts", "kernel.task.percent",
    "crm.report.decisions_before", "media.asset.stored_bytes", "shield.verdict.clean_size", "shield.verdict.duration_ms", "shield.verdict.height",
    "shield.verdict.scan_ms", "shield.verdict.trailing_bytes", "shield.verdict.width",
}  # fmt: skip
MEND = "say in docs/figures what these mean and how they are counted again: {}"


def missing(places: set[str]) -> str:
    return MEND.format(sorted(places - LISTED.keys()))


def cards_of_consoles() -> set[str]:
    return {
        f"{name}: {card.label}"
        for name, console in consoles.items()
        if isinstance(console, NumberCards)
        for card in console.cards
    }


def cards_of_boards() -> set[str]:
    """The cards that are charts and tables; a card of numbers stands for its tiles, which only show when they are drawn."""
    return {
        f"{board.name} board: {card.id}"
        for board in BOARDS
        for feed in board.feeds
        for card in feed.cards
        if card.kind != "numbers"
    }


def figures_of_templates() -> dict[str, list[str]]:
    """By template that draws figures: their labels."""
    return {
        str(path.relative_to(TEMPLATES)): DRAWS_A_FIGURE.findall(path.read_text())
        for path in sorted(TEMPLATES.rglob("*.html"))
        if CALLS.search(path.read_text())
    }


def counters() -> set[str]:
    """The columns that begin at 0 and are added to."""
    return {
        f"{table.fullname}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Integer) and column.default is not None and column.default.is_scalar
        and column.default.arg == 0
    }  # fmt: skip


class TestEveryFigure:
    def test_of_a_console_is_listed(self, app: Flask) -> None:
        places = cards_of_consoles()
        assert len(places) > 50
        assert places <= LISTED.keys(), missing(places)

    def test_of_a_board_is_listed(self, app: Flask) -> None:
        places = cards_of_boards()
        assert len(places) > 20
        assert places <= LISTED.keys(), missing(places)

    def test_of_a_page_is_listed(self) -> None:
        drawn = {
            name: labels for name, labels in figures_of_templates().items() if name not in OF_ONE_PROCESS
        }
        assert drawn
        places = {f"{name}: {label}" for name, labels in drawn.items() for label in labels}
        assert places <= LISTED.keys(), missing(places)

    def test_of_a_page_has_its_label_where_it_is_drawn(self) -> None:
        nameless = [
            name
            for name, labels in figures_of_templates().items()
            if name not in OF_ONE_PROCESS
            and len(labels) != len(CALLS.findall((TEMPLATES / name).read_text()))
        ]
        assert not nameless, (
            f"give these figures a label of their own, in the call that draws them: {nameless}"
        )

    def test_is_drawn_by_a_macro(self) -> None:
        others = {
            str(path.relative_to(TEMPLATES))
            for path in TEMPLATES.rglob("*.html")
            if re.search(r'class="[^"]*\bnumber-card\b', path.read_text())
        } - CARDS
        assert not others, (
            f"draw these figures by ui.number or parts.figure, so that the list sees them: {others}"
        )

    def test_that_is_added_to_is_listed(self, app: Flask) -> None:
        places = {f"counter {name}" for name in counters() - NOT_COUNTED}
        assert places <= LISTED.keys(), missing(places)


class TestTheList:
    def test_has_nothing_that_is_not_drawn(self, app: Flask) -> None:
        tiles = {
            place for place in LISTED if re.fullmatch(r"\w+ board, [\w-]+: .*", place)
        }  # of test_recounts.py
        pages = {f"{name}: {label}" for name, labels in figures_of_templates().items() for label in labels}
        drawn = cards_of_consoles() | cards_of_boards() | pages | {f"counter {name}" for name in counters()}
        gone = LISTED.keys() - tiles - drawn
        assert not gone, f"these are drawn no more: {sorted(gone)}"

    def test_says_what_each_means(self) -> None:
        bare = [
            place
            for place, figure in LISTED.items()
            if not figure.meaning.endswith(".") or not figure.recount
        ]
        assert not bare, f"a sentence and a statement for each: {bare}"
