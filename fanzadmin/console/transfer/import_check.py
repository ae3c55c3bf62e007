"""A file is compared with the records and tried, and what would happen stands row by row in `console.batch_row`.

`waiting` rows are new (`before` is empty) or change a record; `same` and `refused` rows are done with. The form's rules
are asked of every row, and the rows are written through the console's verbs and taken back, so that the service's rules speak
before anything is done: all rows where there is a verb for many, else the first TRIED.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flask_babel import gettext
from sqlalchemy import Uuid, bindparam, delete, func, text
from sqlalchemy.dialects.postgresql import JSONB
from werkzeug.datastructures import MultiDict

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.editing import conflicts
from fanzadmin.console.editing.bulk_writer import BulkWriter, Result, write_all
from fanzadmin.console.editing.form_cache import FieldResult, RecordForm, Values
from fanzadmin.console.rendering.fields import RelationField
from fanzadmin.console.transfer.import_columns import (
    ComparedColumn,
    NotUnderstood,
    Reader,
    brief,
    compared,
    is_yes,
)
from fanzadmin.console.transfer.import_rows import CHUNK_ROWS, RecordFactory, commit_chunk
from fanzadmin.console.transfer.import_targets import Target, keys_of, targets_of
from fanzadmin.console.transfer.sheet_columns import Field, fields_of
from fanzadmin.console.transfer.sheet_reading import Form, Line, opened
from fanzadmin.console.transfer.sheet_writing import plain
from fanzadmin.kernel.bulk_flush import dry_run
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import number_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.storage import get_storage

_REPORT = text(
    """
    INSERT INTO console.batch_row (batch_id, number, record_id, outcome, sentence, before, after)
    SELECT :batch_id, n.number, n.record_id, n.outcome, n.sentence, n.before, n.after
      FROM jsonb_to_recordset(:rows)
        AS n (number bigint, record_id text, outcome text, sentence text, before jsonb, after jsonb)
    """
).bindparams(bindparam("rows", type_=JSONB), bindparam("batch_id", type_=Uuid(as_uuid=False)))

BOTH, ADD, CHANGE = "both", "add", "change"
TRIED = 5_000  # rows tried by a verb for one record; of the others the service speaks when they are written


@dataclass(slots=True)
class CheckedRow:
    """A row of the file with what is to be done: `item` is its record, None for a new one; `values` are sent."""

    number: int
    item: Record | None = None
    record_id: str | None = None
    before: Values | None = None
    values: Values | None = None
    outcome: str = "waiting"
    sentence: str = ""

    def refuse(self, sentence: str) -> "CheckedRow":
        self.outcome, self.sentence = "refused", sentence
        return self


class Check:
    """Compares a file with the records, as `order.options` say: mapping, key and mode."""

    def __init__(self, console: ConsoleLike, batch: Batch) -> None:
        self.console, self.batch = console, batch
        self.mapping: dict[str, str] = {
            column: name for column, name in batch.options["mapping"].items() if name
        }
        self.key: str = batch.options["key"]
        self.mode: str = batch.options["mode"]
        self.targets: dict[str, Target] = targets_of(console)
        self.key_column = next((column for column, name in self.mapping.items() if name == self.key), "")
        self.changed = [pair for pair in self.mapping.items() if self._is(pair[1], "changes")]
        self.added = [pair for pair in self.mapping.items() if self._is(pair[1], "adds")]
        self.exact: dict[str, Field] = {
            field.name: field for field in fields_of(console, [name for _, name in self.changed])
        }
        mapped = set(self.mapping)
        rest = [column for column in batch.options["columns"] if column not in mapped]
        self.compared_columns: dict[str, ComparedColumn] = compared(console, batch, rest)
        self.reads_relations = _reads_relations(
            console, [*(column.field.name for column in self.compared_columns.values())]
        )
        self.own_key = str(console.datamodel.get_pk_name())
        self.folds = self.key in console.import_keys
        self.reader = Reader()
        self.seen: dict[str, int] = {}
        self.fields: RecordForm | None = None
        verbs = type(console)
        self.changes_at_once = verbs.update_many_with is not None or verbs.update_with is None
        self.adds_at_once = verbs.create_with is None
        self.tried, self.all_tried = 0, True
        self.factory = RecordFactory(console) if self.added else None
        self.writer: BulkWriter[CheckedRow] = BulkWriter(console, lambda row, _fields: row.values or {})

    def _is(self, name: str, ability: str) -> bool:
        return name in self.targets and bool(getattr(self.targets[name], ability))

    def chunks(self, path: Path) -> Iterator[list[CheckedRow]]:
        """The rows of the file in chunks, each compared and tried."""
        with opened(path, Form(**self.batch.options["form"])) as sheet:
            while lines := list(islice(sheet.lines, CHUNK_ROWS)):
                rows = self._compared(lines)
                self._try(rows)
                yield rows

    def _compared(self, lines: Sequence[Line]) -> list[CheckedRow]:
        items = self._items([self._key_in(line) for line in lines])
        return [self._row(line, items) for line in lines]

    def _key_in(self, line: Line) -> str:
        """The key in a row, as records hold it: ids in small letters, and so is what is found by small letters."""
        key = line.values.get(self.key_column, "").strip() if self.key else ""
        return key.strip("{}").lower() if self._holds_ids() or self.folds else key

    def _items(self, keys: Sequence[str]) -> dict[str, list[Record]]:
        """The records behind the keys of a batch, those that the user may see."""
        requested = {key for key in keys if key}
        if not self.key or not requested:
            return {}
        attribute = getattr(self.console.datamodel.obj, self.key)
        if self.console.datamodel.obj.__mapper__.columns[self.key].type.python_type is int:
            requested = {key for key in requested if key.isascii() and key.isdigit() and len(key) < 19}
        elif self._holds_ids():
            requested = {key for key in requested if is_id(key)}
        elif not self.folds:
            requested |= {key.lower() for key in requested}
        query = self.console.matching(MultiDict()).filter(
            (func.lower(attribute) if self.folds else attribute).in_(requested)
        )
        if not self.reads_relations:
            query = query.enable_eagerloads(False)
        records: dict[str, list[Record]] = {}
        for item in query.order_by(None):
            held = str(getattr(item, self.key))
            records.setdefault(held.lower() if self.folds else held, []).append(item)
        return records

    def _holds_ids(self) -> bool:
        return bool(self.key) and bool(self.console.datamodel.is_uuid(self.key))

    def _row(self, line: Line, items: Mapping[str, Sequence[Record]]) -> CheckedRow:
        row = CheckedRow(line.number)
        if line.wrong:
            return row.refuse(line.wrong)
        key = self._key_in(line)
        if key:
            first = self.seen.setdefault(key, line.number)
            if first != line.number:
                return row.refuse(gettext("Row %(number)s has the same key.", number=first))
        matching = items.get(key) or items.get(key.lower()) or ()
        if matching:
            several = gettext("Several records have this key: give the id.")
            return row.refuse(several) if len(matching) > 1 else self._change(row, matching[0], line)
        if key and self.key == keys_of(self.console)[0]:
            return row.refuse(gettext("There is no record with this key, or you may not see it."))
        if self.mode == CHANGE:
            no_key = gettext("The key is empty: no record can be found.")
            return row.refuse(gettext("There is no record with this key.") if key else no_key)
        return self._new(row, line)

    def _change(self, row: CheckedRow, item: Record, line: Line) -> CheckedRow:
        row.item, row.record_id = item, str(getattr(item, self.own_key))
        if self.mode == ADD:
            return row.refuse(gettext("There is a record with this key already."))
        different = [
            (column, name)
            for column, name in self.changed
            if column in line.values and not self._is_same(item, name, line.values[column])
        ]
        row.sentence = self._differing(item, line)
        if not different:
            row.outcome = "same"
            return row
        fields = self._turned(item)
        before, values, wrong = {}, {}, []
        for column, name in different:
            held = fields.held((name,))[name]
            try:
                entry = self._read_value(fields, name, line.values[column])
                refusal = entry.refusal
            except NotUnderstood as error:
                refusal = str(error)
            if refusal:
                wrong.append(f"{self.targets[name].label}: {refusal}")
            elif not alike(held, entry.sent):
                before[name], values[name] = held, entry.sent
        if wrong:
            return row.refuse(" ".join(wrong))
        row.outcome = "waiting" if values else "same"
        row.before, row.values = before, values
        return row

    def _turned(self, item: Record) -> RecordForm:
        if self.fields is None:
            self.fields = RecordForm(self.console, item)
        self.fields.turn_to(item)
        return self.fields

    def _read_value(self, fields: RecordForm, name: str, text: str) -> FieldResult:
        """What the form makes of a text of the file. Raises NotUnderstood."""
        field = fields.form[name]
        if isinstance(field, RelationField):  # it finds what the record holds already
            field = fields.filled(name)
        return fields.take(name, self.reader.sent(field, text))

    def _is_same(self, item: Record, name: str, value: str) -> bool:
        held = plain(self.exact[name].read(item))
        return held == value or _lines(held) == _lines(value)

    def _new(self, row: CheckedRow, line: Line) -> CheckedRow:
        if self.factory is None:
            return row.refuse(gettext("There is no record with this key, and you may not add one."))
        try:
            row.values = {
                name: self.reader.sent(self.factory.form[name], line.values.get(column, ""))
                for column, name in self.added
            }
        except NotUnderstood as error:
            return row.refuse(str(error))
        return row

    def _differing(self, item: Record, line: Line) -> str:
        """What differs in columns that no one can write here."""
        different = []
        for column, other in self.compared_columns.items():
            if column in line.values:
                value, text = other.field.read(item), line.values[column]
                held = plain(value)
                if not (is_yes(text) is value if isinstance(value, bool) else _reads_alike(held, text)):
                    different.append(f"{other.label}: {brief(held) or '–'} → {brief(text) or '–'}")
        return gettext("Not written: %(changes)s", changes="; ".join(different)) if different else ""

    def _try(self, chunk: Sequence[CheckedRow]) -> None:
        """Write what waits and take it back: so each rule of the record is asked, not only those of its form."""
        waiting = [row for row in chunk if row.outcome == "waiting"]
        changes = self._allowed([row for row in waiting if row.item is not None], self.changes_at_once)
        new = self._allowed([row for row in waiting if row.item is None], self.adds_at_once)
        rows = {row.number: row for row in chunk}
        with dry_run():
            for result in self._tried_changes(changes):
                rows[result["number"]].refuse(result["sentence"])
            if new and self.factory is not None:
                for row, errors in zip(
                    new, self.factory.make([row.values or {} for row in new]), strict=True
                ):
                    if errors[0]:
                        row.refuse(" ".join(errors[0].values()))

    def _allowed(self, rows: list[CheckedRow], at_once: bool) -> list[CheckedRow]:
        """The rows that may be tried: verbs for one record are not asked without end."""
        if at_once:
            return rows
        tried = rows[: max(0, TRIED - self.tried)]
        self.tried += len(tried)
        self.all_tried = self.all_tried and len(tried) == len(rows)
        return tried

    def _tried_changes(self, changes: Sequence[CheckedRow]) -> list[Result]:
        if not changes:
            return []
        results = write_all(self.writer, [(row, row.item) for row in changes if row.item is not None])
        return [result for result in results if result["outcome"] == "refused"]


def _reads_relations(console: ConsoleLike, compared_columns: Sequence[str]) -> bool:
    """Whether a row's values lie in other tables, too: what the form writes, or what is only compared."""
    columns = console.datamodel.obj.__mapper__.columns
    return not all(name in columns for name in (*console.edit_columns, *compared_columns))


def check(batch: Batch, console: ConsoleLike) -> None:
    """Compare the whole file and write the report; begins anew when it was cut off. Raises UnreadableSheet."""
    session.execute(delete(BatchRow).where(BatchRow.batch_id == batch.id))
    batch.done = batch.refused = batch.total = 0
    examined = Check(console, batch)
    with get_storage().local_copy(batch.options["file"]) as path:
        count = 0
        for chunk in examined.chunks(path):
            _report(batch, chunk)
            count += len(chunk)
            commit_chunk(
                batch, gettext("%(count)s rows compared", count=number_text(count)), _share(batch, count)
            )
    batch.total = batches.outcomes(batch).get("waiting", 0)
    batch.options = {**batch.options, "phase": "ready", "all_tried": examined.all_tried}
    session.flush()


def _report(batch: Batch, chunk: Sequence[CheckedRow]) -> None:
    rows = [
        {
            "number": row.number,
            "record_id": row.record_id,
            "outcome": row.outcome,
            "sentence": row.sentence,
            "before": row.before if row.outcome == "waiting" and row.record_id else None,
            "after": row.values if row.outcome != "same" else None,
        }
        for row in chunk
    ]
    session.execute(_REPORT, {"rows": rows, "batch_id": batch.id})


def _share(batch: Batch, count: int) -> int:
    """About how far the check is, by the number of lines that the upload counted."""
    return min(99, count * 100 // max(int(batch.options.get("lines", 0)), count, 1))


def alike(held: conflicts.Sent, sent: conflicts.Sent) -> bool:
    """A file says moments by the second, and ends lines as it likes."""
    if isinstance(held, str) and isinstance(sent, str):
        if len(held) == 26 and held[19:20] == ".":
            return held[:19] == sent[:19]
        return _lines(held) == _lines(sent)
    return held == sent


def _reads_alike(held: str, text: str) -> bool:
    if _lines(held) == _lines(text):
        return True
    with suppress(ValueError):
        return float(held) == float(text)
    return held.replace("T", " ").rstrip("Z") == text.replace("T", " ").rstrip("Z")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip(" \t\n")
