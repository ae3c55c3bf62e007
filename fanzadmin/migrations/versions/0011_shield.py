"""FanzShield: verdicts, blocked hashes, incidents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS shield")
    op.create_table(
        "verdict",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("mime", sa.String(length=60), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("removed", postgresql.JSONB(), nullable=False),
        sa.Column("trailing_bytes", sa.BigInteger(), nullable=False),
        sa.Column("clean_key", sa.Text(), nullable=False),
        sa.Column("clean_sha256", sa.String(length=64), nullable=False),
        sa.Column("clean_size", sa.BigInteger(), nullable=False),
        sa.Column("quarantine_key", sa.Text(), nullable=False),
        sa.Column("scan_ms", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'clean', 'blocked', 'failed')", name=op.f("ck_verdict_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdict"),
        sa.UniqueConstraint("asset_id", name="uq_verdict_asset_id"),
        schema="shield",
    )
    op.create_index("ix_verdict_clean_sha256", "verdict", ["clean_sha256"], unique=False, schema="shield")
    op.create_index("ix_verdict_cluster", "verdict", ["cluster"], unique=False, schema="shield")
    op.create_index("ix_verdict_created_at", "verdict", ["created_at"], unique=False, schema="shield")
    op.create_index("ix_verdict_creator_id", "verdict", ["creator_id"], unique=False, schema="shield")
    op.create_index(
        "ix_verdict_outcome_created_at", "verdict", ["outcome", "created_at"], unique=False, schema="shield"
    )
    op.create_index("ix_verdict_sha256", "verdict", ["sha256"], unique=False, schema="shield")
    op.create_table(
        "blocked_hash",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_blocked_hash_sha256")),
        sa.ForeignKeyConstraint(
            ["author_user_id"], ["ab_user.id"], name="fk_blocked_hash_author_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_blocked_hash"),
        sa.UniqueConstraint("sha256", name="uq_blocked_hash_sha256"),
        schema="shield",
    )
    op.create_index(
        "ix_blocked_hash_author_user_id", "blocked_hash", ["author_user_id"], unique=False, schema="shield"
    )
    op.create_index(
        "ix_blocked_hash_created_at", "blocked_hash", ["created_at"], unique=False, schema="shield"
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("about_kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("assignee_user_id", sa.Integer(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_incident_resolved")
        ),
        sa.CheckConstraint(
            "severity IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_incident_severity")
        ),
        sa.CheckConstraint("state IN ('open', 'assigned', 'resolved')", name=op.f("ck_incident_state")),
        sa.ForeignKeyConstraint(
            ["assignee_user_id"], ["ab_user.id"], name="fk_incident_assignee_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        schema="shield",
    )
    op.create_index(
        "ix_incident_about_kind_about_id",
        "incident",
        ["about_kind", "about_id"],
        unique=False,
        schema="shield",
    )
    op.create_index(
        "ix_incident_assignee_user_id", "incident", ["assignee_user_id"], unique=False, schema="shield"
    )
    op.create_index("ix_incident_cluster", "incident", ["cluster"], unique=False, schema="shield")
    op.create_index("ix_incident_created_at", "incident", ["created_at"], unique=False, schema="shield")
    op.create_index("ix_incident_creator_id", "incident", ["creator_id"], unique=False, schema="shield")
    op.create_index("ix_incident_resolved_at", "incident", ["resolved_at"], unique=False, schema="shield")
    op.create_index(
        "ix_incident_unresolved",
        "incident",
        ["severity"],
        unique=False,
        schema="shield",
        postgresql_where=sa.text("state <> 'resolved'"),
    )
    op.create_table(
        "incident_note",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("incident_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["shield.incident.id"], name="fk_incident_note_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_note"),
        schema="shield",
    )
    op.create_index(
        "ix_incident_note_created_at", "incident_note", ["created_at"], unique=False, schema="shield"
    )
    op.create_index(
        "ix_incident_note_incident_id", "incident_note", ["incident_id"], unique=False, schema="shield"
    )
