"""The servers of one test run, shared by its workers: one PostgreSQL with a migrated template database, and a
Redis and a NATS for each worker.

They belong to a process of their own, because a worker may end before the others; it watches the pytest process
that the person started and ends with it. Run as `python -m tests.stack DIRECTORY PID WORKERS`.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

from config import Config
from fanzadmin.kernel import processes
from fanzadmin.runtime.embedded import Embedded
from tests import moment

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "migrated"
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """What one worker has to itself. `database_url` without a database name is shared."""

    config: Config
    server_url: str
    database: str

    def recreate_database(self) -> None:
        """Back to the migrated, empty template. Nobody may be connected."""
        with closing(psycopg2.connect(f"{self.server_url}/postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{TEMPLATE}"')


def join(shared: Path, own: Path, *, worker: int, workers: int, watch: int) -> Stack:
    """The servers of this run, started by whichever worker comes first. `own` is this worker's data directory."""
    with (shared / "stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        addresses = shared / "stack" / "addresses.json"
        if not addresses.exists():
            _start_holder(shared / "stack", watch=watch, workers=workers)
        found = json.loads(addresses.read_text())
    stack = Stack(
        config=replace(
            config_in(own),
            database_url=f"{found['postgres']}/worker{worker}".replace(
                "postgresql://", "postgresql+psycopg2://"
            ),
            redis_url=found["redis"][worker],
            nats_url=found["nats"][worker],
        ),
        server_url=found["postgres"],
        database=f"worker{worker}",
    )
    stack.recreate_database()
    return stack


def config_in(var: Path, **variables: str) -> Config:
    """A configuration for tests: nothing of the caller's environment, everything under `var`."""
    return Config.from_env(
        {"FANZ_VAR": str(var), "SECRET_KEY": "a secret of the tests", "LOG_LEVEL": "WARNING"}
        | moment.environ()
        | variables
    )


def _start_holder(directory: Path, *, watch: int, workers: int) -> None:
    directory.mkdir(exist_ok=True)
    with (directory / "holder.log").open("w") as log:
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.stack", str(directory), str(watch), str(workers)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (directory / "addresses.json").exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(
                f"The servers of the tests do not start:\n{(directory / 'holder.log').read_text()}"
            )
        time.sleep(0.05)


@contextmanager
def _servers(directory: Path, workers: int) -> Iterator[dict[str, object]]:
    stacks = [Embedded(config_in(directory / f"worker{number}"), durable=False) for number in range(workers)]
    for stack in stacks[1:]:
        del stack.servers["database_url"]
    try:
        urls = [_started(stack) for stack in stacks]
        postgres = urls[0]["database_url"].replace("+psycopg2", "").rpartition("/")[0]
        _make_template(postgres, urls[0], directory)
        yield {
            "postgres": postgres,
            "redis": [url["redis_url"] for url in urls],
            "nats": [url["nats_url"] for url in urls],
        }
    finally:
        for stack in stacks:
            stack.stop()


def _started(stack: Embedded) -> dict[str, str]:
    stack.start()
    return {setting: server.url for setting, server in stack.servers.items()}


def _make_template(postgres: str, urls: dict[str, str], directory: Path) -> None:
    with closing(psycopg2.connect(f"{postgres}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{TEMPLATE}"')
    config = replace(config_in(directory / "template"), **{**urls, "database_url": f"{postgres}/{TEMPLATE}"})
    subprocess.run([sys.executable, "run.py", "migrate"], cwd=ROOT, env=config.environ(), check=True)


def hold(directory: Path, watch: int, workers: int) -> None:
    """Runs the servers until the process `watch` is gone."""
    born = processes.started_at(watch)
    with _servers(directory, workers) as urls:
        draft = directory / "addresses.new"
        draft.write_text(json.dumps(urls))
        draft.rename(directory / "addresses.json")
        while processes.started_at(watch) == born:
            time.sleep(0.3)


if __name__ == "__main__":
    hold(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
