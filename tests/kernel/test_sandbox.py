"""Programs on files of strangers keep their limits."""

import os
import signal
import sys

import pytest

from fanzadmin.kernel import sandbox
from fanzadmin.kernel.sandbox import Interrupted, Limits, ProgramFailed, TookTooLong

ROOM = Limits(seconds=20, memory=512 << 20)


def run(code: str, limits: Limits = ROOM) -> sandbox.Output:
    return sandbox.run([sys.executable, "-I", "-c", code], limits=limits)


def test_what_it_prints_and_complains_of_comes_back() -> None:
    text = run("import sys; print('rows'); sys.stderr.write('a crumb')")
    assert (text.printed, text.complaints) == (b"rows\n", b"a crumb")


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(60)"])
def test_its_time_ends(code: str) -> None:
    with pytest.raises(TookTooLong):
        run(code, Limits(seconds=0.5, memory=512 << 20))


def test_its_memory_ends() -> None:
    with pytest.raises(ProgramFailed, match="MemoryError"):
        run("bytearray(1 << 30)")


def test_it_writes_no_file_where_it_may_write_none(tmp_path: object) -> None:
    with pytest.raises(ProgramFailed):
        run(f"open('{tmp_path}/x', 'w').write('x' * 100000)")


def test_it_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "kept")
    assert b"SECRET_KEY" not in run("import os; print(dict(os.environ))").printed


def test_an_end_from_outside_says_nothing_of_the_file() -> None:
    with pytest.raises(Interrupted):
        run(f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})")
    assert os.getpid()
