"""Heartbeats: a process that hangs is as good as dead, and the supervisor replaces it (runtime/watch.py).

Each main loop calls `beat` at every turn. The file `<pid>.beat` holds the moment, by the machine's monotonic clock, until which
the next one must have come. A process without a supervisor writes nothing.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

BETWEEN = 1.0  # seconds between two writes

_folder: Path | None = None
_pid = 0
_due = 0.0


def begin(folder: Path) -> None:
    """Let the beats of this process be seen in `folder`, where it may write there: without a supervisor there may be no such
    place. What it forks has to `inherit` them."""
    global _folder  # noqa: PLW0603  one per process, set when it starts
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _folder = folder if os.access(folder, os.W_OK) else None
    inherit()


def inherit() -> None:
    """In a fork that has a main loop of its own."""
    global _pid  # noqa: PLW0603  as above
    _pid = os.getpid()


def beat(*, within: float = 60) -> None:
    """This process works; if it does not say so again `within` seconds, it hangs."""
    global _due  # noqa: PLW0603  one per process
    now = time.monotonic()
    if _folder is None or now < _due or os.getpid() != _pid:
        return
    _due = now + BETWEEN
    file = _folder / f"{os.getpid()}.beat"
    draft = file.with_suffix(".draft")
    draft.write_text(str(now + within))
    draft.replace(file)
