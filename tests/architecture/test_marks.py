"""Each column says what the platform asks of it: whether it is searched, sorted or to be sealed (kernel/marks.py)."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Column

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.registry import consoles
from fanzadmin.kernel.db import Model
from fanzadmin.kernel.marks import CLEAR, SEALED, SEARCHED, SORTED
from fanzadmin.kernel.search import searched_columns


@pytest.fixture(autouse=True)
def _assembled(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def columns() -> dict[str, Column[object]]:
    return {
        f"{table.fullname}.{c.name}": c for table in Model.metadata.tables.values() for c in table.columns
    }


def product_consoles() -> Iterator[ConsoleLike]:
    """The consoles of the product: tests declare some of their own."""
    yield from (
        console for console in consoles.values() if not console.datamodel.obj.__module__.startswith("tests.")
    )


def columns_of(model: type[Model], names: set[str]) -> Iterator[Column[object]]:
    """The columns of a model behind names of a console; a dotted name is another model's."""
    mapper = model.__mapper__
    for name in names:
        if name in mapper.columns:
            yield mapper.columns[name]
        elif name in mapper.relationships:
            yield from mapper.relationships[name].local_columns


def unmarked(model: type[Model], names: set[str], mark: str) -> set[str]:
    return {f"{c.table.fullname}.{c.name}" for c in columns_of(model, names) if not c.info.get(mark)}


def test_what_a_list_is_searched_by_is_marked() -> None:
    missing = set[str]()
    for console in product_consoles():
        model = console.datamodel.obj
        names = {*console.search_columns, *console.text_columns(), *searched_columns(model)}
        missing |= unmarked(model, names, SEARCHED)
    assert not missing, f'put @marks(searched="…") above the model: {sorted(missing)}'


def test_what_a_list_is_ordered_by_is_marked() -> None:
    missing = set[str]()
    for console in product_consoles():
        names = {*console.order_columns, *(console.base_order or ())[:1]}
        missing |= unmarked(console.datamodel.obj, names, SORTED)
    assert not missing, f'put @marks(sorted_by="…") above the model: {sorted(missing)}'


def test_personal_data_is_to_be_sealed_or_says_why_not() -> None:
    open_ = {
        name
        for name, c in columns().items()
        if c.info.get("pii") and not (c.info.get(SEALED) or c.info.get(CLEAR))
    }
    assert not open_, f'put @marks(sealed="…") above the model, or clear={{"…": reason}}: {sorted(open_)}'


def test_only_personal_data_is_sealed_or_needs_a_reason() -> None:
    other = {
        name
        for name, c in columns().items()
        if (c.info.get(SEALED) or c.info.get(CLEAR)) and not c.info.get("pii")
    }
    assert not other, f'say info={{"pii": …}}, or take the mark away: {sorted(other)}'


def test_nothing_sealed_is_searched_or_sorted() -> None:
    wrong = {
        name
        for name, c in columns().items()
        if c.info.get(SEALED) and (c.info.get(SEARCHED) or c.info.get(SORTED))
    }
    assert not wrong, (
        f"what is encrypted is neither found nor ordered: leave it out of the lists, {sorted(wrong)}"
    )


def test_what_is_sealed_is_not_clear() -> None:
    wrong = {name for name, c in columns().items() if c.info.get(SEALED) and c.info.get(CLEAR)}
    assert not wrong, f"sealed, or clear for a reason: {sorted(wrong)}"
