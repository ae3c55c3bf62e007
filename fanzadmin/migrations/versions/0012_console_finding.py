"""Consoles: saved views, and the words of tables that are searched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MARKED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż"
PLAIN = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz"
BREAKS = "._-@/:+&#~=?"
SEARCHED = {
    ("crm", "creator"): ("name::text", "handle::text"),
    ("crm", "fan"): ("name::text",),
    ("crm", "note"): ("body",),
    ("media", "asset"): ("title::text", "caption"),
    ("social", "post"): ("title", "body"),
    ("social", "comment"): ("body",),
    ("chat", "message"): ("body",),
}


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS console")
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("console", sa.String(length=80), nullable=False),
        sa.Column("owner_user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["ab_user.id"], name="fk_saved_view_owner_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("owner_user_id", "console", "name", name="uq_saved_view_name"),
        schema="console",
    )
    for column in ("console", "created_at"):
        op.create_index(f"ix_saved_view_{column}", "saved_view", [column], schema="console")
    op.create_table(
        "default_view",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("console", sa.String(length=80), nullable=False),
        sa.Column("view_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name="fk_default_view_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["console.saved_view.id"], name="fk_default_view_view_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "console", name="pk_default_view"),
        schema="console",
    )
    op.create_index("ix_default_view_view_id", "default_view", ["view_id"], schema="console")
    for (schema, table), columns in SEARCHED.items():
        op.add_column(
            table,
            sa.Column("words", postgresql.TSVECTOR(), sa.Computed(_vector(columns), persisted=True)),
            schema=schema,
        )
        op.create_index(f"ix_{table}_words", table, ["words"], schema=schema, postgresql_using="gin")


def _vector(columns: tuple[str, ...]) -> str:
    text = " || ' '::text || ".join(f"\"left\"(COALESCE({one}, ''::text), 20000)" for one in columns)
    marked, plain = MARKED + BREAKS, PLAIN + " " * len(BREAKS)
    return f"to_tsvector('simple'::regconfig, translate({text}, '{marked}'::text, '{plain}'::text))"
