"""One row for every table of a database, made up from what its catalogue says: data to carry through migrations."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Column, Connection, MetaData, Table, insert, text

# Columns whose checks ask for more than a value of the right type.
SPECIAL: dict[str, object] = {
    "console.approval.requested_by_id": None,
    "crm.creator.handle": "anna",
    "shield.blocked_hash.sha256": "0" * 64,
    "shield.incident.resolved_at": None,
    "media.asset.audience": "ppv",
    "media.asset.price_minor": 5,
    "crm.note.fan_id": None,
    "social.post.state": "scheduled",
    "finance.payment.gross_minor": 3,
    "finance.payment.processor_fee_minor": 1,
    "finance.payment.platform_fee_minor": 1,
    "finance.payment.creator_minor": 1,
}
EVERYWHERE: dict[str, object] = {"principal": "person:1"}
_MOMENT = "2026-01-31T12:00:00+00:00"
_BY_TYPE: Mapping[str, object] = {
    "INTEGER": 1,
    "BIGINT": 1,
    "BOOLEAN": True,
    "UUID": "019c1000-0000-7000-8000-000000000001",
    "DATE": "2026-01-31",
    "TIMESTAMP": _MOMENT,
    "DOUBLE PRECISION": 0.5,
    "BYTEA": b"\x00\x01",
    "JSONB": [],
    "ARRAY": [],
}
_ONE_OF = re.compile(r"^\(*(?:\((\w+)\)::text|(\w+)) = ANY .*?ARRAY\['([^']+)'")


def reflect(connection: Connection) -> list[Table]:
    """The tables of the platform, what is referred to first."""
    metadata = MetaData()
    query = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')"
    for schema in connection.execute(text(query)).scalars().all():
        metadata.reflect(connection, schema=schema, postgresql_ignore_search_path=True)
    parts = set(
        connection.execute(
            text("SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r'")
        ).scalars()
    )
    return [
        table
        for table in metadata.sorted_tables
        if table.name != "alembic_version" and not {table.fullname, table.name} & parts
    ]


def fill(connection: Connection) -> dict[str, int]:
    """Write a row into each table that has none. Returns the rows of each table."""
    tables = reflect(connection)
    rows: dict[str, Mapping[str, Any]] = {}
    for table in tables:
        first = connection.execute(table.select().limit(1)).mappings().first()
        if first is None:
            row = _row(table, rows, _choices(connection, table))
            if table.fullname == "finance.posting":  # an entry is balanced
                connection.execute(insert(table).values(row | {"amount_minor": -1}))
            first = connection.execute(insert(table).values(row).returning(table)).mappings().one()
        rows[table.fullname] = first
    return count(connection, tables)


def count(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The rows of each of these tables, as far as it is still there."""
    counts = {}
    for table in tables:
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": table.fullname}).scalar():
            counts[table.fullname] = connection.execute(
                text(f"SELECT count(*) FROM {table.fullname}")
            ).scalar_one()
    return counts


def _row(
    table: Table, rows: Mapping[str, Mapping[str, Any]], choices: Mapping[str, str]
) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in table.columns:
        if column.computed is not None or column.identity is not None:
            continue
        special = f"{table.fullname}.{column.name}"
        if special in SPECIAL:
            row[column.name] = SPECIAL[special]
        elif column.foreign_keys:
            target, _, name = next(iter(column.foreign_keys)).target_fullname.rpartition(".")
            row[column.name] = rows[target][name] if target in rows else None
        else:
            row[column.name] = choices.get(column.name) or EVERYWHERE.get(column.name) or _of_its_type(column)
    return row


def _of_its_type(column: Column[Any]) -> object:
    kind = "ARRAY" if isinstance(column.type, ARRAY) else str(column.type.compile())
    result = next((value for prefix, value in _BY_TYPE.items() if kind.startswith(prefix)), None)
    return "x" * min(3, getattr(column.type, "length", None) or 3) if result is None else result


def _choices(connection: Connection, table: Table) -> dict[str, str]:
    """The first word that each CHECK of a list of words allows."""
    query = text(
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(:table AS regclass)"
    )
    checks = connection.execute(query, {"table": table.fullname}).scalars()
    matches = filter(None, map(_ONE_OF.match, checks))
    return {match[1] or match[2]: match[3] for match in matches}
