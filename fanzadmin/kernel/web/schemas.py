"""Response schemas, made from the frozen dataclasses that leave a system: a shape is written once.

    @dataclass(frozen=True, slots=True)
    class PayoutCard:
        "A payout as its creator sees it."
        id: str
        amount_minor: int
        currency: str
        state: Annotated[str, "requested, approved, paid or refused"]
        paid_at: datetime | None

    schema_of(PayoutCard)   # marshmallow's schema, FinancePayoutCard in the OpenAPI document
    page_of(PayoutCard)     # the same with `items` and `next`

Types become fields: `| None` is nullable, an enum lists its values, a dataclass is nested, a sequence is a list, a mapping an
object. The docstring is the description, and so is a string in `Annotated`. `*_minor` is documented as minor units, moments
as RFC 3339 in UTC.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from inspect import getdoc
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema
from marshmallow import fields as f

SCALARS: dict[type, type[f.Field]] = {
    bool: f.Boolean,
    int: f.Integer,
    float: f.Float,
    str: f.String,
    datetime: f.DateTime,
    date: f.Date,
    Decimal: f.Decimal,
    UUID: f.UUID,
}
AMOUNT = "minor units of `currency`"
CODE = "ISO 4217"

Hint: TypeAlias = object  # a type, or one of typing's forms
Options = dict[str, Any]  # what marshmallow's fields take

FREE = frozenset({Any, object})  # any JSON

_shapes: dict[str, type] = {}
_schemas: dict[str, type[Schema]] = {}


class Page(Schema):
    """`next` is the cursor of the page after, null on the last one."""

    next = f.String(required=True, allow_none=True)


def schema_of(shape: type) -> type[Schema]:
    """The schema of a frozen dataclass. Raises TypeError for another class, for a type that JSON has no word for, and where
    two dataclasses of one system share a name."""
    name = _name(shape)
    if name not in _schemas:
        _schemas[name] = _schema(shape, name)
    return _schemas[name]


def _schema(shape: type, name: str) -> type[Schema]:
    if not is_dataclass(shape):
        raise TypeError(f"{shape!r} is no dataclass: a REST shape is a frozen dataclass")
    hints = get_type_hints(shape, include_extras=True)
    members: dict[str, object] = {}
    for field in fields(shape):
        members[field.name] = _field(hints[field.name], field.name)
    return type(f"{name}Schema", (Schema,), members | {"__doc__": _description(shape)})


def page_of(shape: type) -> type[Schema]:
    """The schema of a page of `shape`, a frozen dataclass."""
    item, name = schema_of(shape), f"{_name(shape)}Page"
    if name not in _schemas:
        members = {"__doc__": f"A page of {_name(shape)}.", "items": f.List(f.Nested(item), required=True)}
        _schemas[name] = type(f"{name}Schema", (Page,), members)
    return _schemas[name]


def _name(shape: type) -> str:
    """The component's name in the OpenAPI document: the system's before the dataclass's."""
    parts = shape.__module__.split(".")
    system = (parts[1] if parts[0] == "fanzadmin" and len(parts) > 1 else parts[0]).title().replace("_", "")
    name = shape.__name__ if shape.__name__.startswith(system) else f"{system}{shape.__name__}"
    if _shapes.setdefault(name, shape) is not shape:
        raise TypeError(
            f"{shape!r} and {_shapes[name]!r} would both be {name} in the OpenAPI document: rename one"
        )
    return name


def _description(shape: type) -> str:
    """The dataclass's docstring; the signature that Python puts in place of a missing one says nothing."""
    text = getdoc(shape) or ""
    return "" if text.startswith(f"{shape.__name__}(") else text


def _field(hint: Hint, name: str) -> f.Field:
    hint, description = _described(hint)
    inner, nullable = _nullable(hint)
    inner, inner_description = _described(inner)
    metadata = (
        {"description": text} if (text := description or inner_description or _convention(name)) else {}
    )
    return _make(inner, {"required": True, "allow_none": nullable, "metadata": metadata})


def _described(hint: Hint) -> tuple[Hint, str]:
    origin: object = get_origin(hint)
    if origin is not Annotated:
        return hint, ""
    inner, *extras = get_args(hint)
    return inner, next((extra for extra in extras if isinstance(extra, str)), "")


def _nullable(hint: Hint) -> tuple[Hint, bool]:
    if get_origin(hint) not in {Union, types.UnionType}:
        return hint, False
    others = [option for option in get_args(hint) if option is not type(None)]
    return (others[0] if len(others) == 1 else object), type(None) in get_args(hint)


def _convention(name: str) -> str:
    if name.endswith("_minor"):
        return AMOUNT
    return CODE if name == "currency" else ""


def _make(hint: Hint, options: Options) -> f.Field:
    origin: object = get_origin(hint)
    inner = get_args(hint)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        values = _field(inner[1], "") if inner and inner[1] not in FREE else None
        return f.Dict(keys=f.String(), values=values, **options)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return f.List(_field(inner[0], ""), **options)
    if hint in FREE:
        return f.Raw(**options | {"allow_none": True})
    if isinstance(hint, type):
        return _of_class(hint, options)
    raise TypeError(
        f"{hint!r} has no form in JSON: use a dataclass, a sequence, a mapping, a moment, a number or text"
    )


def _of_class(hint: type, options: Options) -> f.Field:
    if is_dataclass(hint):
        return f.Nested(_later(hint), **options)
    if issubclass(hint, Enum):
        options["metadata"] = {"enum": [member.value for member in hint]} | options["metadata"]
        return f.String(**options)
    if issubclass(hint, Mapping):
        return f.Dict(**options)
    kind = next((kind for scalar, kind in SCALARS.items() if issubclass(hint, scalar)), None)
    if kind is None:
        raise TypeError(f"{hint!r} has no form in JSON: use a dataclass, a moment, a number or text")
    return kind(**options)


def _later(shape: type) -> Callable[[], Schema]:
    """A nested schema, made when it is first used: a shape may hold itself."""

    def make() -> Schema:
        return schema_of(shape)()

    return make
