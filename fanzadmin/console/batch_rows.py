"""The rows that a batch changed, as its page says them: what each column held before and holds now.

What is stored is what a browser would send. It is read by today's rules: rows, columns and values that the current user
may not see any more are not said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from werkzeug.datastructures import MultiDict

from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import HIDDEN, Concealed
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.editing import bulk_rows, conflicts
from fanzadmin.console.registry import may
from fanzadmin.console.rendering.cells import Cell, read
from fanzadmin.console.rendering.fields import MomentField, RelationField
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import money_text

SHOWN = 25  # rows of one page


@dataclass(frozen=True, slots=True)
class Changed:
    """A row: the title of its record and its id, empty where the user may not see it; `changes` are (label, before,
    after)."""

    number: int
    title: str = ""
    record_id: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    sentence: str = ""


def changed_rows(console: ConsoleLike, batch: Batch, page: int) -> list[Changed]:
    """A page of what a batch changed; nothing where the user may not read the console."""
    if not may("read", console.resource):
        return []
    has_changes = or_(BatchRow.before.is_not(None), BatchRow.after.is_not(None), BatchRow.sentence != "")
    query = select(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.outcome == "done", has_changes)
    rows = session.execute(query.order_by(BatchRow.number).offset(page * SHOWN).limit(SHOWN)).scalars().all()
    items = _visible(console, rows)
    describer = _Describer(console)
    return [describer.row(row, items.get(row.record_id or "")) for row in rows]


def _visible(console: ConsoleLike, rows: Sequence[BatchRow]) -> dict[str, Record]:
    """The records of rows that the user may see, by the text of their key."""
    key = console.datamodel.get_pk()
    keys = bulk_rows.keys_of(console, [row.record_id for row in rows if row.record_id])
    query = console.matching(MultiDict()).filter(key.in_(keys)).order_by(None)
    return {str(getattr(item, key.key)): item for item in query}


class _Describer:
    """Describes rows with one form of their console."""

    def __init__(self, console: ConsoleLike) -> None:
        self.console = console
        self.form = console.edit_form(formdata=None, meta={"csrf": False})

    def row(self, row: BatchRow, item: Record | None) -> Changed:
        if item is None:
            return Changed(row.number, sentence=row.sentence or str(bulk_rows.NOT_FOUND))
        before, after = row.before or {}, row.after or {}
        names = [name for name in {**before, **after} if not self.console.is_hidden(name)]
        changes = [
            (
                self.console.label_of(name),
                self._value_text(item, name, before.get(name)),
                self._value_text(item, name, after.get(name)),
            )
            for name in names
            if name not in before or before[name] != after.get(name)
        ]
        return Changed(
            row.number, self.console.title_of(item), str(row.record_id), changes, sentence=row.sentence
        )

    def _value_text(self, item: Record, name: str, sent: conflicts.Sent | None) -> str:
        """What a column held, as a user reads it."""
        if sent is None:
            return ""
        if self.console.is_masked(name):
            return Concealed(HIDDEN) if sent else ""
        raw = sent if isinstance(sent, str) else ", ".join(sent)
        return self._money(item, name, raw) or self._label_text(item, name, sent) or raw

    def _money(self, item: Record, name: str, raw: str) -> str:
        cell = (self.console.formatters_columns or {}).get(name)
        if not isinstance(cell, Cell) or not cell.currency or not raw.lstrip("-").isdigit():
            return ""
        is_code = len(cell.currency) == 3 and cell.currency.isupper()
        code = cell.currency if is_code else read(self.console.seen(item), cell.currency)
        return money_text(int(raw), str(code)) if code else ""

    def _label_text(self, item: Record, name: str, sent: conflicts.Sent) -> str:
        field = self.form._fields.get(name)
        if field is None:
            return ""
        if isinstance(field, MomentField) and isinstance(sent, str) and sent:
            return f"{sent[:16].replace('T', ' ')} UTC"
        field.process(MultiDict({name: sent}), getattr(item, name, None))
        text = conflicts.display_text(field)
        return Concealed(HIDDEN) if isinstance(field, RelationField) and sent and not text else text
