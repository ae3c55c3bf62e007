"""What the kernel asks of the audit and of identity, which lie above it: security answers (security/staff.py)."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class AuditAction(StrEnum):
    """What an entry of the audit is about."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REVEAL = "reveal"
    EXPORT = "export"
    IMPORT = "import"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Entry:
    """One write: who, with whose consent, when, what (`{column: [old, new]}`) and why, where someone said."""

    id: str
    at: datetime
    actor_id: int | None
    actor: str
    approver: str
    action: str
    changes: Mapping[str, object]  # Any: what a column holds, as JSON
    reason: str
    trace_id: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the staff as others name them."""

    user_id: int
    username: str
    name: str


class Audit(Protocol):
    """The record of every write."""

    def note(
        self, action: str, *, table: str, record_id: str, changes: Mapping[str, object], reason: str = ""
    ) -> None:
        """Write an entry for what is no write of a row: a look at masked data, a refused request. `action` is
        a word of AuditAction."""

    def entries(self, table: str, record_id: str, *, before: str = "", limit: int = 25) -> Sequence[Entry]:
        """The entries of a record, the newest first; those older than the entry `before`."""

    def entry(self, table: str, record_id: str, entry_id: str) -> Entry | None:
        """One entry of a record."""

    def since(self, table: str, record_id: str, entry_id: str) -> Sequence[Entry]:
        """The entries of a record after `entry_id`, the newest first."""


class Staff(Protocol):
    """The people who work here."""

    def named(self, usernames: Sequence[str]) -> Sequence[Colleague]:
        """The active people with these user names."""

    def like(
        self, words: str, permission: str, resource: str, *, cluster: str | None = None, limit: int = 8
    ) -> Sequence[Colleague]:
        """Those whom `who_may` names and whose user name, first or last name begins so."""

    def may(self, user_id: int, permission: str, resource: str, *, cluster: str | None = None) -> bool:
        """Whether someone holds `can_<permission>` on `resource`, for rows of `cluster`."""

    def who_may(self, permission: str, resource: str, *, cluster: str | None = None) -> Sequence[Colleague]:
        """Everybody who does."""

    def acting_as(
        self, user_id: int, *, reason: str, approver_id: int | None, approver: str
    ) -> AbstractContextManager[object]:
        """Work with the rights, clusters and name of a user, for the `reason` that was given and with the approver's name."""


def table_of(model: Any) -> str:  # Any: a mapped class
    """A table's name as the audit has it: `crm.fan`, or `ab_user` in the schema of identity."""
    table = model.__table__
    return f"{table.schema}.{table.name}" if table.schema else str(table.name)
