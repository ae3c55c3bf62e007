"""A record as JSON: its columns by their names, typed by the table, with the current user's masks.

What is hidden from the current user is no member of the answer. What is masked for anybody is documented as text, for that
is what a mask is. Related records are named by their keys where a form sets them, by their titles elsewhere. Amounts are in
minor units and have their ISO 4217 code beside them.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from marshmallow import Schema, fields
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Enum, Integer, Interval, Numeric, String, Uuid
from sqlalchemy.orm import ColumnProperty, RelationshipProperty
from sqlalchemy.types import TypeEngine

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Record, Value
from fanzadmin.console.rendering.cells import read
from fanzadmin.console.rest.names import noun_of
from fanzadmin.console.transfer.sheet_columns import READABLE, currency_of, fields_of
from fanzadmin.console.transfer.sheet_writing import plain

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

ID, VERBS, CURRENCY = "id", "verbs", "currency"

# In this order: a Boolean is no number, an Enum is a String.
_TYPES: tuple[tuple[type, type[fields.Field], dict[str, str]], ...] = (
    (Boolean, fields.Boolean, {}),
    (Enum, fields.String, {}),
    (Uuid, fields.String, {"format": "uuid"}),
    (DateTime, fields.String, {"format": "date-time"}),
    (Date, fields.String, {"format": "date"}),
    (Interval, fields.Float, {"description": "seconds"}),
    (Integer, fields.Integer, {}),
    (Numeric, fields.String, {"format": "decimal"}),
    (String, fields.String, {}),
)


class RecordSchema(Schema):
    """Documents a record; what is answered is made by `shown`."""

    def get_attribute(self, obj: Mapping[str, Json], attr: str, default: Value) -> Value:
        return obj.get(attr, default)  # a dotted name is a name


def record_schema(console: ConsoleLike) -> type[Schema]:
    """The schema of one record of a console."""
    members: dict[str, fields.Field] = {
        name: fields.String(allow_none=True, metadata={"description": "ISO 4217"})
        for name in currencies_of(console, _declared(console))
    }
    members |= {name: _documented(console, name) for name in _declared(console)}
    members[ID] = fields.String(required=True, metadata={"description": "The key, as addresses carry it."})
    if console.verbs:
        what = "What the current user may do with the record in its state."
        members[VERBS] = fields.List(fields.String(), metadata={"description": what})
    schema: type[Schema] = RecordSchema.from_dict(dict(members), name=f"{noun_of(console)}Record")
    return schema


def columns_of(console: ConsoleLike) -> list[str]:
    """The columns of a record that the current user may see."""
    return [name for name in console.exportable() if "." in name or hasattr(console.datamodel.obj, name)]


def currencies_of(console: ConsoleLike, columns: Sequence[str]) -> dict[str, str]:
    """Where the currencies of the amounts among columns stand, by the members that say them.

    One member `currency` where every amount of the console has the same, else one for each amount, `<column>_currency`.
    """
    places = {name: place for name in _declared(console) if (place := currency_of(console, name))}
    shared = len(set(places.values())) == 1
    return {CURRENCY if shared else f"{name}_{CURRENCY}": places[name] for name in columns if name in places}


def shown(console: ConsoleLike, items: Sequence[Record], columns: Sequence[str]) -> list[dict[str, Json]]:
    """Records with these columns, as the current user may see them."""
    readers = [field for field in fields_of(console, columns) if not field.name.endswith(READABLE)]
    currencies = currencies_of(console, columns)
    return [
        {member: _code(item, place) for member, place in currencies.items()}
        | {field.name: jsonable(field.read(item)) for field in readers}
        | {ID: str(console.address_of(item))}
        | ({VERBS: [verb.name for verb in console.possible_verbs(item)]} if console.verbs else {})
        for item in items
    ]


def jsonable(value: Value) -> Json:  # Value: what a column holds
    """A value as JSON has it; moments in RFC 3339, UTC."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple | set):
        return [jsonable(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    return plain(value)


def _declared(console: ConsoleLike) -> list[str]:
    """The columns that the console shows to anybody."""
    return list(dict.fromkeys([*console.list_columns, *console.show_columns]))


def _code(item: Record, place: str) -> Json:
    """The ISO 4217 code at a place: the code itself, or a path of the record."""
    return place if len(place) == 3 and place.isupper() else jsonable(read(item, place))


def _documented(console: ConsoleLike, name: str) -> fields.Field:
    field = _field(console, name)
    field.allow_none = True
    field.metadata.setdefault("description", str(console.label_of(name)))
    return field


def _field(console: ConsoleLike, name: str) -> fields.Field:
    if name in console.maskable():
        return fields.String()
    declared = _property(console, name)
    if isinstance(declared, RelationshipProperty):
        return fields.List(fields.String()) if declared.uselist else fields.String()
    if not isinstance(declared, ColumnProperty):
        return fields.Raw()
    return typed(declared.columns[0].type)


def typed(kind: TypeEngine[Value]) -> fields.Field:
    """The field of a column's type."""
    if isinstance(kind, ARRAY):
        return fields.List(typed(kind.item_type))
    match = next((row for row in _TYPES if isinstance(kind, row[0])), None)
    return fields.Raw() if match is None else match[1](metadata=dict(match[2]))


def _property(console: ConsoleLike, name: str) -> object:
    *path, leaf = name.split(".")
    mapper = console.datamodel.obj.__mapper__
    for step in path:
        relation = mapper.relationships.get(step)
        if relation is None:
            return None
        mapper = relation.mapper
    return mapper.attrs.get(leaf)
