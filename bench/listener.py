"""The listener of `bench.facts`: writes a row, and notes when it began and when that is committed."""

import time

from sqlalchemy import text

from bench.sample import measured
from fanzadmin.kernel.bus import on
from fanzadmin.kernel.bus.facts import Fact
from fanzadmin.kernel.db import after_commit, session

claimed: dict[str, float] = {}
effects: dict[str, float] = {}
_INSERT = text("INSERT INTO kernel.bench_effect (thing_id) VALUES (:thing_id)")


@on(measured())
def note_effect(fact: Fact) -> None:
    claimed.setdefault(fact.subject, time.time())
    session.execute(_INSERT, {"thing_id": fact.subject})
    after_commit(lambda: effects.setdefault(fact.subject, time.time()))
