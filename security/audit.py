"""The one audit: every ORM write leaves an entry, in the same transaction, field by field.

A model with `__audited__ = False` stays out: streams of rows that are a record of their own (facts, postings, clicks).
Personal data (columns marked `info={"pii": …}`) is named in the entry, its values are not.
"""

from typing import Any

from sqlalchemy import Integer, bindparam, event, insert, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import LoaderCallableStatus

from fanzadmin.kernel import clock
from fanzadmin.kernel.bulk_flush import is_dry_run
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import UnitOfWork
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.provenance import provenance_of
from security.models import AuditEntry

HIDDEN = "•••"
SECRET_COLUMNS = frozenset({"password", "key_hash", "lookup_hash"})
NOISE = frozenset({"ab_user.login_count", "ab_user.last_login", "ab_user.fail_login_count"})


MANY = 20  # entries of a flush that travel as one JSON document

_MANY_ENTRIES = text(
    """
    INSERT INTO security.audit_entry
           (id, at, actor_id, actor, approver_id, approver, reason, trace_id, principal, real_principal, on_behalf_of, way,
            span_id, parent_span_id, action, table_name, record_id, changes)
    SELECT n.id, :at, :actor_id, :actor, :approver_id, :approver, :reason, :trace_id, :principal, :real_principal,
           :on_behalf_of, :way, :span_id, :parent_span_id, n.action, n.table_name, n.record_id, n.changes
      FROM jsonb_to_recordset(:rows)
        AS n (id uuid, action text, table_name text, record_id text, changes jsonb)
    """
).bindparams(bindparam("rows", type_=JSONB), bindparam("actor_id", type_=Integer))


@event.listens_for(UnitOfWork, "after_flush")
def _write_entries(session: Session, _flush: UOWTransaction) -> None:
    if is_dry_run(session):
        return
    rows = [
        *(_entry(item, "create") for item in session.new if _is_audited(item)),
        *(_entry(item, "update") for item in session.dirty if _is_audited(item)),
        *(_entry(item, "delete") for item in session.deleted if _is_audited(item)),
    ]
    rows = [row for row in rows if row["changes"] or row["action"] == "delete"]
    if len(rows) >= MANY:
        session.connection().execute(_MANY_ENTRIES, _everywhere() | {"rows": rows})
    elif rows:
        facts = _everywhere()
        session.connection().execute(insert(AuditEntry), [facts | row for row in rows])


def _is_audited(item: object) -> bool:
    return getattr(type(item), "__audited__", True) and not isinstance(item, AuditEntry)


def _everywhere() -> dict[str, object]:
    """What all entries of a flush say."""
    context = current()
    return {
        "at": clock.now(),
        "actor_id": context.actor_id,
        "actor": context.actor,
        "approver_id": context.approver_id,
        "approver": context.approver or None,
        "reason": context.reason or None,
        "trace_id": context.trace_id,
        **provenance_of(context),
    }


def _entry(item: object, action: str) -> dict[str, object]:
    state = inspect(item)
    table = state.mapper.local_table
    return {
        "id": new_id(),
        "action": action,
        "table_name": f"{table.schema}.{table.name}" if table.schema else table.name,
        "record_id": ",".join(str(value) for value in state.mapper.primary_key_from_instance(item)),
        "changes": {} if action == "delete" else _changes(state, table.name),
    }


def _changes(state: Any, table_name: str) -> dict[str, list[object]]:
    """`{column: [old, new]}` of what this flush wrote."""
    changes = {}
    columns, held = state.mapper.column_attrs, state.dict
    for key, before in state.committed_state.items():
        if key not in columns:
            continue
        if f"{table_name}.{key}" in NOISE:
            continue
        if key in held and not isinstance(before, LoaderCallableStatus):
            if state.manager[key].impl.is_equal(held[key], before):
                continue
            old, new = _plain(before), _plain(held[key])
        else:  # SQLAlchemy knows what was there, or that nothing was
            history = get_history(state.obj(), key)
            if not history.has_changes():
                continue
            old = _plain(history.deleted[0]) if history.deleted else None
            new = _plain(history.added[0]) if history.added else None
        if key in SECRET_COLUMNS or columns[key].columns[0].info.get("pii"):
            old, new = (HIDDEN if old is not None else None), (HIDDEN if new is not None else None)
        if old != new or old == HIDDEN:
            changes[key] = [old, new]
    return changes


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
