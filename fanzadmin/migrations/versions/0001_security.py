"""Identity: Flask-AppBuilder's own tables, brands, audit. They lie in schema `security`, the first of search_path."""

import sqlalchemy as sa
from alembic import op
from flask_appbuilder.security.sqla.models import User
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    own = [table for table in User.metadata.sorted_tables if table.name.startswith("ab_")]
    User.metadata.create_all(op.get_bind(), tables=own)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"], unique=False)
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_record", "audit_entry", ["table_name", "record_id"], unique=False)
    op.create_index("ix_audit_entry_trace_id", "audit_entry", ["trace_id"], unique=False)
    op.create_table(
        "cluster",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_cluster"),
        sa.UniqueConstraint("name", name="uq_cluster_name"),
    )
    op.create_index("ix_cluster_created_at", "cluster", ["created_at"], unique=False)
    op.create_table(
        "staff_cluster",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["cluster"], ["cluster.key"], name="fk_staff_cluster_cluster"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name="fk_staff_cluster_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "cluster", name="pk_staff_cluster"),
    )
