"""Real processes, really killed: toy programs stand for the roles, nothing of the supervisor is replaced."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanzadmin.kernel import processes

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
)
WITH_HORSE = """
import os, subprocess, sys, time
horse = subprocess.Popen([sys.executable, "-c", "import os, time; os.setpgrp(); time.sleep(600)"])
print("horse", horse.pid, flush=True)
time.sleep(600)
"""
PROGRAM = """
import sys
from pathlib import Path
from fanzadmin.runtime.reaper import run_and_reap
from fanzadmin.runtime.supervisor import Role, Supervisor, Timing

def main():
    supervisor = Supervisor(run=Path({run!r}), environ={environ!r}, timing=Timing(grace={grace}, first_pause=0.25))
    supervisor.take_signals()
    supervisor.run_roles([Role(name, (sys.executable, "-c", code)) for name, code in {roles!r}.items()])
    supervisor.stop()
    return 0

sys.exit(run_and_reap(main, shutdown_seconds={grace}))
"""


GRACE = 1.0  # seconds, where an operator's platform has six


class Running:
    """A keeper with a supervisor with roles, and what they print."""

    def __init__(self, run: Path, roles: dict[str, str], *, grace: float = GRACE) -> None:
        self.run = run
        code = PROGRAM.format(run=str(run), environ=dict(os.environ), roles=roles, grace=grace)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            preexec_fn=processes.killed_with_parent(signal.SIGTERM),  # noqa: PLW1509  ends with the tests
        )

    def line_with(self, text: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if text in line:
                return line
        raise AssertionError(f"ended without a line with '{text}'")

    def pid(self, role: str) -> int:
        return processes.read_pid(self.run / f"{role}.pid")

    def everyone(self) -> list[int]:
        return processes.descendants(self.process.pid)

    @property
    def supervisor(self) -> int:
        return self.everyone()[0]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start_roles(*, grace: float = GRACE, **roles: str) -> Running:
        running = Running(tmp_path / "run", roles, grace=grace)
        started.append(running)
        for _ in roles:
            running.line_with("|")
        return running

    yield start_roles
    for running in started:
        left = running.everyone()
        running.process.kill()
        running.process.wait()
        if running.process.stdout:
            running.process.stdout.close()
        for pid in left:
            processes.send(pid, signal.SIGKILL)


class TestRun:
    def test_each_line_names_its_role(self, start: Callable[..., Running]) -> None:
        running = start(
            web="print('half', end='', flush=True); import sys; print(' a line'); sys.stderr.write('oops')"
        )
        assert running.line_with("oops").startswith("web            | ")

    def test_the_names_are_coloured_on_a_terminal_only(self, tmp_path: Path) -> None:
        master, slave = pty.openpty()
        code = PROGRAM.format(
            run=str(tmp_path), environ=dict(os.environ), roles={"web": SLEEPER}, grace=GRACE
        )
        process = subprocess.Popen([sys.executable, "-c", code], stdout=slave, cwd=ROOT)
        os.close(slave)
        seen = os.read(master, 200)
        process.terminate()
        process.wait(10)
        os.close(master)
        assert b"\033[36mweb" in seen

    def test_a_dead_role_is_started_again(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER)
        first = running.pid("web")
        os.kill(first, signal.SIGKILL)
        assert "web ended (SIGKILL); again in" in running.line_with("ended")
        running.line_with("ready")
        assert running.pid("web") not in {0, first}

    def test_a_role_that_keeps_dying_is_given_longer_and_longer_pauses(
        self, start: Callable[..., Running]
    ) -> None:
        running = start(web="print('ready'); raise SystemExit(3)")
        pauses = [running.line_with("exit code 3").split()[-2] for _ in range(3)]
        assert pauses == ["0.5", "1", "2"]

    def test_the_other_roles_do_not_notice(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER, events=SLEEPER)
        events = running.pid("events")
        os.kill(running.pid("web"), signal.SIGKILL)
        running.line_with("ready")
        assert running.pid("events") == events

    def test_what_a_dead_role_leaves_in_a_group_of_its_own_is_ended(self, tmp_path: Path) -> None:
        running = Running(tmp_path / "run", {"worker": textwrap.dedent(WITH_HORSE)})
        horse = int(running.line_with("horse").split()[-1])
        os.kill(running.pid("worker"), signal.SIGKILL)
        running.line_with("ended")
        assert processes.wait_gone([horse], 5) == []
        running.process.terminate()
        running.process.communicate()


class TestStop:
    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_by_a_signal_leaves_nothing_and_succeeds(
        self, start: Callable[..., Running], sign: signal.Signals
    ) -> None:
        running = start(web=SLEEPER, events=SLEEPER)
        everyone = running.everyone()
        running.process.send_signal(sign)
        assert running.process.wait(10) == 0
        assert processes.wait_gone(everyone, 0) == []
        assert not list(running.run.glob("*.pid"))

    def test_takes_no_longer_than_its_grace_when_a_role_will_not_listen(
        self, start: Callable[..., Running]
    ) -> None:
        running = start(worker=STUBBORN)
        everyone, began = running.everyone(), time.monotonic()
        running.process.terminate()
        assert running.process.wait(10) == 0
        assert GRACE < time.monotonic() - began < GRACE + 3
        assert processes.wait_gone(everyone, 0) == []

    def test_asked_twice_does_not_wait(self, start: Callable[..., Running]) -> None:
        running = start(grace=30.0, worker=STUBBORN)
        began = time.monotonic()
        running.process.terminate()
        time.sleep(0.2)
        running.process.terminate()
        running.process.wait(10)
        assert time.monotonic() - began < 10

    def test_goes_on_when_nobody_reads_the_output_any_more(self, start: Callable[..., Running]) -> None:
        running = start(web="import time\nwhile True: print('x' * 1000, flush=True); time.sleep(0.01)")
        assert running.process.stdout is not None
        running.process.stdout.close()
        running.process.stdout = None
        time.sleep(0.5)
        assert running.pid("web")
        running.process.terminate()
        assert running.process.wait(10) == 0


class TestKill:
    def test_of_the_keeper_stops_everything(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER, worker=STUBBORN)
        everyone = running.everyone()
        running.process.kill()
        assert processes.wait_gone(everyone, 10) == []

    def test_of_the_supervisor_stops_everything(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER, worker=STUBBORN)
        everyone = running.everyone()
        os.kill(running.supervisor, signal.SIGKILL)
        assert running.process.wait(10) == 128 + signal.SIGKILL
        assert processes.wait_gone(everyone, 0) == []

    def test_of_the_supervisor_stops_what_a_role_had_started(self, tmp_path: Path) -> None:
        running = Running(tmp_path / "run", {"worker": textwrap.dedent(WITH_HORSE)})
        horse = int(running.line_with("horse").split()[-1])
        os.kill(running.supervisor, signal.SIGKILL)
        running.process.communicate()
        assert processes.wait_gone([horse], 0) == []

    def test_of_keeper_and_supervisor_together_stops_every_role(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER, worker=STUBBORN)
        everyone = running.everyone()
        for pid in (running.process.pid, running.supervisor):
            os.kill(pid, signal.SIGKILL)
        assert processes.wait_gone(everyone, 10) == []


class TestPidFile:
    def test_of_a_process_that_is_gone_reads_as_nobody(self, tmp_path: Path) -> None:
        process = subprocess.Popen([sys.executable, "-c", ""])
        processes.write_pid(tmp_path / "x.pid", process.pid)
        process.wait()
        assert processes.read_pid(tmp_path / "x.pid") == 0

    def test_of_a_number_that_another_process_has_now_reads_as_nobody(self, tmp_path: Path) -> None:
        (tmp_path / "x.pid").write_text(f"{os.getpid()} 1\n")
        assert processes.read_pid(tmp_path / "x.pid") == 0

    @pytest.mark.parametrize("text", ["", "x", "12"])
    def test_that_is_damaged_reads_as_nobody(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "x.pid").write_text(text)
        assert processes.read_pid(tmp_path / "x.pid") == 0


WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
child.wait()
print("child gone", flush=True)
time.sleep(600)
"""
SILENT = """
import sys, time
from pathlib import Path
from fanzadmin.kernel import heartbeat
heartbeat.begin(Path({run!r}))
heartbeat.beat(within=0.5)
print("beats", flush=True)
time.sleep(600)
"""


class TestHung:
    """Hung is dead: whatever lives and does nothing is replaced."""

    def test_a_stopped_role_is_replaced(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER)
        before = running.pid("web")
        os.kill(before, signal.SIGSTOP)
        assert f"Process {before} was stopped and is replaced." in running.line_with("was stopped")
        running.line_with("ready")
        assert running.pid("web") not in {0, before}

    def test_a_stopped_process_of_a_role_is_killed_for_the_role_to_replace(
        self, start: Callable[..., Running]
    ) -> None:
        running = start(web=WITH_CHILD)
        child = next(pid for pid in running.everyone() if pid not in {running.supervisor, running.pid("web")})
        os.kill(child, signal.SIGSTOP)
        running.line_with("child gone")
        assert processes.started_at(running.pid("web")), "the role itself lives on"

    def test_a_role_that_gives_no_sign_of_life_is_replaced(
        self, start: Callable[..., Running], tmp_path: Path
    ) -> None:
        running = start(web=SILENT.format(run=str(tmp_path / "run")))
        before = running.pid("web")
        running.line_with("gave no sign of life")
        running.line_with("beats")
        assert running.pid("web") not in {0, before}

    def test_one_that_was_stopped_for_a_moment_goes_on(self, start: Callable[..., Running]) -> None:
        running = start(web=SLEEPER)
        before = running.pid("web")
        os.kill(before, signal.SIGSTOP)
        time.sleep(0.1)
        os.kill(before, signal.SIGCONT)
        time.sleep(1)
        assert running.pid("web") == before
