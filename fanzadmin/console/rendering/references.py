"""Records of other systems by their names: a table holds the id of a creator, a fan or an asset; a list shows who or what
it is, and leads there whoever may read the record. Forms and filters look such an id up by its name (fields.py).

A system says by `System.names` what its ids are called; `named("creator")` is the cell of a column that holds one.
"""

from collections.abc import Callable, Mapping

from flask import current_app, g, url_for
from flask_appbuilder import ModelView
from markupsafe import Markup, escape
from sqlalchemy import Uuid

from fanzadmin.console.data.shapes import Record, TableColumn
from fanzadmin.console.rendering.cells import Cell, code
from fanzadmin.kernel.db import Model

Names = Callable[[tuple[str, ...]], Mapping[str, str]]
_nouns: dict[str, tuple[type[ModelView], Names]] = {}


def name_by(noun: str, console: type[ModelView], names: Names) -> None:
    """Call ids of `noun` (a column `<noun>_id` holds one) as `names` says; their records are read in `console`."""
    _nouns[noun] = console, names


def is_noun(noun: str) -> bool:
    """Whether some system says what ids of `noun` are called."""
    return noun in _nouns


def noun_of(column: TableColumn) -> str:
    """What the ids in a column are ids of; empty where it does not say."""
    declared: str = column.info.get("ref", "")
    short = column.name.removesuffix("_id")
    return declared or (short if short in _nouns else "")


def model_of(column: TableColumn) -> type[Record] | None:
    """The model that a column's ids are of: by its foreign key, by `System.names`, or by a noun of the own system.
    None where it is none of these."""
    if not isinstance(column.type, Uuid):
        return None
    noun = noun_of(column)
    if noun in _nouns:
        result: type[Record] | None = _nouns[noun][0].datamodel.obj
        return result
    place = next((key.target_fullname.rpartition(".")[0] for key in column.foreign_keys), "")
    place = place or (f"{column.table.schema}.{noun}" if noun else "")
    mapped = (mapper.class_ for mapper in Model.registry.mappers)
    return next((model for model in mapped if place and model.__table__.fullname == place), None)


def names_of(noun: str, keys: tuple[str, ...]) -> Mapping[str, str]:
    """What these ids of a noun are called in every list; nothing for a noun that has no names."""
    return _nouns[noun][1](keys) if noun in _nouns and keys else {}


def named(noun: str) -> Cell:
    """The name behind an id of `noun`, as a link for whoever may read the record; the id where there is no name."""
    return Cell(lambda value, _item: _drawn(noun, str(value)), noun=noun)


def _drawn(noun: str, key: str) -> Markup:
    name = _names_on_page(noun, key).get(key)
    if not name:
        return code()(key)
    address = _address(noun)
    return Markup('<a href="%s">%s</a>') % (address.replace("KEY", key), name) if address else escape(name)


def _names_on_page(noun: str, key: str) -> dict[str, str]:
    held: dict[str, dict[str, str]] = g.setdefault("named", {})
    names = held.setdefault(noun, {})
    if key not in names:
        on_page = {getattr(item, f"{noun}_id", None) for item in g.get("named_items", ())}
        missing = {str(key_) for key_ in on_page if key_} - names.keys() | {key}
        names |= dict.fromkeys(missing, "") | dict(_nouns[noun][1](tuple(missing)))
    return names


def _address(noun: str) -> str:
    """Where the records of `noun` are shown, KEY standing for the key; empty for whoever may not read them."""
    held: dict[str, str] = g.setdefault("named_addresses", {})
    if noun not in held:
        console = _nouns[noun][0]
        may_read = current_app.extensions["appbuilder"].sm.has_access("can_read", console.resource)
        held[noun] = url_for(f"{console.__name__}.show", pk="KEY") if may_read else ""
    return held[noun]
