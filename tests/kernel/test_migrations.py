"""The one Alembic history: what it makes is what the models say, and it carries data along."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from fanzadmin.kernel.db import Model
from fanzadmin.kernel.partitions import ensure_partitions
from fanzadmin.migrations import baseline
from fanzadmin.migrations.migrate import run_migrations
from tests.kernel.catalogue import differences, shape_of
from tests.kernel.sample_rows import count, fill, reflect
from tests.stack import Stack

VERSIONS = Path(baseline.__file__).parent / "versions"


@contextmanager
def empty_database(stack: Stack, name: str) -> Iterator[Engine]:
    """An engine on a new, empty database that is dropped afterwards."""
    address = stack.server_url.replace("postgresql://", "postgresql+psycopg2://")
    server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    options = {"options": "-c search_path=security,public -c timezone=utc"}
    engine = create_engine(f"{address}/{name}", connect_args=options)
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        server.dispose()


@pytest.fixture(scope="module")
def migrated(app: Flask, stack: Stack) -> Iterator[Connection]:
    """A database at head that began with the baseline and a row in every table."""
    with empty_database(stack, f"{stack.database}_history") as engine, engine.connect() as connection:
        run_migrations(connection, "0001")
        connection.info["before"] = fill(connection)
        connection.commit()
        run_migrations(connection, "head")
        yield connection


@pytest.fixture(scope="module")
def modelled(app: Flask, stack: Stack) -> Iterator[Connection]:
    """A database as the models say."""
    with empty_database(stack, f"{stack.database}_models") as engine, engine.connect() as connection:
        for schema in {table.schema or "security" for table in Model.metadata.tables.values()}:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        Model.metadata.create_all(connection)
        connection.commit()
        yield connection


class TestHistory:
    def test_it_makes_what_the_models_say(self, migrated: Connection, modelled: Connection) -> None:
        result = differences(shape_of(migrated), shape_of(modelled))
        assert not result, "write a migration:\n" + "\n".join(result)

    def test_it_carries_the_data_of_the_baseline_along(self, migrated: Connection) -> None:
        before = migrated.info["before"]
        assert min(before.values()) == 1, "every table had a row"
        after = count(migrated, reflect(migrated))
        lost = {name for name, rows in before.items() if name in after and after[name] < rows}
        assert not lost, f"the upgrade lost rows of {sorted(lost)}"

    def test_every_partitioned_table_takes_rows_of_any_time(self, migrated: Connection) -> None:
        query = text("SELECT partrelid::regclass::text FROM pg_partitioned_table WHERE partdefid = 0")
        without = migrated.execute(query).scalars().all()
        assert not without, f"make a default partition of {without}"

    def test_it_keeps_the_books_balanced_and_unchanged(self, migrated: Connection) -> None:
        assert _triggers(migrated, "finance.journal_entry") == [
            "entry_is_balanced",
            "entry_is_immutable",
            "entry_is_kept",
        ]
        assert _triggers(migrated, "finance.posting") == ["posting_is_immutable", "postings_are_checked"]

    def test_a_partition_is_guarded_as_its_table(self, migrated: Connection) -> None:
        ensure_partitions(migrated)
        query = text("SELECT relid::regclass::text FROM pg_partition_tree('finance.posting') WHERE isleaf")
        partitions = migrated.execute(query).scalars().all()
        assert len(partitions) >= 3, "the default one, this month, the next"
        triggers = _triggers(migrated, "finance.posting")
        for partition in partitions:
            assert _triggers(migrated, partition) == triggers
            with pytest.raises(IntegrityError, match="never changed"), migrated.begin_nested():
                migrated.execute(text(f"UPDATE {partition} SET amount_minor = 7"))

    def test_no_version_knows_a_live_model(self) -> None:
        knowing = [
            path.name
            for path in VERSIONS.glob("*.py")
            if any(word in path.read_text() for word in ("fanzadmin", "flask_appbuilder", "from security"))
        ]
        assert not knowing, f"a migration stands by itself, models change: {knowing}"


def _triggers(connection: Connection, table: str) -> list[str]:
    query = text(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(:table AS regclass)"
    )
    return sorted(connection.execute(query, {"table": table}).scalars())


class TestBaseline:
    def test_it_is_written_in_the_same_way_each_time(self, app: Flask, tmp_path: Path) -> None:
        first = [path.read_text() for path in baseline.write(tmp_path)]
        assert [path.read_text() for path in baseline.write(tmp_path)] == first

    def test_it_has_a_file_for_every_schema(self, app: Flask, tmp_path: Path) -> None:
        names = {path.name for path in baseline.write(tmp_path)}
        assert names == {path.name for path in (VERSIONS / "baseline").glob("*.sql")} - {"finance_books.sql"}
