"""A field that can be filtered: its kind, the operators of the kind, and one clause of a filter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement

from fanzadmin.console.data.shapes import Column, Label
from fanzadmin.console.filters.language import Condition, Unreadable

EMPTY, FILLED = "empty", "filled"


SINGLE, TWO, MANY, SPAN, NONE = "one", "two", "many", "span", "none"


MOST_VALUES = 200


Clause = ColumnElement[bool]


Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """`takes` says how many values: none, one, two, many, or a span such as 7d."""

    name: str
    label: Label
    takes: str
    sql: Callable[["Field", Values], Clause]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A type of column as people think of it. `control` is the input that its values are typed into."""

    name: str
    control: str
    operators: Mapping[str, Operator]
    unoffered: frozenset[str] = frozenset()  # understood in an address, not offered on the page
    empties: bool = False  # a column that may not be null can be empty all the same

    @property
    def offered(self) -> list[Operator]:
        return [operator for operator in self.operators.values() if operator.name not in self.unoffered]


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a console can be filtered by."""

    name: str
    label: Label
    kind: Kind
    column: Column  # the model's attribute
    nullable: bool = True
    choices: tuple[tuple[str, Label], ...] = ()
    closed: bool = False  # no other values than `choices` exist
    currency: str = ""  # as money() in cells.py takes it

    @property
    def operators(self) -> Sequence[Operator]:
        """What the page offers: nothing about emptiness where a column cannot be empty."""
        always = self.nullable or self.kind.empties
        return [operator for operator in self.kind.offered if always or operator.name not in {EMPTY, FILLED}]

    def clause(self, condition: Condition) -> Clause:
        """The condition in SQL. Raises Unreadable."""
        operator = self.kind.operators.get(condition.operator)
        if operator is None:
            raise Unreadable(
                gettext(
                    "“%(label)s” cannot be asked for “%(operator)s”.",
                    label=self.label,
                    operator=condition.operator,
                )
            )
        values = tuple(value for value in condition.values if value != "")
        if len(values) > MOST_VALUES:
            raise Unreadable(
                gettext(
                    "“%(label)s” can be compared with %(most)s values.",
                    label=self.label,
                    most=MOST_VALUES,
                )
            )
        needed = {NONE: 0, TWO: 2}.get(operator.takes, 1)
        if len(values) < needed or (operator.takes != MANY and len(values) > needed):
            raise Unreadable(
                gettext(
                    "“%(label)s” %(operator)s: %(needed)s",
                    label=self.label,
                    operator=operator.label,
                    needed=_COUNTS[needed],
                )
            )
        try:
            return operator.sql(self, values)
        except Unreadable as problem:
            raise Unreadable(gettext("“%(label)s”: %(problem)s", label=self.label, problem=problem)) from None


_COUNTS = {0: _("no value is needed."), 1: _("one value is needed."), 2: _("two values are needed.")}
