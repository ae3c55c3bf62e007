"""Every table as the first release has it: plain SQL in `baseline/`, a file for each schema.

`run.py migrate --baseline` wrote the files from the models, once. They are frozen: what changes later is a migration.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parent / "baseline"
FIRST = "security"  # what every other schema may refer to


def upgrade() -> None:
    files = sorted(FOLDER.glob("*.sql"), key=lambda file: (file.stem != FIRST, file.stem))
    with op.get_bind().connection.cursor() as cursor:  # bare: a `%` or a `:` in SQL is no parameter
        for file in files:
            cursor.execute(file.read_text())
