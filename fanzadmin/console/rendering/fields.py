"""Form fields for consoles: relations and ids of other records looked up as one types, moments in UTC."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from flask import current_app
from flask_appbuilder.fields import EnumField
from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from flask_babel import gettext
from sqlalchemy.types import String, Uuid
from wtforms import BooleanField, DateField, Field, StringField, ValidationError, validators
from wtforms.fields import DateTimeLocalField

from fanzadmin.console.registry import by_model, view_over
from fanzadmin.console.rendering.references import model_of, names_of, noun_of
from fanzadmin.kernel.ids import is_id


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
            raise ValidationError(gettext("Choose one of the records that exist"))

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
    """The id of another record. Where the `column` says whose ids it holds, the record is looked for in its own console,
    under the rules there, and shown by its name; else the id is typed."""

    data: Any
    limits = None

    def __init__(self, label: Any = None, checks: Any = None, *, column: Any = None, **rest: Any) -> None:
        super().__init__(label, checks, **rest)
        self.column = column

    def home(self) -> Any:
        """The console that the records are read in; None where none is known."""
        return None if self.column is None else home_of(self.column)

    def related(self) -> Any:
        return self.home().datamodel

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms calls it so
        if not self.data:
            self.data = None
            return
        try:
            self.data = str(UUID(self.data))
        except ValueError:
            raise ValidationError(gettext("This is not an id")) from None
        kept = self.data == str(self.object_data)
        if not kept and self.home() is not None and not self.find([self.data]):
            raise ValidationError(gettext("There is no record with this id, or it is not yours to choose"))

    def chosen(self) -> list[tuple[str, str]]:
        """Key and text of what the field holds."""
        return (self.find([self.data]) or [(self.data, self.data)]) if self.data else []

    def find(self, keys: Iterable[Any]) -> list[tuple[str, str]]:
        """Key and text of the records behind `keys`."""
        return list(names_behind(self.column, keys).items())


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
            form_props[col_name] = IdField(
                label,
                [*lst_validators, needed],
                description=description,
                column=self.datamodel.list_columns[col_name],
            )
            return form_props
        made = super()._convert_simple(col_name, label, description, list(lst_validators), form_props)
        plain = ConsoleFieldConverter(
            self.datamodel,
            col_name,
            label,
            description,
            self._checks(col_name, made[col_name]) if made.get(col_name) is not None else lst_validators,
            default=self.datamodel.get_col_default(col_name),
        ).convert()
        if plain is None:
            made.pop(col_name, None)
        else:
            made[col_name] = plain
        return made

    def _checks(self, col_name: str, made: Any) -> list[Any]:
        """The validators of a field: a text that is empty by default need not be filled."""
        checks: list[Any] = made.kwargs.get("validators", [])
        if not is_empty_by_default(self.datamodel.list_columns[col_name]):
            return checks
        others = [one for one in checks if not isinstance(one, validators.InputRequired)]
        return [validators.Optional(), *others]


def looks_up(field: Any) -> bool:
    """Whether a form field holds a record that is looked up as one types."""
    return isinstance(field, RelationField) or (isinstance(field, IdField) and field.home() is not None)


def allowed_filters(interface: Any, limits: Any) -> Any:
    """The rules for choosing among the records of a table: the form's limits and those of the table's own console.
    None for somebody who may not read that console at all."""
    filters = interface.get_filters()
    if limits:
        filters.add_filter_list(limits)
    console = view_over(interface.obj)
    if console is None:
        return filters
    return filters.get_joined_filters(console._base_filters) if may_read(console) else None


def may_read(console: Any) -> bool:
    """Whether the person at hand may read a console."""
    ability = "can_read" if hasattr(console, "resource") else "can_list"  # Flask-AppBuilder's own pages
    resource = getattr(console, "resource", console.class_permission_name)
    return bool(current_app.extensions["appbuilder"].sm.has_access(ability, resource))


def home_of(column: Any) -> Any:
    """The console that reads the records whose ids a column holds; None where it is no such column, or none reads them."""
    model = model_of(column)
    return None if model is None else view_over(model)


def names_behind(column: Any, keys: Iterable[Any]) -> dict[str, str]:
    """What the records behind the ids of a column are called, in the order of `keys`: those that the rules of their own
    console let the person at hand see. Whoever may not read that console has the names that every list shows."""
    console = home_of(column)
    wanted = [key for key in (str(one).strip().lower() for one in keys) if is_id(key)]
    if console is None or not wanted:
        return {}
    key = console.datamodel.keys[0]
    query = console._base_filters.apply_all(console.datamodel.session.query(console.datamodel.obj))
    query = query.filter(key.in_(wanted))
    if may_read(console):
        found = {str(getattr(record, key.key)): title_of(record) for record in query}
    else:
        ids = tuple(str(one) for (one,) in query.with_entities(key))
        found = dict.fromkeys(ids, "") | dict(names_of(noun_of(column), ids))
    return {one: found[one] or one for one in dict.fromkeys(wanted) if one in found}


def title_of(record: Any) -> str:
    """What a record is called, as the person at hand may see it."""
    console = by_model(type(record))
    return str(record) if console is None else console.title_of(record)


def _many(held: Any) -> Iterable[Any]:
    return held if isinstance(held, list | tuple | set) else [held] if held else []


def is_id_column(datamodel: Any, name: str) -> bool:
    """Whether a column holds UUIDs."""
    column = datamodel.list_columns.get(name)
    return column is not None and isinstance(getattr(column, "type", None), Uuid)


def is_empty_by_default(column: Any) -> bool:
    """Whether a column holds the empty text where nothing else is said."""
    if not isinstance(getattr(column, "type", None), String):
        return False
    own = getattr(column.default, "arg", None)
    stored = str(getattr(column.server_default, "arg", None))
    return own == "" or (own is None and stored in {"", "''"})
