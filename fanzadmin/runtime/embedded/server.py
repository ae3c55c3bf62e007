"""One private server: started on a port of its own, waited for, stopped, cleared away after a crash."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fanzadmin.kernel import processes

LOG_LIMIT = 10 * 1024**2
PORTS = range(20000, 32000)  # below the range from which Linux numbers outgoing connections


class ServerError(Exception):
    """An embedded server does not start. The message holds the end of its log."""


class Ports:
    """Remembers which server had which port, so that addresses stay the same from start to start."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.ports: dict[str, int] = {
                str(name): int(port) for name, port in json.loads(file.read_text()).items()
            }
        except (OSError, ValueError, AttributeError, TypeError):
            self.ports = {}

    def take(self, name: str, *, fresh: bool = False) -> int:
        port = self.ports.get(name, 0)
        while fresh or not _is_free(port) or list(self.ports.values()).count(port) > 1:
            fresh = False
            port = random.choice(PORTS)  # noqa: S311  any free port will do
            self.ports[name] = port
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(self.ports))
        draft.replace(self.file)
        return port


def _is_free(port: int) -> bool:
    if port not in PORTS:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server(ABC):
    """`var` is the data directory of the installation; the server's own files lie in `var/<name>`."""

    name: str
    stop_signals: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, var: Path, ports: Ports, *, durable: bool = True) -> None:
        self.home = var / self.name
        self.log = var / "log" / f"{self.name}.log"
        self.pid_file = var / "run" / f"{self.name}.pid"
        self.ports = ports
        self.durable = durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Makes what must be on disk before the first start; runs at every start."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client gets a real answer. OSError counts as no."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    def before_exec(self) -> None:  # noqa: B027  most servers keep their privileges
        """In the child, before the program."""

    def start(self, *, seconds: float = 60) -> None:
        """Raises ServerError. A port that someone else took in the same moment is changed for another."""
        self.clear_remains()
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for attempt in range(3):
            self.port = self.ports.take(self.name, fresh=attempt > 0)
            self.prepare()
            self.spawn()
            if self._came_up(seconds):
                return
            self.stop()
            if _is_free(self.port):
                break
        raise ServerError(f"The embedded {self.name} does not start:\n{self.last_words()}")

    def spawn(self) -> None:
        """Starts the program and does not wait for it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                process_group=0,
                preexec_fn=self._in_the_child(),  # noqa: PLW1509  the starter has one thread
            )
        processes.write_pid(self.pid_file, self.process.pid)

    def _in_the_child(self) -> Callable[[], None]:
        parent = os.getpid()

        def prepare_child() -> None:
            self.before_exec()  # first: a change of user clears the parent-death signal
            processes.die_with_parent(parent, self.stop_signals[0])

        return prepare_child

    def _came_up(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < deadline:
            with suppress(OSError):
                if self.answers():
                    return True
            time.sleep(0.02)
        return False

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, *, seconds: float = 4) -> None:
        """Asks first, then insists: `seconds` for every signal."""
        if self.process is None:
            return
        for sign in self.stop_signals:
            if self.process.poll() is None:
                self.process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                break
        self.pid_file.unlink(missing_ok=True)

    def clear_remains(self) -> None:
        """Ends a server that outlived a killed start. The caller holds the lock on the data directory."""
        pid = processes.read_pid(self.pid_file)
        for sign in self.stop_signals:
            if pid and processes.send(pid, sign) and not processes.wait_gone([pid], 5):
                break
        self.pid_file.unlink(missing_ok=True)

    def last_words(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except OSError as error:
            return str(error)


def kept_password(file: Path) -> str:
    """Random, made once, for the owner's eyes only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, for the owner's eyes only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    draft.replace(file)
