"""Folders for large temporary files. A process may be killed at any time: what it left is found and removed by others."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "fanz-work-"


@contextmanager
def temp_dir(name: str) -> Iterator[Path]:
    """A folder for one piece of work, gone afterwards. What dead processes left on this machine is removed first."""
    remove_abandoned()
    folder, lock = _locked_folder(name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_abandoned() -> list[str]:
    """Remove the folders of processes that are gone, and return their names. Those in use, or another person's, stay."""
    removed = []
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), _held(folder):
            shutil.rmtree(folder)
            removed.append(folder.name)
    return removed


def _locked_folder(name: str) -> tuple[Path, int]:
    """A new folder and the lock on it, which the system lets go when this process ends, however it ends."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{name}-"))
        with suppress(OSError):  # someone who tidies up can be quicker than our lock
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Raises OSError while its owner lives."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)
