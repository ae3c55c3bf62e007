"""FanzSocial: posts, follows, likes, comments, shares."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS social")
    op.create_table(
        "follow",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow"),
        sa.UniqueConstraint("fan_id", "creator_id", name="uq_follow_fan_id_creator_id"),
        schema="social",
    )
    op.create_index("ix_follow_cluster", "follow", ["cluster"], unique=False, schema="social")
    op.create_index("ix_follow_created_at", "follow", ["created_at"], unique=False, schema="social")
    op.create_index("ix_follow_creator_id", "follow", ["creator_id"], unique=False, schema="social")
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.UniqueConstraint("asset_id", name="uq_post_asset_id"),
        schema="social",
    )
    op.create_index("ix_post_cluster", "post", ["cluster"], unique=False, schema="social")
    op.create_index("ix_post_creator_id", "post", ["creator_id"], unique=False, schema="social")
    op.create_index(
        "ix_post_feed",
        "post",
        ["creator_id", "published_at", "id"],
        unique=False,
        schema="social",
        postgresql_where=sa.text("state = 'visible'"),
    )
    op.create_index("ix_post_published_at", "post", ["published_at"], unique=False, schema="social")
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["social.post.id"], name="fk_comment_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        schema="social",
    )
    op.create_index("ix_comment_cluster", "comment", ["cluster"], unique=False, schema="social")
    op.create_index("ix_comment_created_at", "comment", ["created_at"], unique=False, schema="social")
    op.create_index("ix_comment_fan_id", "comment", ["fan_id"], unique=False, schema="social")
    op.create_index(
        "ix_comment_post_id", "comment", ["post_id", "created_at", "id"], unique=False, schema="social"
    )
    op.create_table(
        "post_like",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["social.post.id"], name="fk_post_like_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_post_like"),
        sa.UniqueConstraint("post_id", "fan_id", name="uq_post_like_post_id_fan_id"),
        schema="social",
    )
    op.create_index("ix_post_like_cluster", "post_like", ["cluster"], unique=False, schema="social")
    op.create_index("ix_post_like_created_at", "post_like", ["created_at"], unique=False, schema="social")
    op.create_index("ix_post_like_fan_id", "post_like", ["fan_id"], unique=False, schema="social")
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["social.post.id"], name="fk_share_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_share"),
        sa.UniqueConstraint("post_id", "fan_id", name="uq_share_post_id_fan_id"),
        schema="social",
    )
    op.create_index("ix_share_cluster", "share", ["cluster"], unique=False, schema="social")
    op.create_index("ix_share_created_at", "share", ["created_at"], unique=False, schema="social")
    op.create_index("ix_share_fan_id", "share", ["fan_id"], unique=False, schema="social")
