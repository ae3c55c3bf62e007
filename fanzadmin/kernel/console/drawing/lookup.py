"""What consoles mix in for forms: our field converter, and the lookup behind every relation's search box."""

from typing import Any, ClassVar

from flask import Response, abort, jsonify, request
from flask_appbuilder.baseviews import BaseModelView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import String, cast, or_

from fanzadmin.kernel.console.drawing.fields import (
    ConsoleModelConverter,
    RelationField,
    allowed_filters,
    console_over,
    title_of,
)
from fanzadmin.kernel.languages import spoken

SHOWN = 20  # options of one answer


class ConsoleForms(BaseModelView):
    """Builds the search, add and edit forms with ConsoleModelConverter before Flask-AppBuilder builds its own."""

    search_form: Any
    add_form: Any
    edit_form: Any
    search_columns: Any
    base_filters: Any

    def _init_forms(self) -> None:
        for name in ("label_columns", "description_columns"):  # the forms take their texts from here
            setattr(self, name, {column: spoken(text) for column, text in getattr(self, name).items()})
        convert = ConsoleModelConverter(self.datamodel).create_form
        if not self.search_form:
            self.search_form = convert(
                self.label_columns,
                self.search_columns,
                extra_fields=self.search_form_extra_fields,
                filter_rel_fields=self.search_form_query_rel_fields,
            )
        for name in ("add", "edit"):
            if not getattr(self, f"{name}_form"):
                made = convert(
                    self.label_columns,
                    getattr(self, f"{name}_columns"),
                    self.description_columns,
                    self.validators_columns,
                    getattr(self, f"{name}_form_extra_fields"),
                    getattr(self, f"{name}_form_query_rel_fields"),
                )
                setattr(self, f"{name}_form", made)
        super()._init_forms()


class RelationLookup(BaseModelView):
    """`GET <console>/options/<column>?q=` answers `[{"id", "text"}]` for the relations of the console's forms."""

    RIGHTS: ClassVar[dict[str, str]] = {"options": "read"}

    search_form: Any
    add_form: Any
    edit_form: Any

    @expose("/options/<column>")
    @has_access
    def options(self, column: str) -> Response:
        fields = [form()._fields.get(column) for form in (self.search_form, self.add_form, self.edit_form)]
        field = next((one for one in fields if isinstance(one, RelationField)), None)
        if field is None:
            abort(404)
        found = related_records(field, request.args.get("q", "").strip())
        return jsonify([{"id": str(key), "text": text} for key, text in found])


def related_records(field: RelationField, words: str) -> list[tuple[Any, str]]:
    """Key and text of the first records that match every word, under the rules of the related console."""
    interface = field.related()
    filters = allowed_filters(interface, field.limits)
    if filters is None:
        return []
    query = filters.apply_all(interface.session.query(interface.obj))
    columns = _findable_texts(interface.obj)
    for word in words.split():
        query = query.filter(
            or_(*(cast(column, String).ilike(_like(word), escape="\\") for column in columns))
        )
    if columns:
        query = query.order_by(columns[0])
    return [(interface.get_pk_value(record), title_of(record)) for record in query.limit(SHOWN)]


def _findable_texts(model: Any) -> list[Any]:  # Any: a mapped class
    """The text columns that the person at hand may search by."""
    console = console_over(model)
    return [
        column
        for key, column in model.__mapper__.columns.items()
        if isinstance(column.type, String)
        and (not hasattr(console, "is_findable") or console.is_findable(key))
    ]


def _like(word: str) -> str:
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
