"""What a PostgreSQL database is made of, in PostgreSQL's own words, so that two databases can be laid side by side."""

from collections import defaultdict

from sqlalchemy import Connection, text

Shape = dict[str, dict[str, str]]  # table → part ("column at", "constraint pk_fan", …) → definition

_OURS = """
    namespace.nspname NOT IN ('pg_catalog', 'information_schema', 'public') AND namespace.nspname !~ '^pg_'
    AND relation.relname <> 'alembic_version' AND NOT relation.relispartition
"""
_COLUMNS = f"""
    SELECT namespace.nspname || '.' || relation.relname, 'column ' || attribute.attname,
           concat_ws(' ', format_type(attribute.atttypid, attribute.atttypmod),
                     CASE WHEN attribute.attnotnull THEN 'NOT NULL' END,
                     CASE attribute.attidentity WHEN 'a' THEN 'IDENTITY ALWAYS' WHEN 'd' THEN 'IDENTITY' END,
                     CASE attribute.attgenerated WHEN 's' THEN 'GENERATED' ELSE 'DEFAULT' END
                     || ' ' || pg_get_expr(preset.adbin, preset.adrelid))
      FROM pg_attribute AS attribute
      JOIN pg_class AS relation ON relation.oid = attribute.attrelid AND relation.relkind IN ('r', 'p')
      JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
      LEFT JOIN pg_attrdef AS preset ON preset.adrelid = relation.oid AND preset.adnum = attribute.attnum
     WHERE attribute.attnum > 0 AND NOT attribute.attisdropped AND {_OURS}
"""
_CONSTRAINTS = f"""
    SELECT namespace.nspname || '.' || relation.relname, 'constraint ' || con.conname, pg_get_constraintdef(con.oid)
      FROM pg_constraint AS con
      JOIN pg_class AS relation ON relation.oid = con.conrelid
      JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
     WHERE con.contype <> 'n' AND con.contype <> 't' AND {_OURS}
"""
_INDEXES = f"""
    SELECT namespace.nspname || '.' || relation.relname, 'index ' || item.relname, pg_get_indexdef(item.oid)
      FROM pg_index AS entry
      JOIN pg_class AS relation ON relation.oid = entry.indrelid
      JOIN pg_class AS item ON item.oid = entry.indexrelid
      JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
     WHERE {_OURS}
"""
_PARTITIONS = f"""
    SELECT namespace.nspname || '.' || relation.relname, 'partitions', pg_get_partkeydef(relation.oid)
      FROM pg_partitioned_table AS parted
      JOIN pg_class AS relation ON relation.oid = parted.partrelid
      JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
     WHERE {_OURS}
"""
_SEQUENCES = f"""
    SELECT namespace.nspname || '.' || relation.relname, 'sequence',
           concat_ws(' ', format_type(sequence.seqtypid, NULL), sequence.seqstart, sequence.seqincrement)
      FROM pg_sequence AS sequence
      JOIN pg_class AS relation ON relation.oid = sequence.seqrelid
      JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
     WHERE {_OURS}
"""


def shape_of(connection: Connection) -> Shape:
    """Every table and sequence of the platform's schemas, part by part; partitions count as their table."""
    shape: Shape = defaultdict(dict)
    for query in (_COLUMNS, _CONSTRAINTS, _INDEXES, _PARTITIONS, _SEQUENCES):
        for name, part, definition in connection.execute(text(query)):
            shape[name][part] = definition
    return shape


def differences(actual: Shape, expected: Shape) -> list[str]:
    """One line for each part that is missing, too much or other; a part is named with its table."""
    lines = []
    for name in sorted(actual.keys() | expected.keys()):
        here, there = actual.get(name, {}), expected.get(name, {})
        lines += [
            f"{name}: {part}: the migrations make {here.get(part)!r}, the models say {there.get(part)!r}"
            for part in sorted(here.keys() | there.keys())
            if here.get(part) != there.get(part)
        ]
    return lines
