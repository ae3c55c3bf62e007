"""`run.py up`: the whole platform on one machine, from an empty directory to a page that answers."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config import Config
from fanzadmin.runtime.doorman import PortTakenError, listen
from fanzadmin.runtime.embedded import Embedded, InUseError, ServerError
from fanzadmin.runtime.embedded.server import write_private
from fanzadmin.runtime.reaper import run_and_reap
from fanzadmin.runtime.supervisor import Role, Supervisor

READY_TIMEOUT = 60.0
STARTING = "the web role is starting"
PROBE_EVERY_SECONDS = 0.5


def up(config: Config, program: Path) -> int:
    """Runs until Ctrl-C. `program` is run.py: steps and roles are commands of it, in processes of their own.
    Returns the exit code: 0 after an ordered stop."""
    return run_and_reap(lambda: _up(config, program))


def _up(config: Config, program: Path) -> int:
    try:
        listener = listen(config)
    except PortTakenError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    stack = Embedded(config)
    supervisor = Supervisor(
        run=config.runtime.var / "run",
        environ=config.environ(),
        keep_pids=lambda: [server.process.pid for server in stack.servers.values() if server.process],
        revive=stack.revive,
        listener=listener,
    )
    supervisor.take_signals()
    try:
        filled = stack.start()
        supervisor.environ |= filled.environ()
        code = _prepare(filled, supervisor, program)
        if code == 0 and not supervisor.stopping:
            supervisor.run_roles(
                roles(filled, program, listener), tick=_Announcement(filled, supervisor).tick
            )
    except (InUseError, ServerError) as error:
        supervisor.say(str(error))
        code = 1
    finally:
        if supervisor.stopping:
            supervisor.say("Stopping.")
        supervisor.stop()
        stack.stop()
    return 0 if supervisor.stopping and code <= 0 else code


def roles(config: Config, program: Path, listener: socket.socket) -> list[Role]:
    """The roles of one machine; `web` serves from the listener that the supervisor holds."""

    def role(name: str, *arguments: str) -> Role:
        return Role(name, (sys.executable, str(program), *arguments))

    media = [
        role(f"worker-media-{n}" if n > 1 else "worker-media", "worker", "media") for n in _count(config)
    ]
    return [
        replace(role("web", "web", f"--fd={listener.fileno()}"), files=(listener.fileno(),)),
        role("events", "events"),
        *media,
        role("worker-default", "worker", "default", "ai", "bulk"),
        role("scheduler", "scheduler"),
    ]


def _count(config: Config) -> range:
    return range(1, config.media.workers + 1)


def _prepare(config: Config, supervisor: Supervisor, program: Path) -> int:
    """Tables, and the demo where there is none. Returns the exit code of the step."""
    name = "seed" if config.runtime.demo else "migrate"  # seeding migrates first
    code = supervisor.run_step(Role(name, (sys.executable, str(program), name)))
    if code and not supervisor.stopping:
        supervisor.say(f"{name} failed with exit code {code}: nothing was started.")
    return code


class _Announcement:
    """Waits for /readyz, then says once where everything is."""

    def __init__(self, config: Config, supervisor: Supervisor) -> None:
        self.config = config
        self.supervisor = supervisor
        self.began = self.next_probe = time.monotonic()
        self.done = False

    def tick(self) -> None:
        now = time.monotonic()
        if self.done or now < self.next_probe:
            return
        self.next_probe = now + PROBE_EVERY_SECONDS
        answer = STARTING if self.supervisor.stands_in() else readiness(self.config)
        if answer == "":
            self.supervisor.say(welcome(self.config))
            self.done = True
        elif now - self.began > READY_TIMEOUT:
            self.began = now
            self.supervisor.say(f"Still not ready after {READY_TIMEOUT:.0f} s: {answer}")


def readiness(config: Config) -> str:
    """Empty when /readyz says ready, else what stands in the way."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.web.host, config.web.host)  # noqa: S104  compared, not bound
    connection = http.client.HTTPConnection(host, config.web.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        body = response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"the web role does not answer on port {config.web.port} ({error or type(error).__name__})"
    finally:
        connection.close()
    return "" if response.status == 200 else f"/readyz answers {response.status}: {body}"


def welcome(config: Config) -> str:
    lines = [
        "",
        "  FANZ Admin is running",
        "",
        f"    Address   {config.web.base_url}",
        f"    Data      {config.runtime.var}",
        *_logins(config),
        "    Stop      Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def _logins(config: Config) -> list[str]:
    """As the seed step wrote them down; none where the demo is off."""
    try:
        logins = json.loads(_logins_file(config).read_text()) if config.runtime.demo else []
    except (OSError, ValueError):
        return []
    return [
        f"    {'Sign in' if number == 0 else '':<9} {username:<24} {password:<12} {role}"
        for number, (role, username, password) in enumerate(logins)
    ]


def write_logins(config: Config, logins: Sequence[tuple[str, str, str]]) -> None:
    """Keeps the demo's (role, user name, password) for the welcome. An empty list takes them away."""
    write_private(_logins_file(config), json.dumps(list(logins)))


def _logins_file(config: Config) -> Path:
    return config.runtime.var / "run" / "demo_logins.json"
