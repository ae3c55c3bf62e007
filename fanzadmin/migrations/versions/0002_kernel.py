"""The kernel: outbox, inbox, tasks, cron runs, answered requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS kernel")
    op.create_table(
        "idempotency",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("mimetype", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name="pk_idempotency"),
        schema="kernel",
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False, schema="kernel")
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("consumer", "event_id", name="pk_inbox"),
        schema="kernel",
    )
    op.create_index(
        "ix_inbox_dead",
        "inbox",
        ["first_at"],
        unique=False,
        schema="kernel",
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index("ix_inbox_event_id", "inbox", ["event_id"], unique=False, schema="kernel")
    op.create_index("ix_inbox_trace_id", "inbox", ["trace_id"], unique=False, schema="kernel")
    op.create_index(
        "ix_inbox_unfinished",
        "inbox",
        ["consumer", "subject"],
        unique=False,
        schema="kernel",
        postgresql_where=sa.text("state = 'retrying'"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("traceparent", sa.String(length=55), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", "time", name="pk_outbox"),
        schema="kernel",
        postgresql_partition_by="RANGE (time)",
    )
    op.create_index("ix_outbox_subject", "outbox", ["subject"], unique=False, schema="kernel")
    op.create_index("ix_outbox_trace_id", "outbox", ["trace_id"], unique=False, schema="kernel")
    op.create_index("ix_outbox_type_time", "outbox", ["type", "time"], unique=False, schema="kernel")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["seq"],
        unique=False,
        schema="kernel",
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner_user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["ab_user.id"], name="fk_task_owner_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        schema="kernel",
    )
    op.create_index("ix_task_created_at", "task", ["created_at"], unique=False, schema="kernel")
    op.create_index(
        "ix_task_due",
        "task",
        ["due_at"],
        unique=False,
        schema="kernel",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index("ix_task_owner_user_id", "task", ["owner_user_id"], unique=False, schema="kernel")
    op.create_index("ix_task_subject", "task", ["subject"], unique=False, schema="kernel")
    op.create_index("ix_task_trace_id", "task", ["trace_id"], unique=False, schema="kernel")
    op.create_index(
        "uq_task_open",
        "task",
        ["name", "subject"],
        unique=True,
        schema="kernel",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "cron_run",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_cron_run"),
        schema="kernel",
    )
    op.execute("CREATE TABLE kernel.outbox_default PARTITION OF kernel.outbox DEFAULT")
