"""The one Alembic history of every schema."""
