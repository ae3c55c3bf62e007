"""The servers of one test run, shared by its workers: one PostgreSQL with a migrated template database, and a
Redis and a NATS for each worker.

Run as `python -m tests.stack DIRECTORY PID WORKERS` this holds them until the process PID is gone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from config import Config
from fanzadmin.runtime.embedded import Embedded
from tests import holding, moment
from tests.holding import ROOT

TEMPLATE = "migrated"
START_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """What one worker has to itself. `server_url`, without a database name, is shared."""

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
    result = holding.join(shared / "stack", "tests.stack", str(workers), watch=watch, seconds=START_SECONDS)
    stack = Stack(
        config=config_in(own).connected_to(
            database=f"{result['postgres']}/worker{worker}".replace(
                "postgresql://", "postgresql+psycopg2://"
            ),
            redis=result["redis"][worker],
            nats=result["nats"][worker],
        ),
        server_url=result["postgres"],
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


@contextmanager
def _servers(directory: Path, workers: int) -> Iterator[dict[str, object]]:
    stacks = [Embedded(config_in(directory / f"worker{number}"), durable=False) for number in range(workers)]
    for stack in stacks[1:]:
        del stack.servers["database"]
    try:
        urls = [_started(stack) for stack in stacks]
        postgres = urls[0]["database"].replace("+psycopg2", "").rpartition("/")[0]
        _make_template(postgres, urls[0], directory)
        yield {
            "postgres": postgres,
            "redis": [url["redis"] for url in urls],
            "nats": [url["nats"] for url in urls],
        }
    finally:
        for stack in stacks:
            stack.stop()


def _started(stack: Embedded) -> dict[str, str]:
    stack.start()
    return {group: server.url for group, server in stack.servers.items()}


def _make_template(postgres: str, urls: dict[str, str], directory: Path) -> None:
    with closing(psycopg2.connect(f"{postgres}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{TEMPLATE}"')
    config = config_in(directory / "template").connected_to(**{**urls, "database": f"{postgres}/{TEMPLATE}"})
    subprocess.run([sys.executable, "run.py", "migrate"], cwd=ROOT, env=config.environ(), check=True)


def main(directory: Path, watch: int, workers: int) -> None:
    with _servers(directory, workers) as urls:
        holding.hold(directory, watch, urls)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
