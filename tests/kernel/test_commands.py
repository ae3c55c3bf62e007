"""run.py's commands, as somebody types them."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from config import Config
from fanzadmin.runtime.embedded import running_or_started
from tests.platforms import ROOT


def said(*arguments: str) -> str:
    """What a command that fails says."""
    ended = subprocess.run(
        [sys.executable, "run.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    return ended.stderr


class TestArguments:
    def test_an_unknown_command_is_answered_with_the_list(self) -> None:
        assert "invalid choice: 'nonsense' (choose from 'up', 'web'" in said("nonsense")

    @pytest.mark.parametrize("wrong", ["0", "-3", "many"])
    def test_a_demo_of_no_size_is_refused(self, wrong: str) -> None:
        assert "argument --scale: use a whole number from 1" in said("seed", f"--scale={wrong}")


# In a process of its own: a command binds its process to the servers that it starts and stops.
SEED_THAT_FINDS_DATA = """
import argparse, sys
import run
from config import Config
from fanzadmin import demo
demo.seed = lambda _app, _scale: False
sys.exit(run.seed(Config.from_env(), argparse.Namespace(scale=10)))
"""


class TestSeed:
    def test_makes_its_own_tables_and_says_when_there_is_data(self, tmp_path: Path) -> None:
        config = Config.from_env({"FANZ_VAR": str(tmp_path / "var")})
        command = [sys.executable, "-c", SEED_THAT_FINDS_DATA]
        done = subprocess.run(
            command, cwd=ROOT, env=config.environ(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "A demo of another size needs an empty database." in done.stderr
        with running_or_started(config) as filled, create_engine(filled.database.url).begin() as database:
            assert database.execute(text("SELECT count(*) FROM security.cluster")).scalar() == 0
