"""ChatSphere: conversations, messages, read marks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS chat")
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("creator_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("fan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("creator_user_id", sa.Integer(), nullable=True),
        sa.Column("fan_user_id", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_change", sa.Integer(), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_user_id"], ["ab_user.id"], name="fk_conversation_creator_user_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["fan_user_id"], ["ab_user.id"], name="fk_conversation_fan_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("creator_id", "fan_id", name="uq_conversation_creator_id_fan_id"),
        schema="chat",
    )
    op.create_index("ix_conversation_cluster", "conversation", ["cluster"], unique=False, schema="chat")
    op.create_index("ix_conversation_created_at", "conversation", ["created_at"], unique=False, schema="chat")
    op.create_index(
        "ix_conversation_creator_user_id", "conversation", ["creator_user_id"], unique=False, schema="chat"
    )
    op.create_index("ix_conversation_fan_id", "conversation", ["fan_id"], unique=False, schema="chat")
    op.create_index(
        "ix_conversation_fan_user_id", "conversation", ["fan_user_id"], unique=False, schema="chat"
    )
    op.create_index(
        "ix_conversation_of_creator",
        "conversation",
        ["creator_user_id", "last_message_at", "id"],
        unique=False,
        schema="chat",
    )
    op.create_index(
        "ix_conversation_of_fan",
        "conversation",
        ["fan_user_id", "last_message_at", "id"],
        unique=False,
        schema="chat",
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=10), nullable=False),
        sa.Column("sender_user_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(length=120), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("removed_words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["chat.conversation.id"],
            name="fk_message_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sender_user_id"], ["ab_user.id"], name="fk_message_sender_user_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint(
            "conversation_id", "sender", "client_id", name="uq_message_conversation_id_sender_client_id"
        ),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_message_conversation_id_seq"),
        schema="chat",
    )
    op.create_index(
        "ix_message_asset_id",
        "message",
        ["asset_id"],
        unique=False,
        schema="chat",
        postgresql_where=sa.text("asset_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_change", "message", ["conversation_id", "change"], unique=False, schema="chat"
    )
    op.create_index("ix_message_created_at", "message", ["created_at"], unique=False, schema="chat")
    op.create_index("ix_message_sender_user_id", "message", ["sender_user_id"], unique=False, schema="chat")
    op.create_index(
        "uq_message_news",
        "message",
        ["conversation_id", "asset_id"],
        unique=True,
        schema="chat",
        postgresql_where=sa.text("kind = 'asset'"),
    )
    op.create_table(
        "read_mark",
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["chat.conversation.id"],
            name="fk_read_mark_conversation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "side", name="pk_read_mark"),
        schema="chat",
    )
