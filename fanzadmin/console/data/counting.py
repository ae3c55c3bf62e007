"""How many rows match: exact where that is quick, else PostgreSQL's own estimate, and said so."""

from flask_babel import format_decimal, gettext
from sqlalchemy import Engine, event, func, select
from sqlalchemy.engine import ExecutionContext

from fanzadmin.console.data.shapes import AnyQuery, Json
from fanzadmin.kernel.db import session

CAP = 10_000
MAX_COST_OF_COUNT = 4_000.0  # the planner's cost up to which a count is worth its wait: some milliseconds
MIN_SURE_ESTIMATE = (
    100 * CAP
)  # an estimate above this is not wrong by so much that the count would end below CAP


class Count(int):
    """A number of rows; `about` says that it is an estimate."""

    about: bool

    def __new__(cls, number: int, *, about: bool = False) -> "Count":
        count = super().__new__(cls, number)
        count.about = about
        return count

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


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _explain(  # SQLAlchemy hands over all of it; by an option, the statement is compiled once for both of its uses
    _connection: object,
    _cursor: object,
    statement: str,
    parameters: object,
    context: ExecutionContext | None,
    _many: bool,
) -> tuple[str, object]:
    if context is not None and context.execution_options.get("explained"):
        statement = f"EXPLAIN (FORMAT JSON) {statement}"
    return statement, parameters


def count_of(query: AnyQuery) -> Count:
    """The number of rows of a query over keys: exact up to CAP where PostgreSQL finds it cheap, else its estimate."""
    counted = select(func.count()).select_from(query.limit(CAP + 1).subquery())
    explained: Json = session.execute(counted, execution_options={"explained": True}).scalar_one()
    plan = explained[0]["Plan"]
    cost = plan["Total Cost"]
    while plan["Node Type"] != "Limit" and "Plans" in plan:
        plan = plan["Plans"][0]
    estimate = int(plan.get("Plans", [plan])[0]["Plan Rows"])
    if cost <= MAX_COST_OF_COUNT and estimate <= MIN_SURE_ESTIMATE:
        number = session.execute(counted).scalar_one()
        if number <= CAP:
            return Count(number)
    return Count(max(estimate, CAP), about=True)
