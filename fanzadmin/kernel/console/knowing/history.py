"""What happened to a record, field by field, and the way back to how it was."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Mapper

from fanzadmin.kernel.audit import Audit, Entry, table_of
from fanzadmin.kernel.console.changing.conflicts import Sent, sent
from fanzadmin.kernel.console.drawing.fields import RelationField
from fanzadmin.kernel.console.guarding.ability import console_of
from fanzadmin.kernel.console.guarding.masks import HIDDEN, Concealed
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ports import ask

PAGE = 20


class NoSuchVersion(NotFound):
    title = "There is no such version"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry, as the person may see it. `kept` is false where the audit does not hold the values."""

    column: str
    label: str
    old: Any
    new: Any
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An entry for a page."""

    entry: Entry
    changes: tuple[Change, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Step:
    """One field on the way back. `why_not` says why it stays as it is."""

    column: str
    label: str
    now: Any
    then: Any
    value: Any = None
    why_not: str = ""


def history_of(console: Any, item: Any, *, before: str = "") -> list[Told]:
    """The entries of a record, the newest first, with what the person at hand may see of them."""
    key = _key(console, item)
    entries = ask(Audit).entries(table_of(console.datamodel.obj), key, before=before, limit=PAGE)
    return [_told(console, entry) for entry in entries]


def version_of(console: Any, item: Any, entry_id: str) -> tuple[Entry, list[Step]]:
    """How the record was after an entry, beside how it is. Raises NoSuchVersion."""
    table, key = table_of(console.datamodel.obj), _key(console, item)
    found = ask(Audit).entry(table, key, entry_id)
    if found is None:
        raise NoSuchVersion(gettext("This version is not in the history of the record."))
    then: dict[str, Any] = {}
    for later in ask(Audit).since(table, key, entry_id):
        if later.action in {"create", "update"}:
            then |= {column: pair[0] for column, pair in later.changes.items() if isinstance(pair, list)}
    steps = [_step(console, item, column, value) for column, value in then.items()]
    return found, [step for step in steps if step is not None]


def values_back(console: Any, item: Any, steps: list[Step]) -> dict[str, Sent]:
    """What `console.change` is given to go back: form fields as a browser sends them."""
    form = console.form_of(item)
    return {step.column: _as_sent(form[step.column], step.value) for step in steps if not step.why_not}


def _as_sent(field: Any, value: Any) -> Sent:
    if isinstance(field, RelationField):
        return "" if value is None else str(value)
    field.process_data(value)
    return sent(field)


def typed(mapper: Mapper[Any], column: str, value: Any) -> Any:
    """A value of the audit in the type of its column."""
    held = mapper.columns.get(column)
    if value is None or held is None or not isinstance(value, str):
        return value
    try:
        kind = held.type.python_type
        if kind is datetime:
            return datetime.fromisoformat(value)
        if kind is date:
            return date.fromisoformat(value)
        return Decimal(value) if kind is Decimal else value
    except (NotImplementedError, ValueError, ArithmeticError):
        return value


def _told(console: Any, entry: Entry) -> Told:
    visible = _visible(console)
    changes, others = [], 0
    for column, pair in entry.changes.items():
        name = visible.get(column)
        if name is None:
            others += 1
        else:
            changes.append(_change(console, column, name, pair))
    return Told(entry, tuple(changes), others)


def _change(console: Any, column: str, name: str, pair: Any) -> Change:
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
    label = str(console.label_columns.get(name) or console.label_columns.get(column) or name)
    if HIDDEN in {_text(old), _text(new)} or console.is_masked(name) or console.is_masked(column):
        return Change(name, label, _mask(old), _mask(new), kept=False)
    return Change(name, label, _shown(console, column, old), _shown(console, column, new))


def _visible(console: Any) -> dict[str, str]:
    """The table's columns that the console shows to the person at hand, each with its name there (a relation's for
    its key column)."""
    mapper: Mapper[Any] = console.datamodel.obj.__mapper__
    names = [*console.columns_for("show"), *console.columns_for("list"), *console.columns_for("edit")]
    visible: dict[str, str] = {}
    for name in dict.fromkeys(part.split(".")[0] for part in names):
        if name in mapper.columns:
            visible.setdefault(name, name)
        elif name in mapper.relationships:
            for local in mapper.relationships[name].local_columns:
                if not local.primary_key:
                    visible[mapper.get_property_by_column(local).key] = name
    return visible


def _shown(console: Any, column: str, value: Any) -> Any:
    """A value for a page: a related record by its title, where the person may see such records."""
    mapper: Mapper[Any] = console.datamodel.obj.__mapper__
    name = _visible(console).get(column, column)
    if value is not None and name in mapper.relationships:
        related = mapper.relationships[name].mapper.class_
        other = console_of(related)
        found = session.get(related, value)
        if found is not None and other is not None and other.may_see(found):
            return other.title_of(found)
    return typed(mapper, column, value)


def _step(console: Any, item: Any, column: str, then: Any) -> Step | None:
    name = _visible(console).get(column)
    if name is None:
        return None
    mapper: Mapper[Any] = console.datamodel.obj.__mapper__
    label = str(console.label_columns.get(name) or name)
    now = console.value_of(item, name)
    if then == HIDDEN or console.is_masked(name):
        return Step(
            name, label, now, _mask(then), why_not=gettext("The history does not hold personal data.")
        )
    value = typed(mapper, column, then)
    if getattr(item, column, None) == value:
        return None
    shown = _shown(console, column, then)
    if name not in console.columns_for("edit"):
        return Step(name, label, now, shown, why_not=gettext("This is changed by actions, not by hand."))
    return Step(name, label, now, shown, value)


def _mask(value: Any) -> Concealed | None:
    return None if value is None else Concealed(HIDDEN)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _key(console: Any, item: Any) -> str:
    key = console.datamodel.get_pk_value(item)
    return ",".join(map(str, key)) if isinstance(key, list) else str(key)
