"""Writes the baseline, `versions/baseline/<schema>.sql`, from the models: `run.py migrate --baseline`.

For the time before the first release only. Afterwards the files are frozen and every change is a migration of its own.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy import Index, Sequence, Table
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateIndex, CreateSequence, CreateTable, ExecutableDDLElement

from fanzadmin.kernel.db import Model

FOLDER = Path(__file__).parent / "versions" / "baseline"
IDENTITY = "security"  # the schema of tables that name none: it is the first of the search path
_dialect = make_url("postgresql+psycopg2://").get_dialect()()
_HEAD = "-- Schema {schema}, as the first release has it. Frozen: `run.py migrate --baseline` wrote it from the models."


def write(folder: Path = FOLDER) -> list[Path]:
    """Write one file for each schema. Returns what was written."""
    tables = sorted(Model.metadata.sorted_tables, key=_schema_of)  # stable: what is referred to comes first
    written = []
    for schema, members in groupby(tables, key=_schema_of):
        path = folder / f"{schema}.sql"
        path.write_text("\n\n".join((_HEAD.format(schema=schema), *_section(schema, list(members)))) + "\n")
        written.append(path)
    return written


def _section(schema: str, tables: list[Table]) -> Iterator[str]:
    yield f"CREATE SCHEMA IF NOT EXISTS {schema};"
    for table in tables:
        yield "\n".join(_statements(table))


def _statements(table: Table) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column.default, Sequence):
            yield _sql(CreateSequence(column.default))
    yield _sql(CreateTable(table))
    if table.dialect_options["postgresql"]["partition_by"]:
        name = f"{_schema_of(table)}.{table.name}"
        yield f"CREATE TABLE {name}_default PARTITION OF {name} DEFAULT;"
    yield from sorted(_sql(CreateIndex(index)) for index in table.indexes if isinstance(index, Index))


def _sql(statement: ExecutableDDLElement) -> str:
    compiled = statement.compile(
        dialect=_dialect,
        schema_translate_map={None: IDENTITY},
        render_schema_translate=True,
    )
    lines = str(compiled).replace("%%", "%").replace("\t", "    ").strip().splitlines()
    return "\n".join(line.rstrip() for line in lines).replace(")\n PARTITION", ") PARTITION") + ";"


def _schema_of(table: Table) -> str:
    return table.schema or IDENTITY
