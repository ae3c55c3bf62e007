"""Each figure, as people read it, is what the rows say."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import format_timedelta
from sqlalchemy import text

from dashboards import BOARDS
from dashboards.shell import Board, Card
from fanzadmin.console.registry import consoles
from fanzadmin.console.views.cards import NumberCards
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.demo import DemoCreator, World
from fanzadmin.kernel.i18n.languages import money_text
from tests.conftest import Client
from tests.dashboards.conftest import Page, _rows, _words
from tests.figures.conftest import LISTED, Recount, Rows, numbers_in, period, same, signed_in, tiles

ESTIMATES = {"outlook"}  # charts that also show what no row says
PORTAL = {
    "home": "/portal/",
    "fans": "/portal/fans",
    "money": "/portal/money",
    "page": "/portal/page",
    "link": "/portal/page/links/{link}",
}
NAMED = {place.partition(": ")[0] for place in LISTED if place.endswith(": ") or "Console" in place}


def entries(start: str) -> list[str]:
    return sorted(place for place in LISTED if place.startswith(start))


COUNTERS = entries("counter ")


class TestCards:
    @pytest.mark.parametrize("name", sorted(NAMED))
    def test_are_their_recount(self, staff: Client, recount: Recount, name: str) -> None:
        compare_cards(staff, recount, name)


def compare_cards(staff: Client, recount: Recount, name: str) -> None:
    """The number cards of a console."""
    console = consoles[name]
    assert isinstance(console, NumberCards)
    drawn = tiles(staff.get(f"{console.route_base}/finding/cards").text)
    assert drawn.keys() == {str(card.label) for card in console.cards}
    for card in console.cards:
        place, tile = f"{name}: {card.label}", drawn[str(card.label)]
        rows = recount(place, **_parameters(place, now=clock.now()))
        if card.total:
            amounts = [money_text(int(minor), currency) for currency, minor in rows]
            assert (tile.value, tile.note) == (amounts[0] if amounts else "0", " · ".join(amounts[1:])), place
        elif card.oldest:
            assert tile.value == (_age(rows[0][0]) if rows[0][0] else "none"), place
        else:
            assert numbers_in(tile.value) == [float(rows[0][0])], place
            if card.since and rows[0][1]:
                change = abs(100 * (rows[0][0] - rows[0][1]) / rows[0][1])
                assert tile.change == pytest.approx(change, abs=0.6), place


def _age(oldest: datetime) -> str:
    return str(format_timedelta(clock.now() - oldest))


class TestBoards:
    @pytest.mark.parametrize("days", [30, 365])
    @pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
    def test_are_their_recount(self, staff: Client, recount: Recount, board: Board, days: int) -> None:
        compare_board(staff, recount, board, days=days)


def compare_board(staff: Client, recount: Recount, board: Board, *, days: int) -> None:
    """Each card of a board for the choices that it offers: books of one currency each, else all clusters and the first."""
    page = Page(staff, board.name)
    everything = [row[0] for row in session.execute(text("SELECT key FROM security.cluster ORDER BY key"))]
    choices = [(key, [key]) for key in everything]
    for chosen, clusters in choices if board.money else [("all", everything), choices[0]]:
        for feed in board.feeds:
            answer = page.ask(feed.cards[0].id, cluster=chosen, days=days).get_json()["response"]
            for card in feed.cards:
                parts = {key.removeprefix(f"{card.id}-"): value for key, value in answer.items()}
                _compare(board.name, card, parts, recount, period(days) | {"clusters": clusters})


def _compare(
    board: str, card: Card, parts: dict[str, Any], recount: Recount, parameters: dict[str, object]
) -> None:
    if card.kind == "numbers":
        drawn = [list(_words(tile)) for tile in parts["numbers"]["children"]]
        assert {f"{board} board, {card.id}: {tile[0]}" for tile in drawn} == set(
            entries(f"{board} board, {card.id}: ")
        )
        for label, *words in drawn:
            _same_numbers(f"{board} board, {card.id}: {label}", words, recount, parameters)
        return
    place = f"{board} board: {card.id}"
    rows = recount(place, **_parameters(place, **parameters))
    if card.kind == "table":
        shown = [
            [" ".join("".join(_words(cell)).split()) for cell in row]
            for row in _cells(parts["table"]["children"])
        ]
        assert len(shown) == len(rows), place
        for cells, row in zip(sorted(shown), sorted(rows, key=lambda row: str(row[0])), strict=True):
            _same_cells(place, cells, row)
    else:
        _same_points(place, _points(parts["figure"]["data"]["data"]), rows, estimated=card.id in ESTIMATES)


def _same_numbers(place: str, words: list[str], recount: Recount, parameters: dict[str, object]) -> None:
    (row,) = recount(place, **_parameters(place, **parameters))
    shown = [number for word in words for number in numbers_in(word)]
    counted = [float(value) for value in row if value is not None]
    if counted and not row[0] and len(shown) < len(counted):  # nothing to have a share of
        counted = counted[: len(shown)]
    assert len(shown) == len(counted), (place, words, row)
    assert all(map(same, map(abs, shown), map(abs, counted))), (place, words, row)


def _same_cells(place: str, cells: list[str], row: tuple[Any, ...]) -> None:
    assert len(cells) == len(row), place
    for cell, value in zip(cells, row, strict=True):
        if isinstance(value, str):
            assert cell.replace(" ", "").startswith(value.replace(" ", "")), (place, cells, row)
        elif value is not None:
            assert same(numbers_in(cell)[0], float(value)), (place, cells, row)


def _cells(component: Any) -> list[list[Any]]:
    return [[cell["props"]["children"] for cell in row["props"]["children"]] for row in _rows(component)]


def _points(traces: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """What a chart draws: by series and place on the axis; for a map of heat by its two axes."""
    points: dict[tuple[str, str], float] = {}
    for trace in traces:
        if "z" in trace:
            points |= {
                (str(trace["y"][row]), str(trace["x"][at])): value
                for row, values in enumerate(trace["z"])
                for at, value in enumerate(values)
                if value is not None
            }
            continue
        flat = trace.get("orientation") == "h"
        axis, values = (trace["y"], trace["x"]) if flat else (trace["x"], trace["y"])
        points |= {(trace["name"], str(at)): float(value) for at, value in zip(axis, values, strict=True)}
    return points


def _same_points(place: str, drawn: dict[tuple[str, str], float], rows: Rows, *, estimated: bool) -> None:
    counted = {(str(series), str(at)): float(value) for series, at, value in rows}
    names = {series for series, _at in counted}
    shown = {key: value for key, value in drawn.items() if value and (not estimated or key[0] in names)}
    counted = {key: value for key, value in counted.items() if value}
    if estimated and not shown:  # too short a past to look ahead
        return
    wrong = {
        key: (shown.get(key), counted.get(key))
        for key in shown.keys() | counted.keys()
        if abs(shown.get(key, 0.0) - counted.get(key, 0.0)) > 0.006
    }
    assert not wrong, (place, dict(list(wrong.items())[:5]))


class TestPortal:
    @pytest.mark.parametrize("page", PORTAL)
    def test_is_its_recount(self, app: Flask, demo_world: World, recount: Recount, page: str) -> None:
        for creator in demo_world.creators[:2]:
            compare_portal(app, recount, page, creator)


def compare_portal(app: Flask, recount: Recount, page: str, creator: DemoCreator) -> None:
    most = text("SELECT id FROM biolink.short_link WHERE creator_id = :id ORDER BY clicks DESC LIMIT 1")
    link = str(session.execute(most, {"id": creator.id}).scalar_one())
    drawn = tiles(signed_in(app, creator.user_id).get(PORTAL[page].format(link=link)).text)
    assert {f"portal/{page}.html: {label}" for label in drawn} == set(entries(f"portal/{page}.html: "))
    for label, tile in drawn.items():
        place = f"portal/{page}.html: {label}"
        (row,) = recount(place, **_parameters(place, creator=creator.id, link=link, now=clock.now()))
        shown, counted = tile.numbers, [float(value) for value in row]
        assert len(shown) == len(counted), (place, tile, row)
        assert all(map(same, shown, counted)), (place, tile, row)


class TestCounters:
    @pytest.mark.parametrize("place", COUNTERS)
    def test_are_their_recount(self, demo_world: World, recount: Recount, place: str) -> None:
        compare_counter(recount, place)


def compare_counter(recount: Recount, place: str) -> None:
    """A column that is added to, row by row."""
    table, column = place.removeprefix("counter ").rsplit(".", 1)
    keys = KEYS.get(table, "id")
    rows = [
        (tuple(map(str, row[:-1])), int(row[-1]))
        for row in session.execute(text(f'SELECT {keys}, "{column}" FROM {table}'))
    ]
    shown = {key: count for key, count in rows if count}
    counted = {tuple(map(str, row[:-1])): int(row[-1]) for row in recount(place) if row[-1]}
    if "day" not in keys:  # of what is there no more nothing is shown
        counted = {key: counted[key] for key, _count in rows if key in counted}
    wrong = {
        key: (shown.get(key), counted.get(key))
        for key in shown.keys() | counted.keys()
        if shown.get(key) != counted.get(key)
    }
    assert not wrong, (place, len(wrong), dict(list(wrong.items())[:5]))


KEYS = {
    "crm.creator_numbers": "creator_id",
    "crm.creator_day": "creator_id, day",
    "gpt.asset_history": "asset_id",
    "gpt.post_history": "post_id",
}


def _parameters(place: str, **values: object) -> dict[str, object]:
    """Those that the statement names."""
    return {name: value for name, value in values.items() if f":{name}" in LISTED[place].recount}
