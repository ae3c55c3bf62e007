"""A file of the corpus: what it is called, its bytes, and what has to come of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg


@dataclass(frozen=True)
class Case:
    """`codes` are the refusals that are right, none for a sound file; `is_encoded` has it encoded and compared as well."""

    name: str
    content: bytes
    codes: frozenset[str] = frozenset()
    is_encoded: bool = False

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix


def ffmpeg(*arguments: object) -> bytes:
    """Run ffmpeg as an outsider would; returns what it writes to its standard output."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


@cache
def file_of(suffix: str, *arguments: str) -> bytes:
    """The file of this ending that ffmpeg makes of `arguments`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        ffmpeg(*arguments, path)
        return path.read_bytes()
