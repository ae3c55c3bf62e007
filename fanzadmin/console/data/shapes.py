"""The shapes that consoles hand around: a table, a column and a form may be any, and Flask-AppBuilder ships no types."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeGuard

from flask_appbuilder.models.filters import Filters
from flask_appbuilder.widgets import RenderTemplateWidget
from flask_babel import LazyString
from sqlalchemy import Column as SchemaColumn
from sqlalchemy.orm import InstrumentedAttribute, Query
from wtforms import Field as FormField
from wtforms import Form

from fanzadmin.kernel.db import Model

__all__ = [
    "AnyQuery",
    "Column",
    "Filters",
    "Form",
    "FormField",
    "Json",
    "Key",
    "Label",
    "Record",
    "TableColumn",
    "Value",
    "Widgets",
    "is_record",
    "model_of",
]

Record = Model  # a row of any table
Value: TypeAlias = object  # what a column of any table holds: its type is looked at where it is read
Key: TypeAlias = object  # the value of a primary key, or the tuple of its values
Column = InstrumentedAttribute[Any]  # a column or a relation of any table, as its model has it
Json = Any  # what json.loads makes of a text
TableColumn = SchemaColumn[Any]  # a column of a table
AnyQuery = Query[Any]  # rows of any shape, where Query[Record] brings whole records
Label: TypeAlias = str | LazyString
Widgets = dict[str, RenderTemplateWidget]  # the parts of a page by their names


def model_of(query: AnyQuery) -> type[Record]:
    """The model whose rows a query reads."""
    description: Mapping[str, Any] = query.column_descriptions[0]  # Any: queries read other things too
    model: type[Record] = description["entity"]
    return model


def is_record(value: object) -> TypeGuard[Record]:
    """Whether a value is a row of a table, such as what a relation holds."""
    return hasattr(value, "__mapper__")
