"""What the kernel asks about people and about the audit, answered."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, Select, select, text

from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Audit, Colleague, Entry, Staff
from fanzadmin.kernel.context import acting, current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import provide
from fanzadmin.kernel.provenance import provenance_of
from security.identity import as_person
from security.models import AuditEntry
from security.rbac import ADMIN

_HOLDERS = text(
    """
    WITH held AS NOT MATERIALIZED (
        SELECT user_id, role_id FROM ab_user_role
        UNION ALL
        SELECT ug.user_id, gr.role_id FROM ab_user_group ug JOIN ab_group_role gr ON gr.group_id = ug.group_id)
    SELECT u.id, u.username, trim(u.first_name || ' ' || u.last_name)
      FROM ab_user u
     WHERE u.active
       AND (CAST(:user_id AS integer) IS NULL OR u.id = :user_id)
       AND (CAST(:start AS text) IS NULL
            OR u.username ILIKE :start
            OR u.last_name ILIKE :start
            OR u.first_name || ' ' || u.last_name ILIKE :start)
       AND (CAST(:cluster AS text) IS NULL
            OR NOT EXISTS (SELECT FROM staff_cluster c WHERE c.user_id = u.id)
            OR EXISTS (SELECT FROM staff_cluster c WHERE c.user_id = u.id AND c.cluster = :cluster))
       AND u.id IN (
           SELECT held.user_id
             FROM held
            WHERE held.role_id IN (
                SELECT id FROM ab_role WHERE name = :admin
                UNION ALL
                SELECT pvr.role_id
                  FROM ab_permission_view_role pvr
                  JOIN ab_permission_view pv ON pv.id = pvr.permission_view_id
                  JOIN ab_permission p ON p.id = pv.permission_id AND p.name = :permission
                  JOIN ab_view_menu v ON v.id = pv.view_menu_id AND v.name = :resource))
     ORDER BY u.username
     LIMIT CAST(:most AS integer)
    """
)


class People:
    """Staff, from Flask-AppBuilder's tables."""

    def named(self, usernames: Sequence[str]) -> list[Colleague]:
        names = {name.lower() for name in usernames}
        return self._people(User.username.in_(names), limit=len(names)) if names else []

    def like(
        self, words: str, permission: str, resource: str, *, cluster: str | None = None, limit: int = 8
    ) -> list[Colleague]:
        start = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        return _holders(permission, resource, cluster, start=start, most=limit)

    def may(self, user_id: int, permission: str, resource: str, *, cluster: str | None = None) -> bool:
        return bool(_holders(permission, resource, cluster, user_id=user_id))

    def who_may(self, permission: str, resource: str, *, cluster: str | None = None) -> list[Colleague]:
        return _holders(permission, resource, cluster)

    @contextmanager
    def acting_as(
        self, user_id: int, *, reason: str, approver_id: int | None, approver: str
    ) -> Iterator[object]:
        with as_person(user_id) as user:
            context = replace(current(), reason=reason, approver_id=approver_id, approver=approver)
            with acting(context):
                yield user

    @staticmethod
    def _people(condition: ColumnElement[bool], *, limit: int) -> list[Colleague]:
        query = select(User).where(User.active, condition).order_by(User.username).limit(limit)
        rows = session.execute(query).scalars()
        return [
            Colleague(row.id, row.username, f"{row.first_name} {row.last_name}".strip() or row.username)
            for row in rows
        ]


class AuditTrail:
    """Audit, from the entries that security/audit.py writes."""

    def note(
        self, action: str, *, table: str, record_id: str, changes: Mapping[str, object], reason: str = ""
    ) -> None:
        context = current()
        session.add(
            AuditEntry(
                id=new_id(),
                at=clock.now(),
                actor_id=context.actor_id,
                actor=context.actor,
                approver_id=context.approver_id,
                approver=context.approver or None,
                reason=reason or context.reason or None,
                action=action,
                table_name=table,
                record_id=record_id,
                changes=dict(changes),
                trace_id=context.trace_id,
                **provenance_of(context),
            )
        )

    def entries(self, table: str, record_id: str, *, before: str = "", limit: int = 25) -> list[Entry]:
        query = _of(table, record_id).order_by(AuditEntry.id.desc()).limit(limit)
        if before:
            query = query.where(AuditEntry.id < before)
        return [_entry(row) for row in session.execute(query).scalars()]

    def entry(self, table: str, record_id: str, entry_id: str) -> Entry | None:
        row = session.execute(_of(table, record_id).where(AuditEntry.id == entry_id)).scalar()
        return _entry(row) if row is not None else None

    def since(self, table: str, record_id: str, entry_id: str) -> list[Entry]:
        query = _of(table, record_id).where(AuditEntry.id > entry_id).order_by(AuditEntry.id.desc())
        return [_entry(row) for row in session.execute(query).scalars()]


def install() -> None:
    """Answer the kernel's questions in this process."""
    provide(Staff, People())
    provide(Audit, AuditTrail())


def _holders(
    permission: str,
    resource: str,
    cluster: str | None,
    *,
    user_id: int | None = None,
    start: str | None = None,
    most: int | None = None,
) -> list[Colleague]:
    """Who holds a right, by user name; `start` is a pattern that a name must fit."""
    rows = session.execute(
        _HOLDERS,
        {
            "permission": f"can_{permission}",
            "resource": resource,
            "cluster": cluster,
            "user_id": user_id,
            "start": start,
            "most": most,
            "admin": ADMIN,
        },
    )
    return [Colleague(*row) for row in rows]


def _of(table: str, record_id: str) -> Select[AuditEntry]:
    return select(AuditEntry).where(AuditEntry.table_name == table, AuditEntry.record_id == record_id)


def _entry(row: AuditEntry) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor=row.actor,
        approver=row.approver or "",
        action=row.action,
        changes=row.changes,
        reason=row.reason or "",
        trace_id=row.trace_id,
    )
