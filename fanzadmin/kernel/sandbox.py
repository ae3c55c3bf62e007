"""Programs on files of strangers: no network of ours, no environment, bounded time, memory, files and output; they die with
the process that started them."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fanzadmin.kernel.processes import die_with_parent

ENVIRONMENT = {
    "PATH": os.defpath,
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
}  # a thread takes 32 MB of memory
FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use: seconds of the clock, and of the processor in so many threads, bytes of memory, bytes of each
    file that it writes."""

    seconds: float
    memory: int
    output: int = 0
    files: int = 64
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Output:
    """What a program printed, and what it complained of without giving up."""

    printed: bytes
    complaints: bytes


class ProgramFailed(Exception):
    """The program said no, ran out of memory or room, or was killed for it; `args[0]` is the end of what it said."""


class TookTooLong(Exception):
    """The time was over, of the clock or of the processor."""


class Interrupted(Exception):
    """The program was ended from outside: this says nothing about the file, and the work must be done again."""


def run(command: Sequence[str], *, limits: Limits) -> Output:
    """Run a program to its end. Raises ProgramFailed, TookTooLong, Interrupted."""
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=ENVIRONMENT,
        preexec_fn=_fence(limits),  # noqa: PLW1509  the limits must stand before the program does
    )
    try:
        out, errors = process.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        raise TookTooLong(f"{limits.seconds:.0f} s") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode in FROM_OUTSIDE:
        raise Interrupted(f"signal {-process.returncode}")
    if process.returncode == -signal.SIGXCPU:
        raise TookTooLong(f"{limits.seconds:.0f} s of the processor")
    if process.returncode:
        raise ProgramFailed(errors.decode(errors="replace")[-2000:] or f"exit {process.returncode}")
    return Output(out, errors)


def _fence(limits: Limits) -> Callable[[], None]:
    parent, seconds = os.getpid(), (int(limits.seconds) + 1) * limits.threads

    def fence() -> None:
        die_with_parent(parent)
        for what, limit in (
            (resource.RLIMIT_AS, limits.memory),
            (resource.RLIMIT_FSIZE, limits.output),
            (resource.RLIMIT_NOFILE, limits.files),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (limit, limit))
        # The soft limit ends it by SIGXCPU; only the hard one would look like a kill from outside.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    return fence
