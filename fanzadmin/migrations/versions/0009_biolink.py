"""Tables of biolink."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS biolink")
    op.create_table(
        "click",
        sa.Column("link_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.Column("referrer", sa.String(length=253), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("bot_reason", sa.String(length=40), nullable=False),
        sa.Column("is_unique", sa.Boolean(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_click")),
        schema="biolink",
    )
    op.create_index(op.f("ix_click_at"), "click", ["at"], unique=False, schema="biolink")
    op.create_index("ix_click_creator_id_at", "click", ["creator_id", "at"], unique=False, schema="biolink")
    op.create_index("ix_click_link_id_at", "click", ["link_id", "at"], unique=False, schema="biolink")
    op.create_index(
        "ix_click_link_id_visitor", "click", ["link_id", "visitor"], unique=False, schema="biolink"
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('live', 'hidden')", name=op.f("ck_page_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("creator_id", name=op.f("uq_page_creator_id")),
        sa.UniqueConstraint("handle", name=op.f("uq_page_handle")),
        schema="biolink",
    )
    op.create_index(op.f("ix_page_cluster"), "page", ["cluster"], unique=False, schema="biolink")
    op.create_index(op.f("ix_page_created_at"), "page", ["created_at"], unique=False, schema="biolink")
    op.create_table(
        "salt",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_salt")),
        schema="biolink",
    )
    op.create_table(
        "view",
        sa.Column("page_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.Column("referrer", sa.String(length=253), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("bot_reason", sa.String(length=40), nullable=False),
        sa.Column("is_unique", sa.Boolean(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
        schema="biolink",
    )
    op.create_index(op.f("ix_view_at"), "view", ["at"], unique=False, schema="biolink")
    op.create_index("ix_view_creator_id_at", "view", ["creator_id", "at"], unique=False, schema="biolink")
    op.create_index("ix_view_page_id_visitor", "view", ["page_id", "visitor"], unique=False, schema="biolink")
    op.create_table(
        "short_link",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'retired')", name=op.f("ck_short_link_state")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["ab_user.id"], name=op.f("fk_short_link_created_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_link")),
        sa.UniqueConstraint("slug", name=op.f("uq_short_link_slug")),
        schema="biolink",
    )
    op.create_index(
        op.f("ix_short_link_asset_id"), "short_link", ["asset_id"], unique=False, schema="biolink"
    )
    op.create_index(op.f("ix_short_link_cluster"), "short_link", ["cluster"], unique=False, schema="biolink")
    op.create_index(
        op.f("ix_short_link_created_at"), "short_link", ["created_at"], unique=False, schema="biolink"
    )
    op.create_index(
        op.f("ix_short_link_created_by"), "short_link", ["created_by"], unique=False, schema="biolink"
    )
    op.create_index(
        "ix_short_link_creator_id_created_at",
        "short_link",
        ["creator_id", "created_at"],
        unique=False,
        schema="biolink",
    )
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("page_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("link_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('item', 'link', 'heading', 'text')", name=op.f("ck_block_kind")),
        sa.ForeignKeyConstraint(["link_id"], ["biolink.short_link.id"], name=op.f("fk_block_link_id")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["biolink.page.id"], name=op.f("fk_block_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("page_id", "asset_id", name=op.f("uq_block_page_id_asset_id")),
        schema="biolink",
    )
    op.create_index(op.f("ix_block_asset_id"), "block", ["asset_id"], unique=False, schema="biolink")
    op.create_index(op.f("ix_block_created_at"), "block", ["created_at"], unique=False, schema="biolink")
    op.create_index(op.f("ix_block_link_id"), "block", ["link_id"], unique=False, schema="biolink")
    op.create_index(
        "ix_block_page_id_position", "block", ["page_id", "position"], unique=False, schema="biolink"
    )
