"""The tutorial is right: its blocks, applied to a copy of the tree, migrate a database and pass their own tests."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg2
import pytest

from tests.architecture.source import ROOT
from tests.stack import TEMPLATE, Stack

TUTORIAL = ROOT / "docs" / "tutorial.md"
TREE = ("fanzadmin", "security", "dashboards", "jobs", "tests", "config.py", "run.py", "pyproject.toml")
MOST_FILES, MOST_LINES = 9, 500
RULES = ("tests/architecture/test_wiring.py", "tests/architecture/test_marks.py")
DATABASE = "tutorial"
IMPORT = re.compile(r"(?:from|import) ")
CONFTEST = '''

@pytest.fixture(scope="session")
def config() -> Config:
    """The database of the tutorial's test."""
    return Config.from_env(dict(os.environ))


@pytest.fixture(scope="session", autouse=True)
def in_step(app: Flask) -> None:
    """Model and migration agree."""
    from fanzadmin.migrations.migrate import differences

    with app.app_context():
        assert differences() == []
'''


class Block(NamedTuple):
    """A block of code: `kind` is python or diff, `path` its file."""

    kind: str
    path: str
    text: str


def blocks() -> list[Block]:
    """The tutorial's blocks, in their order."""
    result = re.findall(r"^```(python|diff) (\S+)\n(.*?)^```$", TUTORIAL.read_text(), re.S | re.M)
    return [Block(*parts) for parts in result]


def test_a_noun_costs_nine_files_and_five_hundred_lines() -> None:
    files = {block.path for block in blocks()}
    lines = sum(len(block.text.splitlines()) for block in blocks())
    assert len(files) <= MOST_FILES, f"a noun became dearer: {sorted(files)}"
    assert lines <= MOST_LINES, f"a noun became dearer: {lines} lines"


@pytest.mark.slow
def test_it_works_as_it_is_written(stack: Stack, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in TREE:
        copied(ROOT / name, tree / name)
    for block in blocks():
        apply(block, tree / block.path)
    conftest = tree / "tests" / "conftest.py"
    conftest.unlink()
    conftest.write_text((ROOT / "tests" / "conftest.py").read_text() + CONFTEST)
    (test,) = (block.path for block in blocks() if block.path.startswith("tests/"))
    with database(stack) as url:
        environment = {**os.environ, **stack.config.environ(), "DATABASE_URL": url}
        run(tree, environment, "run.py", "migrate")
        run(tree, environment, "-m", "pytest", "-q", "-p", "no:cacheprovider", test, *RULES)


def copied(source: Path, target: Path) -> None:
    """Folders anew, files as links: what the tutorial changes is written in the place of its link."""
    if source.is_file():
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, copy_function=os.symlink)


def apply(block: Block, path: Path) -> None:
    """Write a block where the tutorial says: a new file, the end of one (its imports on top), or lines after a line."""
    old = path.read_text() if path.exists() else ""
    path.unlink(missing_ok=True)
    if block.kind == "diff":
        path.write_text(inserted(old, block))
    elif old:
        path.write_text(extended(old, block.text))
    else:
        path.write_text(following(block.text, path))


def inserted(old: str, block: Block) -> str:
    """The file with the block's `+` lines after its first line, which must be there once."""
    first, *added = block.text.splitlines()
    lines = old.splitlines()
    places = [at for at, line in enumerate(lines) if line == first[1:]]
    assert len(places) == 1, (
        f"{block.path} has this line {len(places)} times, mend the tutorial: {first[1:]!r}"
    )
    assert all(line.startswith("+") for line in added), f"only + lines may follow: {block.text}"
    return "\n".join([*lines[: places[0] + 1], *(line[1:] for line in added), *lines[places[0] + 1 :], ""])


def extended(old: str, text: str) -> str:
    """The file with the block at its end, and the block's imports before its own."""
    lines = text.splitlines(keepends=True)
    head = [line for line in lines if IMPORT.match(line)]
    body = [line for line in lines if not IMPORT.match(line)]
    at = next(match.start() for match in re.finditer(r"^(?:from|import) ", old, re.M))
    return old[:at] + "".join(head) + old[at:].rstrip() + "\n\n\n" + "".join(body).strip() + "\n"


def following(text: str, path: Path) -> str:
    """A migration follows the newest one of the tree."""
    newest = max((file.stem.partition("_")[0] for file in path.parent.glob("[0-9]*.py")), default="")
    return re.sub(r'= "9999", "\d+"', f'= "9999", "{newest}"', text)


@contextmanager
def database(stack: Stack) -> Iterator[str]:
    """The address of a migrated database that the tutorial may change."""
    with closing(psycopg2.connect(f"{stack.server_url}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{DATABASE}" TEMPLATE "{TEMPLATE}"')
            try:
                yield f"{stack.server_url}/{DATABASE}".replace("postgresql://", "postgresql+psycopg2://")
            finally:
                cursor.execute(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')


def run(tree: Path, environment: dict[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (
        f"{command} in the tutorial's tree:\n{done.stdout[-6000:]}\n{done.stderr[-4000:]}"
    )
