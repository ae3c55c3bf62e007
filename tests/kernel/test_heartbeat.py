"""Signs of life of a main loop."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanzadmin.kernel import heartbeat


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    yield
    heartbeat._folder, heartbeat._due = None, 0.0


def test_a_beat_says_when_the_next_one_must_have_come(tmp_path: Path) -> None:
    heartbeat.begin(tmp_path)
    heartbeat.beat(within=30)
    until = float((tmp_path / f"{os.getpid()}.beat").read_text())
    assert 29 < until - time.monotonic() <= 30


def test_many_turns_a_second_are_one_write(tmp_path: Path) -> None:
    heartbeat.begin(tmp_path)
    heartbeat.beat()
    (tmp_path / f"{os.getpid()}.beat").unlink()
    heartbeat.beat()
    assert not list(tmp_path.glob("*.beat"))


def test_a_fork_without_a_loop_of_its_own_is_silent(tmp_path: Path) -> None:
    heartbeat.begin(tmp_path)
    child = os.fork()
    if child == 0:
        heartbeat.beat()
        os._exit(0)
    os.waitpid(child, 0)
    assert not list(tmp_path.glob("*.beat"))


def test_without_a_place_to_write_there_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    heartbeat.begin(tmp_path / "file" / "run")
    heartbeat.beat()
