"""The columns of a console as the columns of a file: what stands in the head, and what in each row.

Two of them stand twice. Money: in minor units, which is what an import reads, and as people read it. A related record
that a form sets: its key, which is what an import reads, and its title.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from flask_babel import gettext
from sqlalchemy.orm import Mapper, RelationshipProperty, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad as LoaderOption

from fanzadmin.console.access.rules import Guarding
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import Concealed
from fanzadmin.console.data.shapes import Column, Record, Value, is_record
from fanzadmin.console.registry import view_over
from fanzadmin.console.rendering.cells import Cell, read
from fanzadmin.console.rendering.fields import title_of
from fanzadmin.kernel.money import exponent

READABLE = " (readable)"  # after the name of a column that repeats another for people; imports leave it alone


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file: `name` for programs, `head` for people."""

    name: str
    head: str
    read: Callable[[Record], Value]  # what the column holds in a record


def fields_of(console: ConsoleLike, columns: Sequence[str]) -> list[Field]:
    """The fields of a file with these columns of a console."""
    fields: list[Field] = []
    for column in columns:
        fields += _fields(console, column)
    return _distinguished(fields)


def loads(console: ConsoleLike, columns: Sequence[str]) -> list[LoaderOption]:
    """The loader options by which rows bring along every relation that the columns read."""
    options = []
    paths = {column: column.split(".") for column in columns}
    cells = {column: currency_of(console, column) for column in columns}
    paths |= {f"{column}:": path.split(".")[:-1] for column, path in cells.items() if path}
    for path in paths.values():
        option, mapper = None, console.datamodel.obj.__mapper__
        if _comes_along(mapper, path):
            continue
        for name in path:
            relation = mapper.relationships.get(name)
            if relation is None:
                break
            attribute = getattr(mapper.class_, name)
            option = _loaded(option, attribute, many=bool(relation.uselist))
            mapper = relation.mapper
        if option is not None:
            options.append(option)
    return options


def _comes_along(mapper: Mapper[Record], path: Sequence[str]) -> bool:
    """Whether every relation of a path is joined by its model. To ask for that again costs a fifth of an export."""
    for name in path:
        relation = mapper.relationships.get(name)
        if relation is None:
            break
        if relation.lazy != "joined":
            return False
        mapper = relation.mapper
    return True


def currency_of(console: ConsoleLike, column: str) -> str:
    """Where the currency of an amount stands: a path of the record, or the code itself; "" for what is no amount."""
    cell = (console.formatters_columns or {}).get(column)
    return cell.currency if isinstance(cell, Cell) else ""


def relation_of(console: ConsoleLike, column: str) -> RelationshipProperty[Record] | None:
    """The relation behind a column, where it leads to one record."""
    mapper: Mapper[Record] = console.datamodel.obj.__mapper__
    relation = mapper.relationships.get(column)
    return relation if relation is not None and not relation.uselist else None


def is_set_by_form(console: ConsoleLike, column: str) -> bool:
    return column in (console.edit_columns or ()) or column in (console.add_columns or ())


def head_of(console: ConsoleLike, column: str) -> str:
    """The head of the column that an import reads."""
    label = console.label_of(column)
    if currency_of(console, column):
        return str(gettext("%(label)s (minor units)", label=label))
    if relation_of(console, column) is not None and is_set_by_form(console, column):
        return str(gettext("%(label)s (id)", label=label))
    return str(label)


def _open_path(console: ConsoleLike, column: str) -> list[str]:
    """The steps to a plain value that no rule hides or masks from the current user; none for any other column."""
    if (
        console.is_hidden(column)
        or console.is_masked(column)
        or type(console).value_of is not Guarding.value_of
    ):
        return []
    return _path_of(console.datamodel.obj.__mapper__, column)


def _seen(console: ConsoleLike, column: str) -> Callable[[Record], object]:
    """Reads a column as `value_of` does. Where no rule touches it and it holds a plain value, the rules need not be
    asked again for each of a million rows."""
    path = _open_path(console, column)
    if not path:
        return lambda item: console.value_of(item, column)
    return attrgetter(column) if len(path) == 1 else _walked(path)


def _path_of(mapper: Mapper[Record], column: str) -> list[str]:
    """The steps to a plain column of the record or of a record that it belongs to; none where it is anything else."""
    *path, leaf = column.split(".")
    for name in path:
        relation = mapper.relationships.get(name)
        if relation is None or relation.uselist:
            return []
        mapper = relation.mapper
    return [*path, leaf] if leaf in mapper.columns else []


def _walked(path: Sequence[str]) -> Callable[[Record], object]:
    def walk(item: Record) -> object:
        value: Value = item
        for name in path:
            if value is None:
                return None
            value = getattr(value, name)
        return value

    return walk


def _fields(console: ConsoleLike, column: str) -> list[Field]:
    label, value = console.label_of(column), _seen(console, column)
    if currency := currency_of(console, column):
        return [
            Field(column + READABLE, label, _amounts(value, currency)),
            Field(column, head_of(console, column), value),
        ]
    if relation_of(console, column) is not None and is_set_by_form(console, column):
        return [
            Field(column + READABLE, label, lambda item: _title(value(item))),
            Field(column, head_of(console, column), lambda item: _key(value(item), item, column)),
        ]
    if _open_path(console, column):
        return [Field(column, label, value)]
    return [Field(column, label, lambda item: _value(value(item)))]


def _loaded(option: LoaderOption | None, attribute: Column, *, many: bool) -> LoaderOption:
    if option is None:
        return selectinload(attribute) if many else joinedload(attribute)
    return option.selectinload(attribute) if many else option.joinedload(attribute)


def _value(value: Value) -> Value:
    """A value without what only a page can show: related records are named by their titles."""
    if is_record(value):
        return _named(value)
    if isinstance(value, list | tuple | set):
        return [_value(part) for part in value]
    return value


def _named(record: Record) -> str:
    """A related record by its title; by its key, where neither its model nor a console has words for it."""
    kind: type[Record] = type(record)
    if view_over(kind) is None and kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        return ",".join(str(key) for key in record.__mapper__.primary_key_from_instance(record))
    return title_of(record)


def _title(value: object) -> str:
    return "" if value is None else str(_value(value))


def _key(seen: object, item: Record, column: str) -> object:
    record = getattr(item, column)
    if isinstance(seen, Concealed) or record is None:
        return seen
    return ",".join(str(key) for key in record.__mapper__.primary_key_from_instance(record))


def _amounts(value: Callable[[Record], Value], currency: str) -> Callable[[Record], str]:
    """Reads an amount as people do: `1999` as `19.99 USD`."""
    is_code = len(currency) == 3 and currency.isupper()
    code_of: Callable[[Record], object] = (
        (lambda _item: currency) if is_code else (lambda item: read(item, currency))
    )

    def amount(item: Record) -> str:
        return _amount(value(item), code_of(item))

    return amount


def _amount(value: object, code: object) -> str:
    if not isinstance(value, int) or not code:
        return "" if value is None else str(value)
    digits = exponent(str(code))
    sign, whole = "-" if value < 0 else "", str(abs(value)).rjust(digits + 1, "0")
    number = f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
    return f"{sign}{number} {code}"


def _distinguished(fields: list[Field]) -> list[Field]:
    """Two columns of one label are distinguished by their names: a file with the same head twice cannot come back."""
    heads = [field.head.lower() for field in fields]
    return [
        field
        if heads.count(field.head.lower()) == 1
        else Field(field.name, f"{field.head} ({field.name})", field.read)
        for field in fields
    ]
