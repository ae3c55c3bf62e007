"""A whole platform as an operator runs it: `run.py up` on its own directory and port, and a few people in it.

A test that kills nothing uses the one that the whole run shares (the fixture `deployment`). Run as `python -m
tests.platforms DIRECTORY PID` this holds it until the process PID is gone.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from fanzadmin.kernel import processes
from tests import moment
from tests.holding import ROOT, hold, join, traced, untraced

START_SECONDS = 240
# The supervisor is measured for the coverage; the roles that it starts are not.
MEASURED = ("-m", "coverage", "run", "--rcfile=tests/supervisor.coveragerc")


class Platform:
    """A running `run.py up`, as whoever looks at it sees it."""

    def __init__(self, var: Path, port: int, **variables: str) -> None:
        self.var = var
        self.address = f"http://127.0.0.1:{port}"
        self.log = var.with_suffix(".log")
        self.environ = {
            "PATH": untraced()["PATH"],
            "FANZ_VAR": str(var),
            "PORT": str(port),
            "FANZ_DEMO": "0",
            "GATHER_MINUTES": "0",
            **moment.environ(),
            **variables,
        }

    def pid(self, role: str) -> int:
        return processes.read_pid(self.var / "run" / f"{role}.pid")

    def is_ready(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        return False

    def settle_people(self) -> None:
        """Let mia, fan1, fan2 and the staff move in (tests/people.py)."""
        subprocess.run(
            [sys.executable, "-m", "tests.people"], cwd=ROOT, env=self.environ, umask=0o077, check=True
        )

    def canary(self, media: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the canary to its end, as an operator would."""
        command = [sys.executable, "run.py", "canary", "--media", str(media), "--base-url", self.address]
        return subprocess.run(
            [*command, "--json", *options],
            cwd=ROOT,
            env=self.environ | traced(),
            capture_output=True,
            text=True,
            check=False,
        )


class OwnPlatform(Platform):
    """One that this process has started, and ends."""

    def __init__(self, var: Path, port: int, **variables: str) -> None:
        super().__init__(var, port, **variables)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *(MEASURED if traced() else ()), "run.py", "up"],
                stdout=log,
                stderr=log,
                env=self.environ,
                cwd=ROOT,
                preexec_fn=processes.killed_with_parent(signal.SIGTERM),  # noqa: PLW1509  ends with the tests
            )

    def wait_until_running(self, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while "FANZ Admin is running" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def end(self) -> None:
        """Kill it as a power cut would; nothing of it is left."""
        everyone = processes.descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        processes.wait_gone(everyone, 15)


@contextmanager
def lived_in(var: Path, **variables: str) -> Iterator[OwnPlatform]:
    """A running platform with a few people, for the time of the block."""
    running = OwnPlatform(var, free_port(), **variables)
    try:
        running.wait_until_running()
        running.settle_people()
        yield running
    finally:
        running.end()


def shared(directory: Path, *, watch: int) -> Platform:
    """The platform of this run, with a few people, started by whichever worker comes first."""
    addresses = join(directory, "tests.platforms", watch=watch, seconds=START_SECONDS + 60)
    return Platform(directory / "var", addresses["port"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(directory: Path, watch: int) -> None:
    with lived_in(directory / "var") as running:
        hold(directory, watch, {"port": int(running.environ["PORT"])})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
