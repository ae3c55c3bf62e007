"""Tables of media."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS media")
    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("uploader_user_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("performer_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("clean_key", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("scan_state", sa.String(length=12), nullable=False),
        sa.Column("scan_reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("records_state", sa.String(length=12), nullable=False),
        sa.Column("records_reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("encode_state", sa.String(length=12), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=14),
            sa.Computed(
                "CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN scan_state = 'quarantined' THEN 'quarantined' WHEN encode_state = 'cancelled' THEN 'cancelled' WHEN encode_state = 'failed' THEN 'failed' WHEN published_at IS NOT NULL THEN 'published' WHEN scan_state = 'waiting' THEN 'uploaded' WHEN scan_state = 'scanning' THEN 'scanning' WHEN records_state = 'held' THEN 'needs_records' WHEN encode_state = 'done' THEN 'ready' ELSE 'processing' END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=8), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("thumbhash", sa.String(length=60), nullable=False),
        sa.Column("probe", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("processing_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'ppv') = (price_minor > 0)", name=op.f("ck_asset_price_only_when_ppv")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_asset_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["uploader_user_id"], ["ab_user.id"], name=op.f("fk_asset_uploader_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        schema="media",
    )
    op.create_index(op.f("ix_asset_cluster"), "asset", ["cluster"], unique=False, schema="media")
    op.create_index(op.f("ix_asset_created_at"), "asset", ["created_at"], unique=False, schema="media")
    op.create_index("ix_asset_creator_id_id", "asset", ["creator_id", "id"], unique=False, schema="media")
    op.create_index("ix_asset_published_at", "asset", ["published_at"], unique=False, schema="media")
    op.create_index(op.f("ix_asset_sha256"), "asset", ["sha256"], unique=False, schema="media")
    op.create_index("ix_asset_state", "asset", ["state"], unique=False, schema="media")
    op.create_index(
        op.f("ix_asset_uploader_user_id"), "asset", ["uploader_user_id"], unique=False, schema="media"
    )
    op.create_index(
        "uq_asset_idempotency",
        "asset",
        ["creator_id", "idempotency_key"],
        unique=True,
        schema="media",
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_table(
        "rendition",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("bit_rate", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["media.asset.id"], name=op.f("fk_rendition_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("asset_id", "path", name=op.f("uq_rendition_asset_id_path")),
        schema="media",
    )
    op.create_index(op.f("ix_rendition_asset_id"), "rendition", ["asset_id"], unique=False, schema="media")
    op.create_index(op.f("ix_rendition_cluster"), "rendition", ["cluster"], unique=False, schema="media")
    op.create_index(
        op.f("ix_rendition_created_at"), "rendition", ["created_at"], unique=False, schema="media"
    )
    op.create_index(op.f("ix_rendition_purpose"), "rendition", ["purpose"], unique=False, schema="media")
