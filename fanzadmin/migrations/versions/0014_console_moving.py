"""Consoles: exports and imports are orders of console.work, and need no table of their own."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
