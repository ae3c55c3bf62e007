"""What a preview says before many records are changed: the money that they are about, and what would refuse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal
from sqlalchemy.orm import Query

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import AnyQuery, Record
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.rendering.cells import Cell
from fanzadmin.kernel.bulk_flush import dry_run
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import money_text

SUM_TIMEOUT = 2000  # ms of the statement of a sum


@dataclass(frozen=True, slots=True)
class Sum:
    """What the records of a preview hold together in a column of money; `amounts` one for each currency, None where adding
    up took too long."""

    label: str
    amounts: tuple[str, ...] | None


def sums(console: ConsoleLike, query: Query[Record]) -> list[Sum]:
    """The sums of the columns that the list shows as money, for as far as the current user may see them."""
    return [
        Sum(
            console.label_of(column),
            with_statement_timeout(
                SUM_TIMEOUT, _sum_query(console, query, column), subject=f"sum of {column}"
            ),
        )
        for column in _columns_of_money(console)
    ]


def refusals(
    console: ConsoleLike, verb: str, items: Sequence[Record], answers: Mapping[str, object] | None = None
) -> list[str]:
    """Why a verb would refuse these records, "" for those that it would do. It is done to them and rolled back:
    verbs whose effects reach beyond the database leave those out in a dry run (bulk_flush.is_dry_run)."""
    with dry_run():
        reasons = console.refusals_of(verb, items, answers or {})
    return [reasons.get(id(item), "") for item in items]


def _columns_of_money(console: ConsoleLike) -> Iterator[str]:
    for column in console.columns_for("list"):
        currency = _currency_of(console, column)
        if not currency or console.is_masked(column):
            continue
        held = [column] if _is_code(currency) else [column, currency]
        if all(console.datamodel.can_order(name) for name in held):
            yield column


def _currency_of(console: ConsoleLike, column: str) -> str:
    """The code of a column's currency or where it stands; empty for what is no amount."""
    cell = console.formatters_columns.get(column)
    return cell.currency if isinstance(cell, Cell) else ""


def _is_code(currency: str) -> bool:
    """As the cell reads it (drawing.cells.money)."""
    return len(currency) == 3 and currency.isupper()


def _sum_query(console: ConsoleLike, query: AnyQuery, column: str) -> Callable[[], tuple[str, ...]]:
    """What asks for the sums of a column, the currency of most records first."""
    amount, currency = console.datamodel.order(column), _currency_of(console, column)
    code = None if _is_code(currency) else console.datamodel.order(currency)
    query = query.order_by(None)
    for step in (*amount.joins, *(code.joins if code else ())):
        query = query.outerjoin(step)
    total = func.sum(amount.expression)
    if code is None:
        query = query.with_entities(literal(currency), total)
    else:
        query = query.with_entities(*code.columns[:1], total).group_by(*code.columns[:1])
    ordered = query.order_by(func.count().desc())
    return lambda: tuple(
        money_text(int(minor), str(of))
        for of, minor in session.execute(ordered.statement)
        if of and minor is not None
    )
