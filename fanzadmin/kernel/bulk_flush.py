"""Many changed rows written by one statement, and dry runs: writes that are rolled back.

SQLAlchemy sends one UPDATE per changed row. Where nothing but plain values of one table changed, one UPDATE with the rows
as a JSON document does the same for a tenth of the time; everything else is left to SQLAlchemy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Enum,
    Integer,
    String,
    TextClause,
    Uuid,
    bindparam,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import ColumnProperty, InstanceState, Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.unitofwork import UOWTransaction
from sqlalchemy.schema import Column

from fanzadmin.kernel.db import Model, session

MIN_ROWS = 10  # fewer are not worth it; also the least number of rows for each set of changed columns
DRY_RUN, KEY = "dry_run", "_key"

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_PREPARER = _DIALECT.identifier_preparer

Value: TypeAlias = object  # what a column holds
Plain = Callable[[Value], bool]


class _Rollback(Exception):
    """Ends a dry run, so that its savepoint is rolled back."""


class _Unsupported(Exception):
    """A change that is SQLAlchemy's to write."""


@contextmanager
def dry_run() -> Iterator[None]:
    """Write inside the block to learn what refuses it; all of it is rolled back at the end, so the audit leaves it out."""
    info = session.info
    info[DRY_RUN] = True
    try:
        with suppress(_Rollback), session.begin_nested():
            yield
            raise _Rollback
    finally:
        info.pop(DRY_RUN, None)


def is_dry_run(unit: Session) -> bool:
    """Whether what a session writes now is rolled back at the end."""
    return DRY_RUN in unit.info


def bulk_flush() -> None:
    """`session.flush()`, where many rows may have changed. Listeners of `after_flush` run as they do there.

    Raises what `flush` raises: IntegrityError, DataError, StaleDataError.
    """
    unit = session()
    states = [inspect(item) for item in unit.dirty]
    if len(states) < MIN_ROWS or unit.new or unit.deleted:
        unit.flush()
        return
    try:
        changes = _changes(states)
    except _Unsupported:
        unit.flush()
        return
    for (mapper, names), rows in changes.items():
        _write(unit, mapper, names, rows)
    flush = UOWTransaction(unit)
    flush.states = dict.fromkeys(states, (False, False))  # neither deleted nor only listed
    unit.dispatch.after_flush(unit, flush)
    flush.finalize_flush_changes()  # a savepoint that is rolled back expires them


_Set = tuple[Mapper[Model], tuple[str, ...]]


def _changes(states: Sequence[InstanceState[Model]]) -> dict[_Set, list[dict[str, Value]]]:
    """The rows to write, by the columns that changed in them: what did not change is never written, others may have
    changed it meanwhile. Raises _Unsupported."""
    changes: dict[_Set, list[dict[str, Value]]] = {}
    for state in states:
        table = _table(state.mapper)
        names = []
        for name, old in state.committed_state.items():
            column = table.columns.get(name)
            if column is None or name not in state.dict:
                raise _Unsupported  # a relation, a key, or a value that is to be asked for
            value = state.dict[name]
            if column.is_equal(value, old):
                continue
            if column.kind is None or (value is not None and not column.is_plain(value)):
                raise _Unsupported
            names.append(name)
        if names:
            if state.key is None:
                raise _Unsupported
            rows = changes.setdefault((state.mapper, tuple(sorted(names))), [])
            rows.append({KEY: state.key[1][0]} | {name: state.dict[name] for name in names})
    if sum(len(rows) for rows in changes.values()) < MIN_ROWS * len(changes):
        raise _Unsupported
    return changes


def _write(
    unit: Session, mapper: Mapper[Model], names: tuple[str, ...], rows: list[dict[str, Value]]
) -> None:
    table = _table(mapper)
    for name in names:
        if as_json := table.columns[name].as_json:
            for row in rows:
                row[name] = None if row[name] is None else as_json(row[name])
    written = unit.connection().execute(_statement(mapper, names), {"rows": rows}).rowcount
    if written != len(rows):
        raise StaleDataError(f"{len(rows)} rows of {mapper.local_table} were changed, {written} are there")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its name and type in PostgreSQL (None: values of this type do not travel as JSON), which values
    do, and how."""

    name: str
    kind: str | None
    is_plain: Plain
    is_equal: Callable[[Value, Value], bool]
    as_json: Callable[[Value], Value] | None


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    key: _Column
    columns: dict[str, _Column]


@cache
def _table(mapper: Mapper[Model]) -> _Table:
    """A table whose rows are nothing but columns. Raises _Unsupported."""
    keys: Any = [mapper.get_property_by_column(column) for column in mapper.primary_key]
    is_alone = len(mapper.tables) == 1 and mapper.inherits is None and mapper.polymorphic_on is None
    listens = mapper.dispatch.before_update or mapper.dispatch.after_update
    ruled = any(column.onupdate or column.server_onupdate for column in mapper.columns)
    key = _column(mapper, keys[0])
    if len(keys) > 1 or key.kind is None or not is_alone or mapper.version_id_col is not None:
        raise _Unsupported
    if listens or ruled:
        raise _Unsupported
    columns = {
        attribute.key: _column(mapper, attribute)
        for attribute in mapper.column_attrs
        if attribute is not keys[0]
    }
    return _Table(_PREPARER.format_table(cast("Any", mapper.local_table)), key, columns)


def _column(mapper: Mapper[Model], attribute: ColumnProperty[Any]) -> _Column:
    column, impl = attribute.columns[0], mapper.class_manager[attribute.key].impl
    plain = next((row for row in _PLAIN if row[0](column.type)), None) if isinstance(column, Column) else None
    is_plain, as_json = plain[1:] if plain else (_never, None)
    kind = column.type.compile(_DIALECT) if plain else None
    return _Column(_PREPARER.quote(str(column.key)), kind, is_plain, impl.is_equal, as_json)


def _never(_value: Value) -> bool:
    return False


@lru_cache(maxsize=1000)
def _statement(mapper: Mapper[Model], names: tuple[str, ...]) -> TextClause:
    table = _table(mapper)
    columns = [(name, table.columns[name]) for name in names]
    quoted = {name: _PREPARER.quote(name) for name in names}
    sets = ", ".join(f"{column.name} = n.{quoted[name]}" for name, column in columns)
    kinds = ", ".join(f"{quoted[name]} {column.kind}" for name, column in columns)
    return text(  # the names and types of the model's own table, quoted
        f"UPDATE {table.name} AS t SET {sets}"  # noqa: S608
        f" FROM jsonb_to_recordset(:rows) AS n ({KEY} {table.key.kind}, {kinds})"
        f" WHERE t.{table.key.name} = n.{KEY}"
    ).bindparams(bindparam("rows", type_=JSONB))


def _is_text(value: Value) -> bool:
    return type(value) is str and "\0" not in value


def _is_words(value: Value) -> bool:
    return isinstance(value, list) and all(_is_text(word) for word in value)


# Any: a value of the type. Types whose values PostgreSQL reads from JSON as it reads them from a parameter. An Enum is a String, too.
_PLAIN: tuple[tuple[Plain, Plain, Callable[[Any], str] | None], ...] = (
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
