"""Which records the address of a list selects: its filters (`q`, and `_flt_…` of old links) and its words (`find`).

What cannot be read selects nothing and says why: a bulk change or an export must never fall back to "all".
"""

import re
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from sqlalchemy import Uuid, and_, false, or_
from werkzeug.datastructures import MultiDict

from fanzadmin.kernel import search
from fanzadmin.kernel.console import filters
from fanzadmin.kernel.console.filters import Clause, Field
from fanzadmin.kernel.console.filters_fields import read_old
from fanzadmin.kernel.console.filters_language import Condition, Group, Unreadable, parse
from fanzadmin.kernel.ids import is_id

LONGEST_SEARCH = 200  # characters

_OLD = re.compile(r"_flt_(\d{1,2})_(.+)")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address selects. `clause` is None for everything; `problem` is a sentence when it could not be read."""

    group: Group
    words: str = ""
    clause: Clause | None = None
    problem: str = ""


class Selected(BaseFilter):
    """A Chosen as one of Flask-AppBuilder's filters."""

    name = "Selected"
    arg_name = None

    def apply(self, query: Any, value: Chosen) -> Any:
        return query if value.clause is None else query.filter(value.clause)


def chosen_by(
    console: Any, args: MultiDict[str, str]
) -> Chosen:  # Any: a console, which is built on this module
    """What the arguments of a list's address select among the columns that the person at hand may filter by."""
    allowed = set(console.columns_for("search"))
    fields = {name: field for name, field in console.fields.items() if name in allowed}
    group, words = Group(), args.get("find", "").strip()
    try:
        group = _group(args, fields)
        clauses = (filters.where(group, fields), words_clause(console, fields, words))
    except Unreadable as problem:
        return Chosen(group, words, false(), str(problem))
    asked = [clause for clause in clauses if clause is not None]
    return Chosen(group, words, and_(*asked) if asked else None)


def _group(args: MultiDict[str, str], fields: dict[str, Field]) -> Group:
    group = parse(args.get("q", ""))
    old = [condition for name in args for condition in _old(name, args.getlist(name), fields)]
    if not old:
        return group
    parts = group.parts if group.every else (group,)
    return Group((*parts, *old))


def _old(name: str, values: list[str], fields: dict[str, Field]) -> list[Condition]:
    found = _OLD.fullmatch(name)
    if found is None or not any(values):
        return []
    field = fields.get(found[2])
    if field is None:
        raise Unreadable(f"This list cannot be filtered by “{found[2]}”.")
    read = (read_old(field, int(found[1]), value) for value in values if value)
    return [condition for condition in read if condition is not None]


def words_clause(console: Any, fields: dict[str, Field], text: str) -> Clause | None:
    """Rows that hold every word of `text`, or the id that it is; None for no text. Raises Unreadable."""
    if not text:
        return None
    if "\x00" in text or len(text) > LONGEST_SEARCH:
        raise Unreadable(
            "The search is too long." if len(text) > LONGEST_SEARCH else "No record has such a character."
        )
    if is_id(text.lower()):
        return _of_id(console, fields, text.lower())
    columns = [fields[name] for name in console.text_columns() if name in fields]
    if not columns:
        raise Unreadable("This list has no text to search in.")
    model = console.datamodel.obj
    indexed = search.searched_columns(model)
    if indexed and {field.name for field in columns} >= set(indexed):
        found = search.has_words(model, text)
        return false() if found is None else found
    has = filters.TEXT.operators["has"].sql
    return and_(*(or_(*(has(field, (word,)) for field in columns)) for word in text.split()))


def _of_id(console: Any, fields: dict[str, Field], wanted: str) -> Clause:
    key = console.datamodel.get_pk()
    columns = [key] if isinstance(key.type, Uuid) else []
    columns += [field.column for field in fields.values() if field.kind is filters.ID]
    return or_(*(column == wanted for column in columns)) if columns else false()
