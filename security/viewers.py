"""Who looks at which list or record through a socket of this process: let in by the console's rules, kept there by a beat.

A socket watches one page. Every beat asks the rules again, so that someone who lost a right, a cluster or the login
hears nothing more within ten seconds.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from flask_socketio import join_room, leave_room

from fanzadmin.console.live import changes, presence
from fanzadmin.console.live.presence import EDIT, SHOW, Present
from fanzadmin.console.registry import by_name, may
from fanzadmin.kernel.web.realtime import LIVE
from security.identity import SignedOutForGood, as_person

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10
LONGEST_KEY = 400  # characters


@dataclass(frozen=True, slots=True)
class Watch:
    """One page: `rooms` for the rows of its console, and on a record's page (`pk`) the record and the user on it."""

    console: str
    pk: str
    mode: str
    rooms: tuple[str, ...]
    record: str = ""
    present: Present | None = None


_watches: dict[str, tuple[int, Watch]] = {}  # by socket: the user's login, and the page


def watch(sid: str, user_id: int, page: Mapping[str, object]) -> dict[str, object]:
    """Let a socket hear of the list or record that its page shows: `{allowed, me, behind, people}`. `page` has
    `console`, for a record `id` and `mode` (show, edit), and `since`, the page's moment in milliseconds. `behind`: rows
    may have changed without notice to the page."""
    watch = _allowed(sid, user_id, page)
    _replace(sid, user_id, watch)
    if watch is None:
        return {"allowed": False}
    is_new = changes.renew_rooms(watch.rooms)
    since = page.get("since")
    tables = {room.split(":", 2)[1] for room in watch.rooms}
    late = changes.missed(tables, since_ms=since if isinstance(since, int | float) else 0)
    people = presence.people_on(watch.record) if watch.record else []
    return {"allowed": True, "me": user_id, "behind": is_new or late, "people": people}


def stop(sid: str) -> None:
    """A page is gone."""
    _replace(sid, 0, None)


def has_watchers() -> bool:
    """Whether a socket of this process watches a page."""
    return bool(_watches)


def heartbeat() -> None:
    """Keep everybody of this process where they are, and let go of those who may not be there any more."""
    by_person = defaultdict(list)
    for sid, (user_id, page) in list(_watches.items()):
        by_person[user_id].append((sid, page))
    for user_id, pages in by_person.items():
        for sid, page in pages:
            shown_page = {"console": page.console, "id": page.pk, "mode": page.mode}
            watch = _allowed(sid, user_id, shown_page)
            if sid in _watches:  # it may have left while the rules were asked
                _replace(sid, user_id, watch)
    changes.renew_rooms({room for _, page in list(_watches.values()) for room in page.rooms})


def _allowed(sid: str, user_id: int, page: Mapping[str, object]) -> Watch | None:
    """What a user may watch of what a page asks for, by the rules of this moment."""
    console, pk = by_name(str(page.get("console"))), str(page.get("id") or "")
    if console is None or len(pk) > LONGEST_KEY:
        return None
    try:
        with as_person(user_id) as person:
            if not console.may_watch(pk):
                return None
            edits = page.get("mode") == EDIT and may("update", console.resource)
            present = Present(user_id, person.name, EDIT if edits else SHOW, sid)
            rooms = console.rooms()
    except SignedOutForGood:
        return None
    if not pk:
        return Watch(type(console).__name__, pk, present.mode, rooms)
    record = f"{console.table}:{pk}"
    return Watch(type(console).__name__, pk, present.mode, rooms, record, present)


def _replace(sid: str, user_id: int, watch: Watch | None) -> None:
    held = _watches.pop(sid, (0, None))[1]
    if watch is not None:
        _watches[sid] = (user_id, watch)
    before, after = _rooms(held), _rooms(watch)
    for room in before - after:
        leave_room(room, sid=sid, namespace=LIVE)
    for room in after - before:
        join_room(room, sid=sid, namespace=LIVE)
    stays = (
        watch is not None
        and held is not None
        and (watch.record, watch.present) == (held.record, held.present)
    )
    if held is not None and held.present and not stays:
        presence.leave(held.record, held.present)
    if watch is not None and watch.present:
        presence.join(watch.record, watch.present)


def _rooms(page: Watch | None) -> set[str]:
    if page is None:
        return set()
    return {*page.rooms, presence.room(page.record)} if page.record else set(page.rooms)
