"""ffmpeg on a stranger's file: no network, no other file, bounded time, memory and output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from fanzadmin.kernel import sandbox
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

    `span` is the part of the file that the program sees, the first byte and the one after the last. `before` are input
    options, `max_output` the largest file it may write in bytes. Raises SandboxFailure, TookTooLong, sandbox.Interrupted.
    """
    address = f"subfile,,start,{span[0]},end,{span[1]},,:file:{source}" if span else f"file:{source}"
    reading = ["-protocol_whitelist", "file,pipe,subfile", "-f", reader, *before, "-i", address]
    limits = sandbox.Limits(seconds=timeout, memory=MEMORY_BYTES, output=max_output, threads=4)
    try:
        output = sandbox.run([imageio_ffmpeg.get_ffmpeg_exe(), *QUIET, *reading, *arguments], limits=limits)
    except sandbox.TookTooLong:
        raise _too_long(timeout) from None
    except sandbox.ProgramFailed as error:
        raise SandboxFailure(str(error)[-500:]) from None
    complaints = output.complaints.decode(errors="replace").splitlines()
    return Output(output.printed.decode(errors="replace"), tuple(complaints))


def _too_long(seconds: float) -> TookTooLong:
    return TookTooLong(f"Checking the file took longer than {seconds:.0f} seconds.")
