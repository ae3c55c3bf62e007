"""A process that does nothing but outlive another one, and clears up when that was killed."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable

from fanzadmin.kernel import processes

SHUTDOWN_SECONDS = 6.0  # for servers, which die with their parent and are shutting down by then


def run_and_reap(main: Callable[[], int], *, shutdown_seconds: float = SHUTDOWN_SECONDS) -> int:
    """Runs `main` in a child and returns its exit code.

    Signals that ask to stop are passed on. When the child is killed with no chance to clean up, everything it
    had started is ended here. When this process is killed instead, the child gets SIGTERM.
    """
    processes.adopt_orphans()
    reaper = os.getpid()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)  # a signal from the terminal comes once, through the reaper
        processes.die_with_parent(reaper, signal.SIGTERM)
        os._exit(_run(main))
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: processes.send(child, signal.Signals(number)) and None)
    _, status = os.waitpid(child, 0)
    _end_descendants(shutdown_seconds)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _run(main: Callable[[], int]) -> int:
    try:
        return main()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _end_descendants(shutdown_seconds: float) -> None:
    left = _descendants()
    for sign, seconds in ((signal.SIGTERM, shutdown_seconds), (signal.SIGKILL, 2.0)):
        for pid in left:
            processes.send(pid, sign)
        processes.wait_gone(left, seconds)
        left = _descendants()
        if not left:
            return


def _descendants() -> list[int]:
    processes.reap_others(())
    return processes.descendants(os.getpid())
