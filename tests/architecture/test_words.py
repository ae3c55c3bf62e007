"""Names and docstrings use the field's terms: a stranger who knows Flask, SQLAlchemy and messaging needs no glossary."""

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO

from tests.architecture.source import Module, modules, suite

# Words that are no part of a name, and what to write instead.
PARTS = {
    "told": "emitted, notified, translated", "tell": "emit, notify, describe", "tells": "describes", "telling": "describing",
    "teller": "describer", "story": "timeline", "happening": "event, entry", "happenings": "events, entries",
    "looker": "viewer", "onlooker": "viewer", "patience": "timeout", "patiently": "with_timeout", "drowsy": "idle",
    "awake": "active", "keeper": "reaper", "ephemera": "cache", "workbench": "temp_dirs", "pen": "writer",
    "sight": "visibility", "abandon": "rollback_request", "somebody": "user", "nobody": "anonymous, none",
    "deed": "action", "wish": "options", "leashed": "killed_with_parent", "speaking": "using_language",
    "spoken": "text, translated", "trial": "dry_run", "worked": "batch",
}  # fmt: skip

# Words that are no name by themselves.
WHOLE = {
    "found": "the noun: payment, match, rows", "made": "the noun: row, form, batch", "wanted": "the noun, requested",
    "known": "the noun, cache, seen", "kept": "the noun, stored", "one": "the noun: column, row, item",
    "ones": "the noun: columns, rows, items", "said": "text, label", "taken": "used, reserved",
    "gone": "deleted, missing, expired", "asked": "the noun: query, conditions, requested", "given": "the noun: values, grants",
    "heard": "the noun: listeners, received", "meant": "the noun", "together": "bulk_flush", "work": "batch, unit, session",
}  # fmt: skip

# Those of them that tests leave, too: beside them a test's sentences may have every word of English.
PARTICIPLES = {"found", "made", "wanted", "known", "kept", "one", "ones", "told"}

# Phrases that are no part of a docstring or a comment.
PROSE = {
    r"at hand": "current, of the request",
    r"\btold\b|\btells?\b": "says, describes, emits, notifies",
    r"\bstory\b|\bstories\b": "timeline",
    r"\bhappenings?\b": "event, entry",
    r"\b(?:on)?lookers?\b": "viewer",
    r"\bpatience\b": "timeout",
    r"\bsomebody\b|\bnobody\b": "user, anonymous, no one",
    r"\bthe person\b|\ba person\b": "the user, the current user",
    r"\bworkbench\b|\bephemera\b": "cache, temporary folder",
    r"\bdeeds?\b": "action",
}

# The name of a file that says nothing, and what it says now.
FILES = {
    "gates": "publishing", "keeper": "reaper", "news": "broadcasts", "patience": "timeouts", "places": "sequence",
    "sight": "visibility", "story": "timeline", "together": "bulk_flush", "watching": "live", "work": "batches",
    "workbench": "temp_dirs", "ephemera": "cache",
}  # fmt: skip

# Names that stay, each with its reason.
ALLOWED = {}


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


@cache
def prose(module: Module) -> tuple[tuple[int, str], ...]:
    """Every docstring and comment, with its line."""
    return tuple(_prose(module))


def _prose(module: Module) -> Iterator[tuple[int, str]]:
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


def strange_names(module: Module) -> Iterator[str]:
    for line, name in defined(module):
        if name not in ALLOWED:
            yield from (f"{module.name}:{line} {name}: {better}" for better in better_names(name))


def strange_prose(module: Module) -> Iterator[str]:
    for line, text in prose(module):
        for pattern, better in PROSE.items():
            yield from (
                f"{module.name}:{line} “{match[0]}”: {better}" for match in re.finditer(pattern, text, re.I)
            )


def released(modules_: Iterable[Module]) -> Iterator[Module]:
    """The modules that may still be changed: a migration stays as it ran."""
    return (module for module in modules_ if "/migrations/versions/" not in module.name)


def test_names_need_no_glossary() -> None:
    strange = [line for module in released(modules()) for line in strange_names(module)]
    assert not strange, f"use the term that an engineer of the field would search for: {strange}"


def test_docstrings_and_comments_need_no_glossary() -> None:
    strange = [line for module in released(modules()) for line in strange_prose(module)]
    assert not strange, f"say it as the documentation of Flask or SQLAlchemy would: {strange}"


def test_a_file_is_named_by_what_it_holds() -> None:
    strange = [
        f"{module.name}: {FILES[module.path.stem]}"
        for module in released(modules())
        if module.path.stem in FILES
    ]
    assert not strange, f"a file's name tells its job: {strange}"


def test_values_in_the_tests_are_nouns() -> None:
    strange = [
        f"{module.name}:{line} {name}: {WHOLE.get(bare) or PARTS[bare]}"
        for module in suite()
        for line, name in defined(module)
        if (bare := name.strip("_").lower()) in PARTICIPLES
    ]
    assert not strange, f"a value is named by what it is: {strange}"


def test_what_is_allowed_is_still_there() -> None:
    names = {name for module in modules() for _line, name in defined(module)}
    assert ALLOWED.keys() <= names, f"take these out of ALLOWED: {ALLOWED.keys() - names}"
