"""CreatorCRM: creators with their figures, fans, notes, timelines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS crm")
    op.create_table(
        "timeline_entry",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=8), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=80), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timeline_entry"),
        schema="crm",
    )
    op.create_index("ix_timeline_entry_at", "timeline_entry", ["at"], unique=False, schema="crm")
    op.create_index("ix_timeline_entry_cluster", "timeline_entry", ["cluster"], unique=False, schema="crm")
    op.create_index(
        "ix_timeline_entry_link",
        "timeline_entry",
        ["link"],
        unique=False,
        schema="crm",
        postgresql_where=sa.text("link <> ''"),
    )
    op.create_index(
        "ix_timeline_entry_subject_id_at",
        "timeline_entry",
        ["subject_id", "at", "id"],
        unique=False,
        schema="crm",
    )
    op.create_index("ix_timeline_entry_trace_id", "timeline_entry", ["trace_id"], unique=False, schema="crm")
    op.create_table(
        "creator",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("handle", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("legal_name", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("subscription_minor", sa.BigInteger(), nullable=False),
        sa.Column("manager_user_id", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("handle ~ '^[a-z0-9][a-z0-9_.]{1,29}$'", name="ck_creator_handle"),
        sa.CheckConstraint("subscription_minor >= 0", name="ck_creator_subscription_minor"),
        sa.ForeignKeyConstraint(
            ["manager_user_id"], ["ab_user.id"], name="fk_creator_manager_user_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_creator_user_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_creator"),
        sa.UniqueConstraint("handle", name="uq_creator_handle"),
        sa.UniqueConstraint("user_id", name="uq_creator_user_id"),
        schema="crm",
    )
    op.create_index("ix_creator_cluster", "creator", ["cluster"], unique=False, schema="crm")
    op.create_index("ix_creator_created_at", "creator", ["created_at"], unique=False, schema="crm")
    op.create_index("ix_creator_joined_at", "creator", ["joined_at"], unique=False, schema="crm")
    op.create_index("ix_creator_manager_user_id", "creator", ["manager_user_id"], unique=False, schema="crm")
    op.create_index("ix_creator_state", "creator", ["state"], unique=False, schema="crm")
    op.create_table(
        "fan",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "tags", postgresql.ARRAY(sa.String(length=40)), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_fan_user_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_fan"),
        sa.UniqueConstraint("user_id", name="uq_fan_user_id"),
        schema="crm",
    )
    op.create_index(
        "ix_fan_cluster_spent_minor", "fan", ["cluster", "spent_minor"], unique=False, schema="crm"
    )
    op.create_index("ix_fan_created_at", "fan", ["created_at"], unique=False, schema="crm")
    op.create_index("ix_fan_joined_at", "fan", ["joined_at"], unique=False, schema="crm")
    op.create_index("ix_fan_last_seen", "fan", ["last_seen"], unique=False, schema="crm")
    op.create_index("ix_fan_tags", "fan", ["tags"], unique=False, schema="crm", postgresql_using="gin")
    op.create_table(
        "creator_day",
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("published", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("started", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("likes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("comments", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("messages", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["crm.creator.id"], name="fk_creator_day_creator_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("creator_id", "day", name="pk_creator_day"),
        schema="crm",
    )
    op.create_index(
        "ix_creator_day_cluster_day", "creator_day", ["cluster", "day"], unique=False, schema="crm"
    )
    op.create_table(
        "creator_numbers",
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("assets", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("published", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("subscribers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("followers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("likes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("comments", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("shares", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("messages", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unlocks", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tips", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("suggestions_accepted", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid_out_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["crm.creator.id"], name="fk_creator_numbers_creator_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("creator_id", name="pk_creator_numbers"),
        schema="crm",
    )
    op.create_index("ix_creator_numbers_cluster", "creator_numbers", ["cluster"], unique=False, schema="crm")
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_user_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(creator_id, fan_id) = 1", name="ck_note_one_subject"),
        sa.ForeignKeyConstraint(
            ["author_user_id"], ["ab_user.id"], name="fk_note_author_user_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["crm.creator.id"], name="fk_note_creator_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fan_id"], ["crm.fan.id"], name="fk_note_fan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        schema="crm",
    )
    op.create_index("ix_note_author_user_id", "note", ["author_user_id"], unique=False, schema="crm")
    op.create_index("ix_note_cluster", "note", ["cluster"], unique=False, schema="crm")
    op.create_index("ix_note_created_at", "note", ["created_at"], unique=False, schema="crm")
    op.create_index("ix_note_creator_id", "note", ["creator_id"], unique=False, schema="crm")
    op.create_index("ix_note_fan_id", "note", ["fan_id"], unique=False, schema="crm")
