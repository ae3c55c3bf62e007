"""What the workers of one test run share: started by the first that asks, in a process of its own, which ends with the
pytest process that the person started, since a worker may end before the others."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fanzadmin.kernel import processes

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = "addresses.json"  # what the holder tells: there as soon as everything answers


def join(directory: Path, module: str, *arguments: str, watch: int, seconds: float) -> dict[str, Any]:
    """What `python -m MODULE DIRECTORY WATCH ARGUMENTS` holds, started if nobody has started it yet."""
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / ADDRESSES).exists():
            _start(directory, [module, str(directory), str(watch), *arguments], seconds)
        addresses: dict[str, Any] = json.loads((directory / ADDRESSES).read_text())
    return addresses


def hold(directory: Path, watch: int, addresses: Mapping[str, Any]) -> None:
    """Tell where everything is, then wait until the process `watch` is gone."""
    born = processes.started_at(watch)
    draft = directory / "addresses.new"
    draft.write_text(json.dumps(addresses))
    draft.rename(directory / ADDRESSES)
    while processes.started_at(watch) == born:
        time.sleep(0.3)


def untraced() -> dict[str, str]:
    """This environment without what would have a child process measured for the coverage."""
    return {name: value for name, value in os.environ.items() if name not in traced()}


def traced() -> dict[str, str]:
    """What has a child process measured for the coverage, where this one is."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}


def _start(directory: Path, arguments: list[str], seconds: float) -> None:
    log = directory / "holder.log"
    with log.open("w") as file:
        holder = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            stdout=file,
            stderr=file,
            env=untraced(),
            start_new_session=True,
        )
    deadline = time.monotonic() + seconds
    while not (directory / ADDRESSES).exists():
        if holder.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"What the tests share does not start:\n{log.read_text()}")
        time.sleep(0.05)
