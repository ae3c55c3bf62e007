"""What consoles mix in for forms: our field converter, and the lookup behind every relation's and id's search box.

Records whose title begins with what was typed come first. Every question has a limit of rows and of time, and a large
table is asked only what an index answers.
"""

from typing import Any, ClassVar

from flask import Response, abort, jsonify, request
from flask_appbuilder.baseviews import BaseModelView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import ColumnElement, Enum, String, Uuid, and_, cast, func, not_, or_
from sqlalchemy.orm import Query

from fanzadmin.console.data.indexes import can_find, can_sort, is_large
from fanzadmin.console.data.timeouts import within
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
from fanzadmin.kernel.i18n.languages import spoken
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.search import searched_columns

SHOWN = 20  # options of one answer
PATIENCE = 800  # ms for each question

Records = list[Any]


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
    """`GET <console>/options/<column>?q=` answers `[{"id", "text"}]` for the relations of the console's forms, and for
    columns that hold the ids of other records."""

    RIGHTS: ClassVar[dict[str, str]] = {"options": "read"}

    search_form: Any
    add_form: Any
    edit_form: Any

    @expose("/options/<column>")
    @has_access
    def options(self, column: str) -> Response:
        fields = [form()._fields.get(column) for form in (self.search_form, self.add_form, self.edit_form)]
        field = next((one for one in fields if looks_up(one)), None)
        if field is None:
            abort(404)
        found = related_records(field, request.args.get("q", "").strip())
        return jsonify([{"id": str(key), "text": text} for key, text in found])


def related_records(field: RelationField | IdField, words: str) -> list[tuple[Any, str]]:
    """Key and text of the first records that match every word, or of the one with this id, under the rules of the
    related console. An id finds its record in an IdField also for whoever may not read that console."""
    if len(words) > LONGEST_SEARCH or "\x00" in words:
        return []
    interface = field.related()
    if is_id(words.lower()) and len(interface.keys) == 1 and isinstance(interface.keys[0].type, Uuid):
        return list(field.find([words.lower()]))
    filters = allowed_filters(interface, field.limits)
    if filters is None:
        return []
    query = filters.apply_all(interface.session.query(interface.obj))
    return [
        (interface.get_pk_value(record), title_of(record)) for record in _first(query, interface.obj, words)
    ]


def _first(query: Query[Any], model: Any, words: str) -> Records:  # Any: a mapped class
    columns = findable_texts(model)
    title = _title(model, columns)
    if not words:
        ordered = title is not None and (not is_large(model) or can_sort(model, title.key))
        return _asked(query.order_by(title) if ordered else query) or []
    clause = _matches(model, columns, words)
    if clause is None:
        return []
    query = query.filter(clause)
    if title is None:
        return _asked(query) or []
    begins = func.coalesce(title.ilike(_like(words, "{}%"), escape="\\"), False)
    found = None if is_large(model) else _asked(query.order_by(begins.desc(), title))
    return _in_steps(query, title, begins, words) if found is None else found


def _in_steps(query: Query[Any], title: Any, begins: Any, words: str) -> Records:
    """Of too many rows to be ordered: the title that is just so, then some that begin so, then some others."""
    found: Records = []
    for step in (title == words, and_(begins, title != words), not_(begins)):
        some = _asked(query.filter(step), SHOWN - len(found)) or []
        found += sorted(some, key=lambda record: str(getattr(record, title.key)).casefold())
        if len(found) == SHOWN:
            break
    return found


def _asked(query: Query[Any], most: int = SHOWN) -> Records | None:
    """The first records; None when that took too long."""
    return within(PATIENCE, query.limit(most).all, about="a lookup")


def _matches(model: Any, columns: Records, words: str) -> ColumnElement[bool] | None:
    """Rows with every word: by the index of words, else in the texts; of a large table a text that is just so."""
    names, indexed, console = {one.key for one in columns}, searched_columns(model), by_model(model)
    if indexed and names >= set(indexed) and isinstance(console, Finding):
        try:
            return words_clause(
                console, {key: one for key, one in console.fields.items() if key in names}, words
            )
        except Unreadable:
            return None
    if is_large(model):
        same = [one == words for one in columns if can_find(model, one.key)]
        return or_(*same) if same else None
    return and_(*(or_(*(_has(one, word) for one in columns)) for word in words.split())) if columns else None


def _has(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = cast(column, String).ilike(_like(word, "%{}%"), escape="\\")
    return found


def _title(model: Any, columns: Records) -> Any:
    """The text that a record is known by, of those that may be searched: what its console names first."""
    console = by_model(model)
    texts = {one.key: one for one in columns if not isinstance(one.type, Enum)}
    wanted = [*(console.search if console is not None else ()), *searched_columns(model), *texts]
    return next((texts[name] for name in wanted if name in texts), None)


def findable_texts(model: Any) -> Records:  # Any: a mapped class
    """The text columns that the person at hand may search by."""
    console = by_model(model)
    return [
        getattr(model, key)
        for key, column in model.__mapper__.columns.items()
        if isinstance(column.type, String) and (console is None or console.is_findable(key))
    ]


def _like(words: str, pattern: str) -> str:
    return pattern.format(words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_"))
