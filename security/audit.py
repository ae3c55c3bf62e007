"""The one audit: every ORM write leaves an entry, in the same transaction, field by field.

A model with `__audited__ = False` stays out: streams of rows that are a record of their own (facts, postings, clicks).
Personal data (columns marked `info={"pii": …}`) is named in the entry, its values are not.
"""

from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import UnitOfWork
from fanzadmin.kernel.ids import new_id
from security.models import AuditEntry

HIDDEN = "•••"
SECRET_COLUMNS = frozenset({"password", "key_hash", "lookup_hash"})
NOISE = frozenset({"ab_user.login_count", "ab_user.last_login", "ab_user.fail_login_count"})


@event.listens_for(UnitOfWork, "after_flush")
def _write_entries(session: Session, _flush: UOWTransaction) -> None:
    rows = [
        *(_entry(item, "create") for item in session.new if _is_audited(item)),
        *(_entry(item, "update") for item in session.dirty if _is_audited(item)),
        *(_entry(item, "delete") for item in session.deleted if _is_audited(item)),
    ]
    rows = [row for row in rows if row["changes"] or row["action"] == "delete"]
    if rows:
        session.connection().execute(insert(AuditEntry), rows)


def _is_audited(item: object) -> bool:
    return getattr(type(item), "__audited__", True) and not isinstance(item, AuditEntry)


def _entry(item: object, action: str) -> dict[str, Any]:
    state, context = inspect(item), current()
    table = state.mapper.local_table
    return {
        "id": new_id(),
        "at": clock.now(),
        "actor_id": context.actor_id,
        "actor": context.actor,
        "approver_id": context.approver_id,
        "approver": context.approver or None,
        "reason": context.reason or None,
        "action": action,
        "table_name": f"{table.schema}.{table.name}" if table.schema else table.name,
        "record_id": ",".join(str(value) for value in state.mapper.primary_key_from_instance(item)),
        "changes": {} if action == "delete" else _changes(state, table.name),
        "trace_id": context.trace_id,
    }


def _changes(state: Any, table_name: str) -> dict[str, list[object]]:
    """`{column: [old, new]}` of what this flush wrote."""
    changes = {}
    for column in state.mapper.column_attrs:
        if column.key not in state.committed_state:
            continue  # not written: asking every column for its history is the slow part of a large flush
        history = get_history(state.obj(), column.key)
        if not history.has_changes() or f"{table_name}.{column.key}" in NOISE:
            continue
        old = _plain(history.deleted[0]) if history.deleted else None
        new = _plain(history.added[0]) if history.added else None
        if column.key in SECRET_COLUMNS or column.columns[0].info.get("pii"):
            old, new = (HIDDEN if old is not None else None), (HIDDEN if new is not None else None)
        if old != new or old == HIDDEN:
            changes[column.key] = [old, new]
    return changes


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
