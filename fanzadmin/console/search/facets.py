"""Facets: how many of a list's records have each state, kind or cluster, a click away from a filter.

    facets = ("state", "kind")         # default: the columns of few words among those that can be filtered

The page asks for them after it is there. Of many rows it is said about how many (value_counts.py), and a facet that takes too
long is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from flask import Response, abort, jsonify, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import SQLColumnExpression, func
from sqlalchemy.dialects.postgresql import ARRAY
from werkzeug.datastructures import MultiDict

from fanzadmin.console.contract import Arguments
from fanzadmin.console.filters.field import Field
from fanzadmin.console.filters.fields import CLUSTER
from fanzadmin.console.filters.kinds import CHOICE, ENUM, RELATION, TAGS, YES_NO
from fanzadmin.console.filters.language import Condition, Group, write
from fanzadmin.console.filters.selection import Chosen, chosen_by
from fanzadmin.console.search.labels import related_titles, word_text
from fanzadmin.console.search.mixin import Finding, without_old
from fanzadmin.console.search.value_counts import Counted, counted

MOST = 5  # facets of a list
SHOWN = 12  # values of a facet
SUGGESTED = 30  # values offered while one types


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`text` is the count as the reader reads it: `1,234`, `about 2.1 M`."""

    value: str
    label: str
    count: int
    text: str
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The frequent values of a column, the most frequent first."""

    column: str
    label: str
    values: tuple[FacetValue, ...]


class Facets(Finding):
    """The facets of a list, and the values that a filter suggests."""

    RIGHTS: ClassVar[dict[str, str]] = {"facet_counts": "read", "facet_values": "read"}

    facets: ClassVar[Sequence[str] | None] = None

    def facet_fields(self) -> Sequence[Field]:
        """The columns that are counted, of those that the current user may filter by."""
        allowed = self.columns_for("search")
        names = self.fields if self.facets is None else self.facets
        fields = [self.fields[name] for name in names if name in self.fields and name in allowed]
        if self.facets is None:
            fields = [field for field in fields if field.kind in {ENUM, YES_NO} or _is_state(field)]
        return fields[:MOST]

    @expose("/finding/facets")
    @has_access
    def facet_counts(self) -> Response:
        """`[{column, label, values: [{value, label, count, text, chosen, url}]}]` for the list's address."""
        chosen = chosen_by(self, request.args)
        if chosen.problem:
            return jsonify([])
        facets = (self._facet(field, chosen, request.args) for field in self.facet_fields())
        return jsonify([asdict(facet) for facet in facets if facet is not None])

    @expose("/finding/values/<column>")
    @has_access
    def facet_values(self, column: str) -> Response:
        """Values of a column that contain `q`, for a filter's box: `[{id, text}]`."""
        field = self.fields.get(column)
        if (
            field is None
            or column not in self.columns_for("search")
            or field.kind not in {CHOICE, ENUM, TAGS}
        ):
            abort(404)
        words = request.args.get("q", "").strip().lower()
        counts = self._counted(field, MultiDict(), SUGGESTED * 4) or []
        values = sorted({str(value) for value, _ in counts if value not in {None, ""}})
        return jsonify([{"id": text, "text": text} for text in values if words in text.lower()][:SUGGESTED])

    def _facet(self, field: Field, chosen: Chosen, args: Arguments) -> Facet | None:
        here, others = _split(chosen.group, field.name)
        plain = without_old(args)
        plain.setlist("q", [write(others)])
        rows = self._counted(field, plain, SHOWN)
        if not rows or (len(rows) < 2 and here is None):
            return None
        labels = self._labels(field, [value for value, _ in rows])
        values = tuple(
            FacetValue(
                _plain(value), label, int(count), str(count), _is_chosen(field, here, value),
                self.address(plain, q=write(_toggled(field, here, others, value))),
            )
            for (value, count), label in zip(rows, labels, strict=True)
        )  # fmt: skip
        return Facet(field.name, str(field.label), values)

    def _counted(self, field: Field, args: Arguments, most: int) -> Counted | None:
        """Each value and how many of the matching rows have it; None when that took too long."""
        subject = f"facet {field.name} of {type(self).__name__}"
        return counted(self.matching(args), _value(field), most, subject=subject)

    def _labels(self, field: Field, values: Sequence[object]) -> Iterator[str]:
        if field.kind is RELATION:
            return iter(related_titles(self, field, [_plain(value) for value in values]))
        return ("" if _is_empty(value) else word_text(field, _plain(value)) for value in values)


def _is_state(field: Field) -> bool:
    """Whether a text column is a state or a cluster: few words, and what people filter by first."""
    return field.kind is CHOICE and (field.closed or field.name in {CLUSTER, "state", "kind", "tier"})


def _value(field: Field) -> SQLColumnExpression[object]:
    if field.kind is RELATION:
        result: SQLColumnExpression[object] = field.column.property.local_remote_pairs[0][0]
        return result
    if field.kind is TAGS:
        whole = func.unnest if isinstance(field.column.type, ARRAY) else func.jsonb_array_elements_text
        return whole(field.column)
    return field.column


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(getattr(value, "value", value))


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _split(group: Group, column: str) -> tuple[Condition | None, Group]:
    """The facet's own condition among those that must all hold, and the group without it."""
    if not group.every:
        return None, group
    for at, part in enumerate(group.parts):
        if (
            isinstance(part, Condition)
            and part.column == column
            and part.operator in {"any", "is", "yes", "no", "empty"}
        ):
            return part, Group((*group.parts[:at], *group.parts[at + 1 :]))
    return None, group


def _is_chosen(field: Field, here: Condition | None, value: object) -> bool:
    if here is None:
        return False
    if here.operator == "empty":
        return _is_empty(value)
    return _plain(value) in (here.values if field.kind is not YES_NO else {here.operator})


def _toggled(field: Field, here: Condition | None, others: Group, value: object) -> Group:
    """The group with the value added to the facet's condition, or taken out of it."""
    word, chosen = _plain(value), _is_chosen(field, here, value)
    condition: Condition | None
    if _is_empty(value):
        condition = None if chosen else Condition(field.name, "empty")
    elif field.kind is YES_NO:
        condition = None if chosen else Condition(field.name, word)
    else:
        had = here.values if here else ()
        values = tuple(text for text in had if text != word) if chosen else (*had, word)
        operator = "any" if "any" in field.kind.operators else "is"
        condition = Condition(field.name, operator, values) if values else None
    parts = others.parts if others.every else (others,)
    return Group((*parts, condition) if condition else parts)
