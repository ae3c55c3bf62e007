"""How many of a list's rows have each value of a column: exact while that is cheap, else about.

Where every row is asked of a large table, PostgreSQL knows the frequent values from its own statistics. Where a filter or
a rule of rows selects more than COUNTED of them, a sample of the table's pages is counted and scaled up: the first rows
that come to hand all stand in one corner of the table and say nothing about the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import g
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Enum,
    Float,
    SQLColumnExpression,
    Table,
    Text,
    any_,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Query
from sqlalchemy.types import TypeEngine

from fanzadmin.console.data.counting import Count
from fanzadmin.console.data.shapes import Record, Value, model_of
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.kernel.db import session
from fanzadmin.kernel.partitions import is_partitioned

COUNTED = 10_000  # matching rows of a large table that are counted one by one
SMALL = 10 * COUNTED  # rows of a table that is counted whole: some tens of milliseconds
SAMPLED = 400  # pages
ON_A_PAGE = 50  # rows, where nothing is counted yet
ENOUGH = 200  # rows of a sample that distinguish the frequent values from the rare
COUNT_TIMEOUT = 300  # ms for each statement

Counted = list[tuple[object, Count]]


@dataclass(frozen=True, slots=True)
class Size:
    """About how many rows a table has, as the planner reckons, and on how many pages."""

    rows: float
    pages: int


def counted(
    query: Query[Record], column: SQLColumnExpression[Value], most: int, *, subject: str
) -> Counted | None:
    """The `most` frequent values of a column (or of what it unfolds to) among the rows of a query over its table, each
    with its Count, the most frequent first; None when that took too long. The log then names the `subject`."""
    table: Table = model_of(query).__table__

    def with_timeout(ask: Callable[[], tuple[Counted, int]]) -> tuple[Counted, int] | None:
        return with_statement_timeout(COUNT_TIMEOUT, ask, subject=subject)

    size = size_of(table)
    if size.rows <= SMALL:
        whole = with_timeout(lambda: _exact(query, column, most))
        return None if whole is None else whole[0]
    if query.whereclause is None and (from_statistics := _from_statistics(table, column, size, most)):
        return from_statistics
    few = with_timeout(lambda: _exact(query, column, most, limit=COUNTED + 1))
    if few is None or few[1] <= COUNTED:
        return None if few is None else few[0]
    sample = with_timeout(lambda: _sampled(query, table, column, size, most))
    if sample is not None and sample[1] >= ENOUGH:
        return sample[0]
    counts = with_timeout(lambda: _exact(query, column, most)) or sample
    return None if counts is None else counts[0]


# Of a partitioned table PostgreSQL knows nothing, of its partitions all.
_SIZE = text(
    "SELECT CAST(sum(greatest(reltuples, 0)) AS float), CAST(sum(greatest(relpages, 0)) AS integer),"
    " CAST(sum(pg_relation_size(oid) / CAST(current_setting('block_size') AS integer)) AS integer)"
    " FROM pg_class WHERE oid = CAST(:name AS regclass)"
    " OR oid IN (SELECT relid FROM pg_partition_tree(CAST(:name AS regclass)) WHERE isleaf)"
)


def size_of(table: Table) -> Size:
    """Asked once in a request."""
    sizes: dict[str, Size] = g.setdefault("table_sizes", {})
    if table.fullname not in sizes:
        rows, then, pages = session.execute(_SIZE, {"name": table.fullname}).one()
        each = rows / then if then and rows else ON_A_PAGE
        sizes[table.fullname] = Size(each * pages, pages)
    return sizes[table.fullname]


def _exact(
    query: Query[Record], column: SQLColumnExpression[object], most: int, *, limit: int | None = None
) -> tuple[Counted, int]:
    """The values among the first `limit` rows, and how many rows that are, those of rarer values included."""
    rows = query.with_entities(column.label("value")).limit(limit).subquery()
    number = func.count()
    grouped = (
        select(rows.c.value, number, func.sum(number).over())
        .group_by(rows.c.value)
        .order_by(number.desc(), rows.c.value)
        .limit(most)
    )
    counts = session.execute(grouped).all()
    return [(value, Count(count)) for value, count, _ in counts], int(counts[0][2]) if counts else 0


def _sampled(
    query: Query[Record], table: Table, column: SQLColumnExpression[object], size: Size, most: int
) -> tuple[Counted, int]:
    """The values among the query's rows on some pages, scaled up, and how many rows these were. The same pages each
    time: numbers that move without a cause would seem news."""
    share = min(1.0, SAMPLED / max(size.pages, 1))
    pages = table.tablesample(func.system(100 * share), seed=literal(1))
    if is_partitioned(table):  # the same place is there in each partition
        keys = list(table.primary_key)
        here: ColumnElement[bool] = tuple_(*keys).in_(select(*(pages.c[key.name] for key in keys)))
    else:
        places = select(literal_column("ctid")).select_from(pages).scalar_subquery()
        here = literal_column(f"{table.fullname}.ctid") == any_(func.array(places, type_=ARRAY(Text)))
    counts, total = _exact(query.filter(here), column, most)
    return [(value, _about(count / share)) for value, count in counts], total


def _from_statistics(table: Table, column: SQLColumnExpression[object], size: Size, most: int) -> Counted:
    """What PostgreSQL's statistics say about a plain column of all rows; nothing where they do not say."""
    plain = column.property.columns[0] if isinstance(column, InstrumentedAttribute) else column
    if not isinstance(plain, Column):
        return []
    statement = text(
        "SELECT null_frac AS empty, CAST(CAST(most_common_vals AS text) AS text[]) AS words,"
        " most_common_freqs AS shares FROM pg_stats"
        " WHERE schemaname = :schema AND tablename = :table AND attname = :column AND inherited = :inherited"
    ).columns(empty=Float, words=ARRAY(Text), shares=ARRAY(Float))
    names = {
        "schema": table.schema or "public",
        "table": table.name,
        "column": plain.name,
        "inherited": is_partitioned(table),  # PostgreSQL's look at all partitions together
    }
    row = session.execute(statement, names).one_or_none()
    if row is None or not row[1]:
        return []
    shares = [(_read(plain.type, value), share) for value, share in zip(row[1], row[2], strict=True)]
    shares += [(None, row[0])] if row[0] else []
    shares.sort(key=lambda pair: -pair[1])
    return [(value, _about(share * size.rows)) for value, share in shares[:most]]


def _read(kind: TypeEngine[Value], value: str) -> Value:
    """A value as PostgreSQL writes it, as the mapper would have it."""
    if isinstance(kind, Boolean):
        return value == "t"
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class[value]
    return value


def _about(number: float) -> Count:
    return Count(max(1, round(number)), about=True)
