"""Logins: the words of their names, and an index for every order and filter of their console.

0001 makes Flask-AppBuilder's tables as the models have them today: a new database has all of this already.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MARKED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż"
PLAIN = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz"
BREAKS = "._-@/:+&#~=?"
WORDS = " || ' '::text || ".join(
    f"\"left\"(COALESCE({name}::text, ''::text), 20000)" for name in ("username", "first_name", "last_name")
)
INDEXES = (
    ("ab_user", ("first_name", "id")),
    ("ab_user", ("last_name", "id")),
    ("ab_user", ("active", "id")),
    ("ab_user", ("last_login", "id")),
    ("ab_user", ("created_on", "id")),
    ("ab_user_role", ("role_id", "user_id")),
)


def upgrade() -> None:
    words = f"to_tsvector('simple'::regconfig, translate({WORDS}, '{MARKED}{BREAKS}'::text, '{PLAIN}{' ' * len(BREAKS)}'::text))"
    column = sa.Column("words", postgresql.TSVECTOR(), sa.Computed(words, persisted=True), nullable=True)
    op.add_column("ab_user", column, if_not_exists=True)
    op.create_index("ix_ab_user_words", "ab_user", ["words"], postgresql_using="gin", if_not_exists=True)
    for table, columns in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), if_not_exists=True)
