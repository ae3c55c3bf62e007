"""`Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): the same request twice is done once.

The first answer is kept for a day, sealed (AES-256-GCM) with a key made of the platform's secret and of the client's key, of
which only a hash is kept: whoever reads the table, or a backup of it, reads no answer.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Response, current_app, request
from flask_babel import gettext
from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, created, session
from fanzadmin.kernel.errors import BusinessError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

P = ParamSpec("P")
R = TypeVar("R")

LONGEST = 200
NONCE = 12  # bytes
KEPT_HEADERS = ("Content-Type", "Location", "Content-Location", "ETag")
FORMS = frozenset({"", "application/x-www-form-urlencoded"})


class KeyReused(BusinessError):
    status = 422
    title = "This Idempotency-Key was used for another request"


class KeyUnusable(BusinessError):
    status = 400
    title = "This Idempotency-Key is too long"


class IdempotentAnswer(Model):
    """The answer that a key got. Kept for a day."""

    __audited__ = False
    __tablename__ = "idempotency"
    __table_args__ = ({"schema": "kernel"},)

    actor_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    created_at: Mapped[datetime] = created()


def streamed(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that reads its body as it comes: the body is not held to be compared, the service honours the key itself."""
    view.__dict__["streamed"] = True
    return view


def once(view: Callable[[], Response]) -> Response:
    """Answer a repeated request (same user, same key) with the first answer; two at once wait for each other.

    Only successes are kept: a request that failed changed nothing and may be sent again with the same key. Without a
    user there is no one whose key it could be. Raises KeyUnusable, KeyReused.
    """
    key = request.headers.get("Idempotency-Key")
    if not key or current().actor_id is None:
        return view()
    if len(key) > LONGEST:
        raise KeyUnusable(gettext("Use at most %(longest)s characters.", longest=LONGEST))
    claim = _claim(key)
    if claim.answer is not None:
        return _opened(key, claim.answer)
    response = view()
    if response.status_code < 400:
        claim.answer = _sealed(key, response)
    return response


def _sealed(key: str, response: Response) -> bytes:
    headers = [(name, response.headers[name]) for name in KEPT_HEADERS if name in response.headers]
    plain = json.dumps([response.status_code, headers, response.get_data(as_text=True)]).encode()
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key).encrypt(nonce, plain, None)


def _opened(key: str, sealed: bytes) -> Response:
    status, headers, body = json.loads(_cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], None))
    return Response(body, status=status, headers=[*headers, ("Idempotency-Replayed", "true")])


def _cipher(key: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  few processes ever seal one

    return AESGCM(_digest("seal", f"{current().actor_id} {key}".encode()))


def _digest(purpose: str, value: bytes) -> bytes:
    """HMAC-SHA256 that only this deployment can compute."""
    secret = current_app.config["SECRET_KEY"]
    return hmac.new(f"{secret}:idempotency:{purpose}".encode(), value, hashlib.sha256).digest()


def _claim(key: str) -> IdempotentAnswer:
    """The row of this key; a second request blocks here until the first one's transaction ends."""
    actor_id, hashed = current().actor_id or 0, _digest("key", key.encode()).hex()
    request_line = f"{request.method} {request.full_path}\n"
    fingerprint = _digest("request", request_line.encode() + _content()).hex()
    row = insert(IdempotentAnswer).values(
        actor_id=actor_id, key=hashed, fingerprint=fingerprint, created_at=clock.now()
    )
    session.execute(row.on_conflict_do_nothing())
    claim = session.get_one(IdempotentAnswer, (actor_id, hashed))
    if claim.fingerprint != fingerprint:
        raise KeyReused(gettext("Use a new key for a new request."))
    return claim


def _content() -> bytes:
    """What distinguishes this request from another one with the same key: JSON and forms whole, the length of a file."""
    if request.is_json or request.mimetype in FORMS:
        return request.get_data()
    return str(request.content_length).encode()
