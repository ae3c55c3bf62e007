"""Sessions that their person has ended: a copy of the cookie opens nothing any more."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name="fk_ended_session_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ended_session"),
    )
    op.create_index("ix_ended_session_user_id", "ended_session", ["user_id"], unique=False)
    op.create_index("ix_ended_session_ended_at", "ended_session", ["ended_at"], unique=False)
