"""The words of a list's search box in SQL: by the index where a table keeps its words, else by looking into its texts, or,
where the table is large, for a text that is just so.

PostgreSQL does not know how frequent the beginning of a word is, takes the same share for every one, and so walks ten
million rows in the list's order for a word that one row has. A sample says: words that many rows have are looked for in
the list's own order, which soon fills a page; for others the index gives the rows' places (`ctid`), which hold for as long
as the statement lasts.

Where a share f of N rows has the words, the order is walked for PAGE / f rows and the index leads to N * f: both are the
same at f = sqrt(PAGE / N).
"""

from collections.abc import Mapping
from math import sqrt

from flask import g
from flask_babel import gettext
from sqlalchemy import Table, Text, Uuid, and_, any_, false, func, literal, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.indexes import is_large
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.filters import kinds
from fanzadmin.console.filters.field import Clause, Field
from fanzadmin.console.filters.language import Unreadable
from fanzadmin.kernel import search
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.partitions import is_partitioned

LONGEST_SEARCH = 200  # characters
SMALL = 2_000  # pages of a table (16 MB) that are read at once anyway
SAMPLED = 100  # pages
FEWEST = 2  # rows of the sample that have frequent words
PAGE = 25
# Of a partitioned table PostgreSQL knows nothing, of its partitions all.
SIZE = text(
    "SELECT sum(greatest(relpages, 0)), sum(greatest(reltuples, 0)) FROM pg_class WHERE oid = CAST(:name AS regclass)"
    " OR oid IN (SELECT relid FROM pg_partition_tree(CAST(:name AS regclass)) WHERE isleaf)"
)


def words_clause(console: ConsoleLike, fields: Mapping[str, Field], text: str) -> Clause | None:
    """Rows that hold every word of `text`, or the id that it is; None for no text. Raises Unreadable."""
    if not text:
        return None
    if len(text) > LONGEST_SEARCH:
        raise Unreadable(gettext("The search is too long."))
    if "\x00" in text:
        raise Unreadable(gettext("The search holds a character that no record has."))
    if is_id(text.lower()):
        return _of_id(console, fields, text.lower())
    columns = [fields[name] for name in console.text_columns() if name in fields]
    if not columns:
        raise Unreadable(gettext("This list has no text to search in."))
    model = console.datamodel.obj
    indexed = search.searched_columns(model)
    if indexed and {field.name for field in columns} >= set(indexed):
        return _by_index(model, text)
    if is_large(model):  # no index leads to the middle of a text
        return or_(*(field.column == text for field in columns))
    has = kinds.TEXT.operators["has"].sql
    return and_(*(or_(*(has(field, (word,)) for field in columns)) for word in text.split()))


def _of_id(console: ConsoleLike, fields: Mapping[str, Field], record_id: str) -> Clause:
    key = console.datamodel.get_pk()
    columns = [key] if isinstance(key.type, Uuid) else []
    columns += [field.column for field in fields.values() if field.kind in {kinds.ID, kinds.REFERENCE}]
    return or_(*(column == record_id for column in columns)) if columns else false()


def _by_index(model: type[Record], text: str) -> Clause:
    table, words = model.__table__, search.words_of(text)
    if not words:
        return false()
    frequent = _are_frequent(table, words)
    if frequent is None:
        return search.has_words(table, words)
    if frequent:
        unindexed = table.c[search.VECTOR].op("||")(literal("", TSVECTOR))
        return search.has_words(table, words, vector=unindexed)
    inner = table.alias()
    if is_partitioned(table):  # the same place is there in each partition
        key = next(iter(table.primary_key))
        ids = select(inner.c[key.name]).where(search.has_words(inner, words)).scalar_subquery()
        chosen: Clause = key == any_(func.array(ids, type_=ARRAY(key.type)))
        return chosen
    places = select(literal_column("ctid")).where(search.has_words(inner, words)).scalar_subquery()
    one_of: Clause = literal_column(f"{table.fullname}.ctid") == any_(func.array(places, type_=ARRAY(Text)))
    return one_of


def _are_frequent(table: Table, words: list[str]) -> bool | None:
    """Whether many rows have the words; None for a small table, where it does not matter. Asked once in a request."""
    cache: dict[tuple[str, ...], bool | None] = g.setdefault("frequent_words", {})
    key = (table.fullname, *words)
    if key not in cache:
        cache[key] = _sampled(table, words)
    return cache[key]


def _sampled(table: Table, words: list[str]) -> bool | None:
    pages, rows = session.execute(SIZE, {"name": table.fullname}).one()
    if pages <= SMALL:
        return None
    share = SAMPLED / pages
    sample = table.tablesample(func.system(100 * share))
    hits = select(func.count()).select_from(sample).where(search.has_words(sample, words))
    return bool(session.execute(hits).scalar_one() >= frequent_from(rows, share))


def frequent_from(rows: float, share: float) -> float:
    """How many rows of a sample must have words that are frequent; `share` of the table's `rows` is in the sample."""
    return max(FEWEST, share * sqrt(rows * PAGE))
