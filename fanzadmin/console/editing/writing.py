"""How a console writes: through the service's verbs, in a savepoint, and what refuses it is said.

`change` and `make` are the one way in for every ability that writes without the page's form: inline edit, bulk edit,
import, undo and revert all go through the same fields, validators and verbs as the form does.
"""

import logging
from collections.abc import Callable, Mapping
from typing import ClassVar

from flask import abort, flash, request
from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import MultiDict

from fanzadmin.console.access.rules import Guarding
from fanzadmin.console.contract import ApprovalLike, Errors
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import Form, Key, Record, Widgets
from fanzadmin.console.editing import conflicts
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Conflict, Invalid

log = logging.getLogger(__name__)


class ValuesRefused(Invalid):
    """Some of the values are wrong, or not for the current user to write; `errors` has a sentence for each."""

    title = "Some values are wrong"

    def __init__(self, errors: Errors) -> None:
        super().__init__(" ".join(errors.values()), errors=errors)
        self.errors = errors


class DatabaseRefused(Conflict):
    """The values break a rule that the database keeps: one of a kind, a required value, a record that is needed."""

    title = "The database refused this change"


class Writing(Guarding):
    """Adds, edits and deletes one record. Errors come back as `{field: sentence}`, those of no field under ""."""

    create_with: ClassVar[Callable[..., object] | None] = None
    update_with: ClassVar[Callable[..., object] | None] = None
    delete_with: ClassVar[Callable[..., object] | None] = None
    update_many_with: ClassVar[Callable[..., Mapping[str, str]] | None] = None
    approvals: ClassVar[Mapping[str, object]] = {}
    datamodel: Datamodel

    def needs_approval(self, name: str, *about: object) -> ApprovalLike | None:  # noqa: ARG002  Approving asks the console's approvals
        """What a second person has to agree to before `name` is done about a record; None for nothing."""
        return None

    def open_columns(self) -> list[str]:
        """The columns of the edit form that the current user may both see and write."""
        return [name for name in self.edit_columns if self.is_writable(name) and not self.is_masked(name)]

    def make(self, values: Mapping[str, object]) -> Errors:
        """As `create_record`; what refuses it comes back as sentences."""
        return _errors_from(lambda: self.create_record(values))

    def create_record(self, values: Mapping[str, object]) -> None:
        """Add a record as the add form would with these values, given as a browser sends them. Raises ValuesRefused,
        DatabaseRefused, what the verb raises."""
        unknown = [name for name in values if not self.is_writable(name)]
        if unknown:
            raise ValuesRefused(dict.fromkeys(unknown, gettext("This column cannot be set here.")))
        form = self.add_form(MultiDict(values), meta={"csrf": False})
        if not form.validate():
            raise ValuesRefused(_errors(form))
        self.attempt(lambda: self._store_form(form, None))

    def change(
        self, item: Record, values: Mapping[str, object], form: Form | None = None, *, held_once: bool = False
    ) -> Errors:
        """As `update_record`; what refuses it comes back as sentences."""
        return _errors_from(lambda: self.update_record(item, values, form, held_once=held_once))

    def update_record(
        self, item: Record, values: Mapping[str, object], form: Form | None = None, *, held_once: bool = False
    ) -> None:
        """Edit the named columns of a record as the edit form would; the others keep what they hold. Raises
        ValuesRefused, DatabaseRefused, what the verb raises.

        Whoever changes many records gives the same `form` (from `form_of`) every time: making one is the slow part.
        Values that the record `held_once` (undo) need not be what the form asks for today; the verb judges them.
        """
        form = self.form_of(item, form)
        if errors := self.prepare(form, item, values, held_once=held_once):
            raise ValuesRefused(errors)
        self.attempt(lambda: self._store_form(form, item))

    def prepare(
        self, form: Form, item: Record, values: Mapping[str, object], *, held_once: bool = False
    ) -> Errors:
        """Put values into the edit form of a record and check them there."""
        unknown = [name for name in values if name not in form or not self.is_writable(name)]
        if unknown:
            return dict.fromkeys(unknown, gettext("This column cannot be changed here."))
        for name in values:
            form[name].process(MultiDict(values), getattr(item, name, None))
        wrong = [name for name in values if not held_once and not form[name].validate(form)]
        return _errors(form) if wrong else {}

    def form_of(self, item: Record, form: Form | None = None) -> Form:
        """The edit form with what a record holds, whatever the current request sends; `form` is one to use again."""
        if form is None:
            form = self.edit_form(formdata=None, obj=item, meta={"csrf": False})
        else:
            for field in form:
                field.errors = ()
                field.process(None, getattr(item, field.name, None))
        form._id = self.datamodel.get_pk_value(item)
        self.prefill_form(form, form._id)
        return form

    def lock(self, item: Record) -> None:
        """Keep others from writing a record until this unit of work ends; it then holds what the last one wrote."""
        session.refresh(item, with_for_update={"of": type(item)})

    def _add_blank(self) -> Form:
        """The add form as it opens."""
        return self.add_form.refresh()

    def _add(self) -> Widgets | None:
        form = self._add_blank() if request.method == "GET" else self.add_form.refresh()
        self.guard(form, None)
        if request.method == "POST" and form.validate() and self._write(form, None):
            flash(str(self.add_row_message), "success")
            return None
        if request.method == "GET":
            self.update_redirect()
        return self._get_add_widget(form=form, exclude_cols=[])

    def _edit(self, pk: Key) -> Widgets | None:
        item = self._record_or_404(pk)
        if request.method == "POST":
            self.lock(item)
            now = self.form_of(item)
            form = self.edit_form.refresh(request.form)
            form._id = now._id
            self.guard(form, item)
            self.guard(now, item)
            if (
                conflicts.settle(form, now, request.form, self.open_columns())
                and form.validate()
                and self._write(form, item)
            ):
                flash(str(self.edit_row_message), "success")
                return None
        else:
            form = self.edit_form.refresh(obj=item)
            self.prefill_form(form, pk)
            self.guard(form, item)
            form._version = conflicts.version(form, self.open_columns())
            self.update_redirect()
        return self._get_edit_widget(form=form, exclude_cols=[])

    def _delete(self, pk: Key) -> None:
        item = self._record_or_404(pk)
        if self._tried(lambda: self.remove_record(item)):
            flash(str(self.delete_row_message), "success")
        self.update_redirect()  # the way back is the list, not the page before it

    def remove_record(self, item: Record) -> None:
        """Delete a record by the console's verb. Raises what the verb raises."""
        verb = type(self).delete_with
        if verb:
            verb(item)
        else:
            self.datamodel.delete(item)

    def _record_or_404(self, pk: Key) -> Record:
        item = self.datamodel.get(self.key_in(pk), self._base_filters)
        if item is None:
            abort(404)
        return item

    def address_of(self, item: Record) -> str:
        """The key of a record as an address carries it: of several columns, a JSON array."""
        return self.address_of_key(self.datamodel.get_pk_value(item))

    def address_of_key(self, key: Key) -> str:
        return key if isinstance(key, str) else self._serialize_pk_if_composite(key)

    def key_in(self, address: Key) -> Key:
        """The key that an address carries."""
        return self._deserialize_pk_if_composite(address) if isinstance(address, str) else address

    def _write(self, form: Form, item: Record | None) -> bool:
        return self._tried(lambda: self._store_form(form, item))

    def _put(self, form: Form, item: Record | None) -> None:
        record = item if item is not None else self.datamodel.obj()
        with session.no_autoflush:
            form.populate_obj(record)
        self.datamodel.add(record)

    def _tried(self, change: Callable[[], object]) -> bool:
        """Make a change; what refuses it is said on the page."""
        refused = self._refusal(change)
        for sentence in refused.values():
            flash(sentence, "danger")
        return not refused

    def _refusal(self, change: Callable[[], object]) -> Errors:
        """As `attempt`; what refuses it comes back as a sentence."""
        return _errors_from(lambda: self.attempt(change))

    def attempt(self, change: Callable[[], object]) -> None:
        """Make a change in a savepoint: nothing of it stays when it is refused. Raises DatabaseRefused, what `change`
        raises."""
        try:
            with session.begin_nested():
                change()
                session.flush()
        except IntegrityError as error:
            log.info("refused by the database: %s", error.orig)
            raise DatabaseRefused(_sentence(error)) from None
        except DataError as error:
            log.info("refused by the database: %s", error.orig)
            raise DatabaseRefused(gettext("A value has the wrong form or size.")) from None

    def _store_form(self, form: Form, item: Record | None) -> None:
        verb = type(self).create_with if item is None else type(self).update_with
        if verb is None:
            self._put(form, item)
            return
        columns = self.add_columns if item is None else self.edit_columns
        values = {name: form[name].data for name in columns if name in form}
        if item is None:
            verb(**values)
        else:
            verb(item, **values)


def _errors_from(change: Callable[[], object]) -> Errors:
    """Make a change; what refuses it, in sentences."""
    try:
        change()
    except ValuesRefused as error:
        return error.errors
    except BusinessError as error:
        return {"": error.detail}
    return {}


def _errors(form: Form) -> Errors:
    return {name: " ".join(str(text) for text in texts) for name, texts in form.errors.items()}


def _sentence(error: IntegrityError) -> str:
    text = str(error.orig)
    if "duplicate key" in text:
        return str(gettext("There is already a record with this value."))
    if "foreign key" in text:
        return str(gettext("Other records still point to this one."))
    if "not-null" in text or "null value" in text:
        return str(gettext("A required field is empty."))
    return str(gettext("The database refused this change: it breaks a rule of the record."))
