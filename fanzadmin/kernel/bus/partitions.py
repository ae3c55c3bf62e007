"""The outbox's daily partitions. Rows without one of their own fall into the default partition: nothing is lost."""

from datetime import timedelta

from sqlalchemy import Connection, text

from fanzadmin.kernel import clock

DAYS_AHEAD = 14


def ensure_partitions(connection: Connection) -> None:
    """Make the partitions of the coming days, as far as they are missing."""
    today = clock.now().date()
    for ahead in range(1, DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS kernel.outbox_{day:%Y%m%d} PARTITION OF kernel.outbox"
                f" FOR VALUES FROM ('{day:%Y-%m-%d}') TO ('{day + timedelta(days=1):%Y-%m-%d}')"
            )
        )
