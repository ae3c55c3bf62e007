"""Who is on a record: one entry in Redis for each open page, kept alive by its web process, gone by itself with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fanzadmin.console.rendering.cells import face
from fanzadmin.kernel import clock
from fanzadmin.kernel.cache import ask_redis
from fanzadmin.kernel.web.realtime import emit_now

KEPT_SECONDS = 30  # an entry without a beat; a beat comes every ten
SHOW, EDIT = "show", "edit"


@dataclass(frozen=True, slots=True, order=True)
class Present:
    """One open page of a person on a record; `mode` is `show` or `edit`, `page` tells a person's pages apart."""

    user_id: int
    name: str
    mode: str
    page: str


def room(record: str) -> str:
    """Where the people on a record (`crm.fan:<id>`) hear of each other."""
    return f"record:{record}"


def come(record: str, one: Present) -> None:
    """A page is opened, or still open. The others hear of it when somebody came, went or began to edit."""
    _turn(record, enters=one)


def go(record: str, one: Present) -> None:
    """A page is closed, or may not be looked at any more."""
    _turn(record, leaves=one)


def people_on(record: str) -> list[dict[str, object]]:
    """The people on a record, once each, who edits first: `{user_id, name, mode, face}`, the face drawn."""
    return _people(
        ask_redis(
            lambda redis: redis.zrangebyscore(_key(record), clock.now().timestamp(), "+inf"), default=[]
        )
    )


def _turn(record: str, *, enters: Present | None = None, leaves: Present | None = None) -> None:
    key, now = _key(record), clock.now().timestamp()

    def write(redis: Any) -> tuple[list[str], list[str]]:
        work = redis.pipeline()
        work.zrange(key, 0, -1)
        work.zremrangebyscore(key, "-inf", now)
        if enters is not None:
            work.zadd(key, {_entry(enters): now + KEPT_SECONDS})
        if leaves is not None:
            work.zrem(key, _entry(leaves))
        work.expire(key, KEPT_SECONDS)
        work.zrange(key, 0, -1)
        answers = work.execute()
        return answers[0], answers[-1]

    nobody: tuple[list[str], list[str]] = ([], [])
    before, after = ask_redis(write, default=nobody)
    if (people := _people(after)) != _people(before):
        emit_now("presence", {"record": record, "people": people}, room=room(record))


def _people(entries: Sequence[str]) -> list[dict[str, object]]:
    found: dict[int, Present] = {}
    for one in sorted(Present(*json.loads(entry)) for entry in entries):
        if one.user_id not in found or one.mode == EDIT:
            found[one.user_id] = one
    ordered = sorted(found.values(), key=lambda one: (one.mode != EDIT, one.name))
    return [
        {"user_id": one.user_id, "name": one.name, "mode": one.mode, "face": str(face(one.name, size="sm"))}
        for one in ordered
    ]


def _entry(one: Present) -> str:
    return json.dumps([one.user_id, one.name, one.mode, one.page])


def _key(record: str) -> str:
    return f"fanz:live:{{{record}}}:people"
