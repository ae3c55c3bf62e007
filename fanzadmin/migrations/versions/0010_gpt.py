"""FanzGPT: what it remembers of assets, and its suggestions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS gpt")
    op.create_table(
        "asset_history",
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tag_words", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("likes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("comments", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("shares", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("clicks", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unlocks", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('simple'::regconfig, title), 'A'::\"char\") || setweight(to_tsvector('simple'::regconfig, tag_words), 'B'::\"char\") || setweight(to_tsvector('simple'::regconfig, caption), 'C'::\"char\")",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("asset_id", name="pk_asset_history"),
        schema="gpt",
    )
    op.create_index(
        "ix_asset_history_cluster_published_at",
        "asset_history",
        ["cluster", "published_at"],
        unique=False,
        schema="gpt",
    )
    op.create_index(
        "ix_asset_history_created_at", "asset_history", ["created_at"], unique=False, schema="gpt"
    )
    op.create_index(
        "ix_asset_history_creator_id_published_at",
        "asset_history",
        ["creator_id", "published_at"],
        unique=False,
        schema="gpt",
    )
    op.create_index("ix_asset_history_post_id", "asset_history", ["post_id"], unique=False, schema="gpt")
    op.create_index(
        "ix_asset_history_words",
        "asset_history",
        ["words"],
        unique=False,
        schema="gpt",
        postgresql_using="gin",
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=60), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
        schema="gpt",
    )
    op.create_index("ix_suggestion_cluster", "suggestion", ["cluster"], unique=False, schema="gpt")
    op.create_index("ix_suggestion_created_at", "suggestion", ["created_at"], unique=False, schema="gpt")
    op.create_index(
        "ix_suggestion_creator_id_state", "suggestion", ["creator_id", "state"], unique=False, schema="gpt"
    )
    op.create_index("ix_suggestion_state", "suggestion", ["state"], unique=False, schema="gpt")
    op.create_index(
        "uq_suggestion_asset_id_kind", "suggestion", ["asset_id", "kind"], unique=True, schema="gpt"
    )
