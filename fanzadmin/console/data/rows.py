"""Rows as consoles carry them, and what one query brings for all rows of a page."""

from collections.abc import Iterable, Mapping, Sequence

from flask import g

from fanzadmin.console.data.shapes import Record


class Row(dict[str, object]):
    """The values of one record by column, the record itself in `source`, and in `seen` what cells may read of it."""

    def __init__(self, values: Mapping[str, object], source: Record, seen: object = None) -> None:
        super().__init__(values)
        self.source, self.seen = source, seen


class Values(list[object]):
    """The values of one record in the order of its columns, the record in `source`, and in `seen` what cells may
    read of it."""

    def __init__(self, values: Iterable[object], source: Record, seen: object = None) -> None:
        super().__init__(values)
        self.source, self.seen = source, seen


def load_related(items: Sequence[Record]) -> None:
    """The records that a page is about to draw: the names of all of them are asked for with the first that is drawn."""
    g.setdefault("named_items", []).extend(items)
