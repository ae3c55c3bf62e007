"""No call waits without end for a PostgreSQL that hangs."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from fanzadmin.kernel import db_limits
from tests.stack import Stack


class Wall:
    """A server that takes connections and bytes and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.held: list[socket.socket] = []
        threading.Thread(target=self._hold, daemon=True).start()

    def _hold(self) -> None:
        while True:
            try:
                self.held.append(self.listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def wall() -> Iterator[int]:
    result = Wall()
    with closing(result.listener):
        yield result.listener.getsockname()[1]


PROGRAM = """
import gevent.monkey; gevent.monkey.patch_all()
import sys, time
from fanzadmin.kernel import db, db_limits
db_limits.wait_with_gevent()
db_limits.CONNECT = db_limits.TimedConnection.answer_within = 0.3
db.connect(sys.argv[1], statement=30)
began = time.monotonic()
try:
    db.is_alive()
except Exception as error:
    print(type(error).__name__, time.monotonic() - began)
"""


def test_a_server_that_is_silent_is_given_up_in_a_gevent_worker(wall: int) -> None:
    url = f"postgresql+psycopg2://fanz:x@127.0.0.1:{wall}/fanz"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url], capture_output=True, text=True, timeout=60, check=True
    )
    name, seconds = done.stdout.split()
    assert name == "OperationalError"
    assert float(seconds) < 5


def test_a_statement_has_its_time(stack: Stack) -> None:
    engine = create_engine(
        stack.config.database.url, connect_args={"options": "-c statement_timeout=200", **db_limits.KEEPALIVE}
    )
    db_limits.limit(engine, statement=0.2, retry_for=0)
    with engine.connect() as connection, pytest.raises(OperationalError, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(30)"))
    engine.dispose()


def test_a_server_that_is_just_starting_is_asked_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    engine = create_engine(f"postgresql+psycopg2://fanz:x@127.0.0.1:{port}/fanz")
    db_limits.limit(engine, statement=1, retry_for=0.5)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="refused"):
        engine.connect()
    assert 0.5 <= time.monotonic() - began < 5
