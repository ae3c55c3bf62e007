"""Consoles: reveals and approvals. The audit keeps why, and who agreed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("approver_id", sa.Integer(), nullable=True))
    op.add_column("audit_entry", sa.Column("approver", sa.Text(), nullable=True))
    op.add_column("audit_entry", sa.Column("reason", sa.Text(), nullable=True))
    op.execute("CREATE SCHEMA IF NOT EXISTS console")
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("record_keys", postgresql.JSONB(), nullable=False),
        sa.Column("resource", sa.String(length=80), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'refused', 'failed', 'expired', 'withdrawn')",
            name=op.f("ck_approval_state"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> requested_by_id OR state = 'withdrawn'", name=op.f("ck_approval_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["ab_user.id"], name=op.f("fk_approval_requested_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        schema="console",
    )
    op.create_index(
        "ix_approval_waiting",
        "approval",
        ["resource", "permission"],
        schema="console",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(op.f("ix_approval_state"), "approval", ["state"], schema="console")
    op.create_index(op.f("ix_approval_created_at"), "approval", ["created_at"], schema="console")
    op.create_index(op.f("ix_approval_requested_by_id"), "approval", ["requested_by_id"], schema="console")
