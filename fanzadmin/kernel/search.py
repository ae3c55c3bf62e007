"""Full text over a table: `@searchable("name", "handle")` above a model keeps a vector of its words, indexed.

Words are matched from their beginning, in any order, without case and without the accents of Latin letters. The vector
is a generated column that the mapper does not know: no form, audit or `RETURNING` ever carries it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Computed, Index, Table, Text, func, literal_column
from sqlalchemy.dialects.postgresql import TSVECTOR

M = TypeVar("M", bound=type)

VECTOR = "words"
LONGEST = 20_000  # characters of a column that are indexed
MOST_WORDS = 8

_MARKED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŢţŤťŪūŮůŰűŹźŻż"
_PLAIN = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyySsZzAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsTtTtUuUuUuZzZz"
_BREAKS = "._-@/:+&#~=?"
_UNMARK = str.maketrans(_MARKED + _BREAKS, _PLAIN + " " * len(_BREAKS))
_WORD = re.compile(r"[^\W_]+")


def searchable(*columns: str) -> Callable[[M], M]:
    """Keep the words of these text columns of a model in an indexed vector."""

    def mark(model: M) -> M:
        table: Table = model.__table__  # type: ignore[attr-defined]
        table.append_column(Column(VECTOR, TSVECTOR, Computed(_vector(table, columns), persisted=True)))
        Index(f"ix_{table.name}_{VECTOR}", table.c[VECTOR], postgresql_using="gin")
        model.__searchable__ = columns  # type: ignore[attr-defined]
        return model

    return mark


def searched_columns(model: type[Any]) -> tuple[str, ...]:
    """The columns whose words a model keeps; none for a model that is not searchable."""
    columns: tuple[str, ...] = getattr(model, "__searchable__", ())
    return columns


def words_of(text: str) -> list[str]:
    """The words of a search as the vector knows them."""
    return [word.lower() for word in _WORD.findall(text.translate(_UNMARK))][:MOST_WORDS]


def has_words(table: Any, words: Sequence[str], *, vector: Any = None) -> ColumnElement[bool]:
    """Rows of a table (or an alias of it) whose words begin with each of `words`, which are as words_of gives them."""
    query = " & ".join(f"{word}:*" for word in words)
    column = table.c[VECTOR] if vector is None else vector
    match: ColumnElement[bool] = column.op("@@", is_comparison=True)(
        func.to_tsquery(literal_column("'simple'::regconfig"), query)
    )
    return match


def _vector(table: Table, columns: Sequence[str]) -> str:
    """The generated column's expression, spelled as PostgreSQL gives it back."""
    text = " || ' '::text || ".join(_plain_text(table, name) for name in columns)
    return f"to_tsvector('simple'::regconfig, translate({text}, '{_MARKED}{_BREAKS}'::text, '{_PLAIN}{' ' * len(_BREAKS)}'::text))"


def _plain_text(table: Table, name: str) -> str:
    column = table.c[name]
    value = name if isinstance(column.type, Text) else f"{name}::text"
    return f"\"left\"(COALESCE({value}, ''::text), {LONGEST})"
