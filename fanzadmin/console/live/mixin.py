"""A console while others work: which hints a user gets, what became of the rows on the page, who changed a record.

The socket (security/viewers.py) asks `rooms` and `may_watch`; the page then asks `rows` and `latest` over HTTP, under
the same rules as the list and the record themselves.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from flask import Response, jsonify, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import tuple_
from sqlalchemy.orm import Query

from fanzadmin.console.data.keyset import KeyRow
from fanzadmin.console.data.shapes import Record
from fanzadmin.console.listing.listing import InVisibleClusters
from fanzadmin.console.live import changes
from fanzadmin.console.registry import may
from fanzadmin.console.rendering import cells
from fanzadmin.console.search.mixin import Finding
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask

MOST_ROWS = 200  # keys that a page may ask about at once
WRITES = frozenset({"create", "update", "delete"})


class Live(Finding):
    """Presence and changed rows, for every console and undeclared."""

    RIGHTS: ClassVar[dict[str, str]] = {"rows": "read", "latest": "read"}

    resource: ClassVar[str]

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        changes.announce_table(self.datamodel.obj)

    @property
    def table(self) -> str:
        return table_of(self.datamodel.obj)

    def rooms(self) -> tuple[str, ...]:
        """The rooms in which the current user hears of changed rows. Where the console's own rules hide rows, a
        hint has no ids: an id would reveal a row that is not theirs to see."""
        rules = [declared[1] for declared in self.base_filters or ()]
        blind = any(rule is not InVisibleClusters for rule in rules)
        clusters = current().clusters
        scopes = [changes.ALL_CLUSTERS]
        if clusters is not None and "cluster" in self.datamodel.obj.__mapper__.columns:
            scopes = sorted(clusters)
        return tuple(changes.room(self.table, scope, blind=blind) for scope in scopes)

    def may_watch(self, pk: str = "") -> bool:
        """Whether the current user may read this console and, with `pk`, that record of it."""
        if not may("read", self.resource):
            return False
        return not pk or bool(self._visible_here([pk]))

    def now_ms(self) -> int:
        """The moment of a page, as it is sent back with `watch`."""
        return int(clock.now().timestamp() * 1000)

    @expose("/rows", methods=["POST"])
    @has_access
    def rows(self) -> Response:
        """How the rows `ids` of the list at this address are drawn now, and how many of the rows `new` are in it:
        `{"rows": {key: {column: html}}, "new": 2}`. A row that is not in the answer is not in the list any more."""
        shown = self._among(self.matching(request.args), request.form.getlist("ids"))
        return jsonify(
            rows=self._drawn(self.datamodel.listed(shown)),
            new=self._among(self.matching(request.args), request.form.getlist("new")).count(),
        )

    @expose("/latest/<pk>")
    @has_access
    def latest(self, pk: str) -> Response:
        """Who last wrote the record after `since` (milliseconds): `{gone, changed, by, mine}`."""
        key = self._key(pk)
        if not self._visible_here([pk]):
            return jsonify(gone=True, changed=True, by="", mine=False)
        since = datetime.fromtimestamp(
            min(max(request.args.get("since", 0, type=int), 0), 10**13) / 1000, UTC
        )
        record_id = ",".join(str(part) for part in key)
        entries = [
            entry
            for entry in ask(Audit).entries(self.table, record_id, limit=10)
            if entry.action in WRITES and entry.at > since
        ]
        by = entries[0].actor if entries else ""
        mine = bool(entries) and entries[0].actor_id is not None and entries[0].actor_id == current().actor_id
        return jsonify(gone=False, changed=bool(entries), by=by, mine=mine)

    def _visible_here(self, keys: Sequence[str]) -> KeyRow | None:
        """The key of a record, under every rule of the console, without loading it."""
        query = self._base_filters.apply_all(session.query(self.datamodel.obj))
        return self._among(query, keys).with_entities(*self.datamodel.keys).first()

    def _among(self, query: Query[Record], keys: Sequence[str]) -> Query[Record]:
        """The rows of a query that have one of these keys."""
        fit = [key for key in map(self._key, keys[:MOST_ROWS]) if self.datamodel.fits(key)]
        if len(self.datamodel.keys) == 1:
            return query.filter(self.datamodel.keys[0].in_([key[0] for key in fit]))
        return query.filter(tuple_(*self.datamodel.keys).in_(fit))

    def _key(self, pk: str) -> tuple[object, ...]:
        key = self._deserialize_pk_if_composite(pk)
        return tuple(key) if isinstance(key, list | tuple) else (key,)

    def _drawn(self, items: Sequence[Record]) -> dict[str, dict[str, str]]:
        """The cells of rows as this list draws them, by the key that the page knows."""
        columns, formatters = self.chosen_columns(request.args), self.formatters_columns or {}
        keys = [self._serialize_pk_if_composite(key) for key in self.datamodel.get_keys(items)]
        seen = self._seen_rows(self.datamodel.get_values(items, self.columns_for("list")))
        return {
            str(key): {
                column: str(cells.draw(formatters.get(column), row[column], row, brief=True))
                for column in columns
            }
            for key, row in zip(keys, self._with_columns(seen, columns), strict=True)
        }
