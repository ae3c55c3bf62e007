"""The rows of a bulk change: frozen when it is created, done chunk by chunk, undone within a day.

A chunk is tried in one savepoint; when a row refuses, the chunk is done again row by row, each in its own.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import ARRAY, Select, Text, any_, bindparam, cast, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from werkzeug.datastructures import MultiDict

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import AnyQuery, Column, Json, Key, Record, model_of
from fanzadmin.console.editing import conflicts
from fanzadmin.console.editing.bulk_writer import (
    BulkWriter,
    ChangedRow,
    Pairs,
    Results,
    result_of,
    unchanged,
    write_all,
)
from fanzadmin.console.editing.form_cache import RecordForm, Values
from fanzadmin.kernel.db import session

CHUNK_ROWS = 1000
SET, ADD, TAKE = "set", "add", "take"
NOT_FOUND = lazy_gettext("It is gone, or you may no longer see it.")

Changes = dict[str, list[Json]]  # {column: [how, values as a browser sends them]}

WRITE = text(
    """
    UPDATE console.batch_row AS r
       SET outcome = n.outcome, sentence = n.sentence, before = n.before, after = n.after
      FROM jsonb_to_recordset(:rows)
        AS n (number bigint, outcome text, sentence text, before jsonb, after jsonb)
     WHERE r.batch_id = :batch_id AND r.number = n.number
    """
).bindparams(bindparam("rows", type_=JSONB))


def keys_of(console: ConsoleLike, ids: Iterable[str]) -> list[Key]:
    """Primary keys from their text; what cannot be one is left out."""
    kind = console.datamodel.get_pk().type
    whole = kind.python_type is int
    return [int(text) if whole else text for text in ids if not whole or text.isdigit()]


def freeze(batch: Batch, query: AnyQuery) -> None:
    """Write the rows that a batch is about: those of `query` now, in the order of their keys."""
    key = model_of(query).__mapper__.primary_key[0]
    rows = query.order_by(None).with_entities(
        literal(batch.id),
        func.row_number().over(order_by=key),
        cast(key, Text),
        literal("waiting"),
    )
    columns = [BatchRow.batch_id, BatchRow.number, BatchRow.record_id, BatchRow.outcome]
    batch.total = _insert(columns, rows.statement)


def _insert(columns: Sequence[str | Column], source: Select[*tuple[Any, ...]]) -> int:
    """Write rows as a statement reads them; how many there are."""
    result: Any = session.execute(insert(BatchRow).from_select(columns, source, include_defaults=False))
    rows: int = result.rowcount  # Any: the type of the session leaves out that an INSERT has it
    return rows


def perform(batch_id: str) -> None:
    """Do a bulk edit, an action on many rows or an undo, in its job."""
    batch = session.get_one(Batch, batch_id)
    with batches.performing(batch_id, ability=batch.options.get("ability", "update")) as performance:
        console: ConsoleLike = performance.console
        more = True
        while more:
            batches.begin_chunk(batch)
            more = step(batch, console)
            batches.commit_chunk(batch)
            session.expunge_all()
            session.add(batch)


def step(batch: Batch, console: ConsoleLike) -> bool:
    """Do one chunk; False when nothing waits any more."""
    waiting = (
        select(BatchRow.number, BatchRow.record_id, BatchRow.before, BatchRow.after)
        .where(BatchRow.batch_id == batch.id, BatchRow.outcome == "waiting")
        .order_by(BatchRow.number)
        .limit(CHUNK_ROWS)
    )
    rows = session.execute(waiting).all()
    if not rows:
        return False
    items = locked(console, rows)
    pairs = [(row, items[row.record_id]) for row in rows if row.record_id in items]
    results = _METHODS[batch.kind](batch, console, pairs) if pairs else []
    results += [result_of(row, "refused", NOT_FOUND) for row in rows if row.record_id not in items]
    session.flush()
    session.execute(WRITE, {"rows": results, "batch_id": batch.id})
    refused = sum(result["outcome"] == "refused" for result in results)
    batch.refused += refused
    batch.done += len(results) - refused
    session.flush()
    return len(rows) == CHUNK_ROWS


def locked(console: ConsoleLike, rows: Sequence[ChangedRow]) -> dict[str, Record]:
    """The records of rows by the text of their key, locked; those that the user may no longer see are missing."""
    key = console.datamodel.get_pk()
    query = console.matching(MultiDict()).filter(
        key
        == any_(bindparam("keys", keys_of(console, [row.record_id or "" for row in rows]), ARRAY(key.type)))
    )
    mapper = console.datamodel.obj.__mapper__
    if not any(name in mapper.relationships for name in console.edit_columns):
        query = query.enable_eagerloads(False)
    items = query.order_by(key).with_for_update(of=console.datamodel.obj).populate_existing()
    return {str(getattr(item, key.key)): item for item in items}


def values_for(fields: RecordForm, changes: Changes) -> Values:
    """The values that the edit form of one record shall get, by what it holds."""
    values: Values = {}
    for name, (how, posted) in changes.items():
        if how == SET:
            is_list = len(posted) > 1 or isinstance(conflicts.sent_value(fields.filled(name)), list)
            values[name] = posted if is_list else "".join(posted)
            continue
        chosen = _listed(fields.take(name, posted or [""]).data)
        field = fields.filled(name)
        held = list(field.data or [])
        rest = [item for item in held if item not in chosen]
        field.data = rest + chosen if how == ADD else rest
        values[name] = conflicts.sent_value(field)
        field.data = held
    return values


def _listed(data: object) -> list[object]:
    return list(data) if isinstance(data, Iterable) else []


def _edit(batch: Batch, console: ConsoleLike, pairs: Pairs[ChangedRow]) -> Results:
    changes: Changes = batch.options["changes"]
    writer: BulkWriter[ChangedRow] = BulkWriter(console, lambda _row, fields: values_for(fields, changes))
    return write_all(writer, pairs)


def _undo(_batch: Batch, console: ConsoleLike, pairs: Pairs[ChangedRow]) -> Results:
    """Give rows their former values; `before` of a waiting row is what it must still hold, `after` what it gets."""
    mine, others = unchanged(console, pairs)
    writer: BulkWriter[ChangedRow] = BulkWriter(console, lambda row, _fields: row.after or {}, held_once=True)
    return others + write_all(writer, mine)


def _act(batch: Batch, console: ConsoleLike, pairs: Pairs[ChangedRow]) -> Results:
    """Let the action do the batch."""
    items = [item for _row, item in pairs]
    refusals = console.refusals_of(batch.options["action"], items, batch.options.get("answers", {}))
    return [
        result_of(row, "refused", refusals[id(item)]) if id(item) in refusals else result_of(row, "done")
        for row, item in pairs
    ]


_METHODS: dict[str, Callable[[Batch, ConsoleLike, Pairs[ChangedRow]], Results]] = {
    "bulk": _edit,
    "act": _act,
    "undo": _undo,
}


def freeze_undo(batch: Batch, of: Batch) -> None:
    """Write the rows of an undo: those that the batch `of` changed, with what they must still hold and what they get."""
    source = select(
        literal(batch.id),
        BatchRow.number,
        BatchRow.record_id,
        literal("waiting"),
        BatchRow.after,
        BatchRow.before,
    ).where(BatchRow.batch_id == of.id, BatchRow.outcome == "done", BatchRow.before.is_not(None))
    columns = ["batch_id", "number", "record_id", "outcome", "before", "after"]
    batch.total = _insert(columns, source)
