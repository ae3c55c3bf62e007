"""Identifiers: UUIDv7 (RFC 9562), as lower-case strings, so that they sort by time and stay primitives."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from uuid_utils import uuid7

from fanzadmin.kernel import clock

_numbers = count(secrets.randbits(29))  # of the identifiers of a given moment
_MILLISECOND = timedelta(milliseconds=1)

_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A new identifier of this moment, later than every earlier one of this process and moment."""
    if moment := clock.held_at():
        return new_id_at(moment)
    offset = clock.offset()
    return str(UUID(int=uuid7().int + (offset // _MILLISECOND << 80)) if offset else uuid7())


def new_id_at(at: datetime) -> str:
    """A new identifier of something that was made at `at`, later than the earlier ones of that millisecond."""
    return str(UUID(int=_first(at) | next(_numbers) << 32 | secrets.randbits(32)))


def first_id(at: datetime) -> str:
    """The least identifier of a moment: what is made from then on has this one or a later."""
    return str(UUID(int=int(at.timestamp() * 1000) << 80))


def made_at(identifier: str) -> datetime:
    """When an identifier was made, to the millisecond."""
    return datetime.fromtimestamp((UUID(identifier).int >> 80) / 1000, UTC)


def id_at(at: datetime, rng: Random) -> str:
    """The identifier of something that was made at `at`, the same for the same `rng`; for the demo."""
    bits = rng.getrandbits(74)
    return str(UUID(int=_first(at) | (bits >> 62) << 64 | bits & (1 << 62) - 1))


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an identifier."""
    return bool(_SHAPE.fullmatch(text))


def new_trace_id() -> str:
    """A W3C trace id: 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def new_span_id() -> str:
    """A W3C span (parent) id: 16 lower-case hexadecimal digits."""
    return secrets.token_hex(8)


def _first(at: datetime) -> int:
    """The least UUIDv7 of a moment."""
    return int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62
