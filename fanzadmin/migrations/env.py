"""Alembic's entry: runs on the connection that `migrate.py` hands over."""

from alembic import context

from fanzadmin.migrations.migrate import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options())
with context.begin_transaction():
    context.run_migrations()
