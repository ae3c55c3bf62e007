"""How long PostgreSQL may take: no call waits without end for a server that hangs.

`statement_timeout` is the server's own; a server that is stopped in its tracks does not keep it. In a gevent worker every wait
for the socket is cut off here too, and a connection that comes out of the pool must answer its ping sooner than a statement.
"""

import time
from collections.abc import Sequence

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, connection, set_wait_callback
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

CONNECT = 2.0  # seconds
PING = 1.0
BEYOND_THE_SERVERS = 5.0  # seconds after `statement_timeout`, when the server should have given up long ago
AGAIN = 0.1  # seconds between two attempts to connect
KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds that sent data may stay unacknowledged
}


class TimedConnection(connection):
    """Knows how many seconds the next answer may take."""

    answer_within: float = CONNECT


def limit(engine: Engine, *, statement: float, retry_for: float) -> None:
    """Bound the waits of `engine`: an answer comes within `statement` seconds. A server that is just starting is asked again
    for `retry_for` seconds."""

    @event.listens_for(engine, "do_connect")
    def _connect(
        _dialect: object, _record: object, arguments: Sequence[object], options: dict[str, object]
    ) -> DBAPIConnection:
        return _connected(engine, arguments, options, retry_for)

    @event.listens_for(engine, "connect")
    @event.listens_for(engine, "checkout")
    def _use_statement_limit(link: TimedConnection, *_: object) -> None:
        link.answer_within = statement + BEYOND_THE_SERVERS

    @event.listens_for(engine, "checkin")
    def _use_ping_limit(link: TimedConnection | None, *_: object) -> None:
        if link is not None:
            link.answer_within = PING


def _connected(
    engine: Engine, arguments: Sequence[object], options: dict[str, object], retry_for: float
) -> DBAPIConnection:
    deadline = time.monotonic() + retry_for
    while True:
        try:
            return engine.dialect.connect(*arguments, connection_factory=TimedConnection, **options)
        except OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(AGAIN)


def wait_with_gevent() -> None:
    """Let other greenlets run while PostgreSQL is waited for, and give up in time. In a gevent worker only."""
    from gevent.socket import wait_read, wait_write  # noqa: PLC0415  gevent is the web role's alone

    def wait(link: connection) -> None:
        late = OperationalError("PostgreSQL did not answer in time")
        deadline = time.monotonic() + getattr(link, "answer_within", CONNECT)
        while (state := link.poll()) != POLL_OK:
            left = max(0.001, deadline - time.monotonic())
            if state == POLL_READ:
                wait_read(link.fileno(), timeout=left, timeout_exc=late)
            elif state == POLL_WRITE:
                wait_write(link.fileno(), timeout=left, timeout_exc=late)

    set_wait_callback(wait)
