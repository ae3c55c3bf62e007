"""What each person may do, kept in this process for as long as Redis names the same version of it.

A change of roles or permissions, by whatever page or verb, gives its people (or, where a role changed, everybody) a new
version once it is committed. With Redis away, and inside a unit of work that changed something, PostgreSQL is asked.
"""

import logging
import time
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from flask_appbuilder.security.sqla.models import Group, Permission, PermissionView, Role, User, ViewMenu
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event, inspect, text
from sqlalchemy.orm import ORMExecuteState, Session

from fanzadmin.kernel.db import UnitOfWork, after_commit, session
from security.models import EndedSession, StaffCluster

log = logging.getLogger(__name__)

KEPT_SECONDS = 60  # also how long a change by hand in the database may go unnoticed
PAUSE_SECONDS = 5  # between two attempts at a Redis that is away
MOST = 20_000  # people held by one process
EVERYBODY = "fanz:grants"
TABLES = frozenset(
    "ab_user_role ab_role ab_permission ab_view_menu ab_permission_view ab_permission_view_role ab_group ab_group_role "
    "ab_user_group staff_cluster".split()
)

_QUERY = text(
    """
    WITH roles AS (
        SELECT role_id FROM ab_user_role WHERE user_id = :user_id
        UNION
        SELECT gr.role_id FROM ab_group_role gr JOIN ab_user_group ug USING (group_id) WHERE ug.user_id = :user_id)
    SELECT 'role' AS kind, name AS first, '' AS second FROM ab_role WHERE id IN (SELECT role_id FROM roles)
    UNION ALL
    SELECT 'cluster', cluster, '' FROM staff_cluster WHERE user_id = :user_id
    UNION ALL
    SELECT 'ended', id::text, '' FROM ended_session WHERE user_id = :user_id
    UNION ALL
    SELECT 'right', p.name, v.name
      FROM ab_permission_view pv
      JOIN ab_permission p ON p.id = pv.permission_id
      JOIN ab_view_menu v ON v.id = pv.view_menu_id
     WHERE pv.id IN (
        SELECT permission_view_id FROM ab_permission_view_role WHERE role_id IN (SELECT role_id FROM roles))
    """
)


@dataclass(frozen=True, slots=True)
class Grants:
    """A user's roles, groups' included; clusters, none for all; Flask-AppBuilder's permission pairs; and the sessions
    that the user has ended."""

    roles: frozenset[str]
    clusters: frozenset[str]
    rights: frozenset[tuple[str, str]]
    ended: frozenset[str] = frozenset()


Version = tuple[object, object]

_redis: Redis | None = None
_away_until = 0.0
_cache: dict[int, tuple[Version, float, Grants]] = {}


def connect(url: str) -> None:
    """Bind this process to the Redis that holds the versions; without one every request asks PostgreSQL."""
    global _redis, _away_until  # noqa: PLW0603  one per process
    _redis = Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=Retry(NoBackoff(), 0))
    _away_until = 0.0
    _cache.clear()


def granted(user_id: int) -> Grants:
    """What a user may do now."""
    version = None if session.info.get("grants_changed") else _version(user_id)
    if version is None:
        return _load(user_id)
    held = _cache.get(user_id)
    if held is not None and held[0] == version and held[1] > time.monotonic():
        return held[2]
    if len(_cache) >= MOST:
        _cache.clear()
    grants = _load(user_id)
    _cache[user_id] = (version, time.monotonic() + KEPT_SECONDS, grants)
    return grants


def _load(user_id: int) -> Grants:
    rows = session.execute(_QUERY, {"user_id": user_id}).all()
    return Grants(
        roles=frozenset(first for kind, first, _ in rows if kind == "role"),
        clusters=frozenset(first for kind, first, _ in rows if kind == "cluster"),
        rights=frozenset((first, second) for kind, first, second in rows if kind == "right"),
        ended=frozenset(first for kind, first, _ in rows if kind == "ended"),
    )


def _version(user_id: int) -> Version | None:
    if _redis is None or time.monotonic() < _away_until:
        return None
    try:
        everybody, own = _redis.mget(EVERYBODY, f"{EVERYBODY}:{user_id}")
    except RedisError as error:
        _pause(error)
        return None
    return everybody, own


def _pause(error: RedisError) -> None:
    global _away_until  # noqa: PLW0603  one per process
    _away_until = time.monotonic() + PAUSE_SECONDS
    log.warning("no versions of grants, PostgreSQL is asked instead: %s", error)


def forget(user_ids: frozenset[int] = frozenset()) -> None:
    """Let every process ask again what these people (no one named: everybody) may do."""
    if _redis is None:
        return
    try:
        if not user_ids:
            _redis.set(EVERYBODY, token_hex(8))
        for user_id in user_ids:
            _redis.set(f"{EVERYBODY}:{user_id}", token_hex(8), ex=2 * KEPT_SECONDS)
    except RedisError as error:
        _pause(error)


@event.listens_for(UnitOfWork, "after_flush")
def _notice_flush(unit: Session, _: object) -> None:
    whose: set[int] = set()
    everybody = False
    for row in (*unit.new, *unit.dirty, *unit.deleted):
        if isinstance(row, StaffCluster | EndedSession):
            whose.add(row.user_id)
        elif isinstance(row, User):
            if row not in unit.dirty or _roles_changed(row):
                whose.add(row.id)
        elif isinstance(row, Role | Group | PermissionView | Permission | ViewMenu):
            everybody |= row in unit.deleted or unit.is_modified(row) or row in unit.new
    if everybody or whose:
        _announce(unit, frozenset() if everybody else frozenset(whose))


@event.listens_for(UnitOfWork, "do_orm_execute")
def _notice_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        table = getattr(state.statement, "table", None)
        if getattr(table, "name", "") in TABLES:
            _announce(state.session, frozenset())


@event.listens_for(UnitOfWork, "after_transaction_end")
def _forget_changes(unit: Session, transaction: Any) -> None:
    if transaction.parent is None:
        unit.info.pop("grants_changed", None)


def _roles_changed(user: User) -> bool:
    attributes = inspect(user).attrs
    return bool(attributes.roles.history.has_changes() or attributes.groups.history.has_changes())


def _announce(unit: Session, user_ids: frozenset[int]) -> None:
    announced = unit.info.setdefault("grants_changed", set())
    if user_ids not in announced:
        announced.add(user_ids)
        after_commit(lambda: forget(user_ids))
