"""Consoles: bulk changes and their undo."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS console")
    op.create_table(
        "work",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("console", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("owner_user_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["ab_user.id"], name="fk_work_owner_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        schema="console",
    )
    for column in ("created_at", "expires_at", "owner_user_id", "task_id"):
        op.create_index(f"ix_work_{column}", "work", [column], schema="console")
    op.create_table(
        "work_row",
        sa.Column("work_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_id"], ["console.work.id"], name="fk_work_row_work_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "number", name="pk_work_row"),
        schema="console",
    )
    op.create_index("ix_work_row_outcome", "work_row", ["work_id", "outcome", "number"], schema="console")
