"""What Redis holds for the moment and may lose: short waits, and a pause after a failure, so that no work depends on it."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

PAUSE_SECONDS = 5  # between two attempts at a Redis that is away

T = TypeVar("T")

_redis: Any = None  # Any: redis-py types its answers as maybe awaitable
_away_until = 0.0


def connect(url: str) -> None:
    """Bind this process to the Redis at `url`; without one every question gets its default."""
    global _redis, _away_until  # noqa: PLW0603  one per process
    _redis = Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    )
    _away_until = 0.0


def ask_redis(question: Callable[[Any], T], default: T) -> T:
    """What `question(redis)` answers; `default` while Redis is away."""
    global _away_until  # noqa: PLW0603  one per process
    if _redis is None or time.monotonic() < _away_until:
        return default
    try:
        return question(_redis)
    except RedisError as error:
        _away_until = time.monotonic() + PAUSE_SECONDS
        log.warning("what is only for the moment is lost, Redis is away: %s", error)
        return default
