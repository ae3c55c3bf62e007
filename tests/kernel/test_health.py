"""A dependency that listens and says nothing is away, not waited for."""

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine

from fanzadmin.kernel import queue
from fanzadmin.kernel.queue import tasks


@pytest.fixture
def frozen_redis() -> Iterator[None]:
    """A Redis that was stopped in its tracks: connections are taken, nothing is answered."""
    before = tasks._redis
    with socket.create_server(("127.0.0.1", 0)) as server:
        queue.connect(f"redis://127.0.0.1:{server.getsockname()[1]}", timeout=0.2)
        yield
    tasks._redis = before


@pytest.fixture
def frozen_postgres() -> Iterator[None]:
    """The same of a PostgreSQL: a connection to it is never done."""
    from fanzadmin.kernel.db import engine, session

    whole = engine()
    with socket.create_server(("127.0.0.1", 0)) as server:
        frozen = create_engine(f"postgresql+psycopg2://fanz@127.0.0.1:{server.getsockname()[1]}/fanz")
        session.configure(bind=frozen)
        yield
        session.configure(bind=whole)


def test_readyz_names_a_postgresql_that_is_frozen(app: Flask, frozen_postgres: None) -> None:
    client = app.test_client()
    for _ in range(2):
        began = time.monotonic()
        answer = client.get("/readyz")
        assert time.monotonic() - began < 5
        assert answer.status_code == 503
        assert answer.json["dependencies"]["postgresql"] == {"ok": False, "error": "TimeoutError"}
        assert answer.json["dependencies"]["redis"]["ok"]


def test_readyz_names_a_redis_that_is_frozen(app: Flask, frozen_redis: None) -> None:
    began = time.monotonic()
    answer = app.test_client().get("/readyz")
    assert time.monotonic() - began < 5
    assert answer.status_code == 503
    assert answer.json["dependencies"]["redis"] == {"ok": False, "error": "TimeoutError"}
    assert answer.json["dependencies"]["postgresql"]["ok"]
