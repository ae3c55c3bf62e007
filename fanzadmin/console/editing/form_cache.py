"""The edit form of a console for many records: its fields one by one, and each only where a value passes through it.

Flask-AppBuilder fills and checks the whole form for each record. Here the same fields with the same validators are asked,
and what they said of a value is remembered where it cannot depend on the record: an import that sets 100,000 countries
to one of 200 asks the field 200 times. A form whose fields look at each other, or that its console fills by hand, is
filled whole for each record as ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_appbuilder.baseviews import BaseCRUDView
from flask_appbuilder.validators import Unique
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import fields, validators
from wtforms.fields.core import Field

from fanzadmin.console.contract import ConsoleLike, Errors
from fanzadmin.console.data.shapes import FormField, Record, Value
from fanzadmin.console.editing import conflicts
from fanzadmin.console.rendering.fields import RelationField

REMEMBERED = 10_000  # answers kept for one console; then they are forgotten

# They look at nothing but the field's own value.
_BY_VALUE = (
    validators.DataRequired,
    validators.InputRequired,
    validators.Optional,
    validators.Length,
    validators.NumberRange,
    validators.Regexp,
    validators.Email,
    validators.URL,
    validators.UUID,
    validators.AnyOf,
    validators.NoneOf,
)

_KNOWN_MODULES = ("wtforms.", "flask_appbuilder.", "fanzadmin.console.rendering.fields")

Values = dict[str, conflicts.Sent]


@dataclass(frozen=True, slots=True)
class FieldResult:
    """How a field took a value: what it holds for the verb, what a browser would send for it, why it refuses it."""

    data: Value
    sent: conflicts.Sent
    refusal: str


class RecordForm:
    """The edit form of one console for the current user, and one record after the other."""

    def __init__(self, console: ConsoleLike, item: Record) -> None:
        self.console, self.item = console, item
        self.form = console.form_of(item)
        fields_by = self.form._fields.items()
        self.entangled = _fills_by_hand(console) or not all(
            _is_checked_by(field, (*_BY_VALUE, Unique)) for _, field in fields_by
        )
        self._asks_for_key = any(Unique in map(type, field.validators) for _, field in fields_by)
        self._by_value = {name for name, field in fields_by if _depends_on_value_only(field)}
        self._plain = {name for name, field in fields_by if _keeps_data(field)}
        self._texts = {name for name, field in fields_by if name in self._plain and _sends_text(field)}
        self._columns = [name for name in console.edit_columns if name in self.form]
        self._closed = {name for name, _ in fields_by if not console.is_writable(name)}
        self._results: dict[tuple[str, Value], FieldResult] = {}

    def turn_to(self, item: Record) -> None:
        """Let the form be about a record; done again after the record was changed."""
        self.item = item
        if self.entangled:
            self.console.form_of(item, self.form)
        elif self._asks_for_key:
            self.form._id = self.console.datamodel.get_pk_value(item)

    def filled(self, name: str) -> FormField:
        """A field with what the record holds."""
        field = self.form[name]
        if not self.entangled:
            field.errors = ()
            field.process(None, getattr(self.item, name, None))
        return field

    def held(self, names: Iterable[str]) -> Values:
        """What the record holds in these columns, as a browser would send it."""
        return {name: self._held(name) for name in names}

    def _held(self, name: str) -> conflicts.Sent:
        if name in self._texts:
            value = getattr(self.item, name, None)
            return "" if value is None else str(value)
        return conflicts.sent_value(self.filled(name))

    def take(self, name: str, value: conflicts.Sent) -> FieldResult:
        """Let a field take a value that a browser sends."""
        if name not in self._by_value or self.entangled or not value:
            return self._take(name, value)
        key = (name, value if isinstance(value, str) else tuple(value))
        if (result := self._results.get(key)) is None:
            if len(self._results) >= REMEMBERED:
                self._results.clear()
            result = self._results[key] = self._take(name, value)
        return result

    def _take(self, name: str, value: conflicts.Sent) -> FieldResult:
        field = self.form[name]
        field.errors = ()
        field.process(MultiDict({name: value}), getattr(self.item, name, None))
        refusal = "" if field.validate(self.form) else " ".join(str(error) for error in field.errors)
        return FieldResult(field.data, conflicts.sent_value(field), refusal)

    def prepare(self, values: Values, *, held_once: bool = False) -> tuple[Errors, dict[str, Value]]:
        """As the console's `prepare`, with what the verb is to get: every column of the edit form."""
        unknown = [name for name in values if name not in self.form or name in self._closed]
        if unknown:
            return dict.fromkeys(unknown, gettext("This column cannot be changed here.")), {}
        if self.entangled:
            errors = self.console.prepare(self.form, self.item, values, held_once=held_once)
            return errors, {name: self.form[name].data for name in self._columns}
        results = {name: self.take(name, value) for name, value in values.items()}
        wrong = {name: result.refusal for name, result in results.items() if result.refusal}
        if wrong and not held_once:
            return wrong, {}
        return {}, {
            name: _own(results[name].data) if name in results else self._data(name) for name in self._columns
        }

    def _data(self, name: str) -> Value:
        return getattr(self.item, name, None) if name in self._plain else self.filled(name).data


def _fills_by_hand(console: BaseCRUDView) -> bool:
    return type(console).prefill_form is not BaseCRUDView.prefill_form


def _is_checked_by(field: FormField, kinds: tuple[type, ...]) -> bool:
    return all(type(validator) in kinds for validator in field.validators)


def _depends_on_value_only(field: FormField) -> bool:
    """Whether what a field makes of a value can depend on nothing else: one of the console's own fields, or of WTForms,
    which looks nothing up."""
    makers = {type(field).process_formdata, type(field).pre_validate, type(field).post_validate}
    own = all(maker.__module__.startswith(_KNOWN_MODULES) for maker in makers)
    return own and not isinstance(field, RelationField) and _is_checked_by(field, _BY_VALUE)


def _keeps_data(field: FormField) -> bool:
    """Whether a field holds what the record holds, as it is."""
    return type(field).process_data is Field.process_data and not field.filters


def _sends_text(field: FormField) -> bool:
    return isinstance(field, fields.StringField) and type(field)._value is fields.StringField._value


def _own(data: Value) -> Value:
    """No two records share a list."""
    return list(data) if isinstance(data, list) else data
