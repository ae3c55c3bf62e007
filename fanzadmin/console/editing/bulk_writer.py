"""Writes the records of a chunk by the console's own verb, and says of each what it held before and holds now.

A chunk is tried in one savepoint. When a verb or the database refuses it, it is done again in tenths, and a tenth that is
refused row by row, each in a savepoint of its own. What the form refuses is said without that: nothing was written yet.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Protocol, TypedDict, TypeVar

from flask_babel import lazy_gettext
from sqlalchemy.exc import DataError, IntegrityError

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Record, Value
from fanzadmin.console.editing.form_cache import RecordForm, Values
from fanzadmin.kernel.bulk_flush import bulk_flush
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

log = logging.getLogger(__name__)

CHANGED_SINCE = lazy_gettext("It was changed since, and is left as it is.")
ROW_BY_ROW = 10  # a chunk of so few rows is written row by row


class WrittenRow(Protocol):
    """A row of a batch: its place, and the key of its record."""

    @property
    def number(self) -> int: ...
    @property
    def record_id(self) -> str | None: ...


class ChangedRow(WrittenRow, Protocol):
    """A BatchRow, or what has its members."""

    @property
    def before(self) -> Values | None: ...
    @property
    def after(self) -> Values | None: ...


R = TypeVar("R", bound=WrittenRow)
C = TypeVar("C", bound=ChangedRow)
Pairs = Sequence[tuple[R, Record]]  # rows and their records


class Result(TypedDict):
    """What became of a row, as `console.batch_row` takes it."""

    number: int
    outcome: str
    sentence: str
    before: Values | None
    after: Values | None


Results = list[Result]


def result_of(
    row: WrittenRow,
    outcome: str,
    sentence: str = "",
    before: Values | None = None,
    after: Values | None = None,
) -> Result:
    """What became of a row, as `console.batch_row` takes it."""
    return {
        "number": row.number,
        "outcome": outcome,
        "sentence": str(sentence),
        "before": before,
        "after": after,
    }


def write_all(writer: "BulkWriter[R]", pairs: Pairs[R]) -> Results:
    """Change records: all in one savepoint, or in ever smaller ones when some of them refuse."""
    try:
        with session.begin_nested():
            results = writer.write(pairs)
            bulk_flush()
    except (BusinessError, IntegrityError, DataError) as error:
        log.info(
            "%d rows of %s are refused: %s", len(pairs), type(writer.console).__name__, type(error).__name__
        )
        if len(pairs) <= ROW_BY_ROW:
            return [writer.alone(row, item) for row, item in pairs]
        size = max(ROW_BY_ROW, len(pairs) // 10)
        return [
            result for at in range(0, len(pairs), size) for result in write_all(writer, pairs[at : at + size])
        ]
    return results


def unchanged(console: ConsoleLike, pairs: Pairs[C]) -> tuple[list[tuple[C, Record]], Results]:
    """The rows whose records still hold their `before`, and the refusals of the others."""
    mine: list[tuple[C, Record]] = []
    others: Results = []
    fields: RecordForm | None = None
    for row, item in pairs:
        fields = fields or RecordForm(console, item)
        fields.turn_to(item)
        before = row.before or {}
        if fields.held(before) == before:
            mine.append((row, item))
        else:
            others.append(result_of(row, "refused", CHANGED_SINCE, row.before, row.after))
    return mine, others


class BulkWriter(Generic[R]):
    """Writes the records of chunks, all with one form. `values_of` says what each is to get, as a browser sends it."""

    def __init__(
        self,
        console: ConsoleLike,
        values_of: Callable[[R, RecordForm], Values],
        *,
        held_once: bool = False,
    ) -> None:
        self.console, self.values_of, self.held_once = console, values_of, held_once
        self.fields: RecordForm | None = None
        self.held_back = any(name.startswith("field:") for name in console.approvals)
        self.verb, self.verb_for_many = type(console).update_with, type(console).update_many_with

    def write(self, pairs: Pairs[R]) -> Results:
        """Write what can be written. Raises what the verb raises."""
        results: dict[int, Result] = {}
        changes: list[tuple[Record, dict[str, Value]]] = []
        befores: dict[int, Values] = {}
        for row, item in pairs:
            fields = self._turned(item)
            values = self.values_of(row, fields)
            before = fields.held(values)
            if before == values:
                results[row.number] = result_of(row, "same")
                continue
            errors, data = fields.prepare(values, held_once=self.held_once)
            if errors:
                results[row.number] = result_of(row, "refused", " ".join(errors.values()))
                continue
            befores[row.number] = before
            if self.verb_for_many is None or self.held_back:
                self._put(fields, values, data)
            else:
                changes.append((item, data))
        refused = self.verb_for_many(changes) if changes and self.verb_for_many else {}
        for row, item in pairs:
            if row.number in befores:
                results[row.number] = self._done(row, item, befores[row.number], refused)
        return list(results.values())

    def _done(self, row: R, item: Record, before: Values, refused: Mapping[str, str]) -> Result:
        if why := refused.get(row.record_id or ""):
            return result_of(row, "refused", why)
        return result_of(row, "done", "", before, self._turned(item).held(before))

    def _put(self, fields: RecordForm, values: Values, data: dict[str, Value]) -> None:
        """Write one record, without a savepoint and a flush of its own."""
        if self.held_back:
            self.console.form_of(fields.item, fields.form)
            self.console.prepare(fields.form, fields.item, values, held_once=self.held_once)
            self.console._store_form(fields.form, fields.item)
        elif self.verb is not None:
            self.verb(fields.item, **data)
        else:
            with session.no_autoflush:
                for name in values:
                    fields.form[name].data = data[name]
                    fields.form[name].populate_obj(fields.item, name)

    def alone(self, row: R, item: Record) -> Result:
        """Write one record in a savepoint of its own."""
        fields = self._turned(item)
        values = self.values_of(row, fields)
        before = fields.held(values)
        if before == values:
            return result_of(row, "same")
        if errors := self.console.change(item, values, fields.form, held_once=self.held_once):
            return result_of(row, "refused", " ".join(errors.values()))
        return result_of(row, "done", "", before, self._turned(item).held(values))

    def _turned(self, item: Record) -> RecordForm:
        if self.fields is None:
            self.fields = RecordForm(self.console, item)
        self.fields.turn_to(item)
        return self.fields
