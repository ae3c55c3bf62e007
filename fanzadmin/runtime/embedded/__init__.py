"""Private PostgreSQL, Redis and NATS under one data directory, for an installation of one command.

Only those run whose address the configuration leaves empty. All listen on 127.0.0.1 with random passwords,
stop when the process that started them ends, however it ends, and find their data at the next start.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import config as settings
from config import Config
from fanzadmin.kernel import processes
from fanzadmin.runtime.embedded.nats import Nats
from fanzadmin.runtime.embedded.postgres import Postgres
from fanzadmin.runtime.embedded.redis import Redis
from fanzadmin.runtime.embedded.server import Ports, Server, ServerError, write_private

__all__ = ["Embedded", "InUseError", "ServerError", "running_or_started", "scratch"]

SERVERS: dict[str, type[Server]] = {"database": Postgres, "redis": Redis, "nats": Nats}  # by group of Config


class InUseError(Exception):
    """Another process runs the servers of this data directory."""


class Embedded:
    """The servers of `config.runtime.var`. Start from the main thread: they die with the thread that started them."""

    def __init__(self, config: Config, *, durable: bool = True) -> None:
        self.config = config
        self.run = config.runtime.var / "run"
        self.lock: int | None = None
        ports = Ports(config.runtime.var / "ports.json")
        self.servers = {
            group: make(config.runtime.var, ports, durable=durable)
            for group, make in SERVERS.items()
            if not getattr(config, group).url
        }

    def start(self) -> Config:
        """Returns the configuration with every address filled in. Raises InUseError, ServerError."""
        self._occupy()
        try:
            for server in self.servers.values():
                server.start()
        except BaseException:
            self.stop()
            raise
        addresses = {group: server.url for group, server in self.servers.items()}
        write_private(self.run / "addresses", json.dumps(addresses))
        return self.config.connected_to(**addresses)

    def stop(self) -> None:
        for server in reversed(self.servers.values()):
            server.stop()
        if self.lock is not None:
            (self.run / "addresses").unlink(missing_ok=True)
            os.close(self.lock)
            self.lock = None

    def revive(self) -> list[str]:
        """Starts again, on the same port and without waiting, each server that died; returns their names."""
        dead = [server for server in self.servers.values() if not server.is_running()]
        for server in dead:
            server.spawn()
        return [server.name for server in dead]

    def _occupy(self) -> None:
        self.run.mkdir(parents=True, exist_ok=True)
        is_closed = (
            os.geteuid() != 0 or processes.may_pass_everywhere()
        )  # PostgreSQL runs as another user than root
        self.config.runtime.var.chmod(0o700 if is_closed else 0o711)
        lock = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(lock, 20).decode().strip() or "?"
            os.close(lock)
            raise InUseError(
                f"{self.config.runtime.var} is in use by process {owner}. Stop it, or choose another FANZ_VAR and PORT."
            ) from None
        os.truncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        self.lock = lock


@contextmanager
def running_or_started(config: Config, *, timeout: float = 60) -> Iterator[Config]:
    """The servers of a running `up` when there is one, else servers of our own for the time of the block.

    `timeout` is how many seconds another process may take to bring its servers up.
    """
    stack = Embedded(config)
    deadline = time.monotonic() + timeout
    while stack.servers:
        try:
            filled = stack.start()
        except InUseError:
            if filled_by_other := _addresses_of_running(config):
                yield filled_by_other
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
            continue
        try:
            yield filled
        finally:
            stack.stop()
        return
    yield config


@contextmanager
def scratch(config: Config) -> Iterator[Config]:
    """Fresh servers in a directory that is gone after the block, whatever addresses `config` holds."""
    with tempfile.TemporaryDirectory(prefix="fanz-") as directory:
        var = Path(directory) / "var"
        empty = replace(
            config,
            runtime=replace(config.runtime, var=var),
            database=settings.Database(),
            redis=settings.Redis(),
            nats=settings.Nats(),
            storage=settings.Storage(url=f"file://{var / 'storage'}"),
        )
        stack = Embedded(empty, durable=False)
        try:
            yield stack.start()
        finally:
            stack.stop()


def _addresses_of_running(config: Config) -> Config | None:
    with suppress(OSError, ValueError):
        addresses = json.loads(Path(config.runtime.var / "run" / "addresses").read_text())
        return config.connected_to(
            **{group: url for group, url in addresses.items() if not getattr(config, group).url}
        )
    return None
