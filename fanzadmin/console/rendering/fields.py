"""Form fields for consoles: relations and ids of other records looked up as one types, moments in UTC."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from flask_appbuilder.fields import EnumField
from flask_appbuilder.forms import FieldConverter, GeneralModelConverter
from flask_babel import gettext
from sqlalchemy.types import String, Uuid
from wtforms import BooleanField, DateField, Field, StringField, ValidationError, validators
from wtforms.fields import DateTimeLocalField
from wtforms.fields.core import UnboundField

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import (
    Filters,
    Form,
    FormField,
    Key,
    Label,
    Record,
    TableColumn,
    Value,
    is_record,
)
from fanzadmin.console.registry import by_model, may_read, view_over
from fanzadmin.console.rendering.references import model_of, names_of, noun_of
from fanzadmin.kernel.ids import is_id

Validator = Callable[[Form, FormField], None]
Validators = list[Validator]
Limits = Sequence[Sequence[object]]  # filters as Flask-AppBuilder's `base_filters`


class Related(TypedDict):
    """What a RelationField is made with beside its label."""

    related: Callable[[], Datamodel]
    limits: Limits | None


class RelationField(Field):
    """One record of a related table. Holds the record; only its key travels."""

    many = False

    def __init__(
        self,
        label: Label | None = None,
        checks: Validators | None = None,
        *,
        related: Callable[[], Datamodel],
        limits: Limits | None = None,
        **rest: object,
    ) -> None:
        super().__init__(label, checks, **rest)
        self.related = related
        self.limits = limits
        self.unknown = False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        keys = [value for value in valuelist if value]
        records = self._records(keys)
        self.unknown = len(records) != len(set(keys))
        self._keep(records)

    data: Value

    def _keep(self, records: list[Record]) -> None:
        self.data = records[0] if records else None

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002  WTForms calls it so
        if self.unknown:
            raise ValidationError(gettext("Choose one of the records that exist"))

    def _value(self) -> str:
        return ""

    def _records(self, keys: Iterable[Key]) -> list[Record]:
        """The records behind keys that the current user may see, and those that the field holds already."""
        interface = self.related()
        filters = allowed_filters(interface, self.limits)
        held = {str(interface.get_pk_value(record)): record for record in _many(self.object_data)}
        records = (
            held.get(str(key)) or (interface.get(key, filters) if filters is not None else None)
            for key in keys
        )
        return [record for record in records if record is not None]

    def chosen(self) -> list[tuple[Key, str]]:
        """Key and text of what the field holds."""
        interface = self.related()
        return [(interface.get_pk_value(record), title_of(record)) for record in _many(self.data)]

    def find(self, keys: Iterable[Key]) -> list[tuple[Key, str]]:
        """Key and text of the records behind `keys`."""
        interface = self.related()
        return [(interface.get_pk_value(record), title_of(record)) for record in self._records(keys)]


class RelationsField(RelationField):
    """Several records of a related table."""

    many = True

    def _keep(self, records: list[Record]) -> None:
        self.data = records


class MomentField(DateTimeLocalField):
    """A moment in UTC from the browser's own picker."""

    data: datetime | None

    def __init__(self, *args: object, **rest: object) -> None:
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"], **rest)

    def process_data(self, value: datetime | None) -> None:
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

    data: str | None
    limits = None

    def __init__(
        self,
        label: Label | None = None,
        checks: Validators | None = None,
        *,
        column: TableColumn | None = None,
        **rest: object,
    ) -> None:
        super().__init__(label, checks, **rest)
        self.column = column

    def home(self) -> ConsoleLike | None:
        """The console that the records are read in; None where none is known."""
        return None if self.column is None else home_of(self.column)

    def related(self) -> Datamodel | None:
        home = self.home()
        return None if home is None else home.datamodel

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002  WTForms calls it so
        if not self.data:
            self.data = None
            return
        try:
            self.data = str(UUID(self.data))
        except ValueError:
            raise ValidationError(gettext("This is not an id")) from None
        unchanged = self.data == str(self.object_data)
        if not unchanged and self.home() is not None and not self.find([self.data]):
            raise ValidationError(gettext("There is no record with this id, or it is not yours to choose"))

    def chosen(self) -> list[tuple[str, str]]:
        """Key and text of what the field holds."""
        return (self.find([self.data]) or [(self.data, self.data)]) if self.data else []

    def find(self, keys: Iterable[Key]) -> list[tuple[str, str]]:
        """Key and text of the records behind `keys`."""
        return [] if self.column is None else list(names_behind(self.column, keys).items())


class YesNoField(BooleanField):
    """A switch; its filter can also ask for No."""


class ConsoleFieldConverter(FieldConverter):
    """Plain columns to fields; Flask-AppBuilder's table with native dates and ids."""

    def convert(self) -> FormField | None:
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
        label: Label,
        description: Label | None,
        lst_validators: list[Validator],
        filter_rel_fields: Mapping[str, Limits] | None,
        form_props: dict[str, FormField],
    ) -> dict[str, object]:
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
        label: Label,
        description: Label | None,
        lst_validators: list[Validator],
        filter_rel_fields: Mapping[str, Limits] | None,
        form_props: dict[str, FormField],
    ) -> dict[str, object]:
        form_props[col_name] = RelationsField(
            label, lst_validators, description=description, **self._related(col_name, filter_rel_fields)
        )
        return form_props

    def _related(self, col_name: str, filter_rel_fields: Mapping[str, Limits] | None) -> Related:
        limits = (filter_rel_fields or {}).get(col_name)
        return {"related": lambda: self.datamodel.get_related_interface(col_name), "limits": limits}

    def _convert_simple(
        self,
        col_name: str,
        label: Label,
        description: Label | None,
        lst_validators: list[Validator],
        form_props: dict[str, FormField],
    ) -> dict[str, object]:
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
        props: dict[str, FormField] = super()._convert_simple(
            col_name, label, description, list(lst_validators), form_props
        )
        plain = ConsoleFieldConverter(
            self.datamodel,
            col_name,
            label,
            description,
            self._checks(col_name, props[col_name]) if props.get(col_name) is not None else lst_validators,
            default=self.datamodel.get_col_default(col_name),
        ).convert()
        if plain is None:
            props.pop(col_name, None)
        else:
            props[col_name] = plain
        return props

    def _checks(self, col_name: str, unbound: UnboundField) -> Validators:
        """The validators of a field: a text that is empty by default need not be filled."""
        checks: Validators = unbound.kwargs.get("validators", [])
        if not is_empty_by_default(self.datamodel.list_columns[col_name]):
            return checks
        others = [check for check in checks if not isinstance(check, validators.InputRequired)]
        return [validators.Optional(), *others]


def looks_up(field: FormField) -> bool:
    """Whether a form field holds a record that is looked up as one types."""
    return isinstance(field, RelationField) or (isinstance(field, IdField) and field.home() is not None)


def allowed_filters(interface: Datamodel, limits: Limits | None) -> Filters | None:
    """The rules for choosing among the records of a table: the form's limits and those of the table's own console.
    None for a user who may not read that console at all."""
    filters = interface.get_filters()
    if limits:
        filters.add_filter_list(limits)
    console = view_over(interface.obj)
    if console is None:
        return filters
    return filters.get_joined_filters(console._base_filters) if may_read(console) else None


def home_of(column: TableColumn) -> ConsoleLike | None:
    """The console that reads the records whose ids a column holds; None where it is no such column, or none reads them."""
    model = model_of(column)
    return None if model is None else view_over(model)


def names_behind(column: TableColumn, keys: Iterable[Key]) -> dict[str, str]:
    """What the records behind the ids of a column are called, in the order of `keys`: those that the rules of their own
    console let the current user see. Whoever may not read that console has the names that every list shows."""
    console = home_of(column)
    record_ids = [key for key in (str(record_id).strip().lower() for record_id in keys) if is_id(key)]
    if console is None or not record_ids:
        return {}
    key = console.datamodel.keys[0]
    query = console._base_filters.apply_all(console.datamodel.session.query(console.datamodel.obj))
    query = query.filter(key.in_(record_ids))
    if may_read(console):
        names = {str(getattr(record, key.key)): title_of(record) for record in query}
    else:
        ids = tuple(str(record_id) for (record_id,) in query.with_entities(key))
        names = dict.fromkeys(ids, "") | dict(names_of(noun_of(column), ids))
    return {
        record_id: names[record_id] or record_id
        for record_id in dict.fromkeys(record_ids)
        if record_id in names
    }


def title_of(record: Record) -> str:
    """What a record is called, as the current user may see it."""
    console = by_model(type(record))
    return str(record) if console is None else console.title_of(record)


def _many(held: object) -> Iterable[Record]:
    return held if isinstance(held, list | tuple | set) else [held] if is_record(held) else []


def is_id_column(datamodel: Datamodel, name: str) -> bool:
    """Whether a column holds UUIDs."""
    column = datamodel.list_columns.get(name)
    return column is not None and isinstance(getattr(column, "type", None), Uuid)


def is_empty_by_default(column: TableColumn) -> bool:
    """Whether a column holds the empty text where nothing else is said."""
    if not isinstance(getattr(column, "type", None), String):
        return False
    own = getattr(column.default, "arg", None)
    stored = str(getattr(column.server_default, "arg", None))
    return own == "" or (own is None and stored in {"", "''"})
