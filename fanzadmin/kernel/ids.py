"""Identifiers: UUIDv7 (RFC 9562), as lower-case strings, so that they sort by time and stay primitives."""

import re
import secrets
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from uuid_utils import uuid7

from fanzadmin.kernel import clock

_MILLISECOND = timedelta(milliseconds=1)

_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A new identifier, later than every earlier one of this process."""
    offset = clock.offset()
    return str(UUID(int=uuid7().int + (offset // _MILLISECOND << 80)) if offset else uuid7())


def id_at(at: datetime, rng: Random) -> str:
    """The identifier of something that was made at `at`, the same for the same `rng`; for the demo."""
    bits = rng.getrandbits(74)
    value = (
        int(at.timestamp() * 1000) << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    )
    return str(UUID(int=value))


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an identifier."""
    return bool(_SHAPE.fullmatch(text))


def new_trace_id() -> str:
    """A W3C trace id: 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)


def new_span_id() -> str:
    """A W3C span (parent) id: 16 lower-case hexadecimal digits."""
    return secrets.token_hex(8)
