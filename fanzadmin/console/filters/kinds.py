"""What each type of column can be asked: its operators, the values they take, and the SQL they become.

Texts, numbers, money (typed as people write it), days and moments (UTC), yes/no, choices, tags, ids and relations.
Every refusal is an Unreadable with a sentence for the user.
"""

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Text, and_, cast, false, not_, or_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.orm import RelationshipProperty

from fanzadmin.console.data.shapes import Column, Label, Value
from fanzadmin.console.filters.field import (
    EMPTY,
    FILLED,
    MANY,
    NONE,
    SINGLE,
    SPAN,
    TWO,
    Clause,
    Field,
    Kind,
    Operator,
    Values,
)
from fanzadmin.console.filters.language import Condition, Group, Unreadable
from fanzadmin.console.filters.values import amounts, day, first_and_next, ids, keys, number, span


def where(group: Group, fields: Mapping[str, Field]) -> Clause | None:
    """The group in SQL; None when it asks for nothing. Raises Unreadable."""
    clauses = [clause for part in group.parts if (clause := _clause(part, fields)) is not None]
    if not clauses:
        return None
    return and_(*clauses) if group.every else or_(*clauses)


def _clause(part: Condition | Group, fields: Mapping[str, Field]) -> Clause | None:
    if isinstance(part, Group):
        return where(part, fields)
    field = fields.get(part.column)
    if field is None:
        raise Unreadable(gettext("This list cannot be filtered by “%(column)s”.", column=part.column))
    return field.clause(part)


def _null(field: Field) -> Clause:
    if isinstance(field.column.property, RelationshipProperty):
        relation = field.column.property
        return not_(field.column.any() if relation.uselist else field.column.has())
    empty: Clause = field.column.is_(None)
    return empty


def _not(field: Field, clause: Clause) -> Clause:
    """What does not match, the empty included."""
    return or_(_null(field), not_(clause)) if field.nullable else not_(clause)


def _like(pattern: str) -> Callable[[Field, Values], Clause]:
    def sql(field: Field, values: Values) -> Clause:
        word = values[0].replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        clause: Clause = field.column.ilike(pattern.format(word), escape="\\")
        return clause

    return sql


def _negated(sql: Callable[[Field, Values], Clause]) -> Callable[[Field, Values], Clause]:
    return lambda field, values: _not(field, sql(field, values))


def _text_is(field: Field, values: Values) -> Clause:
    clause: Clause = field.column.in_(keys(field, values))
    return clause


def _text_empty(field: Field, _values: Values) -> Clause:
    return or_(field.column.is_(None), field.column == "")


def _compared(compare: Callable[[Column, Value], Clause]) -> Callable[[Field, Values], Clause]:
    return lambda field, values: compare(field.column, number(values[0]))


def _number_between(field: Field, values: Values) -> Clause:
    low, high = sorted(map(number, values))
    return and_(field.column >= low, field.column <= high)


def _number_in(field: Field, values: Values) -> Clause:
    clause: Clause = field.column.in_([number(value) for value in values])
    return clause


def _money(compare: Callable[..., Clause]) -> Callable[[Field, Values], Clause]:
    return lambda field, values: amounts(field, values, compare)


def _on(field: Field, values: Values) -> Clause:
    first, after = first_and_next(field, values[0])
    return and_(field.column >= first, field.column < after)


def _before(field: Field, values: Values) -> Clause:
    clause: Clause = field.column < first_and_next(field, values[0])[0]
    return clause


def _after(field: Field, values: Values) -> Clause:
    clause: Clause = field.column >= first_and_next(field, values[0])[1]
    return clause


def _from(field: Field, values: Values) -> Clause:
    clause: Clause = field.column >= first_and_next(field, values[0])[0]
    return clause


def _until(field: Field, values: Values) -> Clause:
    clause: Clause = field.column < first_and_next(field, values[0])[1]
    return clause


def _days_between(field: Field, values: Values) -> Clause:
    low, high = sorted(values, key=lambda value: day(value)[0])
    return and_(_from(field, (low,)), _until(field, (high,)))


def _in_span(field: Field, values: Values, *, past: bool) -> Clause:
    low, high = span(field, values[0], past=past)
    return and_(field.column >= low, field.column <= high)


def _truth(*, value: bool) -> Callable[[Field, Values], Clause]:
    return lambda field, _values: field.column.is_(value)


def _array(field: Field, values: Values, operator: str) -> Clause:
    texts = cast(array(values), ARRAY(Text()))
    if isinstance(field.column.type, ARRAY):
        words = cast(array(values), field.column.type)
        clause: Clause = field.column.op({"any": "&&", "all": "@>"}[operator], is_comparison=True)(words)
    else:
        clause = field.column.op({"any": "?|", "all": "?&"}[operator], is_comparison=True)(texts)
    return clause


def _tags_any(field: Field, values: Values) -> Clause:
    return _array(field, values, "any")


def _tags_all(field: Field, values: Values) -> Clause:
    return _array(field, values, "all")


def _tags_empty(field: Field, _values: Values) -> Clause:
    if isinstance(field.column.type, ARRAY):
        return or_(field.column.is_(None), field.column == [])
    nothing = [field.column == JSONB.NULL, field.column == [], field.column == {}]
    return or_(field.column.is_(None), *nothing)


def _id_in(field: Field, values: Values) -> Clause:
    clause: Clause = field.column.in_(ids(values))
    return clause


def _related(field: Field, values: Values) -> Clause:
    relation = field.column.property
    key = relation.mapper.primary_key[0]
    keys_ = keys(field, values, key.type)
    pairs = relation.local_remote_pairs
    if relation.direction.name == "MANYTOONE" and len(pairs) == 1 and pairs[0][1] is key:
        clause: Clause = pairs[0][0].in_(keys_)
        return clause
    attribute = relation.mapper.get_property_by_column(key).class_attribute
    matches = attribute.in_(keys_)
    return field.column.any(matches) if relation.uselist else field.column.has(matches)


def _related_empty(field: Field, _values: Values) -> Clause:
    pairs = field.column.property.local_remote_pairs
    if field.column.property.direction.name == "MANYTOONE" and len(pairs) == 1:
        empty: Clause = pairs[0][0].is_(None)
        return empty
    return _null(field)


Offer = tuple[str, Label, str, Callable[[Field, Values], Clause]]  # the fields of an Operator


def _operators(*rows: Offer) -> dict[str, Operator]:
    return {row[0]: Operator(*row) for row in rows}


def _empties(sql: Callable[[Field, Values], Clause]) -> Sequence[Offer]:
    filled = lambda field, values: not_(sql(field, values))  # noqa: E731
    return ((EMPTY, _("is empty"), NONE, sql), (FILLED, _("is not empty"), NONE, filled))


def _is_null(field: Field, _values: Values) -> Clause:
    return _null(field) if field.nullable else false()


_TEXTS = _operators(
    ("has", _("contains"), SINGLE, _like("%{}%")),
    ("hasnt", _("does not contain"), SINGLE, _negated(_like("%{}%"))),
    ("is", _("is"), MANY, _text_is),
    ("isnt", _("is not"), MANY, _negated(_text_is)),
    ("starts", _("starts with"), SINGLE, _like("{}%")),
    ("startsnt", _("does not start with"), SINGLE, _negated(_like("{}%"))),
    ("ends", _("ends with"), SINGLE, _like("%{}")),
    ("endsnt", _("does not end with"), SINGLE, _negated(_like("%{}"))),
    *_empties(_text_empty),
)
_SETS = _operators(
    ("any", _("is any of"), MANY, _text_is),
    ("none", _("is none of"), MANY, _negated(_text_is)),
)
TEXT = Kind("text", "text", _TEXTS, frozenset({"startsnt", "endsnt"}), empties=True)
CHOICE = Kind("choice", "choice", _SETS | _TEXTS, frozenset(_TEXTS) - {EMPTY, FILLED}, empties=True)
ENUM = Kind("enum", "choice", _operators(
    ("any", _("is any of"), MANY, _text_is),
    ("none", _("is none of"), MANY, _negated(_text_is)),
    *_empties(_is_null),
))  # fmt: skip
NUMBER = Kind("number", "number", _operators(
    ("is", "=", MANY, _number_in),
    ("isnt", "≠", MANY, _negated(_number_in)),
    ("from", "≥", SINGLE, _compared(lambda column, value: column >= value)),
    ("to", "≤", SINGLE, _compared(lambda column, value: column <= value)),
    ("over", ">", SINGLE, _compared(lambda column, value: column > value)),
    ("under", "<", SINGLE, _compared(lambda column, value: column < value)),
    ("between", _("is between"), TWO, _number_between),
    *_empties(_is_null),
))  # fmt: skip
MONEY = Kind("money", "money", _operators(
    ("is", "=", SINGLE, _money(lambda column, value: column == value)),
    ("isnt", "≠", SINGLE, _negated(_money(lambda column, value: column == value))),
    ("from", "≥", SINGLE, _money(lambda column, value: column >= value)),
    ("to", "≤", SINGLE, _money(lambda column, value: column <= value)),
    ("over", ">", SINGLE, _money(lambda column, value: column > value)),
    ("under", "<", SINGLE, _money(lambda column, value: column < value)),
    ("between", _("is between"), TWO, _money(lambda column, low, high: and_(column >= low, column <= high))),
    *_empties(_is_null),
))  # fmt: skip


def _last(field: Field, values: Values) -> Clause:
    return _in_span(field, values, past=True)


def _next(field: Field, values: Values) -> Clause:
    return _in_span(field, values, past=False)


_DATES = _operators(
    ("on", _("on"), SINGLE, _on),
    ("noton", _("not on"), SINGLE, _negated(_on)),
    ("before", _("before"), SINGLE, _before),
    ("after", _("after"), SINGLE, _after),
    ("from", _("on or after"), SINGLE, _from),
    ("until", _("on or before"), SINGLE, _until),
    ("between", _("between"), TWO, _days_between),
    ("last", _("in the last"), SPAN, _last),
    ("next", _("in the next"), SPAN, _next),
    *_empties(_is_null),
)
DATE = Kind("date", "date", _DATES)
MOMENT = Kind("moment", "date", _DATES)
YES_NO = Kind("yesno", "none", _operators(
    ("yes", _("is yes"), NONE, _truth(value=True)),
    ("no", _("is no"), NONE, _truth(value=False)),
    *_empties(_is_null),
))  # fmt: skip
TAGS = Kind("tags", "tags", _operators(
    ("any", _("has any of"), MANY, _tags_any),
    ("all", _("has all of"), MANY, _tags_all),
    ("none", _("has none of"), MANY, _negated(_tags_any)),
    *_empties(_tags_empty),
), empties=True)  # fmt: skip
ID = Kind("id", "text", _operators(
    ("any", _("is"), MANY, _id_in),
    ("none", _("is not"), MANY, _negated(_id_in)),
    *_empties(_is_null),
))  # fmt: skip
# An id of a record that has a console: typed as an id in an address, looked up by its name on the page.
REFERENCE = Kind("id", "relation", ID.operators)
RELATION = Kind("relation", "relation", _operators(
    ("any", _("is any of"), MANY, _related),
    ("none", _("is none of"), MANY, _negated(_related)),
    *_empties(_related_empty),
))  # fmt: skip
RELATIONS = Kind("relations", "relation", _operators(
    ("any", _("has any of"), MANY, _related),
    ("none", _("has none of"), MANY, _negated(_related)),
    *_empties(lambda field, _values: _null(field)),
), empties=True)  # fmt: skip

# The operators that Flask-AppBuilder numbers, by its own types: an address with `_flt_3_title=…` keeps its meaning.
_OLD_TEXT = ("starts", "ends", "has", "is", "startsnt", "endsnt", "hasnt", "isnt", "is", "isnt")
_OLD_NUMBER = ("is", "over", "under", "isnt", "is", "isnt")
_OLD_DATE = ("on", "after", "before", "noton")
_OLD_PAIR = ("any", "none")
OLD = {
    "text": _OLD_TEXT, "choice": _OLD_TEXT,
    "number": _OLD_NUMBER, "money": _OLD_NUMBER, "date": _OLD_DATE, "moment": _OLD_DATE, "tags": _OLD_PAIR,
    "enum": _OLD_PAIR, "id": _OLD_PAIR, "relation": _OLD_PAIR, "relations": _OLD_PAIR,
}  # fmt: skip
