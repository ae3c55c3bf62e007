"""The socket namespace /chat. Each event answers by acknowledgement: what was asked for, or an RFC 9457 problem.

Sent to it: `message` (a message, new or changed; put it at its `seq`), `read`, `typing`, `broadcast`. A client that finds
a `change` missing between two events asks `sync`.
"""

import logging
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import join_room
from marshmallow import Schema, ValidationError
from marshmallow import fields as f
from sqlalchemy.exc import OperationalError

from fanzadmin.chat import queries, service
from fanzadmin.chat.api import MessageArgs, ReadArgs, SyncArgs
from fanzadmin.chat.rights import CHAT_OWN_USE
from fanzadmin.chat.service.hints import CHAT
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import rollback_request, transaction
from fanzadmin.kernel.errors import BusinessError, DependencyAway, Invalid
from fanzadmin.kernel.web.intake import Namespace
from security.identity import Me
from security.rbac import may_person
from security.sockets import enter_socket_event, forget_socket, sign_in_socket

log = logging.getLogger(__name__)

Answer = dict[str, object]  # JSON


class InSchema(Schema):
    conversation_id = f.String(required=True)


class SendEvent(MessageArgs, InSchema):
    """`send`."""


class ReadEvent(ReadArgs, InSchema):
    """`read`."""


class SyncEvent(SyncArgs, InSchema):
    """`sync`."""


class Unreadable(Invalid):
    title = "The message of this event has the wrong shape"


class ChatNamespace(Namespace):
    """Live messages of one user's conversations."""

    def __init__(self) -> None:
        super().__init__(CHAT)

    def on_connect(self, auth: object = None) -> None:
        user = sign_in_socket(auth)
        try:
            if not may_person(user, CHAT_OWN_USE):
                forget_socket()
                raise Refused(gettext("Your role has no conversations."))
        finally:
            rollback_request()
        join_room(f"user:{user.user_id}")

    def on_disconnect(self, _reason: object = None) -> None:
        forget_socket()

    def on_send(self, data: object = None) -> Answer:
        return _answer(SendEvent(), data, _send)

    def on_read(self, data: object = None) -> Answer:
        return _answer(ReadEvent(), data, _read)

    def on_typing(self, data: object = None) -> Answer:
        return _answer(InSchema(), data, _typing)

    def on_sync(self, data: object = None) -> Answer:
        return _answer(SyncEvent(), data, _sync)


def _send(person: Me, **values: Any) -> Answer:
    sent = service.send_message(person, **values)
    return {"seq": sent.seq, "id": sent.id, "change": sent.change, "created_at": sent.created_at.isoformat()}


def _read(person: Me, **values: Any) -> Answer:
    return {"seq": service.mark_read(person, **values)}


def _typing(person: Me, **values: Any) -> Answer:
    service.show_typing(person, **values)
    return {}


def _sync(person: Me, **values: Any) -> Answer:
    messages = queries.messages_of(person, **values)
    return {
        "items": [item.as_event() for item in messages.items],
        "last_seq": messages.last_seq,
        "last_change": messages.last_change,
        "more": messages.more,
    }


def _answer(schema: Schema, data: object, verb: Callable[..., Answer]) -> Answer:
    """One event, one transaction: the verb's answer, or the problem that stopped it."""
    try:
        person = enter_socket_event()
        values = _values(schema, data)
        with transaction():
            return verb(person, **values)
    except BusinessError as error:
        return error.problem()
    except OperationalError as error:
        log.warning("a dependency is away: %s", error)
        return DependencyAway(
            gettext("A part of the platform does not answer right now. Try again in a moment.")
        ).problem()
    except Exception:
        trace_id = current().trace_id
        log.exception("unexpected error, trace %s", trace_id)
        detail = gettext(
            "Something broke on our side. Tell the team this reference: %(reference)s.", reference=trace_id
        )
        return {"type": "about:blank", "title": gettext("Unexpected error"), "status": 500, "detail": detail}


def _values(schema: Schema, data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Unreadable(gettext("Send one object."))
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise Unreadable(gettext("Some fields are missing or wrong."), errors=error.messages) from error
    return loaded
