"""`Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): the same request twice is done once."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext
from sqlalchemy import Integer, String, Text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, created, session
from fanzadmin.kernel.errors import BusinessError

LONGEST = 200


class KeyReused(BusinessError):
    status = 422
    title = "This Idempotency-Key was used for another request"


class KeyUnusable(BusinessError):
    status = 400
    title = "This Idempotency-Key is too long"


class Answered(Model):
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


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a repeated request (same person, same key) with the first answer; two at once wait for each other.

    Only successes are kept: a request that failed changed nothing and may be tried again with the same key.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(*args, **kwargs)
        if len(key) > LONGEST:
            raise KeyUnusable(gettext("Use at most %(longest)s characters.", longest=LONGEST))
        answered = _claim(key)
        if answered.status is not None:
            response = Response(answered.body, status=answered.status, mimetype=answered.mimetype)
            response.headers["Idempotency-Replayed"] = "true"
            return response
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            answered.status, answered.mimetype = response.status_code, response.mimetype
            answered.body = response.get_data(as_text=True)
        return response

    return once


def _claim(key: str) -> Answered:
    """The row of this key; a second request blocks here until the first one's transaction ends."""
    actor_id = current().actor_id or 0
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    fingerprint = hashlib.sha256(asked).hexdigest()
    row = insert(Answered).values(actor_id=actor_id, key=key, fingerprint=fingerprint, created_at=clock.now())
    session.execute(row.on_conflict_do_nothing())
    answered = session.get_one(Answered, (actor_id, key))
    if answered.fingerprint != fingerprint:
        raise KeyReused(gettext("Use a new key for a new request."))
    return answered
