"""Many changed rows written by one statement, and writes that are only tried.

SQLAlchemy sends one UPDATE per changed row. Where nothing but plain values of one table changed, one UPDATE with the rows
as a JSON document does the same for a tenth of the time; everything else is left to SQLAlchemy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Enum, Integer, String, Uuid, bindparam, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import ColumnProperty, Mapper
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.schema import Column

from fanzadmin.kernel.db import session

FEW = 10  # rows that are not worth it; also the least number of rows for each set of changed columns
TRIAL, KEY = "trial", "_key"

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_PREPARER = _DIALECT.identifier_preparer

Value = Any  # what a column holds
Plain = Callable[[Value], bool]


class _TakenBack(Exception):
    """Ends a trial, so that its savepoint takes everything back."""


class _Beyond(Exception):
    """A change that is SQLAlchemy's to write."""


@contextmanager
def trial() -> Iterator[None]:
    """Write inside the block to learn what refuses it; all of it is taken back at the end, so the audit leaves it out."""
    info = session.info
    info[TRIAL] = True
    try:
        with suppress(_TakenBack), session.begin_nested():
            yield
            raise _TakenBack
    finally:
        info.pop(TRIAL, None)


def is_trial(work: Any) -> bool:  # Any: a session
    """Whether what a session writes now is taken back."""
    return TRIAL in work.info


def flush_together() -> None:
    """`session.flush()`, where many rows may have changed. Listeners of `after_flush` run as they do there.

    Raises what `flush` raises: IntegrityError, DataError, StaleDataError.
    """
    work: Any = session()  # Any: its bookkeeping is not typed
    states = [inspect(item) for item in work.dirty]
    if len(states) < FEW or work.new or work.deleted:
        work.flush()
        return
    try:
        changes = _changes(states)
    except _Beyond:
        work.flush()
        return
    for (mapper, names), rows in changes.items():
        _write(work, mapper, names, rows)
    flush = UOWTransaction(work)
    flush.states = dict.fromkeys(states, (False, False))  # neither deleted nor only listed
    work.dispatch.after_flush(work, flush)
    flush.finalize_flush_changes()  # a savepoint that is rolled back expires them


_Set = tuple[Mapper[Any], tuple[str, ...]]


def _changes(states: Sequence[Any]) -> dict[_Set, list[dict[str, Value]]]:
    """The rows to write, by the columns that changed in them: what did not change is never written, others may have
    changed it meanwhile. Raises _Beyond."""
    found: dict[_Set, list[dict[str, Value]]] = {}
    for state in states:
        table = _table(state.mapper)
        names = []
        for name, old in state.committed_state.items():
            held = table.columns.get(name)
            if held is None or name not in state.dict:
                raise _Beyond  # a relation, a key, or a value that is to be asked for
            value = state.dict[name]
            if held.is_equal(value, old):
                continue
            if held.kind is None or (value is not None and not held.is_plain(value)):
                raise _Beyond
            names.append(name)
        if names:
            rows = found.setdefault((state.mapper, tuple(sorted(names))), [])
            rows.append({KEY: state.key[1][0]} | {name: state.dict[name] for name in names})
    if sum(len(rows) for rows in found.values()) < FEW * len(found):
        raise _Beyond
    return found


def _write(work: Any, mapper: Mapper[Any], names: tuple[str, ...], rows: list[dict[str, Value]]) -> None:
    table = _table(mapper)
    for name in names:
        if as_json := table.columns[name].as_json:
            for row in rows:
                row[name] = None if row[name] is None else as_json(row[name])
    written = work.connection().execute(_statement(mapper, names), {"rows": rows}).rowcount
    if written != len(rows):
        raise StaleDataError(f"{len(rows)} rows of {mapper.local_table} were changed, {written} are there")


@dataclass(frozen=True, slots=True)
class _Held:
    """A column: its name and type in PostgreSQL (None: values of this type do not travel as JSON), which values
    do, and how."""

    column: str
    kind: str | None
    is_plain: Plain
    is_equal: Callable[[Value, Value], bool]
    as_json: Callable[[Value], Value] | None


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    key: _Held
    columns: dict[str, _Held]


@cache
def _table(mapper: Mapper[Any]) -> _Table:
    """A table whose rows are nothing but columns. Raises _Beyond."""
    keys: Any = [mapper.get_property_by_column(column) for column in mapper.primary_key]
    is_alone = len(mapper.tables) == 1 and mapper.inherits is None and mapper.polymorphic_on is None
    listens = mapper.dispatch.before_update or mapper.dispatch.after_update
    ruled = any(column.onupdate or column.server_onupdate for column in mapper.columns)
    key = _held(mapper, keys[0])
    if len(keys) > 1 or key.kind is None or not is_alone or mapper.version_id_col is not None:
        raise _Beyond
    if listens or ruled:
        raise _Beyond
    columns = {one.key: _held(mapper, one) for one in mapper.column_attrs if one is not keys[0]}
    return _Table(_PREPARER.format_table(cast("Any", mapper.local_table)), key, columns)


def _held(mapper: Mapper[Any], attribute: ColumnProperty[Any]) -> _Held:
    column, impl = attribute.columns[0], mapper.class_manager[attribute.key].impl
    found = next((row for row in _PLAIN if row[0](column.type)), None) if isinstance(column, Column) else None
    is_plain, as_json = found[1:] if found else (_never, None)
    kind = column.type.compile(_DIALECT) if found else None
    return _Held(_PREPARER.quote(str(column.key)), kind, is_plain, impl.is_equal, as_json)


def _never(_value: Value) -> bool:
    return False


@lru_cache(maxsize=1000)
def _statement(mapper: Mapper[Any], names: tuple[str, ...]) -> Any:
    table = _table(mapper)
    held = [(name, table.columns[name]) for name in names]
    quoted = {name: _PREPARER.quote(name) for name in names}
    sets = ", ".join(f"{one.column} = n.{quoted[name]}" for name, one in held)
    kinds = ", ".join(f"{quoted[name]} {one.kind}" for name, one in held)
    return text(  # the names and types of the model's own table, quoted
        f"UPDATE {table.name} AS t SET {sets}"  # noqa: S608
        f" FROM jsonb_to_recordset(:rows) AS n ({KEY} {table.key.kind}, {kinds})"
        f" WHERE t.{table.key.column} = n.{KEY}"
    ).bindparams(bindparam("rows", type_=JSONB))


def _is_text(value: Value) -> bool:
    return type(value) is str and "\0" not in value


def _is_words(value: Value) -> bool:
    return isinstance(value, list) and all(_is_text(word) for word in value)


# Types whose values PostgreSQL reads from JSON as it reads them from a parameter. An Enum is a String, too.
_PLAIN: tuple[tuple[Plain, Plain, Callable[[Value], Value] | None], ...] = (
    (lambda kind: isinstance(kind, String) and not isinstance(kind, Enum), _is_text, None),
    (lambda kind: isinstance(kind, Boolean), lambda value: type(value) is bool, None),
    (lambda kind: isinstance(kind, Integer), lambda value: type(value) is int, None),
    (lambda kind: isinstance(kind, Uuid) and not kind.as_uuid, _is_text, None),
    (
        lambda kind: isinstance(kind, DateTime),
        lambda value: isinstance(value, datetime),
        datetime.isoformat,
    ),
    (lambda kind: isinstance(kind, Date), lambda value: type(value) is date, date.isoformat),
    (
        lambda kind: (
            isinstance(kind, ARRAY) and type(kind.item_type) is String and kind.dimensions in {None, 1}
        ),
        _is_words,
        None,
    ),
)
