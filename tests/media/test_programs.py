from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from fanzadmin.kernel import processes
from fanzadmin.media.transcoding import programs


def test_a_program_that_somebody_else_kills_says_nothing_about_the_file(tmp_path: Path) -> None:
    before = set(processes.descendants(os.getpid()))

    def kill() -> None:
        while not (started := set(processes.descendants(os.getpid())) - before):
            time.sleep(0.01)
        time.sleep(0.1)
        os.kill(min(started), signal.SIGKILL)

    threading.Thread(target=kill).start()
    with pytest.raises(programs.Interrupted):
        programs.run(["sleep", "30"], folder=tmp_path, timeout_s=20)


def test_a_program_that_uses_too_much_processor_time_is_a_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(programs.ProgramFailed):
        programs.run(["sh", "-c", "kill -XCPU $$"], folder=tmp_path, timeout_s=20)
