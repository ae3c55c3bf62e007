"""What a page of every console asks of PostgreSQL, on a small part of the demo: few statements, whatever it shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

import security.demo
from fanzadmin import operations
from fanzadmin.app import SYSTEMS
from fanzadmin.biolink import demo as biolink_demo
from fanzadmin.console.base import Console
from fanzadmin.console.registry import consoles
from fanzadmin.console.views.board import Board
from fanzadmin.console.views.mixin import View
from fanzadmin.console.views.worldmap import WorldMap
from fanzadmin.demo import ORDER
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import engine, session
from fanzadmin.kernel.demo import World
from fanzadmin.media import demo as media_demo
from tests.conftest import Client, make_user
from tests.demo_world import SMALL_CLIPS

MOST = 8
CREATORS, FANS, VISITS = 5, 60, 300
ROWS = 25
VIEW_CLASS = {"board": "board", "calendar": "calendar", "gallery": "gallery", "map": "map-view"}


@pytest.fixture(scope="module")
def demo_world(app: Flask) -> Iterator[World]:
    """The demo with a handful of creators and fans after CreatorCRM's part, in a transaction that is rolled back."""
    whole = engine()
    session.remove()
    with app.app_context(), whole.connect() as connection, pytest.MonkeyPatch.context() as patched:
        outer = connection.begin()
        session.configure(bind=connection, join_transaction_mode="create_savepoint")
        patched.setattr(biolink_demo, "CLICKS", VISITS)
        patched.setattr(biolink_demo, "VIEWS", VISITS)
        patched.setattr(media_demo, "CLIPS", SMALL_CLIPS)
        try:
            yield _seeded()
        finally:
            session.remove()
            session.configure(bind=whole, join_transaction_mode="conditional_savepoint")
            outer.rollback()


def _seeded() -> World:
    parts = {system.name: system for system in SYSTEMS}
    world = World(now=clock.now() - timedelta(minutes=1))
    security.demo.seed(world)
    for name in ORDER:
        if seed := parts[name].demo:
            seed(world)
        del world.creators[CREATORS:], world.fans[FANS:]
        session.flush()
    for system in SYSTEMS:
        if system.demo_end:
            system.demo_end(world)
    session().commit_transaction()
    return world


@pytest.fixture(scope="module")
def staff(app: Flask, demo_world: World) -> Client:
    client: Any = app.test_client()
    user_id = make_user(session, "Admin")
    session().commit_transaction()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = str(user_id), True
    return client  # type: ignore[no-any-return]


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def asked(staff: Client, address: str) -> tuple[str, list[str]]:
    """The page at an address, and what it asked once everything that is kept was known."""
    for _ in range(2):
        session.expunge_all()
        with statements() as seen:
            page = staff.get(address)
        assert page.status_code == 200, address
    return page.text, seen


def every_class() -> list[type[Console]]:
    """The consoles; the application must be imported, not made."""
    parts = (*SYSTEMS, operations.SYSTEM)
    return [console for system in parts for console in system.consoles if issubclass(console, Console)]


def all_consoles() -> list[str]:
    """By name."""
    return sorted(item.__name__ for item in every_class())


EVERY = pytest.mark.parametrize("name", all_consoles())


class TestLists:
    @EVERY
    def test_a_list_asks_no_more_than_eight_times(self, staff: Client, name: str) -> None:
        console = consoles[name]
        _, seen = asked(staff, f"{console.route_base}/list/")
        assert len(seen) <= MOST, "\n".join(seen)

    @EVERY
    def test_more_rows_ask_no_more(self, staff: Client, name: str) -> None:
        console = consoles[name]
        key = f"psize_{name}"
        few = asked(staff, f"{console.route_base}/list/?{key}=1")[1]
        many = asked(staff, f"{console.route_base}/list/?{key}={ROWS}")[1]
        nouns = {getattr(cell, "noun", "") for cell in console.formatters_columns.values()} - {""}
        assert len(many) <= len(few) + len(nouns), "\n".join(many)  # one row may name nobody


class TestRecords:
    @EVERY
    def test_a_record_loads_what_it_shows_at_once(self, staff: Client, name: str) -> None:
        console = consoles[name]
        row = session.query(console.datamodel.obj).first()
        if row is None:
            pytest.skip("the demo has none")
        relations = {path for path in console.datamodel.shown if "." not in path}
        item = console.datamodel.get(console.datamodel.get_pk_value(row), console._base_filters)
        assert item is row, "the record is not found by its own key"
        assert relations <= set(vars(item)), f"not loaded with the record: {relations - set(vars(item))}"

    @EVERY
    def test_a_key_that_cannot_be_one_is_no_record(self, staff: Client, name: str) -> None:
        console = consoles[name]
        for wrong in ("x", "0", "99999999999999999999", '["a", "b"]', "[]", "²"):
            assert staff.get(f"{console.route_base}/show/{wrong}").status_code == 404


class TestRowsAgain:
    """After a hint a page asks for its rows again (live.py): what did not change must look the same."""

    @EVERY
    def test_a_row_is_drawn_as_the_list_drew_it(self, staff: Client, name: str) -> None:
        console = consoles[name]
        page = _without_pictures(staff.get(f"{console.route_base}/list/").text)
        keys = [unescape(key) for key in re.findall(r'<tr data-id="([^"]*)"', page)]
        session.expunge_all()
        with statements() as seen:
            answer = staff.post(f"{console.route_base}/rows", data={"ids": keys})
        assert sorted(answer.json["rows"]) == sorted(keys)
        drawn = [cell for row in answer.json["rows"].values() for cell in row.values()]
        differing = [cell for cell in drawn if _without_pictures(cell) not in page]
        assert not differing, differing[:3]
        assert len(seen) <= MOST, "\n".join(seen)


def _without_pictures(html: str) -> str:
    """Signed addresses differ each time."""
    return re.sub(r' src="[^"]*"', "", html)


def declared(name: str) -> list[View]:
    """The views beyond the table of a console's class."""
    items: Any = next(item for item in every_class() if item.__name__ == name)
    views = [items.board, items.calendar, items.gallery, WorldMap(items.map_of) if items.map_of else None]
    return [view for view in views if view is not None]


class TestViews:
    @pytest.mark.parametrize(
        ("name", "view"), [(name, view) for name in all_consoles() for view in declared(name)]
    )
    def test_a_view_asks_a_bounded_number_of_times(self, staff: Client, name: str, view: View) -> None:
        page, seen = asked(staff, f"{consoles[name].route_base}/list/?kind={view.name}")
        states = len(view.words(consoles[name])) if isinstance(view, Board) else 0
        assert f'class="{VIEW_CLASS[view.name]}"' in page or "empty" in page
        assert len(seen) <= MOST + 6 + states, "\n".join(seen)

    @pytest.mark.parametrize("name", [item.__name__ for item in every_class() if item.cards])
    def test_cards_are_told_after_the_page(self, staff: Client, name: str) -> None:
        base = consoles[name].route_base
        page, _ = asked(staff, f"{base}/list/")
        assert page.count('class="number-card"') == len(consoles[name].cards)
        figures, _ = asked(staff, f"{base}/finding/cards")
        assert figures.count('class="number-card"') == len(consoles[name].cards)
        assert "takes too long" not in figures
