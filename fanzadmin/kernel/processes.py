"""Linux processes: who dies with whom, who reaps whom, as which user.

`die_with_parent` follows the *thread* that started the child (prctl(2), PR_SET_PDEATHSIG): start long-lived
children from the main thread only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_prctl = _libc.prctl
_capset = _libc.capset

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_CHILD_SUBREAPER = 36
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522


def die_with_parent(parent: int, sign: signal.Signals = signal.SIGKILL) -> None:
    """In a fresh child: be sent `sign` when the process `parent` dies, even by kill -9."""
    _prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def killed_with_parent(sign: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn` for subprocess: the program started dies with this process."""
    parent = os.getpid()
    return lambda: die_with_parent(parent, sign)


def adopt_orphans() -> None:
    """Grandchildren whose parent dies become children of this process, not of init."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def become(uid: int, *, everywhere: bool) -> None:
    """In a fresh child of root: give up root for `uid`.

    `everywhere` keeps the right to pass closed directories, for programs and data that lie under one,
    such as root's home. A bounding set without that right is left as it is.
    """
    _prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    capabilities = [CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH] if everywhere else []
    for chosen in (capabilities, capabilities[:1], []):
        if _set_capabilities(sum(1 << capability for capability in chosen)):
            break
    for capability in chosen:
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _set_capabilities(mask: int) -> bool:
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(
        mask, mask, mask, 0, 0, 0
    )  # effective, permitted, inheritable; low and high word
    return bool(_capset(header, data) == 0)


def may_pass_everywhere() -> bool:
    """Whether a child of root can keep the right to pass closed directories; a container may have taken it from all."""
    status = Path("/proc/self/status").read_text()
    bounding = next((line for line in status.splitlines() if line.startswith("CapBnd:")), "CapBnd: 0")
    return bool(int(bounding.split()[1], 16) >> CAP_DAC_READ_SEARCH & 1)


def is_open_to_all(path: Path) -> bool:
    """Whether any user may reach and read `path`."""
    path = path.resolve()
    return bool(path.stat().st_mode & 0o004) and all(parent.stat().st_mode & 0o001 for parent in path.parents)


def started_at(pid: int) -> int:
    """Clock ticks after boot at which `pid` started: with the pid it names one process. 0 when it is gone."""
    stat = _stat(pid)
    return int(stat[19]) if stat and stat[0] != "Z" else 0


def descendants(pid: int) -> list[int]:
    """Children, grandchildren and so on that are alive or waiting to be reaped, nearest first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
    pids = list(parents.get(pid, ()))
    for child in pids:
        pids.extend(parents.get(child, ()))
    return pids


def is_stopped(pid: int) -> bool:
    """Whether a process is stopped by a signal: it lives, and does nothing until another signal comes."""
    return _stat(pid)[:1] == ["T"]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third (state) on; the second may hold any character."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def working_in(directory: Path) -> list[int]:
    """The living processes whose working directory that is, as far as this user may see them."""
    pids, path = [], str(directory.resolve())
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and str((entry / "cwd").readlink()) == path:
                pids.append(int(entry.name))
    return pids


def reap_others(own: Iterable[int]) -> None:
    """Collects children of this process that ended: adopted orphans. Those in `own` are left to their owner."""
    own = set(own)
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in own:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)


def send(pid: int, sign: signal.Signals) -> bool:
    """False when there is no such process any more."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return False
    return True


def write_pid(path: Path, pid: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(f"{pid} {started_at(pid)}\n")
    draft.replace(path)


def read_pid(path: Path) -> int:
    """The pid written there when that very process still lives, else 0."""
    try:
        pid, start = (int(word) for word in path.read_text().split())
    except (OSError, ValueError):
        return 0
    return pid if start and started_at(pid) == start else 0


def wait_gone(pids: Iterable[int], seconds: float) -> list[int]:
    """Waits until the processes are gone; returns those that are not."""
    left = {pid: started_at(pid) for pid in pids}
    deadline = time.monotonic() + seconds
    while True:
        left = {pid: start for pid, start in left.items() if start and started_at(pid) == start}
        if not left or time.monotonic() > deadline:
            return list(left)
        time.sleep(0.02)
