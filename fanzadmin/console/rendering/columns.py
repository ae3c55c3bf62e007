"""How a column is drawn and called where its console says nothing: by the column itself.

A model's column says so by its helper (`moment(label="Opened")`, `ref("creator")`, `choice(State, 12)`, see kernel/db.py) or
by `info`: `label`, `cell` (one of CELLS), `currency` (the path to an amount's currency). A console declares only what
differs: what one list draws or calls otherwise.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup
from sqlalchemy import Column, Date, DateTime, Integer, String, inspect
from sqlalchemy.orm import Mapper

from fanzadmin.console.rendering.cells import (
    Cell,
    badge,
    code,
    duration,
    money,
    percent,
    reason,
    show,
    size,
    trace,
    when,
    word,
)
from fanzadmin.console.rendering.references import is_noun, named
from fanzadmin.kernel.db import Model

CELLS: Mapping[str, Callable[[], Cell]] = {
    "code": code,
    "bytes": size,
    "seconds": duration,
    "milliseconds": lambda: duration(milliseconds=True),
    "share": percent,
    "day": lambda: when(day_only=True),
    "badge": badge,
    "word": word,
    "trace": trace,
    "reason": reason,
}
AMOUNT = "_minor"


def default_cells(model: type[Model]) -> dict[str, Cell]:
    """The cells of a model's columns that say, or whose type says, how they are drawn."""
    mapper = inspect(model)
    cells = {name: _cell(name, column, mapper) for name, column in mapper.columns.items()}
    return {name: cell for name, cell in cells.items() if cell is not None}


def default_labels(model: type[Model]) -> dict[str, str]:
    """What a model's columns are called, where they say so."""
    mapper = inspect(model)
    labels = {name: _label(column) for name, column in mapper.columns.items()}
    return {name: label for name, label in labels.items() if label}


def _label(column: "Column[object]") -> str:
    """The column's own label; an id is called like what it is the id of."""
    noun = str(column.info.get("ref", ""))
    return str(column.info.get("label") or noun.replace("_", " ").capitalize())


def _cell(name: str, column: "Column[object]", mapper: "Mapper[Model]") -> Cell | None:
    if make_cell := CELLS.get(column.info.get("cell", "")):
        return make_cell()
    if noun := column.info.get("ref"):
        return _reference(noun)
    if "choice" in column.info:
        return _choice(name, column)
    if name.endswith(AMOUNT) and isinstance(column.type, Integer):
        currency = column.info.get("currency") or (
            "currency" if "currency" in mapper.all_orm_descriptors else ""
        )
        return money(name, currency) if currency else None
    if _is_state(name) and isinstance(column.type, String):
        return badge()
    return when() if isinstance(column.type, DateTime | Date) else None


def _choice(name: str, column: "Column[object]") -> Cell:
    pill = column.info["pill"]
    return badge(column.info["tones"]) if pill or (pill is None and _is_state(name)) else word()


def _is_state(name: str) -> bool:
    return name == "state" or name.endswith("_state")


def _reference(noun: str) -> Cell:
    """The name behind an id, once some system says what its `noun` is called; the id as it is until then."""
    name_cell = named(noun)

    def draw(value: object, item: object) -> Markup:
        return name_cell.draw(value, item) if is_noun(noun) else show(value)

    return Cell(draw, noun=noun)
