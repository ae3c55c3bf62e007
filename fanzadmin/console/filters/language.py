"""Which records a list's address selects, in a form that people can read and change by hand.

    q=state:any:open;paused,any(name:has:anna,spent_minor:from:50)

A condition is `column:operator` or `column:operator:value;value`; a comma joins conditions; `all(…)` and `any(…)` group
them, and what stands outside a group must all hold. A value with one of `,;()"` in it is quoted: `"St. John, \\"Jo\\""`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

LONGEST = 4000  # characters of a selection
DEEPEST = 5  # groups within groups
MOST = 50  # conditions

_COLUMN = re.compile(r"[A-Za-z_][\w.]*")
_OPERATOR = re.compile(r"[a-z]+")
_BARE = re.compile(r'[^,;()"]*')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_QUOTE = re.compile(r'[,;()"\\]|^\s|\s$|^$')


class Unreadable(ValueError):
    """A selection or a condition that makes no sense; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One column compared with values, as the user typed them."""

    column: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups of which every one (or, with `every=False`, at least one) must hold."""

    parts: tuple["Condition | Group", ...] = ()
    every: bool = True

    def conditions(self) -> Iterator[Condition]:
        """Every condition at any depth."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.conditions()
            else:
                yield part


def parse(text: str) -> Group:
    """The group that `text` describes. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(gettext("The filter is too long."))
    if "\x00" in text:
        raise Unreadable(gettext("The filter holds a character that no record has."))
    reader = _Reader(text.strip())
    parts = reader.parts(depth=0) if reader.text else ()
    if not reader.at_end():
        raise reader.problem()
    whole = parts[0] if len(parts) == 1 and isinstance(parts[0], Group) else Group(parts)
    if sum(1 for _ in whole.conditions()) > MOST:
        raise Unreadable(gettext("A filter can hold %(most)s conditions.", most=MOST))
    return whole


def write(group: Group) -> str:
    """The text that `parse` reads as `group`; empty for an empty one."""
    inner = ",".join(_written(part) for part in group.parts)
    bare = group.every and not (len(group.parts) == 1 and isinstance(group.parts[0], Group))
    return inner if bare else f"{'all' if group.every else 'any'}({inner})" if inner else ""


def _written(part: Condition | Group) -> str:
    if isinstance(part, Group):
        return f"{'all' if part.every else 'any'}({','.join(_written(inner) for inner in part.parts)})"
    words = f"{part.column}:{part.operator}"
    return f"{words}:{';'.join(map(_value, part.values))}" if part.values else words


def _value(value: str) -> str:
    if not _QUOTE.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reader:
    """Reads a selection from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def problem(self) -> Unreadable:
        rest = self.text[self.at : self.at + 20]
        if not rest:
            return Unreadable(gettext("The filter ends too early."))
        return Unreadable(gettext("The filter cannot be read from “%(rest)s” on.", rest=rest))

    def parts(self, *, depth: int) -> tuple[Condition | Group, ...]:
        parts = [self.part(depth=depth)]
        while self.skip(","):
            parts.append(self.part(depth=depth))
        return tuple(parts)

    def part(self, *, depth: int) -> Condition | Group:
        self.spaces()
        for word, every in (("all(", True), ("any(", False)):
            if self.skip(word):
                return self.group(every=every, depth=depth + 1)
        column = self.take(_COLUMN)
        if not self.skip(":"):
            raise self.problem()
        operator = self.take(_OPERATOR)
        return Condition(column, operator, self.values() if self.skip(":") else ())

    def group(self, *, every: bool, depth: int) -> Group:
        if depth > DEEPEST:
            raise Unreadable(
                gettext("A filter can hold %(deepest)s groups within each other.", deepest=DEEPEST)
            )
        self.spaces()
        parts = () if self.text.startswith(")", self.at) else self.parts(depth=depth)
        if not self.skip(")"):
            raise self.problem()
        return Group(parts, every)

    def values(self) -> tuple[str, ...]:
        values = [self.value()]
        while self.skip(";"):
            values.append(self.value())
        return tuple(values)

    def value(self) -> str:
        quoted = _QUOTED.match(self.text, self.at)
        if quoted:
            self.at = quoted.end()
            return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.S)
        return self.take(_BARE).strip()

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.problem()
        self.at = match.end()
        return match[0]

    def skip(self, word: str) -> bool:
        self.spaces()
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def spaces(self) -> None:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
