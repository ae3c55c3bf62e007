"""Inline edit: a cell of the list becomes the control of the edit form, and one value is written.

`GET <console>/cell/<pk>/<column>` answers `{label, control, version}`; `POST` takes the column's value and the version
and answers `{cells, undo, version}` (200), `{error}` (422) or `{theirs, mine, version}` (409: changed meanwhile).
`undo` is a token: sent back as `_undo`, it gives the record what it held before, if no one changed it since.
"""

from typing import ClassVar

from flask import Response, abort, current_app, jsonify, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer

from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.editing import conflicts
from fanzadmin.console.editing.writing import Writing
from fanzadmin.console.rendering import cells, widgets
from fanzadmin.kernel.db import session


class InlineEdit(Writing):
    """Cells of `edit_columns` that the list shows can be edited in place; `inline = False` takes that away."""

    RIGHTS: ClassVar[dict[str, str]] = {"cell": "update"}
    inline: ClassVar[bool] = True

    def inline_columns(self) -> dict[str, str]:
        """The columns of the list that the current user may edit in place, and the column that each one writes."""
        if not self.inline or self.read_only or not self.may_update:
            return {}
        editable = set(self.open_columns())
        shown = ((column, column.split(".")[0]) for column in self.columns_for("list"))
        return {column: name for column, name in shown if name in editable and self._has_control(name)}

    def _has_control(self, name: str) -> bool:
        field = getattr(self.edit_form, name, None)
        return field is not None and not issubclass(field.field_class, conflicts.NO_VALUE)

    @expose("/cell/<pk>/<column>", methods=["GET", "POST"])
    @has_access
    def cell(self, pk: str, column: str) -> Response:
        name = self.inline_columns().get(column)
        if name is None:
            abort(404)
        item = self._record_or_404(pk)
        if request.method == "POST":
            return self._write_cell(item, name)
        if request.args.get("row"):
            return jsonify(cells=self.drawn_row(item))
        field = self.form_of(item)[name]
        label = str(field.label.text)
        return jsonify(
            label=label,
            control=widgets.control(field, **{"aria-label": label, "aria-describedby": False}),
            version=conflicts.fingerprint(field),
        )

    def _write_cell(self, item: Record, name: str) -> Response:
        self.lock(item)
        form = self.form_of(item)
        before, theirs = conflicts.sent_value(form[name]), conflicts.fingerprint(form[name])
        text, values = conflicts.display_text(form[name]), request.form.getlist(name)
        if "_undo" in request.form:
            values = _held(item, self.datamodel, name)
        conflicts.take(form[name], values)
        mine = conflicts.fingerprint(form[name])
        if theirs not in {request.form.get(conflicts.VERSION, theirs), mine}:
            return _answer(409, theirs=text, mine=conflicts.display_text(form[name]), version=theirs)
        if errors := self.change(item, {name: values}, held_once="_undo" in request.form):
            return _answer(422, error=" ".join(errors.values()))
        return jsonify(
            cells=self.drawn_row(item),
            undo=_token().dumps([str(self.datamodel.get_pk_value(item)), name, before]),
            version=conflicts.fingerprint(self.form_of(item)[name]),
            said=gettext("%(label)s: %(value)s", label=form[name].label.text, value=text or "–"),
        )

    def drawn_row(self, item: Record) -> dict[str, str]:
        """The cells of a record's row in the list, as the list draws them."""
        session.flush()  # a verb may have written around the record
        session.refresh(item)
        return {
            column: cells.draw(
                self.formatters_columns.get(column), self.value_of(item, column), self.seen(item), brief=True
            )
            for column in self.columns_for("list")
        }


def _token() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="inline-undo")


def _held(item: Record, datamodel: Datamodel, name: str) -> list[str]:
    """What an undo token says that this cell held before."""
    try:
        pk, column, values = _token().loads(request.form["_undo"])
    except BadData:
        abort(400)
    if [pk, column] != [str(datamodel.get_pk_value(item)), name]:
        abort(400)
    return values if isinstance(values, list) else [values]


def _answer(status: int, **members: object) -> Response:
    response = jsonify(members)
    response.status_code = status
    return response
