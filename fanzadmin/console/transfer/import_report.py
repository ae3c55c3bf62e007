"""What an import did or would do, row by row, as people read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from sqlalchemy import Select, func, or_, select

from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import HIDDEN
from fanzadmin.console.transfer.import_columns import compared, unused
from fanzadmin.console.transfer.import_targets import may_change, targets_of
from fanzadmin.kernel.db import session

SHOWN = 50  # rows of one page
OUTCOMES = ("new", "changed", "same", "refused", "done")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row of the report: `changes` are (label, from, to)."""

    number: int
    record_id: str | None
    outcome: str
    changes: list[tuple[str, str, str]]
    sentence: str


def report_lines(console: ConsoleLike, batch: Batch, only: str, page: int) -> list[ReportLine]:
    query = _rows_of(batch, only).offset(page * SHOWN).limit(SHOWN)
    return [_line(console, row) for row in session.execute(query).scalars()]


def _line(console: ConsoleLike, row: BatchRow) -> ReportLine:
    targets = targets_of(console)
    after = row.after or {}
    changes = [
        (
            targets[name].label if name in targets else name,
            _value_text(console, name, (row.before or {}).get(name)),
            _value_text(console, name, value),
        )
        for name, value in after.items()
        if row.before is None or value != row.before.get(name)
    ]
    return ReportLine(row.number, row.record_id, _outcome(row), changes, row.sentence)


def _value_text(console: ConsoleLike, name: str, value: object) -> str:
    if value is None or value in ("", []):
        return ""
    if console.is_hidden(name):
        return HIDDEN
    return ", ".join(value) if isinstance(value, list) else str(value)


def report_rows(console: ConsoleLike, batch: Batch) -> Iterator[Sequence[str]]:
    words = outcome_words()
    for row in session.execute(_rows_of(batch, "all").execution_options(yield_per=500)).scalars():
        line = _line(console, row)
        changes = "; ".join(f"{label}: {old or '–'} → {new or '–'}" for label, old, new in line.changes)
        yield [str(line.number), line.record_id or "", words[line.outcome], changes, line.sentence]


def outcome_words() -> dict[str, str]:
    """What becomes of a row, in the reader's language."""
    return {
        "new": gettext("new"),
        "changed": gettext("changes"),
        "same": gettext("unchanged"),
        "refused": gettext("refused"),
        "done": gettext("written"),
    }


def notes_of(console: ConsoleLike, batch: Batch) -> list[str]:
    """What of the file is not written, and why."""
    columns, mapping = batch.options["columns"], batch.options["mapping"]
    rest = [column for column in columns if not mapping.get(column)]
    compared_columns, targets = compared(console, batch, rest), targets_of(console)
    notes = []
    if compared_columns:
        words = ", ".join(compared_columns)
        notes.append(gettext("Only compared, never written here: %(names)s.", names=words))
    if strange := unused(columns, mapping, compared_columns):
        notes.append(gettext("Ignored: %(names)s.", names=", ".join(strange)))
    chosen = [targets[name] for name in mapping.values() if name in targets and name != batch.options["key"]]
    if only_new := [target.label for target in chosen if not target.changes and may_change(console)]:
        notes.append(gettext("Only for new records: %(names)s.", names=", ".join(only_new)))
    return notes


def counts_of(batch: Batch) -> dict[str, int]:
    """How many rows are new, changed, same, refused and done."""
    is_new = BatchRow.before.is_(None)
    query = (
        select(BatchRow.outcome, is_new, func.count())
        .where(BatchRow.batch_id == batch.id)
        .group_by(BatchRow.outcome, is_new)
    )
    counts = dict.fromkeys(OUTCOMES, 0)
    for outcome, new, count in session.execute(query).tuples():
        counts[("new" if new else "changed") if outcome == "waiting" else outcome] += count
    return counts


def _rows_of(batch: Batch, only: str) -> Select[BatchRow]:
    query = select(BatchRow).where(BatchRow.batch_id == batch.id).order_by(BatchRow.number)
    if not only:
        return query.where(or_(BatchRow.outcome != "same", BatchRow.sentence != ""))
    if only in {"new", "changed"}:
        is_new = BatchRow.before.is_(None)
        return query.where(BatchRow.outcome == "waiting", is_new if only == "new" else ~is_new)
    return query.where(BatchRow.outcome == only) if only in OUTCOMES else query


def _outcome(row: BatchRow) -> str:
    if row.outcome != "waiting":
        return row.outcome
    return "new" if row.before is None else "changed"


def page_number() -> int:
    text = request.args.get("page", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
