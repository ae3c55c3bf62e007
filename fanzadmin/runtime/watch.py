"""Finds processes that live and do nothing: stopped by a signal, or silent for longer than they said (kernel/heartbeat.py)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from fanzadmin.kernel import processes

EVERY = 0.25  # seconds between two looks
STOPPED_SECONDS = (
    0.4  # seconds that a process may be stopped: a debugger or a terminal does it longer, and on purpose
)


class Watch:
    """Looks at the processes of one machine; `folder` holds their beats."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.next_look = 0.0
        self.stopped: dict[int, float] = {}  # since when, by pid

    def hung(self, pids: Iterable[int]) -> dict[int, str]:
        """Those of `pids` that must be replaced, each with the reason; {} between two looks."""
        now = time.monotonic()
        if now < self.next_look:
            return {}
        self.next_look = now + EVERY
        living = set(pids)
        stopped = {pid for pid in living if processes.is_stopped(pid)}
        self.stopped = {pid: self.stopped.get(pid, now) for pid in stopped}
        return self._silent(living, now) | {
            pid: "was stopped" for pid, since in self.stopped.items() if now - since > STOPPED_SECONDS
        }

    def _silent(self, living: set[int], now: float) -> dict[int, str]:
        silent = {}
        for file in self.folder.glob("*.beat"):
            with suppress(OSError, ValueError):
                pid, until = int(file.stem), float(file.read_text())
                if pid not in living:
                    file.unlink()
                elif until < now:
                    silent[pid] = "gave no sign of life"
        return silent
