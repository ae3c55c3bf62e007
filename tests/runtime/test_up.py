"""`run.py up` as a person starts it: one data directory, one port, Ctrl-C."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from fanzadmin.kernel import processes
from tests.platforms import ROOT, OwnPlatform, free_port

ROLES = ("web", "events", "worker-media", "worker-default", "scheduler", "postgres", "redis", "nats")


@pytest.fixture(scope="module")
def platform(expendable: Callable[[], OwnPlatform]) -> OwnPlatform:
    return expendable()


@pytest.mark.slow
@pytest.mark.xdist_group("kills")
class TestUp:
    """In this order: the last ones end the platform."""

    def test_says_where_it_is_and_where_the_data_lies(self, platform: OwnPlatform) -> None:
        text = platform.log.read_text()
        assert f"Address   {platform.address}" in text
        assert f"Data      {platform.var}" in text

    def test_every_role_has_a_pid_file(self, platform: OwnPlatform) -> None:
        assert [role for role in ROLES if not platform.pid(role)] == []

    def test_alive_and_ready_answer_without_login(self, platform: OwnPlatform) -> None:
        assert requests.get(f"{platform.address}/healthz", timeout=5).status_code == 200
        ready = requests.get(f"{platform.address}/readyz", timeout=5)
        assert set(ready.json()["dependencies"]) == {"postgresql", "redis", "nats", "storage"}

    @pytest.mark.parametrize("role", ["web", "redis", "nats", "postgres"])
    def test_is_ready_again_after_a_part_was_killed(self, platform: OwnPlatform, role: str) -> None:
        killed = platform.pid(role)
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while platform.pid(role) in {0, killed} or not platform.is_ready():
            assert time.monotonic() < deadline, platform.log.read_text()
            time.sleep(0.2)

    def test_a_second_copy_on_the_same_data_is_refused_in_one_sentence(self, platform: OwnPlatform) -> None:
        refused = subprocess.run(
            [sys.executable, "run.py", "up"],
            env={"PATH": os.environ["PATH"], "FANZ_VAR": str(platform.var), "PORT": str(free_port())},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert "is in use by process" in refused.stdout

    def test_a_port_in_use_is_refused_in_one_sentence(self, platform: OwnPlatform, tmp_path: Path) -> None:
        second = OwnPlatform(tmp_path / "var", int(platform.address.rpartition(":")[2]))
        assert second.process.wait(20) == 1
        assert "Choose another with PORT" in second.log.read_text()

    def test_ctrl_c_leaves_no_process_within_ten_seconds(self, platform: OwnPlatform) -> None:
        everyone = processes.descendants(platform.process.pid)
        platform.process.send_signal(signal.SIGINT)
        assert platform.process.wait(10) == 0
        assert processes.wait_gone(everyone, 0) == []


class TestSettings:
    def test_a_wrong_one_ends_every_command_with_one_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "run.py", "up"],
            env={"PATH": os.environ["PATH"], "FANZ_VAR": str(tmp_path), "PORT": "http"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr == "PORT must be a whole number from 1 to 65535, not 'http'.\n"


class TestHelp:
    def test_answers_at_once_and_names_every_command(self) -> None:
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        stdout = subprocess.run(
            [sys.executable, "-S", "run.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - spent < 0.5
        commands = "up web events worker scheduler migrate seed canary backup restore routes"
        assert [name for name in commands.split() if f"\n    {name}" not in stdout] == []
