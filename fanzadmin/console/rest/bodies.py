"""Bodies of JSON for a console's forms: documented from the form's fields, handed on as a browser would send them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypedDict

from flask_appbuilder.fields import QuerySelectMultipleField
from marshmallow import Schema, fields, validate
from wtforms import fields as form_fields
from wtforms.fields.core import UnboundField
from wtforms.form import FormMeta
from wtforms.validators import DataRequired, InputRequired, Length

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Value
from fanzadmin.console.editing.conflicts import Sent
from fanzadmin.console.rendering.fields import MomentField, RelationField, WordsField
from fanzadmin.console.rest.names import noun_of

NO_JSON = (form_fields.FileField, form_fields.SubmitField)

# In this order: a DateField is a DateTimeField to WTForms.
_TYPES: tuple[tuple[type[form_fields.Field], type[fields.Field]], ...] = (
    (form_fields.BooleanField, fields.Boolean),
    (form_fields.DateField, fields.Date),
    (MomentField, fields.AwareDateTime),
    (form_fields.DateTimeField, fields.AwareDateTime),
    (form_fields.IntegerField, fields.Integer),
    (form_fields.FloatField, fields.Float),
    (form_fields.DecimalField, fields.Decimal),
)


def create_schema(console: ConsoleLike) -> type[Schema]:
    """The body that adds a record."""
    return _schema(console, "add", f"{noun_of(console)}New")


def update_schema(console: ConsoleLike) -> type[Schema]:
    """The body that changes a record: only what is named is changed."""
    return _schema(console, "edit", f"{noun_of(console)}Change")


def takes_files(console: ConsoleLike) -> bool:
    """Whether the add form wants a file, for which JSON has no word."""
    fields_of_form = (getattr(console.add_form, column, None) for column in console.add_columns)
    return any(
        isinstance(unbound, UnboundField) and issubclass(unbound.field_class, form_fields.FileField)
        for unbound in fields_of_form
    )


def sent_values(values: Mapping[str, Value]) -> dict[str, Sent]:
    """Values of a body as a browser sends them."""
    return {name: _sent(value) for name, value in values.items()}


def _schema(console: ConsoleLike, use: str, name: str) -> type[Schema]:
    form: FormMeta = getattr(console, f"{use}_form")
    columns: Sequence[str] = getattr(console, f"{use}_columns")
    members = {}
    for column in columns:
        unbound = getattr(form, column, None)
        if isinstance(unbound, UnboundField) and not issubclass(unbound.field_class, NO_JSON):
            members[column] = _member(console, column, unbound, required=use == "add")
    schema: type[Schema] = Schema.from_dict(dict(members), name=name)
    return schema


class _Options(TypedDict):
    required: bool
    allow_none: bool
    metadata: dict[str, str]


def _member(console: ConsoleLike, column: str, unbound: UnboundField, *, required: bool) -> fields.Field:
    rules = _rules(unbound)
    needed = any(isinstance(rule, DataRequired | InputRequired) for rule in rules)
    note = str(console.description_columns.get(column) or console.label_of(column))
    options: _Options = {
        "required": required and needed,
        "allow_none": not needed,
        "metadata": {"description": note},
    }
    kind = unbound.field_class
    field = next((made_of for base, made_of in _TYPES if issubclass(kind, base)), None)
    if field is not None:
        return (
            fields.AwareDateTime(default_timezone=UTC, **options)
            if field is fields.AwareDateTime
            else field(**options)
        )
    if _holds_several(kind):
        return fields.List(fields.String(), **options)
    if issubclass(kind, RelationField):
        return _Key(**options)
    longest = next((rule.max for rule in rules if isinstance(rule, Length) and rule.max > 0), 20_000)
    return fields.String(validate=validate.Length(max=longest), **options)


def _rules(unbound: UnboundField) -> list[object]:
    """The validators of a field, wherever it was given them."""
    positional = unbound.args[1] if len(unbound.args) > 1 else None
    return [*(positional or ()), *(unbound.kwargs.get("validators") or ())]


class _Key(fields.String):
    """The key of another record; a number is taken for its text."""

    def _deserialize(
        self, value: Value, attr: str | None, data: Mapping[str, Value] | None, **kwargs: Value
    ) -> str:
        number = isinstance(value, int) and not isinstance(value, bool)
        return str(super()._deserialize(str(value) if number else value, attr, data, **kwargs))


def _holds_several(kind: type[form_fields.Field]) -> bool:
    several = (WordsField, form_fields.SelectMultipleField, QuerySelectMultipleField)
    return issubclass(kind, several) or (issubclass(kind, RelationField) and kind.many)


def _sent(value: Value) -> Sent:  # Value: of a field of marshmallow
    if value is None:
        return ""
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [str(item) for item in value]
    return str(value)
