"""Leadership by PostgreSQL advisory lock: one holder per name over all replicas, given up when the connection ends."""

import zlib

from sqlalchemy import Connection, text

from fanzadmin.kernel.db import engine

NAMESPACE = 0x46414E5A  # the first key of the two-key lock: "FANZ"


class Leader:
    """A named lock held by a connection of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._key = zlib.crc32(name.encode()) - 2**31
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try to become the leader; true when this process is it."""
        if self._connection is None:
            self._connection = engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(:namespace, :key)")
        return bool(
            self._connection.execute(query, {"namespace": NAMESPACE - 2**31, "key": self._key}).scalar()
        )

    def still_holds(self) -> bool:
        """Whether the connection that carries the lock is still alive."""
        try:
            return self._connection is not None and bool(self._connection.execute(text("SELECT 1")).scalar())
        except Exception:
            return False

    def release(self) -> None:
        """Give the lock up and close its connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
