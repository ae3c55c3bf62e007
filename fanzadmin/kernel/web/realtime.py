"""Live hints over Socket.IO: sent after commit, lost without harm, the truth stays in PostgreSQL."""

import logging
import time
from typing import Protocol

import socketio as python_socketio
from flask_socketio import SocketIO
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from fanzadmin.kernel.db import after_commit

log = logging.getLogger(__name__)

LIVE = "/live"
CHANNEL = "fanz-live"
HINT_SECONDS = 0.4  # that Redis may take for a hint
PAUSE_SECONDS = 2.0  # without hints after Redis did not answer


class HintManager(python_socketio.RedisManager):
    """Socket.IO's way through Redis to the other processes. A hint waits for Redis no longer than a user would notice, and the
    next ones not at all for a while: they are lost without harm."""

    def __init__(self, redis_url: str, *, write_only: bool = False) -> None:
        super().__init__(redis_url, channel=CHANNEL, write_only=write_only, logger=log)
        self._sender = Redis.from_url(
            redis_url,
            socket_connect_timeout=HINT_SECONDS,
            socket_timeout=HINT_SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        self._away_until = 0.0

    def _publish(self, data: dict[str, object]) -> None:
        if time.monotonic() < self._away_until:
            return
        try:
            self._sender.publish(CHANNEL, self.json.dumps(data))
        except RedisError as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            log.warning("live hints are lost, Redis is away: %s", error)


class Emitter(Protocol):
    """What a server and a write-only manager have in common."""

    def emit(self, event: str, data: object, namespace: str, room: str) -> object: ...


class _Server:
    def __init__(self, server: SocketIO) -> None:
        self.server = server

    def emit(self, event: str, data: object, namespace: str, room: str) -> object:
        return self.server.emit(event, data, namespace=namespace, to=room)


socketio = SocketIO()
_emitter: Emitter | None = None


def serve_with(server: SocketIO) -> None:
    """Emit through this process's own Socket.IO server (role `web`)."""
    _use(_Server(server))


def connect(redis_url: str) -> None:
    """Emit through Redis to the `web` processes (every other role)."""
    _use(HintManager(redis_url, write_only=True))


def _use(emitter: Emitter) -> None:
    global _emitter  # noqa: PLW0603  one per process, set once by the composition root
    _emitter = emitter


def emit_now(event: str, data: dict[str, object], *, room: str, namespace: str = LIVE) -> None:
    """Send a hint at once; a Redis that is away costs the hint, never the work."""
    if _emitter is None:
        return
    try:
        _emitter.emit(event, data, namespace=namespace, room=room)
    except Exception as error:
        log.warning("a live hint was lost: %s", error)


def emit_to_room(room: str, event: str, data: dict[str, object], *, namespace: str = LIVE) -> None:
    """Send a hint to everyone in `room`, once the current transaction is committed."""
    after_commit(lambda: emit_now(event, data, room=room, namespace=namespace))


def emit_to_user(user_id: int | None, event: str, data: dict[str, object], *, namespace: str = LIVE) -> None:
    """Send a hint to every open page of a user, after commit."""
    if user_id is not None:
        emit_to_room(f"user:{user_id}", event, data, namespace=namespace)
