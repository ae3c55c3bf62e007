"""What consoles mix in for forms: our field converter, and the lookup behind every relation's and id's search box.

Records whose title begins with what was typed come first. Every question has a limit of rows and of time, and a large
table is asked only what an index answers.
"""

from typing import ClassVar

from flask import Response, abort, jsonify, request
from flask_appbuilder.baseviews import BaseModelView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import ColumnElement, Enum, String, Uuid, and_, cast, func, not_, or_
from sqlalchemy.orm import Query

from fanzadmin.console.data.indexes import can_find, can_sort, is_large
from fanzadmin.console.data.shapes import Column, Form, Key, Record
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.filters.language import Unreadable
from fanzadmin.console.filters.words import LONGEST_SEARCH, words_clause
from fanzadmin.console.registry import by_model
from fanzadmin.console.rendering.fields import (
    ConsoleModelConverter,
    IdField,
    RelationField,
    allowed_filters,
    looks_up,
    title_of,
)
from fanzadmin.console.search.mixin import Finding
from fanzadmin.kernel.i18n.languages import lazy_translate
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.search import searched_columns

SHOWN = 20  # options of one answer
LOOKUP_TIMEOUT = 800  # ms for each question

Records = list[Record]


class ConsoleForms(BaseModelView):
    """Builds the search, add and edit forms with ConsoleModelConverter before Flask-AppBuilder builds its own."""

    search_form: type[Form]
    add_form: type[Form]
    edit_form: type[Form]

    def _init_forms(self) -> None:
        for name in ("label_columns", "description_columns"):  # the forms take their texts from here
            setattr(
                self, name, {column: lazy_translate(text) for column, text in getattr(self, name).items()}
            )
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
                form = convert(
                    self.label_columns,
                    getattr(self, f"{name}_columns"),
                    self.description_columns,
                    self.validators_columns,
                    getattr(self, f"{name}_form_extra_fields"),
                    getattr(self, f"{name}_form_query_rel_fields"),
                )
                setattr(self, f"{name}_form", form)
        super()._init_forms()


class RelationLookup(BaseModelView):
    """`GET <console>/options/<column>?q=` answers `[{"id", "text"}]` for the relations of the console's forms, and for
    columns that hold the ids of other records."""

    RIGHTS: ClassVar[dict[str, str]] = {"options": "read"}

    search_form: type[Form]
    add_form: type[Form]
    edit_form: type[Form]

    @expose("/options/<column>")
    @has_access
    def options(self, column: str) -> Response:
        fields = [form()._fields.get(column) for form in (self.search_form, self.add_form, self.edit_form)]
        field = next((candidate for candidate in fields if looks_up(candidate)), None)
        if field is None:
            abort(404)
        records = related_records(field, request.args.get("q", "").strip())
        return jsonify([{"id": str(key), "text": text} for key, text in records])


def related_records(field: RelationField | IdField, words: str) -> list[tuple[Key, str]]:
    """Key and text of the first records that match every word, or of the one with this id, under the rules of the
    related console. An id finds its record in an IdField also for whoever may not read that console."""
    if len(words) > LONGEST_SEARCH or "\x00" in words:
        return []
    interface = field.related()
    if interface is None:
        return []
    if is_id(words.lower()) and len(interface.keys) == 1 and isinstance(interface.keys[0].type, Uuid):
        return list(field.find([words.lower()]))
    filters = allowed_filters(interface, field.limits)
    if filters is None:
        return []
    query = filters.apply_all(interface.session.query(interface.obj))
    return [
        (interface.get_pk_value(record), title_of(record)) for record in _first(query, interface.obj, words)
    ]


def _first(query: Query[Record], model: type[Record], words: str) -> Records:
    columns = findable_texts(model)
    title = _title(model, columns)
    if not words:
        ordered = title is not None and (not is_large(model) or can_sort(model, title.key))
        return _records_within(query.order_by(title) if ordered else query) or []
    clause = _matches(model, columns, words)
    if clause is None:
        return []
    query = query.filter(clause)
    if title is None:
        return _records_within(query) or []
    begins = func.coalesce(title.ilike(_like(words, "{}%"), escape="\\"), False)
    rows = None if is_large(model) else _records_within(query.order_by(begins.desc(), title))
    return _in_steps(query, title, begins, words) if rows is None else rows


def _in_steps(query: Query[Record], title: Column, begins: ColumnElement[bool], words: str) -> Records:
    """Of too many rows to be ordered: the title that is just so, then some that begin so, then some others."""
    records: Records = []
    for step in (title == words, and_(begins, title != words), not_(begins)):
        some = _records_within(query.filter(step), SHOWN - len(records)) or []
        records += sorted(some, key=lambda record: str(getattr(record, title.key)).casefold())
        if len(records) == SHOWN:
            break
    return records


def _records_within(query: Query[Record], most: int = SHOWN) -> Records | None:
    """The first records; None when that took too long."""
    return with_statement_timeout(LOOKUP_TIMEOUT, query.limit(most).all, subject="a lookup")


def _matches(model: type[Record], columns: list[Column], words: str) -> ColumnElement[bool] | None:
    """Rows with every word: by the index of words, else in the texts; of a large table a text that is just so."""
    names, indexed, console = {column.key for column in columns}, searched_columns(model), by_model(model)
    if indexed and names >= set(indexed) and isinstance(console, Finding):
        try:
            return words_clause(
                console, {key: column for key, column in console.fields.items() if key in names}, words
            )
        except Unreadable:
            return None
    if is_large(model):
        same = [column == words for column in columns if can_find(model, column.key)]
        return or_(*same) if same else None
    return (
        and_(*(or_(*(_has(column, word) for column in columns)) for word in words.split()))
        if columns
        else None
    )


def _has(column: Column, word: str) -> ColumnElement[bool]:
    clause: ColumnElement[bool] = cast(column, String).ilike(_like(word, "%{}%"), escape="\\")
    return clause


def _title(model: type[Record], columns: list[Column]) -> Column | None:
    """The text that a record is known by, of those that may be searched: what its console names first."""
    console = by_model(model)
    texts = {column.key: column for column in columns if not isinstance(column.type, Enum)}
    names = [*(console.search if console is not None else ()), *searched_columns(model), *texts]
    return next((texts[name] for name in names if name in texts), None)


def findable_texts(model: type[Record]) -> list[Column]:
    """The text columns that the current user may search by."""
    console = by_model(model)
    return [
        getattr(model, key)
        for key, column in model.__mapper__.columns.items()
        if isinstance(column.type, String) and (console is None or console.is_findable(key))
    ]


def _like(words: str, pattern: str) -> str:
    return pattern.format(words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_"))
