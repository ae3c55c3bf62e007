"""Debian's own PostgreSQL and Redis, started for one test on ports of their own, with nothing tuned."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from fanzadmin.kernel import processes
from tests.platforms import free_port

OLDEST = 15
START_SECONDS = 60


def postgres_bin() -> Path | None:
    """The programs of the oldest PostgreSQL that is new enough."""
    results = {int(path.name): path / "bin" for path in Path("/usr/lib/postgresql").glob("[0-9]*")}
    return min(((number, path) for number, path in results.items() if number >= OLDEST), default=(0, None))[1]


def redis_server() -> str | None:
    return shutil.which("redis-server", path="/usr/bin")


@contextmanager
def servers(programs: Path, redis_program: str) -> Iterator[dict[str, str]]:
    """The settings that lead a platform to both."""
    home = Path(tempfile.mkdtemp(prefix="fanz-debian-"))
    owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()  # PostgreSQL refuses root
    os.chown(home, owner, -1)
    running: list[subprocess.Popen[bytes]] = []

    def start(*command: object) -> None:
        with (home / "log").open("ab") as log:
            running.append(
                subprocess.Popen(
                    [str(word) for word in command],
                    cwd=home,
                    stdout=log,
                    stderr=log,
                    env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                    user=owner,
                    preexec_fn=processes.killed_with_parent(),  # noqa: PLW1509  ends with the tests
                )
            )

    try:
        database, cache = free_port(), free_port()
        initdb = [programs / "initdb", "-D", "data", "-U", "fanz", "--auth", "trust", "--no-sync"]
        start(*initdb)
        assert running.pop().wait() == 0, (home / "log").read_text()
        start(programs / "postgres", "-D", "data", "-p", database, "-h", "127.0.0.1", "-k", home)
        start(redis_program, "--port", cache, "--bind", "127.0.0.1", "--save", "")
        address = f"postgresql://fanz@127.0.0.1:{database}"
        _make_database(address)
        redis.Redis(port=cache, retry=Retry(ConstantBackoff(0.1), START_SECONDS * 10)).ping()
        yield {"DATABASE_URL": f"{address}/fanz", "REDIS_URL": f"redis://127.0.0.1:{cache}/0"}
    finally:
        for server in running:
            server.kill()
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _make_database(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with (
            suppress(psycopg2.OperationalError),
            closing(psycopg2.connect(f"{address}/postgres")) as connection,
        ):
            connection.autocommit = True
            connection.cursor().execute("CREATE DATABASE fanz")
            return
        assert time.monotonic() < deadline, "PostgreSQL does not start"
        time.sleep(0.1)
