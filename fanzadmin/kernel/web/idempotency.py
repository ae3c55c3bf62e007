"""`Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): the same request twice is done once."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from flask import Response, request
from flask_babel import gettext
from sqlalchemy import Integer, String, Text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, created, session
from fanzadmin.kernel.errors import BusinessError

P = ParamSpec("P")
R = TypeVar("R")

LONGEST = 200
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
    key: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[str | None] = mapped_column(Text)
    mimetype: Mapped[str | None] = mapped_column(String(80))
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
    answer = _claim(key)
    if answer.status is not None:
        response = Response(answer.body, status=answer.status, mimetype=answer.mimetype)
        response.headers["Idempotency-Replayed"] = "true"
        return response
    response = view()
    if response.status_code < 400:
        answer.status, answer.mimetype = response.status_code, response.mimetype
        answer.body = response.get_data(as_text=True)
    return response


def _claim(key: str) -> IdempotentAnswer:
    """The row of this key; a second request blocks here until the first one's transaction ends."""
    actor_id = current().actor_id or 0
    fingerprint = hashlib.sha256(f"{request.method} {request.full_path}\n".encode() + _content()).hexdigest()
    row = insert(IdempotentAnswer).values(
        actor_id=actor_id, key=key, fingerprint=fingerprint, created_at=clock.now()
    )
    session.execute(row.on_conflict_do_nothing())
    answer = session.get_one(IdempotentAnswer, (actor_id, key))
    if answer.fingerprint != fingerprint:
        raise KeyReused(gettext("Use a new key for a new request."))
    return answer


def _content() -> bytes:
    """What distinguishes this request from another one with the same key: JSON and forms whole, the length of a file."""
    if request.is_json or request.mimetype in FORMS:
        return request.get_data()
    return str(request.content_length).encode()
