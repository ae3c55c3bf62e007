"""Names and docstrings use the field's terms: a stranger who knows Flask, SQLAlchemy and messaging needs no glossary."""

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from tests.architecture.source import Module, modules

# Words that are no part of a name, and what to write instead.
PARTS = {
    "told": "emitted, notified, translated", "tell": "emit, notify, describe", "tells": "describes", "telling": "describing",
    "teller": "describer", "story": "timeline", "happening": "event, entry", "happenings": "events, entries",
    "looker": "viewer", "onlooker": "viewer", "patience": "timeout", "drowsy": "idle", "awake": "active",
    "keeper": "reaper", "ephemera": "cache", "workbench": "temp_dirs", "pen": "writer", "sight": "visibility",
    "abandon": "rollback_request", "somebody": "user", "nobody": "anonymous, none",
}  # fmt: skip

# Words that are no name by themselves.
WHOLE = {
    "found": "the noun: payment, match, rows", "made": "the noun: row, form, batch", "wanted": "the noun, requested",
    "known": "the noun, cache, seen", "kept": "the noun, stored", "one": "the noun: column, row, item",
    "ones": "the noun: columns, rows, items", "said": "text, label", "taken": "used, reserved",
    "gone": "deleted, missing, expired",
}  # fmt: skip

# Phrases that are no part of a docstring or a comment.
PROSE = {
    r"at hand": "current, of the request",
    r"\btold\b|\btells?\b": "says, describes, emits, notifies",
    r"\bstory\b": "timeline",
    r"\bhappenings?\b": "event, entry",
    r"\b(?:on)?lookers?\b": "viewer",
    r"\bpatience\b": "timeout",
    r"\bsomebody\b|\bnobody\b": "user, anonymous, no one",
    r"\bthe person\b|\ba person\b": "the user, the current user",
    r"\bworkbench\b|\bephemera\b": "cache, temporary folder",
}

# Names that stay: a column of a table, the name of another library.
ALLOWED = {"told_at"}

# What is left in each package until it is cleaned: write a smaller number when there is less, never a larger one, and
# take the line out at 0.
LEFT: dict[str, int] = {
    "fanzadmin/console/approvals": 24,
}


def package_of(module: Module) -> str:
    """The package whose words are counted together: `fanzadmin/finance`, `security` …"""
    parts = module.name.split("/")
    depth = 3 if parts[:2] == ["fanzadmin", "console"] else 2 if parts[0] == "fanzadmin" else 1
    return "/".join(parts[:depth]) if len(parts) > depth else "/".join(parts[: depth - 1]) or parts[0]


def defined(module: Module) -> Iterator[tuple[int, str]]:
    """Every name that a module gives: functions, classes, parameters, variables."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def prose(module: Module) -> Iterator[tuple[int, str]]:
    """Every docstring and comment."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = ast.get_docstring(node, clean=False)
            if text:
                yield node.body[0].lineno, text
    for token in tokenize.generate_tokens(StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def words_of(name: str) -> list[str]:
    """`NoSuchStory` and `no_such_story` as their words."""
    return [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def better_names(name: str) -> Iterator[str]:
    """What to write instead of each word of a name that needs a glossary."""
    yield from (PARTS[word] for word in words_of(name) if word in PARTS)
    if (bare := name.strip("_").lower()) in WHOLE:
        yield WHOLE[bare]


def strange(module: Module) -> list[str]:
    """What of a module needs a glossary, each with its line and the word to take."""
    names = [
        f"{module.name}:{line} {name}: {better}"
        for line, name in defined(module)
        if name not in ALLOWED
        for better in better_names(name)
    ]
    texts = [
        f"{module.name}:{line} “{match[0]}”: {better}"
        for line, text in prose(module)
        for pattern, better in PROSE.items()
        for match in re.finditer(pattern, text, re.I)
    ]
    return names + texts


def test_names_and_docstrings_need_no_glossary() -> None:
    found: dict[str, list[str]] = {}
    for module in modules():
        if "/migrations/versions/" not in module.name:
            found.setdefault(package_of(module), []).extend(strange(module))
    more = {
        f"{package}: {len(lines)}, {LEFT.get(package, 0)} allowed": lines[-12:]
        for package, lines in found.items()
        if len(lines) > LEFT.get(package, 0)
    }
    assert not more, f"use the term that an engineer of the field would search for: {more}"


def test_the_list_of_what_is_left_holds_no_cleaned_package() -> None:
    packages = Counter(package_of(module) for module in modules())
    assert LEFT.keys() <= packages.keys(), f"take these out of LEFT: {LEFT.keys() - packages.keys()}"
