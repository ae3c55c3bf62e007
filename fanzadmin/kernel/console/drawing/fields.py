"""Form fields for consoles: relations looked up as one types, moments in UTC, ids as text."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from flask import current_app
from flask_appbuilder.fields import EnumField
from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from sqlalchemy.types import Uuid
from wtforms import BooleanField, DateField, Field, StringField, ValidationError, validators
from wtforms.fields import DateTimeLocalField


class RelationField(Field):
    """One record of a related table. Holds the record; only its key travels."""

    many = False

    def __init__(
        self,
        label: Any = None,
        checks: Any = None,
        *,
        related: Callable[[], Any],
        limits: Any = None,
        **rest: Any,
    ) -> None:
        super().__init__(label, checks, **rest)
        self.related = related
        self.limits = limits
        self.unknown = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        keys = [value for value in valuelist if value]
        found = self._records(keys)
        self.unknown = len(found) != len(set(keys))
        self._keep(found)

    def _keep(self, found: list[Any]) -> None:
        self.data = found[0] if found else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms calls it so
        if self.unknown:
            raise ValidationError("Choose one of the records that exist")

    def _value(self) -> str:
        return ""

    def _records(self, keys: Iterable[Any]) -> list[Any]:
        """The records behind keys that the person at hand may see, and those that the field holds already."""
        interface = self.related()
        filters = allowed_filters(interface, self.limits)
        held = {str(interface.get_pk_value(record)): record for record in _many(self.object_data)}
        found = (
            held.get(str(key)) or (interface.get(key, filters) if filters is not None else None)
            for key in keys
        )
        return [record for record in found if record is not None]

    def chosen(self) -> list[tuple[Any, str]]:
        """Key and text of what the field holds."""
        interface = self.related()
        return [(interface.get_pk_value(record), title_of(record)) for record in _many(self.data)]

    def find(self, keys: Iterable[Any]) -> list[tuple[Any, str]]:
        """Key and text of the records behind `keys`."""
        interface = self.related()
        return [(interface.get_pk_value(record), title_of(record)) for record in self._records(keys)]


class RelationsField(RelationField):
    """Several records of a related table."""

    many = True

    def _keep(self, found: list[Any]) -> None:
        self.data = found


class MomentField(DateTimeLocalField):
    """A moment in UTC from the browser's own picker."""

    data: Any

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"], **rest)

    def process_data(self, value: Any) -> None:
        self.data = (
            value.astimezone(UTC).replace(tzinfo=None) if value is not None and value.tzinfo else value
        )

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if not any(valuelist):
            self.data = None
            return
        super().process_formdata(valuelist)
        self.data = self.data and self.data.replace(tzinfo=UTC)


class WordsField(StringField):
    """A list of words, separated by commas."""

    def _value(self) -> str:
        return ", ".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [word.strip() for word in ",".join(valuelist).split(",") if word.strip()]


class IdField(StringField):
    """The id of a record of another system."""

    data: Any

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms calls it so
        if not self.data:
            self.data = None
            return
        try:
            self.data = str(UUID(self.data))
        except ValueError:
            raise ValidationError("This is not an id") from None


class YesNoField(BooleanField):
    """A switch; its filter can also ask for No."""


class ConsoleFieldConverter(FieldConverter):
    """Plain columns to fields; Flask-AppBuilder's table with native dates and ids."""

    def convert(self) -> Any:
        common = {"description": self.description, "validators": self.validators, "default": self.default}
        if self.datamodel.is_datetime(self.colname):
            return MomentField(self.label, **common)
        if self.datamodel.is_date(self.colname):
            return DateField(self.label, **common)
        if self.datamodel.is_boolean(self.colname):
            # An unchecked box sends nothing, so it can never be "required".
            return YesNoField(self.label, description=self.description, default=self.default)
        if self.datamodel.is_enum(self.colname):
            kind = self.datamodel.list_columns[self.colname].type
            return EnumField(enum_class=kind.enum_class, enums=kind.enums, label=self.label, **common)
        return super().convert()


class ConsoleModelConverter(GeneralModelConverter):
    """Models to forms: relations by lookup, never by reading the related table."""

    def _convert_many_to_one(  # noqa: PLR0917  the base class calls it so
        self,
        col_name: str,
        label: Any,
        description: Any,
        lst_validators: list[Any],
        filter_rel_fields: Any,
        form_props: dict[str, Any],
    ) -> dict[str, Any]:
        needed = validators.Optional() if self.datamodel.is_nullable(col_name) else validators.DataRequired()
        form_props[col_name] = RelationField(
            label,
            [*lst_validators, needed],
            description=description,
            **self._related(col_name, filter_rel_fields),
        )
        return form_props

    def _convert_many_to_many(  # noqa: PLR0917  the base class calls it so
        self,
        col_name: str,
        label: Any,
        description: Any,
        lst_validators: list[Any],
        filter_rel_fields: Any,
        form_props: dict[str, Any],
    ) -> dict[str, Any]:
        form_props[col_name] = RelationsField(
            label, lst_validators, description=description, **self._related(col_name, filter_rel_fields)
        )
        return form_props

    def _related(self, col_name: str, filter_rel_fields: Any) -> dict[str, Any]:
        limits = (filter_rel_fields or {}).get(col_name)
        return {"related": lambda: self.datamodel.get_related_interface(col_name), "limits": limits}

    def _convert_simple(
        self,
        col_name: str,
        label: Any,
        description: Any,
        lst_validators: list[Any],
        form_props: dict[str, Any],
    ) -> dict[str, Any]:
        if is_id_column(self.datamodel, col_name):
            needed = (
                validators.Optional() if self.datamodel.is_nullable(col_name) else validators.InputRequired()
            )
            form_props[col_name] = IdField(label, [*lst_validators, needed], description=description)
            return form_props
        made = super()._convert_simple(col_name, label, description, list(lst_validators), form_props)
        plain = ConsoleFieldConverter(
            self.datamodel,
            col_name,
            label,
            description,
            made[col_name].kwargs.get("validators", []) if made.get(col_name) is not None else lst_validators,
            default=self.datamodel.get_col_default(col_name),
        ).convert()
        if plain is None:
            made.pop(col_name, None)
        else:
            made[col_name] = plain
        return made


def console_over(model: type[Any]) -> Any:
    """The first view over a table, None where there is none. Any: a console, which is built on this module."""
    views = current_app.extensions["appbuilder"].baseviews
    return next(
        (view for view in views if getattr(getattr(view, "datamodel", None), "obj", None) is model), None
    )


def allowed_filters(interface: Any, limits: Any) -> Any:
    """The rules for choosing among the records of a table: the form's limits and those of the table's own console.
    None for somebody who may not read that console at all."""
    filters = interface.get_filters()
    if limits:
        filters.add_filter_list(limits)
    console = console_over(interface.obj)
    if console is None:
        return filters
    ability = "can_read" if hasattr(console, "resource") else "can_list"  # Flask-AppBuilder's own pages
    resource = getattr(console, "resource", console.class_permission_name)
    if not current_app.extensions["appbuilder"].sm.has_access(ability, resource):
        return None
    return filters.get_joined_filters(console._base_filters)


def title_of(record: Any) -> str:
    """What a record is called, as the person at hand may see it."""
    console = console_over(type(record))
    return str(console.title_of(record) if hasattr(console, "title_of") else record)


def _many(held: Any) -> Iterable[Any]:
    return held if isinstance(held, list | tuple | set) else [held] if held else []


def is_id_column(datamodel: Any, name: str) -> bool:
    """Whether a column holds UUIDs."""
    column = datamodel.list_columns.get(name)
    return column is not None and isinstance(getattr(column, "type", None), Uuid)
