"""Which column of a console a head of a file names: its label in any language, as exports write it, or its own name.

A file has all its heads in one language. The one that knows most of them is asked first: a word may be the label of one
column in German and of another one in English.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.transfer.import_targets import Target, targets_of
from fanzadmin.console.transfer.sheet_columns import READABLE, Field, fields_of, head_of, relation_of
from fanzadmin.kernel.i18n.languages import LANGUAGES, SOURCE, current_language, using_language


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of a console in one language: those that go to a target, the fields of an export, and the titles of
    related records that a target holds."""

    language: str
    written: dict[str, str]
    fields: dict[str, str]
    titles: dict[str, str]

    def knows(self, word: str) -> bool:
        return word in self.written or word in self.fields


def guess(console: ConsoleLike, columns: Sequence[str]) -> dict[str, str]:
    """For each column of a file the target that it seems to be, "" for none. Titles of related records are taken where
    the file has no ids of them."""
    books = _in_every_language(console, columns)
    mapping: dict[str, str] = {}
    for column in columns:
        word = bare(column)
        name = next((book.written.get(word, "") for book in books if book.knows(word)), "")
        mapping[column] = name if name not in mapping.values() else ""
    for column in columns:
        word = bare(column)
        name = next((book.titles[word] for book in books if word in book.titles), "")
        if name and not mapping[column] and name not in mapping.values():
            mapping[column] = name
    return mapping


def recognised(console: ConsoleLike, columns: Sequence[str]) -> dict[str, str]:
    """The columns of a file that an export could have written, with the names of their fields."""
    books = _in_every_language(console, columns)
    names: dict[str, str] = {}
    for column in columns:
        word = bare(column)
        if book := next((book for book in books if word in book.fields), None):
            names[column] = book.fields[word]
    return names


def exported(console: ConsoleLike) -> list[Field]:
    """Every field that an export may hold for the current user."""
    return [field for column in console.exportable() for field in fields_of(console, [column])]


def bare(text: object) -> str:
    return re.sub(r"[\s_\-]+", " ", str(text)).strip().lower()


def _in_every_language(console: ConsoleLike, columns: Sequence[str]) -> list[Heads]:
    """The heads in each language; first the one of most of the file's, then the reader's, then English."""
    mine, words = current_language(), {bare(column) for column in columns}
    targets = targets_of(console)
    books = []
    for language in LANGUAGES:
        with using_language(language):
            books.append(_heads(console, targets, language))

    def distance(book: Heads) -> tuple[int, bool, bool]:
        return -sum(map(book.knows, words)), book.language != mine, book.language != SOURCE

    return sorted(books, key=distance)


def _heads(console: ConsoleLike, targets: dict[str, Target], language: str) -> Heads:
    """What the reader's language calls the columns. What is for people to read goes to no target."""
    written: dict[str, str] = {}
    fields: dict[str, str] = {}
    heads = {name: head_of(console, name) for name in targets}
    titles: dict[str, str] = {}
    readable = exported(console)
    for name, head in heads.items():
        written.setdefault(bare(head), name)
        written.setdefault(bare(f"{head} ({name})"), name)
    for field in readable:
        if field.name.endswith(READABLE):
            written.setdefault(bare(field.head), "")
            name = field.name.removesuffix(READABLE)
            if name in targets and relation_of(console, name) is not None:
                titles.setdefault(bare(field.head), name)
        for word in (field.name, field.head, f"{field.head} ({field.name})"):
            fields.setdefault(bare(word), field.name)
    for name in targets:
        written.setdefault(bare(name), name)
        written.setdefault(bare(console.label_of(name)), name)
    return Heads(language, written, fields, titles)
