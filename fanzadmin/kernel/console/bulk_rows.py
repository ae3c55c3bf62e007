"""The rows of a bulk change: frozen when it is ordered, done batch by batch, taken back within a day.

A batch is tried in one savepoint; when a row refuses, the batch is done again row by row, each in its own.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import MultiDict

from fanzadmin.kernel.console import conflicts, work
from fanzadmin.kernel.console.work import Work, WorkRow
from fanzadmin.kernel.console.writing import Errors, telling
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError

log = logging.getLogger(__name__)

BATCH = 1000
SET, ADD, TAKE = "set", "add", "take"
SECOND_PERSON = "A second person has to agree: ask on the record itself."
GONE = "It is gone, or you may no longer see it."
CHANGED_SINCE = "It was changed since, and is left as it is."

Changes = dict[str, list[Any]]  # {column: [how, values as a browser sends them]}
Values = dict[str, conflicts.Sent]

_WRITE = text(
    """
    UPDATE console.work_row AS r
       SET outcome = n.outcome, sentence = n.sentence, before = n.before, after = n.after
      FROM jsonb_to_recordset(:rows)
        AS n (number bigint, outcome text, sentence text, before jsonb, after jsonb)
     WHERE r.work_id = :work_id AND r.number = n.number
    """
).bindparams(bindparam("rows", type_=JSONB))


def keys_of(console: Any, ids: Iterable[str]) -> list[Any]:
    """Primary keys from their text; what cannot be one is left out."""
    kind = console.datamodel.get_pk().type
    whole = kind.python_type is int
    return [int(one) if whole else one for one in ids if not whole or one.isdigit()]


def freeze(ordered: Work, query: Any) -> None:
    """Write the rows that a work is about: those of `query` now, in the order of their keys."""
    key = query.column_descriptions[0]["type"].__mapper__.primary_key[0]
    rows = query.order_by(None).with_entities(
        literal(ordered.id),
        func.row_number().over(order_by=key),
        cast(key, Text),
        literal("waiting"),
    )
    columns = [WorkRow.work_id, WorkRow.number, WorkRow.record_id, WorkRow.outcome]
    made: Any = session.execute(insert(WorkRow).from_select(columns, rows.statement, include_defaults=False))
    ordered.total = made.rowcount


def perform(work_id: str) -> None:
    """Do a bulk edit, an action on many rows or an undo, in its job."""
    ordered = session.get_one(Work, work_id)
    with work.performing(work_id, ability=ordered.options.get("ability", "update")) as performance:
        console: Any = performance.console
        more = True
        while more:
            work.hold(ordered)
            more = step(ordered, console)
            reached = ordered.done + ordered.refused
            work.keep(ordered, f"{reached:,} of {ordered.total:,}")
            session.expunge_all()
            session.add(ordered)


def step(ordered: Work, console: Any) -> bool:
    """Do one batch; False when nothing waits any more."""
    waiting = (
        select(WorkRow)
        .where(WorkRow.work_id == ordered.id, WorkRow.outcome == "waiting")
        .order_by(WorkRow.number)
        .limit(BATCH)
    )
    rows = session.execute(waiting).scalars().all()
    if not rows:
        return False
    items = _locked(console, rows)
    found = [(row, items[row.record_id]) for row in rows if row.record_id in items]
    results = _METHODS[ordered.kind](ordered, console, found) if found else []
    results += [_result(row, "refused", GONE) for row in rows if row.record_id not in items]
    session.flush()
    session.execute(_WRITE, {"rows": results, "work_id": ordered.id})
    refused = sum(result["outcome"] == "refused" for result in results)
    ordered.refused += refused
    ordered.done += len(results) - refused
    session.flush()
    return len(rows) == BATCH


def _locked(console: Any, rows: Sequence[WorkRow]) -> dict[str, Any]:
    """The records of rows by the text of their key, locked; those that the person may no longer see are missing."""
    key = console.datamodel.get_pk()
    query = console.matching(MultiDict()).filter(
        key.in_(keys_of(console, [row.record_id or "" for row in rows]))
    )
    mapper = console.datamodel.obj.__mapper__
    if not any(name in mapper.relationships for name in console.edit_columns):
        query = query.enable_eagerloads(False)
    items = query.order_by(key).with_for_update(of=console.datamodel.obj).populate_existing()
    return {str(console.datamodel.get_pk_value(item)): item for item in items}


Found = Sequence[tuple[WorkRow, Any]]
Results = list[dict[str, Any]]


def wanted(form: Any, changes: Changes) -> Values:
    """The values that the edit form of one record shall get, by what it holds."""
    values: Values = {}
    for name, (how, given) in changes.items():
        if how == SET:
            values[name] = (
                given if len(given) > 1 or isinstance(conflicts.sent(form[name]), list) else "".join(given)
            )
            continue
        held = list(form[name].data or [])
        conflicts.take(form[name], given or [""])
        meant = list(form[name].data or [])
        kept = [one for one in held if one not in meant]
        form[name].data = kept + meant if how == ADD else kept
        values[name] = conflicts.sent(form[name])
        form[name].data = held
    return values


def _edit(ordered: Work, console: Any, found: Found) -> Results:
    changes: Changes = ordered.options["changes"]
    return _written(_Pen(console, lambda _row, form: wanted(form, changes)), found)


def _take_back(_ordered: Work, console: Any, found: Found) -> Results:
    """Give rows their former values; `before` of a waiting row is what it must still hold, `after` what it gets."""
    results: Results = []
    mine: list[tuple[WorkRow, Any]] = []
    form = None
    for row, item in found:
        form = console.form_of(item, form)
        if {name: conflicts.sent(form[name]) for name in row.before or {}} == row.before:
            mine.append((row, item))
        else:
            results.append(_result(row, "refused", CHANGED_SINCE, row.before, row.after))
    pen = _Pen(console, lambda row, _form: row.after or {}, held_once=True)
    return results + _written(pen, mine)


def _written(pen: "_Pen", found: Found) -> Results:
    """Change records: all in one savepoint, or each in its own when one of them refuses."""
    try:
        with session.begin_nested():
            if type(pen.console).update_many_with and not pen.held_back:
                results = pen.together(found)
            else:
                results = [pen.write(row, item, pen.plainly) for row, item in found]
            session.flush()
    except (BusinessError, IntegrityError, DataError, _Refused) as error:
        log.info("a batch of %s is done row by row: %s", type(pen.console).__name__, type(error).__name__)
        results = [pen.write(row, item, pen.alone) for row, item in found]
    return results


class _Refused(Exception):
    """The form refused a row of a batch: the batch goes on row by row."""


class _Pen:
    """Writes the records of a batch, all with one form."""

    def __init__(
        self, console: Any, values_of: Callable[[WorkRow, Any], Values], *, held_once: bool = False
    ) -> None:
        self.console, self.values_of, self.held_once = console, values_of, held_once
        self.form: Any = None
        self.held_back = any(name.startswith("field:") for name in console.approvals)

    def write(self, row: WorkRow, item: Any, put: Callable[[Any, Values], Errors]) -> dict[str, Any]:
        self.form = form = self.console.form_of(item, self.form)
        values = self.values_of(row, form)
        before = {name: conflicts.sent(form[name]) for name in values}
        if before == values:
            return _result(row, "same")
        if errors := put(item, values):
            return _result(row, "refused", " ".join(errors.values()))
        return _result(row, "done", "", before, self._held(item, values))

    def together(self, found: Found) -> Results:
        """By the verb for many: every change is prepared, then all are written at once. Raises what the verb raises."""
        results, changes, befores = {}, [], {}
        for row, item in found:
            self.form = form = self.console.form_of(item, self.form)
            values = self.values_of(row, form)
            before = {name: conflicts.sent(form[name]) for name in values}
            if before == values:
                results[row.number] = _result(row, "same")
            elif errors := self.console.prepare(form, item, values, held_once=self.held_once):
                results[row.number] = _result(row, "refused", " ".join(errors.values()))
            else:
                changes.append((item, {name: form[name].data for name in self.console.edit_columns}))
                befores[row.number] = before
        refused = type(self.console).update_many_with(changes) if changes else {}
        for row, item in found:
            if row.number not in befores:
                continue
            if why := refused.get(row.record_id or ""):
                results[row.number] = _result(row, "refused", why)
                continue
            before = befores[row.number]
            results[row.number] = _result(row, "done", "", before, self._held(item, before))
        return list(results.values())

    def _held(self, item: Any, names: Iterable[str]) -> Values:
        """What the record holds now, as a browser would send it."""
        for name in names:
            self.form[name].process(None, getattr(item, name, None))
        return {name: conflicts.sent(self.form[name]) for name in names}

    def alone(self, item: Any, values: Values) -> Errors:
        errors: Errors = self.console.change(item, values, self.form, held_once=self.held_once)
        return errors

    def plainly(self, item: Any, values: Values) -> Errors:
        """Without a savepoint and a flush of its own. Raises _Refused, BusinessError."""
        if self.console.prepare(self.form, item, values, held_once=self.held_once):
            raise _Refused
        if type(self.console).update_with is None and not self.held_back:
            with session.no_autoflush:
                for name in values:
                    self.form[name].populate_obj(item, name)
        else:
            self.console._store_form(self.form, item)
        return {}


def _act(ordered: Work, console: Any, found: Found) -> Results:
    """Let the action do the batch; rows that need a second person are refused, one asks for those on the record."""
    name, rows = ordered.options["action"], {id(item): row for row, item in found}
    told: list[tuple[Any, Errors]] = []
    spoken = {id(item): {"": SECOND_PERSON} for _row, item in found if console.needs_approval(name, item)}
    token = telling.set(told)
    try:
        console.actions[name].func([item for _row, item in found if id(item) not in spoken])
    finally:
        telling.reset(token)
    spoken |= {id(item): errors for item, errors in told}
    return [
        _result(row, "refused", " ".join(spoken[key].values())) if spoken.get(key) else _result(row, "done")
        for key, row in rows.items()
    ]


_METHODS: dict[str, Callable[[Work, Any, Found], Results]] = {"bulk": _edit, "act": _act, "undo": _take_back}


def _result(
    row: WorkRow, outcome: str, sentence: str = "", before: Values | None = None, after: Values | None = None
) -> dict[str, Any]:
    return {"number": row.number, "outcome": outcome, "sentence": sentence, "before": before, "after": after}


def freeze_undo(ordered: Work, of: Work) -> None:
    """Write the rows of an undo: those that the work `of` changed, with what they must still hold and what they get."""
    source = select(
        literal(ordered.id),
        WorkRow.number,
        WorkRow.record_id,
        literal("waiting"),
        WorkRow.after,
        WorkRow.before,
    ).where(WorkRow.work_id == of.id, WorkRow.outcome == "done", WorkRow.before.is_not(None))
    columns = ["work_id", "number", "record_id", "outcome", "before", "after"]
    made: Any = session.execute(insert(WorkRow).from_select(columns, source, include_defaults=False))
    ordered.total = made.rowcount
