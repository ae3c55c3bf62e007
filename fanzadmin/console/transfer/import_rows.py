"""The rows of an import that wait are written, chunk by chunk, and only where the record still holds what the check saw.

Changed records go the way of bulk changes (bulk_rows.py), so that an import is undone as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask_appbuilder.validators import Unique
from flask_babel import gettext
from sqlalchemy import bindparam, event, inspect, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import MultiDict

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike, Errors
from fanzadmin.console.data.shapes import Form, Record
from fanzadmin.console.editing import bulk_rows, conflicts
from fanzadmin.console.editing.bulk_writer import (
    ROW_BY_ROW,
    BulkWriter,
    ChangedRow,
    Result,
    result_of,
    unchanged,
    write_all,
)
from fanzadmin.console.editing.form_cache import Values
from fanzadmin.console.transfer.import_targets import may_add, may_change
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

CHUNK_ROWS = 1000  # rows of a transaction

_NUMBERED = text(
    "UPDATE console.batch_row AS r SET record_id = n.record_id"
    "  FROM jsonb_to_recordset(:rows) AS n (number bigint, record_id text)"
    " WHERE r.batch_id = :batch_id AND r.number = n.number"
).bindparams(bindparam("rows", type_=JSONB))


class RecordFactory:
    """Adds records with one form."""

    def __init__(self, console: ConsoleLike) -> None:
        self.console = console
        self.form = console.add_form(formdata=None, meta={"csrf": False})
        self.blank = {field.name: conflicts.sent_value(field) for field in conflicts.fields_of(self.form)}
        for field in self.form:  # the database knows what is unique, without a question for each row
            field.validators = [
                validator for validator in field.validators if not isinstance(validator, Unique)
            ]

    def make(self, rows: Sequence[Values]) -> list[tuple[Errors, str | None]]:
        """Add a record for each row: all in one savepoint, or in ever smaller ones when some refuse. What refused it,
        and the new key."""
        with _collect_added(self.console.datamodel.obj) as added:
            return [(errors, _key_of(records)) for errors, records in self._make_rows(rows, added)]

    def _make_rows(self, rows: Sequence[Values], added: list[Record]) -> list[tuple[Errors, list[Record]]]:
        try:
            with session.begin_nested():
                results = [self._make_one(values, added, self._put) for values in rows]
                session.flush()
        except (BusinessError, IntegrityError, DataError):
            if len(rows) <= ROW_BY_ROW:
                return [self._make_one(values, added, self._put_alone) for values in rows]
            size = max(ROW_BY_ROW, len(rows) // 10)
            return [
                result
                for at in range(0, len(rows), size)
                for result in self._make_rows(rows[at : at + size], added)
            ]
        return results

    def _make_one(
        self, values: Values, added: list[Record], put: Callable[[], Errors]
    ) -> tuple[Errors, list[Record]]:
        self.form.process(MultiDict(self.blank | values))
        if not self.form.validate():
            return _errors_of(self.form), []
        added.clear()
        return put(), list(added)

    def _put(self) -> Errors:
        self.console._store_form(self.form, None)
        return {}

    def _put_alone(self) -> Errors:
        errors: Errors = self.console._refusal(self._put)
        return errors


@contextmanager
def _collect_added(model: type[Record]) -> Iterator[list[Record]]:
    """Collects the records of a table that are added inside the block."""
    added: list[Record] = []

    def note(_session: object, item: Record) -> None:
        if isinstance(item, model):
            added.append(item)

    event.listen(session(), "transient_to_pending", note)
    try:
        yield added
    finally:
        event.remove(session(), "transient_to_pending", note)


def run(batch: Batch, console: ConsoleLike) -> None:
    """Write the rows that wait; goes on where it was cut off."""
    factory = RecordFactory(console) if may_add(console) else None
    more = True
    while more:
        batches.begin_chunk(batch)
        more = _run_chunk(batch, console, factory)
        commit_chunk(batch)
    batch.options = {**batch.options, "phase": "done"}
    session.flush()


def _run_chunk(batch: Batch, console: ConsoleLike, factory: RecordFactory | None) -> bool:
    waiting = (
        select(BatchRow.number, BatchRow.record_id, BatchRow.before, BatchRow.after)
        .where(BatchRow.batch_id == batch.id, BatchRow.outcome == "waiting")
        .order_by(BatchRow.number)
        .limit(CHUNK_ROWS)
    )
    rows: Sequence[ChangedRow] = session.execute(waiting).all()
    changes, new = [row for row in rows if row.record_id], [row for row in rows if not row.record_id]
    results = _change_rows(console, changes) + _add_rows(batch, new, factory)
    session.flush()
    session.execute(bulk_rows.WRITE, {"rows": results, "batch_id": batch.id})
    refused = sum(result["outcome"] == "refused" for result in results)
    batch.refused += refused
    batch.done += len(results) - refused
    session.flush()
    return len(rows) == CHUNK_ROWS


def _change_rows(console: ConsoleLike, rows: Sequence[ChangedRow]) -> list[Result]:
    """Change the records that still hold what the check saw."""
    if rows and not may_change(console):
        sentence = gettext("You may not change records any more.")
        return [result_of(row, "refused", sentence, row.before, row.after) for row in rows]
    items = bulk_rows.locked(console, rows) if rows else {}
    pairs = [(row, items[row.record_id]) for row in rows if row.record_id in items]
    deleted = [result_of(row, "refused", bulk_rows.NOT_FOUND) for row in rows if row.record_id not in items]
    mine, others = unchanged(console, pairs)
    writer: BulkWriter[ChangedRow] = BulkWriter(console, lambda row, _fields: row.after or {})
    return deleted + others + write_all(writer, mine)


def _add_rows(batch: Batch, rows: Sequence[ChangedRow], factory: RecordFactory | None) -> list[Result]:
    if not rows:
        return []
    if factory is None:
        sentence = gettext("You may not add records any more.")
        return [result_of(row, "refused", sentence) for row in rows]
    outcomes = factory.make([row.after or {} for row in rows])
    keys = [
        {"number": row.number, "record_id": key} for row, (_, key) in zip(rows, outcomes, strict=True) if key
    ]
    session.execute(_NUMBERED, {"rows": keys, "batch_id": batch.id})
    return [
        result_of(row, "refused", " ".join(errors.values()), None, row.after)
        if errors
        else result_of(row, "done", "", None, row.after)
        for row, (errors, _) in zip(rows, outcomes, strict=True)
    ]


def commit_chunk(batch: Batch, words: str = "", percent: int | None = None) -> None:
    """End a batch: in a job it is committed; in a request it ends with the request."""
    if batch.task_id is None:
        session.flush()
        return
    batches.commit_chunk(batch, words, percent=percent)
    session.expunge_all()
    session.add(batch)


def _key_of(records: Sequence[Record]) -> str | None:
    if not records:
        return None
    key: tuple[object, ...] = inspect(records[0]).mapper.primary_key_from_instance(records[0])
    return ",".join(str(part) for part in key)


def _errors_of(form: Form) -> Errors:
    return {
        name: f"{form[name].label.text}: {' '.join(str(text) for text in texts)}"
        for name, texts in form.errors.items()
    }
