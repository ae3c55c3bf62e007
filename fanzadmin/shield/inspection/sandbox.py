"""ffmpeg on a stranger's file: no network, no other file, bounded time, memory and output."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from fanzadmin.kernel.errors import BusinessError

MEMORY_BYTES = 4 << 30
QUIET = ("-hide_banner", "-nostdin", "-v", "error")


@dataclass(frozen=True)
class Output:
    """What a program printed, and the lines in which it complained without giving up."""

    text: str
    complaints: tuple[str, ...]


class SandboxFailure(Exception):
    """The program said no, ran out of memory or room, or was killed for it."""


class TookTooLong(BusinessError):
    """It is unknown whether the file or a busy machine is to blame: the file is neither cleared nor refused."""

    status = 503
    title = "The file could not be checked in time"


class Interrupted(Exception):
    """The program was ended from outside: this says nothing about the file, and the scan must run again."""


FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


def ffmpeg(
    arguments: Sequence[str],
    *,
    source: Path,
    span: tuple[int, int] | None = None,
    reader: str,
    before: Sequence[str] = (),
    timeout: float,
    max_output: int = 0,
) -> Output:
    """Run ffmpeg on `source`, opened by the demuxer `reader` alone, and return what it said.

    `span` is the part of the file that the program sees, the first byte and the one after the last. `before` are input options, `max_output` the largest file it may write in bytes. Raises SandboxFailure,
    TookTooLong, Interrupted.
    """
    address = f"subfile,,start,{span[0]},end,{span[1]},,:file:{source}" if span else f"file:{source}"
    reading = ["-protocol_whitelist", "file,pipe,subfile", "-f", reader, *before, "-i", address]
    process = subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), *QUIET, *reading, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={"PATH": os.defpath},
        preexec_fn=_limits(int(timeout) + 1, max_output),  # noqa: PLW1509  a job's process has one thread
    )
    try:
        out, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise _too_long(timeout) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode in FROM_OUTSIDE:
        raise Interrupted(f"ffmpeg was ended by signal {-process.returncode}")
    if process.returncode == -signal.SIGXCPU:
        raise _too_long(timeout)
    if process.returncode != 0:
        raise SandboxFailure(errors.decode(errors="replace")[-500:] or f"exit {process.returncode}")
    return Output(out.decode(errors="replace"), tuple(errors.decode(errors="replace").splitlines()))


def _too_long(seconds: float) -> TookTooLong:
    return TookTooLong(f"Checking the file took longer than {seconds:.0f} seconds.")


def _limits(seconds: int, output: int) -> Callable[[], None]:
    def apply() -> None:
        for what, limit in (
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, output),
            (resource.RLIMIT_NOFILE, 64),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (limit, limit))
        # The soft limit ends it by SIGXCPU; only the hard one would look like a kill from outside.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds * 4, seconds * 4 + 5))

    return apply
