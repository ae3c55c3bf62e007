"""The record that a cell of a file names: by its key, by a text that only one record has, by its title as an export
writes it, and last by words of that title. What the current user may not see or search by is never found.
"""

import re
from contextlib import suppress

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, func, or_

from fanzadmin.console.data.shapes import Record
from fanzadmin.console.rendering.fields import RelationField, allowed_filters, title_of
from fanzadmin.console.search.lookup import findable_texts
from fanzadmin.console.transfer.import_targets import is_unique

CANDIDATES = 200  # records whose titles are compared
LONGEST = 300  # characters that a title may have; no search is made for more
_MARKS = re.compile(r"[^\w.@+-]+")  # what parts the words of a title


class NotFoundHere(Exception):
    """No record, or more than one, is named by this text; says which."""


def key_named(field: RelationField, text: str) -> str:
    """The key of the one record that `text` names. Raises NotFoundHere."""
    with suppress(ValueError):
        if pairs := field.find([text]):
            return str(pairs[0][0])
    named = _Named(field, text)
    ways = (named.by_unique_text, named.by_title, named.by_text, named.by_words)
    for way in ways if len(text) <= LONGEST else ():
        keys = way()
        if len(keys) == 1:
            return keys.pop()
        if keys:
            raise NotFoundHere(gettext("Several records are called “%(text)s”: give the id.", text=text[:60]))
    raise NotFoundHere(gettext("There is no record “%(text)s”.", text=text[:60]))


class _Named:
    """The ways to the records that one text may name, each giving their keys."""

    def __init__(self, field: RelationField, text: str) -> None:
        self.interface = field.related()
        self.text = text.strip()
        self.filters = allowed_filters(self.interface, field.limits)
        self.columns = findable_texts(self.interface.obj)

    def by_unique_text(self) -> set[str]:
        """A handle, with or without its @."""
        names = {self.text, self.text.removeprefix("@")}
        columns = [column for column in self.columns if is_unique(column.property.columns[0])]
        exact = self._keys([column.in_(names) for column in columns])
        lower = {name.lower() for name in names}
        return exact or self._keys([func.lower(column).in_(lower) for column in columns])

    def by_title(self) -> set[str]:
        """`Mia Stone (@mia)`: records of which a text is a part of it, then those that hold all its words."""
        parts = {part.strip(" @") for part in re.split(r"[()\[\]·|–—:,]", self.text)} | {self.text}
        parts = {part.lower() for part in parts if part}
        records = self._records([func.lower(column).in_(parts) for column in self.columns])
        return self._titled(records) or self._titled(self._with_words())

    def by_text(self) -> set[str]:
        """`Mia Stone`: records that hold it in one column and show it in their title."""
        records = self._records([func.lower(column) == self.text.lower() for column in self.columns])
        return {self._key(record) for record in records if self._shows_words(record)}

    def by_words(self) -> set[str]:
        """`Stone Mia`: records whose title has every word."""
        return {self._key(record) for record in self._with_words() if self._shows_words(record)}

    def _with_words(self) -> list[Record]:
        words = _words(self.text)
        if not words:
            return []
        holds = (or_(*(column.icontains(word, autoescape=True) for column in self.columns)) for word in words)
        return self._records([and_(*holds)]) if self.columns else []

    def _titled(self, records: list[Record]) -> set[str]:
        title = self.text.casefold()
        return {self._key(record) for record in records if title_of(record).strip().casefold() == title}

    def _shows_words(self, record: Record) -> bool:
        return set(_words(self.text)) <= set(_words(title_of(record)))

    def _keys(self, conditions: list[ColumnElement[bool]]) -> set[str]:
        return {self._key(record) for record in self._records(conditions)}

    def _records(self, conditions: list[ColumnElement[bool]]) -> list[Record]:
        """The records of any of the conditions, under the rules of their own console."""
        if self.filters is None or not conditions:
            return []
        query = self.filters.apply_all(self.interface.session.query(self.interface.obj))
        return list(query.filter(or_(*conditions)).limit(CANDIDATES))

    def _key(self, record: Record) -> str:
        return str(self.interface.get_pk_value(record))


def _words(text: str) -> list[str]:
    return [word.strip("@.").casefold() for word in _MARKS.split(text) if word.strip("@.")]
