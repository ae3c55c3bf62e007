"""Who is on a record: one entry in Redis for each open page, kept alive by its web process, gone by itself with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

from fanzadmin.console.rendering.cells import face
from fanzadmin.kernel import clock
from fanzadmin.kernel.cache import ask_redis
from fanzadmin.kernel.web.realtime import emit_now

EXPIRES_SECONDS = 30  # an entry without a beat; a beat comes every ten
SHOW, EDIT = "show", "edit"


@dataclass(frozen=True, slots=True, order=True)
class Present:
    """One open page of a user on a record; `mode` is `show` or `edit`, `page` says a user's pages apart."""

    user_id: int
    name: str
    mode: str
    page: str


def room(record: str) -> str:
    """Where the people on a record (`crm.fan:<id>`) hear of each other."""
    return f"record:{record}"


def join(record: str, present: Present) -> None:
    """A page is opened, or still open. The others hear of it when someone came, went or began to edit."""
    _turn(record, enters=present)


def leave(record: str, present: Present) -> None:
    """A page is closed, or may not be looked at any more."""
    _turn(record, leaves=present)


def people_on(record: str) -> list[dict[str, object]]:
    """The people on a record, once each, who edits first: `{user_id, name, mode, face}`, the face drawn."""
    return _people(
        ask_redis(
            lambda redis: redis.zrangebyscore(_key(record), clock.now().timestamp(), "+inf"), default=[]
        )
    )


def _turn(record: str, *, enters: Present | None = None, leaves: Present | None = None) -> None:
    key, now = _key(record), clock.now().timestamp()

    def write(redis: Redis) -> tuple[list[str], list[str]]:
        pipeline = redis.pipeline()
        pipeline.zrange(key, 0, -1)
        pipeline.zremrangebyscore(key, "-inf", now)
        if enters is not None:
            pipeline.zadd(key, {_entry(enters): now + EXPIRES_SECONDS})
        if leaves is not None:
            pipeline.zrem(key, _entry(leaves))
        pipeline.expire(key, EXPIRES_SECONDS)
        pipeline.zrange(key, 0, -1)
        answers = pipeline.execute()
        return answers[0], answers[-1]

    absent: tuple[list[str], list[str]] = ([], [])
    before, after = ask_redis(write, default=absent)
    if (people := _people(after)) != _people(before):
        emit_now("presence", {"record": record, "people": people}, room=room(record))


def _people(entries: Sequence[str]) -> list[dict[str, object]]:
    users: dict[int, Present] = {}
    for user in sorted(Present(*json.loads(entry)) for entry in entries):
        if user.user_id not in users or user.mode == EDIT:
            users[user.user_id] = user
    ordered = sorted(users.values(), key=lambda user: (user.mode != EDIT, user.name))
    return [
        {
            "user_id": user.user_id,
            "name": user.name,
            "mode": user.mode,
            "face": str(face(user.name, size="sm")),
        }
        for user in ordered
    ]


def _entry(present: Present) -> str:
    return json.dumps([present.user_id, present.name, present.mode, present.page])


def _key(record: str) -> str:
    return f"fanz:live:{{{record}}}:people"
