"""An asset that could not be checked says so: the state that the database derives knows one more."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATE = (
    "CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'"
    " WHEN scan_state = 'quarantined' THEN 'quarantined'"
    " WHEN encode_state = 'cancelled' THEN 'cancelled'"
    " WHEN encode_state = 'failed' THEN 'failed'"
    " WHEN published_at IS NOT NULL THEN 'published'"
    " WHEN scan_state = 'waiting' THEN 'uploaded'"
    " WHEN scan_state = 'scanning' THEN 'scanning'"
    " WHEN scan_state = 'unchecked' THEN 'unchecked'"
    " WHEN records_state = 'held' THEN 'needs_records'"
    " WHEN encode_state = 'done' THEN 'ready'"
    " ELSE 'processing' END"
)


def upgrade() -> None:
    """PostgreSQL before 17 cannot change how a column is derived: it is made anew, with its index."""
    op.drop_column("asset", "state", schema="media")
    op.add_column(
        "asset",
        sa.Column("state", sa.String(length=14), sa.Computed(STATE, persisted=True), nullable=False),
        schema="media",
    )
    op.create_index("ix_asset_state", "asset", ["state"], unique=False, schema="media")
