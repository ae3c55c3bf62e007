"""Runs the roles of one machine as child processes and keeps them running: what is killed, stopped or hangs is replaced.

Whatever is killed, nothing is left behind: a role dies with the supervisor (`processes.killed_with_parent`), what a dead
role leaves is adopted and ended here, and the keeper stands above in case the supervisor itself is killed.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from fanzadmin.kernel import processes
from fanzadmin.runtime.doorman import Doorman
from fanzadmin.runtime.watch import Watch

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
TICK_SECONDS = 0.1
REVIVE_SECONDS = 0.5  # between two looks whether an embedded server died
SERVING = "serving"  # the folder with the pids of the web workers that have loaded


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long the supervisor waits, in seconds."""

    grace: float = 6.0  # of the ten a stop may take; the rest is for the embedded servers
    first_pause: float = 0.5  # before a role that ended is started again; doubled each time it ends soon
    longest_pause: float = 30.0
    calm: float = 30.0  # a role that ran this long starts again without a pause


@dataclass(frozen=True)
class Role:
    """`command` is a whole argument list; `name` is shown before each line and names the pid file."""

    name: str
    command: tuple[str, ...]
    files: tuple[int, ...] = ()  # descriptors that it inherits


@dataclass
class _Child:
    role: Role
    colour: int
    process: subprocess.Popen[bytes] | None = None
    rest: bytes = b""  # of a line that has not ended yet
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0
    steady: bool = field(default=True)  # to be started again when it ends


class Supervisor:
    """One thread. `revive` is called now and then and may start embedded servers that died again."""

    def __init__(
        self,
        *,
        run: Path,
        environ: Mapping[str, str],
        out: BinaryIO | None = None,
        keep_pids: Callable[[], list[int]] = list,
        revive: Callable[[], list[str]] = list,
        listener: socket.socket | None = None,
        timing: Timing = Timing(),
    ) -> None:
        self.timing = timing
        self.run_directory = run
        self.environ = {**environ, "PYTHONUNBUFFERED": "1"}
        self.out = out or sys.stdout.buffer
        self.colourful = self.out.isatty()
        self.keep_pids = keep_pids
        self.revive = revive
        self.children: list[_Child] = []
        self.selector = selectors.DefaultSelector()
        self.watch = Watch(run)
        self.doorman = Doorman(listener, run / SERVING, self.selector) if listener is not None else None
        self.stopping = False
        self.hurried = False
        self.next_revival = 0.0

    def take_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop; the second one stops at once."""
        processes.adopt_orphans()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self.hurried = self.stopping
        self.stopping = True

    def say(self, text: str) -> None:
        self._write(f"{text}\n".encode())

    def run_step(self, role: Role) -> int:
        """Runs a command to its end; returns its exit code, negative when it was stopped."""
        child = _Child(role, COLOURS[len(self.children) % len(COLOURS)], steady=False)
        self.children.append(child)
        self._start(child)
        while child.process and child.process.poll() is None and not self.stopping:
            self._pump(TICK_SECONDS)
        code = child.process.poll() if child.process else 1
        self._drain(child)
        if code is None:
            return -1  # stopping; `stop` ends it
        self._forget(child)
        self.children.remove(child)
        return code

    def run_roles(self, roles: list[Role], *, tick: Callable[[], None] = lambda: None) -> None:
        """Until a signal says to stop. `tick` runs about five times a second."""
        self.children += [_Child(role, COLOURS[number % len(COLOURS)]) for number, role in enumerate(roles)]
        while not self.stopping:
            self._start_due()
            self._pump(TICK_SECONDS)
            self._replace_hung()
            self._notice_deaths()
            tick()

    def stands_in(self) -> bool:
        """Whether this process answers in the place of the web role."""
        return self.doorman is not None and self.doorman.is_on_duty

    def stop(self) -> None:
        """SIGTERM to every role's process group, after the grace SIGKILL to all that is left of it."""
        self.stopping = True
        for child in self.children:
            self._signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + self.timing.grace
        while self._alive() and time.monotonic() < deadline and not self.hurried:
            self._pump(0.05)
        for child in self.children:
            self._signal_group(child, signal.SIGKILL)
        self._end_strangers()
        for child in self.children:
            if child.process:
                child.process.wait()
            self._drain(child)
            self._forget(child)
        self.children.clear()
        if self.doorman is not None:
            self.doorman.close()

    def _alive(self) -> list[_Child]:
        return [child for child in self.children if child.process and child.process.poll() is None]

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None and child.due <= now:
                self._start(child)
        if now >= self.next_revival:
            self.next_revival = now + REVIVE_SECONDS
            for name in self.revive():
                self.say(f"{name} had died and starts again.")

    def _start(self, child: _Child) -> None:
        child.process = subprocess.Popen(
            child.role.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environ,
            pass_fds=child.role.files,
            process_group=0,  # Ctrl-C reaches the supervisor alone, which stops the roles in order
            preexec_fn=processes.killed_with_parent(),  # noqa: PLW1509  there is one thread
        )
        child.started = time.monotonic()
        processes.write_pid(self._pid_file(child), child.process.pid)
        pipe = child.process.stdout
        assert pipe is not None  # noqa: S101  asked for above
        os.set_blocking(pipe.fileno(), False)
        self.selector.register(pipe, selectors.EVENT_READ, partial(self._read, child))

    def _replace_hung(self) -> None:
        """Kill what lives and does nothing; what was killed is noticed, and started again, by whoever started it."""
        for pid, why in self.watch.hung(processes.descendants(os.getpid())).items():
            self.say(f"Process {pid} {why} and is replaced.")
            processes.send(pid, signal.SIGKILL)

    def _notice_deaths(self) -> None:
        dead = [child for child in self.children if child.process and child.process.poll() is not None]
        for child in dead:
            assert child.process is not None  # noqa: S101  chosen above
            self._signal_group(child, signal.SIGKILL)
            self._drain(child)
            lived = time.monotonic() - child.started
            child.pause = self._next_pause(child.pause, lived=lived)
            child.due = time.monotonic() + child.pause
            self.say(
                f"{child.role.name} ended ({_ending(child.process.returncode)}); again in {child.pause:g} s."
            )
            self._forget(child)
        if dead:
            self._end_strangers()
        processes.reap_others(self._own_pids())

    def _next_pause(self, pause: float, *, lived: float) -> float:
        if lived > self.timing.calm:
            return self.timing.first_pause
        return min((pause or self.timing.first_pause) * 2, self.timing.longest_pause)

    def _own_pids(self) -> set[int]:
        return {child.process.pid for child in self.children if child.process} | set(self.keep_pids())

    def _end_strangers(self) -> None:
        """What a dead role left running in process groups of its own, such as a work horse and its ffmpeg."""
        candidates = processes.descendants(
            os.getpid()
        )  # first: what a living role starts meanwhile is not among them
        own = self._own_pids()
        spared = {pid for pid in own for pid in processes.descendants(pid)} | own
        for pid in candidates:
            if pid not in spared:
                processes.send(pid, signal.SIGKILL)

    def _signal_group(self, child: _Child, sign: signal.Signals) -> None:
        if child.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, sign)

    def _forget(self, child: _Child) -> None:
        self._pid_file(child).unlink(missing_ok=True)
        child.process = None

    def _pid_file(self, child: _Child) -> Path:
        return self.run_directory / f"{child.role.name}.pid"

    def _pump(self, seconds: float) -> None:
        if self.doorman is not None:
            self.doorman.turn()
        ready = self.selector.select(seconds)
        if not self.selector.get_map():
            time.sleep(seconds)
        for key, _ in ready:
            key.data()

    def _read(self, child: _Child) -> bool:
        """False at the end of the pipe, or when it holds nothing now."""
        pipe = child.process.stdout if child.process else None
        if pipe is None or pipe.closed:
            return False
        try:
            chunk = os.read(pipe.fileno(), 65536)
        except BlockingIOError:
            return False
        if not chunk:
            self.selector.unregister(pipe)
            pipe.close()
            return False
        *lines, child.rest = (child.rest + chunk).split(b"\n")
        for line in lines:
            self._write(self._prefix(child) + line + b"\n")
        return True

    def _drain(self, child: _Child) -> None:
        while self._read(child):
            pass
        pipe = child.process.stdout if child.process else None
        if pipe is not None and not pipe.closed:  # held open by something the role left behind
            self.selector.unregister(pipe)
            pipe.close()
        if child.rest:
            self._write(self._prefix(child) + child.rest + b"\n")
            child.rest = b""

    def _prefix(self, child: _Child) -> bytes:
        name = f"{child.role.name:<14} | "
        return (f"\033[{child.colour}m{name}\033[0m" if self.colourful else name).encode()

    def _write(self, data: bytes) -> None:
        try:
            self.out.write(data)
            self.out.flush()
        except (BrokenPipeError, OSError):  # no one reads any more: the work goes on until a signal
            self.out = Path(os.devnull).open("wb")  # noqa: SIM115  for the rest of this process


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
