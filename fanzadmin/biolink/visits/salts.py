"""The salt of the day: makes a visitor's hash meaningless once the day is over."""

import hashlib
import hmac
import secrets
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.biolink.visits.models import Salt
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import after_commit, session

SALT_RETENTION = timedelta(days=1)
_cache: dict[date, bytes] = {}


def visitor_hash(day: date, *, address: str, user_agent: str) -> bytes:
    """16 bytes of HMAC-SHA256(salt of the day, address and user agent)."""
    text = f"{address}\n{user_agent}".encode()
    return hmac.new(salt_of(day), text, hashlib.sha256).digest()[:16]


def salt_of(day: date) -> bytes:
    """The day's salt, the same in every process: drawn by the first who asks."""
    if day in _cache:
        return _cache[day]
    session.execute(insert(Salt).values(day=day, salt=secrets.token_bytes(32)).on_conflict_do_nothing())
    salt = session.execute(select(Salt.salt).where(Salt.day == day)).scalar_one()
    after_commit(lambda: _remember(day, salt))
    return salt


def forget_salts() -> int:
    """Destroy the salts of days that are over for a day. Returns how many."""
    oldest = clock.now().date() - SALT_RETENTION
    days = session.execute(delete(Salt).where(Salt.day < oldest).returning(Salt.day)).scalars().all()
    return len(days)


def _remember(day: date, salt: bytes) -> None:
    """Only a committed salt is remembered: one that was rolled back would differ from the other processes'."""
    for old in [cached_day for cached_day in _cache if cached_day < day - SALT_RETENTION]:
        del _cache[old]
    _cache[day] = salt
