"""What happened to a record, field by field, and the way back to how it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy.orm import Mapper

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import HIDDEN, Concealed
from fanzadmin.console.data.shapes import FormField, Record
from fanzadmin.console.data.words import SECOND_PERSON
from fanzadmin.console.editing.conflicts import Sent, sent_value
from fanzadmin.console.registry import by_model, may
from fanzadmin.console.rendering.fields import RelationField
from fanzadmin.kernel.audit import Audit, AuditAction, Entry, table_of
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ports import ask

PAGE = 20


VERSIONS = frozenset(
    {AuditAction.CREATE, AuditAction.UPDATE}
)  # the entries after which a record is as it may become again


class NoSuchVersion(NotFound):
    title = "There is no such version"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry, as the user may see it. `kept` is false where the audit does not hold the values."""

    column: str
    label: str
    old: object
    new: object
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry for a page. `may_go_back` says that some field would change on the way back to it."""

    entry: Entry
    changes: tuple[Change, ...]
    others: int
    may_go_back: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One field on the way back. `why_not` says why it stays as it is."""

    column: str
    label: str
    now: object
    then: object
    value: object = None
    why_not: str = ""


def history_of(console: ConsoleLike, item: Record, *, before: str = "") -> list[HistoryLine]:
    """The entries of a record, the newest first, with what the current user may see of them."""
    table, key = table_of(console.datamodel.obj), _key(console, item)
    entries = ask(Audit).entries(table, key, before=before, limit=PAGE)
    newer = ask(Audit).since(table, key, entries[0].id) if before and entries else ()
    ways = _ways_back(console, item, entries, newer)
    return [_line(console, entry, may_go_back=entry.id in ways) for entry in entries]


def may_go_back(console: ConsoleLike) -> bool:
    """Whether the current user may give records of a console what they held."""
    writes = not console.read_only and console.may_update and may("update", console.resource)
    return bool(writes and console.columns_for("edit"))


def _ways_back(
    console: ConsoleLike, item: Record, entries: Sequence[Entry], newer: Sequence[Entry]
) -> set[str]:
    """The ids of those of `entries` (the newest first; `newer` is all that came after them) after which the record
    held something else that it can hold again."""
    if not may_go_back(console):
        return set()
    ways: set[str] = set()
    returning: dict[str, bool] = {}
    for entry in (*newer, *entries):
        if entry.action in VERSIONS and any(returning.values()):
            ways.add(entry.id)
        for column, then in _before(entry).items():
            returning[column] = _can_return(console, item, column, then)
    return ways


def _before(entry: Entry) -> dict[str, object]:
    """What the columns that an entry wrote held before it."""
    if entry.action not in VERSIONS:
        return {}
    return {column: pair[0] for column, pair in entry.changes.items() if isinstance(pair, list)}


def _can_return(console: ConsoleLike, item: Record, column: str, then: object) -> bool:
    name = _visible(console).get(column)
    return (
        name is not None
        and _differs(console, item, column, then)
        and not _why_not(console, item, name, column, then)
    )


def _differs(console: ConsoleLike, item: Record, column: str, then: object) -> bool:
    """Whether the record holds something else now; True for what is masked, which no one may guess."""
    if then == HIDDEN or console.is_masked(_visible(console)[column]):
        return True
    return bool(getattr(item, column, None) != typed(console.datamodel.obj.__mapper__, column, then))


def _why_not(console: ConsoleLike, item: Record, name: str, column: str, then: object) -> str:
    """Why a field stays as it is; empty where it can go back."""
    if then == HIDDEN or console.is_masked(name):
        return str(gettext("The history does not hold personal data."))
    if name not in console.columns_for("edit"):
        return str(gettext("This is changed by actions, not by hand."))
    value = typed(console.datamodel.obj.__mapper__, column, then)
    if name == column and console.needs_approval(f"field:{name}", item, value):
        return str(SECOND_PERSON)
    return ""


def version_of(console: ConsoleLike, item: Record, entry_id: str) -> tuple[Entry, list[Step]]:
    """How the record was after an entry, beside how it is. Raises NoSuchVersion."""
    table, key = table_of(console.datamodel.obj), _key(console, item)
    entry = ask(Audit).entry(table, key, entry_id)
    if entry is None:
        raise NoSuchVersion(gettext("This version is not in the history of the record."))
    then: dict[str, object] = {}
    for later in ask(Audit).since(table, key, entry_id):
        then |= _before(later)
    steps = [_step(console, item, column, value) for column, value in then.items()]
    return entry, [step for step in steps if step is not None]


def values_back(console: ConsoleLike, item: Record, steps: list[Step]) -> dict[str, Sent]:
    """What `console.change` is given to go back: form fields as a browser sends them."""
    form = console.form_of(item)
    return {step.column: _as_sent(form[step.column], step.value) for step in steps if not step.why_not}


def _as_sent(field: FormField, value: object) -> Sent:
    if isinstance(field, RelationField):
        return "" if value is None else str(value)
    field.process_data(value)
    return sent_value(field)


def typed(mapper: Mapper[Record], column: str, value: object) -> object:
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


def _line(console: ConsoleLike, entry: Entry, *, may_go_back: bool) -> HistoryLine:
    visible = _visible(console)
    changes, others = [], 0
    for column, pair in entry.changes.items():
        name = visible.get(column)
        if name is None:
            others += 1
        else:
            changes.append(_change(console, column, name, pair))
    return HistoryLine(entry, tuple(changes), others, may_go_back)


def _change(console: ConsoleLike, column: str, name: str, pair: object) -> Change:
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
    label = str(console.label_columns.get(name) or console.label_columns.get(column) or name)
    if HIDDEN in {_text(old), _text(new)} or console.is_masked(name) or console.is_masked(column):
        return Change(name, label, _mask(old), _mask(new), recorded=False)
    return Change(name, label, _shown(console, column, old), _shown(console, column, new))


def _visible(console: ConsoleLike) -> dict[str, str]:
    """The table's columns that the console shows to the current user, each with its name there (a relation's for
    its key column)."""
    mapper: Mapper[Record] = console.datamodel.obj.__mapper__
    written = console.columns_for("edit") if console.may_update and not console.read_only else ()
    names = [*console.columns_for("show"), *console.columns_for("list"), *written]
    visible: dict[str, str] = {}
    for name in dict.fromkeys(part.split(".")[0] for part in names):
        if name in mapper.columns:
            visible.setdefault(name, name)
        elif name in mapper.relationships:
            for local in mapper.relationships[name].local_columns:
                if not local.primary_key:
                    visible[mapper.get_property_by_column(local).key] = name
    return visible


def _shown(console: ConsoleLike, column: str, value: object) -> object:
    """A value for a page: a related record by its title, where the user may see such records."""
    mapper: Mapper[Record] = console.datamodel.obj.__mapper__
    name = _visible(console).get(column, column)
    if value is not None and name in mapper.relationships:
        related = mapper.relationships[name].mapper.class_
        other = by_model(related)
        record = session.get(related, value)
        if record is not None and other is not None and other.may_see(record):
            return other.title_of(record)
    return _pairs(typed(mapper, column, value))


def _pairs(value: object) -> object:
    """A list of labels with their values (`[["Columns", "Name, State"]]`) as people read it."""
    if isinstance(value, list) and value and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return [f"{label}: {held}" for label, held in value]
    return value


def _step(console: ConsoleLike, item: Record, column: str, then: object) -> Step | None:
    name = _visible(console).get(column)
    if name is None:
        return None
    if not _differs(console, item, column, then):
        return None
    label, now = str(console.label_columns.get(name) or name), console.value_of(item, name)
    why_not = _why_not(console, item, name, column, then)
    hidden = then == HIDDEN or console.is_masked(name)
    shown = _mask(then) if hidden else _shown(console, column, then)
    value = None if why_not else typed(console.datamodel.obj.__mapper__, column, then)
    return Step(name, label, now, shown, value, why_not)


def _mask(value: object) -> Concealed | None:
    return None if value is None else Concealed(HIDDEN)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _key(console: ConsoleLike, item: Record) -> str:
    key = console.datamodel.get_pk_value(item)
    return ",".join(map(str, key)) if isinstance(key, list) else str(key)
