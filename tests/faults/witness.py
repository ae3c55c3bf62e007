"""Looks into a platform's own database and storage from outside, to see what became of the work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg2

from fanzadmin.kernel.bus.facts import consumers
from tests.platforms import ROOT, Platform

ONCE = (
    "media.asset_uploaded.v1",
    "shield.asset_cleared.v1",
    "compliance.asset_released.v1",
    "media.asset_ready.v1",
    "media.asset_published.v1",
)
ENDS = ["published", "quarantined", "failed", "cancelled", "withdrawn"]
UNHEARD = """
    SELECT ear.consumer, fact.type, fact.id FROM kernel.outbox fact
      JOIN unnest(%(consumers)s, %(types)s) AS ear (consumer, type) ON ear.type = fact.type
     WHERE NOT EXISTS (SELECT FROM kernel.inbox
                        WHERE inbox.consumer = ear.consumer AND event_id = fact.id AND state = 'done')
"""


class Witness:
    """Asks the database anew each time, since it may have been killed in between."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        addresses = json.loads((platform.var / "run" / "addresses").read_text())
        self.url = addresses["database"].replace("+psycopg2", "")

    def rows(self, query: str, values: Any = None) -> list[tuple[Any, ...]]:
        with (
            closing(psycopg2.connect(self.url, connect_timeout=5)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query, values)
            return cursor.fetchall()

    def scalar(self, query: str, values: Any = None) -> Any:
        return self.rows(query, values)[0][0]

    def until(self, see: Callable[[], Any], what: str, *, seconds: float = 120) -> Any:
        """Look again until `see` brings something; a database that is away counts as nothing."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(psycopg2.OperationalError):
                if result := see():
                    return result
            assert time.monotonic() < deadline, f"{what}:\n{self.platform.log.read_text()[-6000:]}"
            time.sleep(0.01)

    def wait_for_task(self, name: str, asset_id: str) -> None:
        """Until a worker has begun it. One connection, since a task may be short."""
        query = "SELECT 1 FROM kernel.task WHERE name = %s AND subject = %s AND state <> 'waiting'"
        with (
            closing(psycopg2.connect(self.url, connect_timeout=5)) as connection,
            connection.cursor() as cursor,
        ):
            connection.autocommit = True

            def has_begun() -> bool:
                cursor.execute(query, (name, asset_id))
                return cursor.fetchone() is not None

            self.until(has_begun, f"{name} never began")

    def attempts(self, name: str, asset_id: str) -> int:
        query = "SELECT attempts FROM kernel.task WHERE name = %s AND subject = %s"
        return int(self.scalar(query, (name, asset_id)))

    def wait_until_published(self, asset_id: str) -> None:
        query = "SELECT state FROM media.asset WHERE id = %s AND state = ANY(%s)"
        ended = self.until(lambda: self.rows(query, (asset_id, ENDS)), "the asset was never published")
        assert ended == [("published",)], self.platform.log.read_text()[-6000:]
        self.until(lambda: not self.unheard() and not self.open_tasks(), "not everything was heard and done")

    def effects(self, asset_id: str) -> dict[str, Any]:
        """How often each effect of one upload happened."""
        events = "SELECT type, count(*) FROM kernel.outbox WHERE subject = %s AND type = ANY(%s) GROUP BY 1"
        news = (
            "SELECT count(*) FROM chat.message JOIN chat.announcement USING (broadcast_id)"
            " WHERE asset_id = %s GROUP BY conversation_id"
        )
        cost = "SELECT count(*) FROM finance.journal_entry WHERE reference = 'asset-cost:' || %s"
        paths = "SELECT count(*) - count(DISTINCT path) FROM media.rendition WHERE asset_id = %s"
        return {
            "facts": dict(self.rows(events, (asset_id, list(ONCE)))),
            "posts": self.scalar("SELECT count(*) FROM social.post WHERE asset_id = %s", (asset_id,)),
            "messages": [count for (count,) in self.rows(news, (asset_id,))],
            "items": self.scalar("SELECT count(*) FROM biolink.block WHERE asset_id = %s", (asset_id,)),
            "costs": self.scalar(cost, (asset_id,)),
            "double renditions": self.scalar(paths, (asset_id,)),
        }

    def each_once(self) -> dict[str, Any]:
        """What `effects` brings when nothing was lost and nothing was doubled."""
        subscribers = self.scalar("SELECT count(*) FROM finance.subscription WHERE state = 'active'")
        return {
            "facts": dict.fromkeys(ONCE, 1),
            "posts": 1,
            "messages": [1] * subscribers,
            "items": 1,
            "costs": 1,
            "double renditions": 0,
        }

    def unheard(self) -> list[tuple[Any, ...]]:
        """Facts that some consumer has not applied yet."""
        ears = [(name, kind) for name, heard in consumers().items() if name != "sample" for kind in heard]
        return self.rows(
            UNHEARD, {"consumers": [name for name, _ in ears], "types": [kind for _, kind in ears]}
        )

    def uncarried(self) -> int:
        return int(self.scalar("SELECT count(*) FROM kernel.outbox WHERE published_at IS NULL"))

    def open_tasks(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT name, state FROM kernel.task WHERE state IN ('waiting', 'running')")

    def sweep(self) -> None:
        """Have the storage swept as at night, at an hour when nobody uploads: an upload that a killed process had
        stored whole, but not yet written down, is all that may be found."""
        subprocess.run(
            [sys.executable, "-m", "tests.faults.sweep"], cwd=ROOT, env=self.platform.environ, check=True
        )

    def broken(self) -> dict[str, list[tuple[Any, ...]]]:
        """Dead letters, failed tasks, entries that do not sum to zero, files that belong to nothing."""
        return {
            "dead letters": self.rows("SELECT consumer, type, error FROM kernel.inbox WHERE state <> 'done'"),
            "failed tasks": self.rows(
                "SELECT name, error FROM kernel.task WHERE state IN ('failed', 'cancelled')"
            ),
            "entries": self.rows(
                "SELECT entry_id FROM finance.posting GROUP BY 1 HAVING sum(amount_minor) <> 0"
            ),
            "orphans": list(self._orphans()),
        }

    def _orphans(self) -> Iterator[tuple[Any, ...]]:
        owners = {str(row[0]) for row in self.rows("SELECT id FROM media.asset")}
        owners |= {str(row[0]) for row in self.rows("SELECT id FROM compliance.performer")}
        root = self.platform.var / "storage"
        for path in root.rglob("*"):
            parts = set(Path(path.relative_to(root)).parts)
            if path.is_file() and path.name != ".alive" and not parts & owners:
                yield (str(path.relative_to(root)),)
