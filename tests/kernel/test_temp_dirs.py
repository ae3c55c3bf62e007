"""A workbench lives as long as its process; whoever comes next tidies up after the dead."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fanzadmin.kernel.temp_dirs import remove_abandoned, temp_dir

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
from fanzadmin.kernel.temp_dirs import temp_dir
with temp_dir("test") as folder:
    (folder / "large").write_bytes(bytes(1000))
    print(folder, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def worker() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def folder_of(worker: subprocess.Popen[str]) -> Path:
    assert worker.stdout
    return Path(worker.stdout.readline().strip())


class TestWorkbench:
    def test_it_is_gone_after_the_work(self) -> None:
        with temp_dir("test") as folder:
            (folder / "file").touch()
        assert not folder.exists()

    def test_it_is_gone_after_a_failure(self) -> None:
        with pytest.raises(ZeroDivisionError), temp_dir("test") as folder:
            _ = 1 / 0
        assert not folder.exists()

    def test_two_at_once_do_not_disturb_each_other(self) -> None:
        with temp_dir("test") as first, temp_dir("test") as second:
            assert first != second
            assert first.exists()


class TestRemoveAbandoned:
    def test_what_a_killed_process_left_is_removed(self, worker: subprocess.Popen[str]) -> None:
        folder = folder_of(worker)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert (folder / "large").exists()
        assert remove_abandoned() == [folder.name]
        assert not folder.exists()

    def test_what_a_living_process_uses_stays(self, worker: subprocess.Popen[str]) -> None:
        folder = folder_of(worker)
        assert remove_abandoned() == []
        assert folder.exists()
        worker.communicate("\n")
        assert not folder.exists()

    def test_beginning_new_work_tidies_up_too(self, tmp_path: Path) -> None:
        left = tmp_path / "fanz-work-encode-x"
        left.mkdir()
        with temp_dir("test"):
            assert not left.exists()

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "precious").mkdir()
        (tmp_path / "fanz-work-x").symlink_to(tmp_path / "precious")
        assert remove_abandoned() == []
        assert (tmp_path / "precious").exists()
