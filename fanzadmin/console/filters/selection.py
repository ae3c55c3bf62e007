"""Which records the address of a list selects: its filters (`q`, and `_flt_…` of old links) and its words (`find`).

What cannot be read selects nothing and says why: a bulk change or an export must never fall back to "all".
"""

import re
from dataclasses import dataclass

from flask_appbuilder.models.filters import BaseFilter
from flask_babel import gettext
from sqlalchemy import and_, false
from werkzeug.datastructures import MultiDict

from fanzadmin.console.data.shapes import AnyQuery
from fanzadmin.console.filters import kinds
from fanzadmin.console.filters.field import Clause, Field
from fanzadmin.console.filters.fields import Filterable, read_old
from fanzadmin.console.filters.language import Condition, Group, Unreadable, parse
from fanzadmin.console.filters.words import words_clause

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

    def apply(self, query: AnyQuery, value: Chosen) -> AnyQuery:
        return query if value.clause is None else query.filter(value.clause)


def chosen_by(console: Filterable, args: MultiDict[str, str]) -> Chosen:
    """What the arguments of a list's address select among the columns that the current user may filter by."""
    allowed = set(console.columns_for("search"))
    fields = {name: field for name, field in console.fields.items() if name in allowed}
    group, words = Group(), args.get("find", "").strip()
    try:
        group = _group(args, fields)
        clauses = (kinds.where(group, fields), words_clause(console, fields, words))
    except Unreadable as problem:
        return Chosen(group, words, false(), str(problem))
    conditions = [clause for clause in clauses if clause is not None]
    return Chosen(group, words, and_(*conditions) if conditions else None)


def _group(args: MultiDict[str, str], fields: dict[str, Field]) -> Group:
    group = parse(args.get("q", ""))
    old = [condition for name in args for condition in _old(name, args.getlist(name), fields)]
    if not old:
        return group
    parts = group.parts if group.every else (group,)
    return Group((*parts, *old))


def _old(name: str, values: list[str], fields: dict[str, Field]) -> list[Condition]:
    match = _OLD.fullmatch(name)
    if match is None or not any(values):
        return []
    field = fields.get(match[2])
    if field is None:
        raise Unreadable(gettext("This list cannot be filtered by “%(column)s”.", column=match[2]))
    read = (read_old(field, int(match[1]), value) for value in values if value)
    return [condition for condition in read if condition is not None]
