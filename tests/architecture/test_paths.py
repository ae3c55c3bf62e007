"""A file that a docstring, a comment, a template or a guide names is there: a reader goes and looks."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT, modules
from tests.architecture.test_words import prose

PATH = re.compile(r"(?<![\w/.*<>])(?:[\w-]+/)*[\w-]+\.(?:py|html|js|css|po|sql)\b")
DOTTED = re.compile(r"\b(?:fanzadmin|security|dashboards|jobs)(?:\.[a-z_]+)+")

# Names of other people's files, and of files that an example writes.
NOT_OURS = {"hls.js", "plotly.js", "node.js", "utils.py", "helpers.py"}
EXAMPLES = (
    "docs/tutorial.md",
    "docs/decisions/0023-areas-of-a-system.md",
    "docs/decisions/0027-how-a-fact-reads-stands-beside-it.md",
)


@cache
def endings() -> frozenset[str]:
    """Every way to name a file of the repository: `kernel/db.py` and `db.py` for `fanzadmin/kernel/db.py`."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\n")
    parts = (Path(name).parts for name in listed if name)
    return frozenset("/".join(part[at:]) for part in parts for at in range(len(part)))


@cache
def texts() -> tuple[tuple[str, int, str], ...]:
    """Each line of prose with its file and number: docstrings and comments, templates' comments, guides and decisions."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, int, str]]:
    for module in modules():
        for line, text in prose(module):
            yield module.name, line, text
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        name = str(path.relative_to(ROOT))
        if name not in EXAMPLES and not name.startswith("docs/reference/"):
            yield from ((name, number, line) for number, line in enumerate(path.read_text().splitlines(), 1))
    for path in (ROOT / "fanzadmin" / "templates").rglob("*.html"):
        text = path.read_text()
        for comment in re.finditer(r"\{#.*?#\}", text, re.S):
            yield str(path.relative_to(ROOT)), text.count("\n", 0, comment.start()) + 1, comment[0]


def test_a_file_that_prose_names_is_there() -> None:
    missing = [
        f"{name}:{line} {path[0]}"
        for name, line, text in texts()
        for path in PATH.finditer(text)
        if path[0] not in endings() and path[0] not in NOT_OURS
    ]
    assert not missing, f"the file moved or went: name the one that took its place: {missing}"


def test_a_module_that_a_guide_names_is_there() -> None:
    missing = []
    for name, line, text in texts():
        for dotted in DOTTED.finditer(text):
            path = dotted[0].replace(".", "/")
            package = path.rpartition("/")[0]
            if not ({path, f"{path}.py", package, f"{package}.py"} & endings() or (ROOT / path).is_dir()):
                missing.append(f"{name}:{line} {dotted[0]}")
    assert not missing, f"the module moved or went: name the one that took its place: {missing}"
