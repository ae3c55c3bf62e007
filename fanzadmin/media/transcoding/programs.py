"""Runs ffmpeg and shaka-packager on files a stranger sent, fenced in.

Every run is its own process group with limits on memory, open files, file size and time; it dies with the
process that started it, and nothing it prints can fill our memory.
"""

from __future__ import annotations

import logging
import os
import platform
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg
from flask_babel import gettext

from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.processes import die_with_parent
from fanzadmin.kernel.storage import StorageFull

log = logging.getLogger(__name__)

_TAIL_BYTES = 8_192
_GIB = 1024**3

PROJECT_ROOT = Path(__file__).resolve().parents[3]

SAFE_INPUT = (
    "-protocol_whitelist",
    "file,pipe",
    "-format_whitelist",
    "mov,matroska,avi,mp3,wav,ogg,flac,aac,gif,image2,webp_pipe,png_pipe,jpeg_pipe",
)
"""Options before every `-i`: local files only, and no demuxer that opens further addresses (HLS, DASH, concat)."""


class ProgramMissing(BusinessError):
    status = 503
    title = "A media program is not installed"


class ProgramFailed(BusinessError):
    """The program refused the file."""

    status = 422
    title = "The file could not be processed"


class TookTooLong(BusinessError):
    status = 422
    title = "Processing took too long"


class Stopped(Exception):
    """A cancel was asked for; not an error of the file."""


class Interrupted(Exception):
    """The program was ended from outside: this says nothing about the file, and the work must run again."""


FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


def ffmpeg() -> str:
    """The ffmpeg binary of the wheel, or one named by imageio-ffmpeg's own setting."""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as missing:
        raise ProgramMissing(gettext("ffmpeg is missing: install requirements.txt again.")) from missing


@cache
def packager() -> str:
    """The shaka-packager binary inside the npm package; no download step, the package carries it."""
    systems = {"linux": "linux", "darwin": "osx"}
    machines = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    system, machine = systems.get(sys.platform), machines.get(platform.machine().lower())
    binary = PROJECT_ROOT / f"node_modules/shaka-packager/bin/packager-{system}-{machine}"
    if not binary.is_file():
        raise ProgramMissing(
            gettext("shaka-packager is missing: run `npm ci --ignore-scripts` in the project's folder.")
        )
    if not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return str(binary)


def run(
    command: Sequence[str],
    *,
    folder: Path,
    timeout_s: float,
    on_line: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Run `command` in `folder` until it ends; lines of its standard output go to `on_line`.

    Raises Stopped when `cancelled` says so, TookTooLong after `timeout_s` seconds, StorageFull on a full disk,
    Interrupted when it was ended from outside, ProgramFailed otherwise. The whole process group is gone when this returns or raises.
    """
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_fence(timeout_s),  # noqa: PLW1509  limits must stand before the program does
    )
    try:
        tail = _follow(process, time.monotonic() + timeout_s, on_line, cancelled)
    finally:
        _end(process)
    if process.returncode in FROM_OUTSIDE:
        raise Interrupted(f"{Path(command[0]).name} was ended by signal {-process.returncode}")
    if process.returncode:
        raise _failure(Path(command[0]).name, process.returncode, tail)


def _follow(
    process: subprocess.Popen[bytes],
    deadline: float,
    on_line: Callable[[str], None] | None,
    cancelled: Callable[[], bool] | None,
) -> bytes:
    if process.stdout is None or process.stderr is None:
        raise ValueError("start the process with pipes")
    tail, pending = b"", b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(timeout=0.25)
            if cancelled and cancelled():
                raise Stopped
            if time.monotonic() > deadline:
                raise TookTooLong(
                    gettext("Processing this file took longer than allowed, so it was stopped.")
                )
            for key, _ in ready:
                chunk = os.read(key.fd, 65_536)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    tail = (tail + chunk)[-_TAIL_BYTES:]
                else:
                    *lines, pending = (pending + chunk).split(b"\n")
                    pending = pending[-_TAIL_BYTES:]
                    if on_line:
                        for line in lines:
                            on_line(line.decode("utf-8", "replace"))
    process.wait(timeout=max(1.0, deadline - time.monotonic()))
    return tail


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def _fence(timeout_s: float) -> Callable[[], None]:
    parent = os.getpid()
    cpu_seconds = int(timeout_s * (os.cpu_count() or 1)) + 1

    def fence() -> None:
        die_with_parent(parent)
        resource.setrlimit(resource.RLIMIT_AS, (8 * _GIB, 8 * _GIB))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))  # SIGXCPU first
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * _GIB, 64 * _GIB))
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)

    return fence


def _failure(program: str, code: int, tail: bytes) -> BusinessError:
    """A sentence for people; the program's own words are for the log."""
    words = tail.decode("utf-8", "replace").strip()
    log.warning("%s ended with code %s: %s", program, code, words[-2_000:] or "no words")
    if "No space left on device" in words or "Disk quota exceeded" in words:
        return StorageFull(gettext("The disk is full; nothing was kept. Try again when there is space."))
    return cannot_process()


def cannot_process() -> ProgramFailed:
    return ProgramFailed(
        gettext("This file could not be processed. Export it again, as MP4, JPEG or MP3, and upload that.")
    )
