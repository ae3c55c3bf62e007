"""An import is undone: what it changed as a bulk change is (bulk_rows.py), and what it added is deleted by the
console's own verb, where it has one and the user may. What was changed since stays, and so does what no one may
delete here; both are said.
"""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from sqlalchemy import false, func, insert, literal, null, select

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data import words
from fanzadmin.console.data.shapes import Json, Record
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.editing.bulk_writer import CHANGED_SINCE, ChangedRow, result_of
from fanzadmin.console.editing.conflicts import Sent
from fanzadmin.console.editing.form_cache import RecordForm
from fanzadmin.console.registry import may
from fanzadmin.console.transfer.import_check import alike
from fanzadmin.console.transfer.import_rows import CHUNK_ROWS, commit_chunk
from fanzadmin.kernel.db import session

ADDED = "added"  # the outcome of a row whose record is still to be deleted


def may_remove(console: ConsoleLike) -> bool:
    """Whether the current user may delete records in this console, and it can."""
    return "delete" in console.abilities and may("delete", console.resource)


def freeze_added(back: Batch, of: Batch, console: ConsoleLike) -> None:
    """Write the records that an import added to the rows of its undo. `options["stay"]` counts those that stay."""
    added = [BatchRow.batch_id == of.id, BatchRow.outcome == "done", BatchRow.before.is_(None)]
    if of.kind != "imports":
        return
    removable = BatchRow.record_id.is_not(None) if may_remove(console) else false()
    stay = session.execute(select(func.count()).where(*added, ~removable)).scalar_one()
    back.options = {**back.options, "stay": stay}
    source = select(
        literal(back.id), BatchRow.number, BatchRow.record_id, literal(ADDED), null(), BatchRow.after
    ).where(*added, removable)
    columns = ["batch_id", "number", "record_id", "outcome", "before", "after"]
    result: Json = session.execute(insert(BatchRow).from_select(columns, source, include_defaults=False))
    back.total += result.rowcount


def perform(batch_id: str) -> None:
    """The job `consoles.undo`."""
    back = session.get_one(Batch, batch_id)
    if batches.outcomes(back).get(ADDED):
        with batches.performing(batch_id, ability="delete") as performance:
            more = True
            while more:
                batches.begin_chunk(back)
                more = remove(back, performance.console)
    if batches.outcomes(back).get("waiting"):
        bulk_rows.perform(batch_id)


def remove(back: Batch, console: ConsoleLike) -> bool:
    """Delete one chunk of what was added; False when nothing of it is left."""
    columns = (BatchRow.number, BatchRow.record_id, BatchRow.before, BatchRow.after)
    query = select(*columns).where(BatchRow.batch_id == back.id, BatchRow.outcome == ADDED)
    rows: Sequence[ChangedRow] = session.execute(query.order_by(BatchRow.number).limit(CHUNK_ROWS)).all()
    if not rows:
        return False
    items = bulk_rows.locked(console, rows)
    results = []
    for row in rows:
        why = _removed(console, items.get(row.record_id or ""), row.after or {})
        sentence = gettext("Deleted: the import had added it.")
        results.append(result_of(row, "refused", why) if why else result_of(row, "done", sentence))
    session.execute(bulk_rows.WRITE, {"rows": results, "batch_id": back.id})
    refused = sum(result["outcome"] == "refused" for result in results)
    removed = len(results) - refused
    back.refused += refused
    back.done += removed
    back.options = {**back.options, "removed": back.options.get("removed", 0) + removed}
    commit_chunk(back)
    return len(rows) == CHUNK_ROWS


def _removed(console: ConsoleLike, item: Record | None, held_then: Mapping[str, Sent]) -> str:
    """Delete a record as its page would. Returns why not, in a sentence; empty when it is gone."""
    if item is None:
        return str(bulk_rows.NOT_FOUND)
    if console.needs_approval("delete", item):
        return str(words.SECOND_PERSON)
    fields = RecordForm(console, item)
    fields.turn_to(item)
    shared = [name for name in held_then if name in fields.form]
    if any(not alike(now, held_then[name]) for name, now in fields.held(shared).items()):
        return str(CHANGED_SINCE)
    verb = type(console).delete_with
    refused = console._refusal(lambda: verb(item) if verb else console.datamodel.delete(item))
    return " ".join(refused.values())
