"""How many rows match: exact where that is quick, else PostgreSQL's own estimate, and said so."""

from typing import Any

from flask_babel import format_decimal, gettext
from sqlalchemy import ClauseElement, Executable, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Query

from fanzadmin.kernel.db import session

CAP = 10_000
DEAR = 4_000.0  # the planner's cost up to which a count is worth its wait: some milliseconds
SURE = 100 * CAP  # an estimate above this is not wrong by so much that the count would end below CAP


class Count(int):
    """A number of rows; `about` says that it is an estimate."""

    about: bool

    def __new__(cls, number: int, *, about: bool = False) -> "Count":
        made = super().__new__(cls, number)
        made.about = about
        return made

    def __str__(self) -> str:
        """`140`, `about 12,000` or `about 10.0 M`, in the reader's language."""
        number = int(self)
        if not self.about:
            return str(format_decimal(number))
        if number >= 1_000_000:
            text = gettext("%(number)s M", number=format_decimal(number / 1e6, format="#,##0.0"))
        else:
            text = format_decimal(round(number, 2 - len(str(number))))
        return str(gettext("about %(number)s", number=text))


class Explain(Executable, ClauseElement):
    """`EXPLAIN (FORMAT JSON)` of a statement."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain)
def _explain(element: Explain, compiler: Any, **kwargs: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **kwargs)}"


def count_of(query: Query[Any]) -> Count:
    """The number of rows of a query over keys: exact up to CAP where PostgreSQL finds it cheap, else its estimate."""
    counted = select(func.count()).select_from(query.limit(CAP + 1).subquery())
    plan = session.execute(Explain(counted)).scalar_one()[0]["Plan"]
    cost = plan["Total Cost"]
    while plan["Node Type"] != "Limit":
        plan = plan["Plans"][0]
    estimate = int(plan["Plans"][0]["Plan Rows"])
    if cost <= DEAR and estimate <= SURE:
        number = session.execute(counted).scalar_one()
        if number <= CAP:
            return Count(number)
    return Count(max(estimate, CAP), about=True)
