"""The end of a run: what it names, and what gets a second try."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.platforms import ROOT

CONFTEST = """
from tests import reporting

def pytest_configure(config):
    config.pluginmanager.register(reporting)
    config.pluginmanager.register(reporting.Times())
    config.addinivalue_line("markers", "browser: is tried again")
"""
TESTS = """
from pathlib import Path
import pytest

def tries(name):
    file = Path(name)
    count = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(count))
    return count

@pytest.mark.browser
def test_fails_once():
    assert tries("once") == 2, "the page was slow"

@pytest.mark.browser
def test_fails_always():
    assert tries("always") == 0

def test_of_another_kind_fails():
    assert tries("other") == 2

@pytest.mark.parametrize("number", range(9))
def test_passes(number):
    pass
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What a run of these tests prints, and where they counted their tries."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_tries.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:dash", str(folder)]
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    ).stdout, folder


class TestSecondTry:
    def test_a_browser_test_that_passes_then_is_named_with_what_it_said(self, run: tuple[str, Path]) -> None:
        text, _ = run
        assert "FLAKY test_tries.py::test_fails_once" in text
        assert "the page was slow" in text
        assert "1 flaky: test_tries.py::test_fails_once" in text

    def test_one_that_fails_again_fails(self, run: tuple[str, Path]) -> None:
        text, folder = run
        assert "FAILED test_tries.py::test_fails_always" in text
        assert (folder / "always").read_text() == "2"
        assert "the first try" in text
        assert "assert 1 == 0" in text

    def test_no_other_test_gets_one(self, run: tuple[str, Path]) -> None:
        text, folder = run
        assert "FAILED test_tries.py::test_of_another_kind_fails" in text
        assert (folder / "other").read_text() == "1"
        assert "2 failed, 10 passed" in text


class TestTimes:
    def test_say_the_ten_slowest_and_the_seconds_of_each_folder(self, run: tuple[str, Path]) -> None:
        text, _ = run
        assert "12 tests" in text.partition("time by folder")[2].splitlines()[1]
        slowest = text.partition("the 10 slowest")[2].partition("= flaky")[0]
        assert slowest.count("test_tries.py::") == 10
