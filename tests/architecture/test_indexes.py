"""A console over a table that grows without end orders and filters by what has an index."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from fanzadmin import operations
from fanzadmin.app import SYSTEMS
from fanzadmin.console import Console
from fanzadmin.console.data.indexes import can_find, can_sort, is_large
from fanzadmin.console.registry import consoles

# Columns of few values that are all frequent: a list finds enough rows of each by walking its own order.
EVEN = {
    "crm.fan": {"cluster"},
    "crm.timeline_entry": {"subject_kind"},
    "chat.message": {"sender", "kind"},
    "biolink.click": {"cluster", "device", "is_bot", "bot_reason", "is_unique"},
    "biolink.view": {"cluster", "device", "is_bot", "bot_reason", "is_unique"},
    "finance.posting": {"currency"},
    "finance.payment": {"purpose"},
    "kernel.outbox": {"cluster"},
    "kernel.inbox": {"state"},  # the rare states have partial indexes of their own
}

GROW_WITHOUT_END = {
    "crm.fan", "crm.timeline_entry", "chat.conversation", "chat.message", "biolink.click", "biolink.view",
    "social.follow", "social.post_like", "social.share", "social.comment", "finance.journal_entry", "finance.posting", "finance.payment", "finance.subscription",
    "kernel.outbox", "kernel.inbox", "audit_entry",
}  # fmt: skip

ALL = [
    console
    for system in (*SYSTEMS, operations.SYSTEM)
    for console in system.consoles
    if issubclass(console, Console)
]
LARGE = [console.__name__ for console in ALL if is_large(console.datamodel.obj)]


def test_every_table_that_grows_without_end_says_so() -> None:
    names = {item.datamodel.obj.__table__.fullname for item in ALL if is_large(item.datamodel.obj)}
    assert names >= GROW_WITHOUT_END, "write __large__ = True into the model"


@pytest.mark.parametrize("name", LARGE)
def test_a_large_list_is_ordered_by_an_index(app: Flask, name: str) -> None:
    console = consoles[name]
    model = console.datamodel.obj
    expected = {*console.order_columns, console.base_order[0]}
    slow = {column for column in expected if not can_sort(model, column)}
    assert not slow, f"add Index(<column>, <key>) to {model.__name__}, or leave these out: {slow}"


@pytest.mark.parametrize("name", LARGE)
def test_a_view_of_a_large_list_groups_by_an_index(app: Flask, name: str) -> None:
    """A board takes the newest of each state, a calendar the first of each day, a map counts along the index."""
    console = consoles[name]
    model = console.datamodel.obj
    views = [view for view in console.declared_views() if view is not None and view.column]
    slow = {
        f"{view.name} by {view.column}"
        for view in views
        if not (can_find if view.name == "map" else can_sort)(model, view.column)
    }
    assert not slow, f"add Index(<column>, <key>) to {model.__name__}, or leave these out: {slow}"


@pytest.mark.parametrize("name", LARGE)
def test_a_card_of_a_large_list_finds_its_rows_by_an_index(app: Flask, name: str) -> None:
    console = consoles[name]
    model = console.datamodel.obj
    even = EVEN.get(model.__table__.fullname, set())
    slow = {
        f"{card.label}: {column}"
        for card in console.cards
        for column in card.columns - {card.total}
        if column not in even and not (can_sort if column == card.oldest else can_find)(model, column)
    }
    assert not slow, f"add an index to {model.__name__}, or count something else: {slow}"


@pytest.mark.parametrize("name", LARGE)
def test_a_large_list_is_filtered_by_an_index(app: Flask, name: str) -> None:
    console = consoles[name]
    model = console.datamodel.obj
    even = EVEN.get(model.__table__.fullname, set())
    slow = {column for column in console.search_columns if column not in even and not can_find(model, column)}
    assert not slow, f"add an index to {model.__name__}, or leave these out of search_columns: {slow}"


@pytest.mark.parametrize("name", LARGE)
def test_a_large_list_is_searched_by_its_words(app: Flask, db: Any, name: str) -> None:
    console = consoles[name]
    model = console.datamodel.obj
    expected = set(console.text_columns()) & set(console.search_columns)
    slow = {column for column in expected if not can_find(model, column)}
    assert not slow, f"put @searchable on {model.__name__}, or leave these out of the search box: {slow}"
    if not expected:
        return
    asked = str(console.matching(MultiDict({"find": "abc"})))
    assert "LIKE" not in asked.upper(), "a large table without words is asked for whole texts"
