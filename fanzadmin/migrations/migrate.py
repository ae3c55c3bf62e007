"""Bring a database up to date, or say where models and migrations differ."""

import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, text

from fanzadmin.kernel.db import Model, connect, engine, transaction
from fanzadmin.kernel.partitions import ensure_partitions, is_partition

FOLDER = Path(__file__).parent
LOCK = 0x46414E5B  # one migration at a time over all replicas


def upgrade(app: Flask) -> None:
    """Run what is missing in the application's database, one process at a time; make the coming days' partitions, the
    rights and the roles."""
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            run_migrations(connection, "head")
            ensure_partitions(connection)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.commit()
    with app.app_context(), transaction():
        app.extensions["appbuilder"].sm.sync_roles()


def run_migrations(connection: Connection, revision: str) -> None:
    """Bring the database of `connection` up to `revision`."""
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS security"))
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS kernel"))  # where Alembic notes how far it came
    connection.commit()
    command.upgrade(_config(connection), revision)
    connection.commit()


def check(app: Flask) -> int:
    """Print what models and migrations do not agree on. Returns the exit code."""
    # Anew: the upgrade's engine learnt its default schema before there was one.
    connect(app.config["FANZ"].database.url)
    lines = differences()
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 1 if lines else 0


def differences() -> list[str]:
    """What autogenerate would still write: empty when models and migrations are in step."""
    with engine().connect() as connection:
        changes = compare_metadata(MigrationContext.configure(connection, opts=options()), Model.metadata)
    return [str(difference) for difference in changes]


def options() -> dict[str, Any]:
    """How Alembic looks at the database."""
    return {
        "target_metadata": Model.metadata,
        "include_schemas": True,
        "include_name": _is_ours,
        "include_object": _is_no_partition,
        "version_table_schema": "kernel",
        "compare_type": True,
        "transaction_per_migration": False,
    }


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Every schema but PostgreSQL's own; None is `security`, the default one, reported under both names."""
    return not (kind == "schema" and name in {"public", "information_schema"})


def _is_no_partition(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name is not None and (is_partition(name) or name == "alembic_version"))


def _config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def draft() -> str:
    """Python code for a new migration's `upgrade()`: what the models have and the database lacks."""
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts=options())
        script = produce_migrations(context, Model.metadata)
        return render_python_code(script.upgrade_ops)  # type: ignore[arg-type]
