"""Consoles: an index for every order and filter that a list over a large table offers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# schema ("" is security's own), table, columns, the condition of a partial one
INDEXES = (
    ("crm", "fan", ("name", "id"), ""),
    ("crm", "fan", ("country", "id"), ""),
    ("crm", "fan", ("spent_minor", "id"), ""),
    ("crm", "timeline_entry", ("kind", "at"), ""),
    ("chat", "conversation", ("last_message_at",), ""),
    ("chat", "message", ("removed_at",), "removed_at IS NOT NULL"),
    ("chat", "message", ("removed_by",), "removed_by IS NOT NULL"),
    ("biolink", "click", ("country", "at"), ""),
    ("biolink", "click", ("referrer", "at"), ""),
    ("social", "comment", ("state", "created_at"), ""),
    ("finance", "journal_entry", ("effective_at",), ""),
    ("finance", "journal_entry", ("template", "id"), ""),
    ("finance", "payment", ("state", "id"), ""),
    ("finance", "payment", ("gross_minor", "id"), ""),
    ("finance", "payment", ("settled_at",), ""),
    ("finance", "payment", ("processor_reference",), "processor_reference IS NOT NULL"),
    ("finance", "subscription", ("creator_id", "id"), ""),
    ("finance", "subscription", ("state", "id"), ""),
    ("finance", "subscription", ("started_at",), ""),
    ("finance", "subscription", ("paid_until",), ""),
    ("finance", "subscription", ("ended_at",), "ended_at IS NOT NULL"),
    ("kernel", "outbox", ("time",), ""),
    ("kernel", "inbox", ("first_at",), ""),
    ("kernel", "inbox", ("type", "first_at"), ""),
    ("", "audit_entry", ("record_id",), ""),
    ("", "audit_entry", ("actor", "at"), ""),
    ("", "audit_entry", ("action", "at"), ""),
)


def upgrade() -> None:
    for schema, table, columns, where in INDEXES:
        op.create_index(
            f"ix_{table}_{'_'.join(columns)}",
            table,
            list(columns),
            schema=schema or None,
            postgresql_where=sa.text(where) if where else None,
        )
