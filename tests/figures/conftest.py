"""The list of figures (docs/figures), and their recounts on a small part of the demo."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import World
from fanzadmin.reference import Figure, figures
from tests.conftest import Client, make_user
from tests.console.test_statements import demo_world

__all__ = ["demo_world"]
LISTED: dict[str, Figure] = {entry.place: entry for entries in figures().values() for entry in entries}
_NUMBER = re.compile(r"[-−+]?[$€£]?\d[\d,]*(?:\.\d+)?")

Rows = list[tuple[Any, ...]]  # Any: whatever a statement answers
Recount = Callable[..., Rows]


def numbers_in(words: str) -> list[float]:
    """`−$1,234.50 in 30 days` → [-1234.5, 30]."""
    return [
        float(re.sub(r"[$€£,+]", "", digits).replace("−", "-")) for digits in _NUMBER.findall(unescape(words))
    ]


def same(shown: float, recounted: float) -> bool:
    """Whether two numbers are the same to the last digit that a page shows."""
    return (
        abs(shown - float(recounted)) <= 0.051
        if shown != round(shown)
        else abs(shown - float(recounted)) < 0.5
    )


@pytest.fixture
def recount(demo_world: World) -> Recount:
    """`recount(place, **parameters)`: the rows that the list's statement answers."""

    def ask(place: str, **parameters: object) -> Rows:
        with session.begin_nested():
            return [tuple(row) for row in session.execute(text(LISTED[place].recount), parameters)]

    return ask


@pytest.fixture(scope="module")
def staff(app: Flask, demo_world: World) -> Client:
    """An administrator's browser."""
    return signed_in(app, make_user(session, "Admin"))


def signed_in(app: Flask, user_id: int) -> Client:
    client: Any = app.test_client()  # Any: the application's own client class
    client.user_id = user_id
    session().commit_transaction()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = str(user_id), True
    return client  # type: ignore[no-any-return]


def period(days: int) -> dict[str, object]:
    """What a board's period is called in the statements."""
    now = clock.now()
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    return {"now": now, "days": days, "since": since, "first": since.date()}


@dataclass(frozen=True)
class Tile:
    """A number card as it is read."""

    value: str
    note: str
    change: float | None

    @property
    def numbers(self) -> list[float]:
        return numbers_in(self.value) + numbers_in(self.note)


def tiles(page: str) -> dict[str, Tile]:
    """The number cards of a page, by label."""
    pieces = re.split(r'class="number-card[^"]*"', re.sub(r"<svg.*?</svg>", "", page, flags=re.S))[1:]
    return dict(_tile(re.split(r"</div>|</a>\s*(?=<a |$)", piece)[0]) for piece in pieces)


def _tile(piece: str) -> tuple[str, Tile]:
    label, _, rest = piece.partition('<span class="value">')
    value, _, note = rest.partition('<span class="note">')
    trend = re.search(r'<span class="trend.*?([\d.]+) %</span>', note, re.S)
    change = None
    if trend:
        note = note.replace(trend[0], "")
        change = float(trend[1])
    return _text(label.partition(">")[2]), Tile(_text(value), _text(note), change)


def _text(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())
