"""Who is on a socket: a bearer token in the connect payload, or the cookie session of the page."""

import logging

from flask import Flask, current_app, g, request
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_login import current_user
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import join_room
from jwt import PyJWTError

from fanzadmin.kernel.context import Context, Way, enter
from fanzadmin.kernel.db import rollback_request, session
from fanzadmin.kernel.errors import SignInNeeded
from fanzadmin.kernel.web.intake import Namespace
from fanzadmin.kernel.web.realtime import LIVE
from security import viewers
from security.identity import Me, TokenRefused, check_token, load_user
from security.rbac import Right, may_person
from security.sessions import is_over

log = logging.getLogger(__name__)


def sign_in_socket(auth: object) -> Me:
    """The user behind a connecting socket. Raises flask_socketio.ConnectionRefusedError."""
    user = load_user(_user_id(auth))
    session.remove()
    if user is None:
        raise Refused(gettext("Sign in first."))
    _people[request.sid] = user.user_id  # type: ignore[attr-defined]
    return user


def socket_person() -> Me:
    """The user of the current socket event, as her or his login is now. Raises SignInNeeded."""
    user = load_user(_people[request.sid])  # type: ignore[attr-defined]
    session.remove()
    if user is None:
        raise SignInNeeded(gettext("This login may not be used any more."))
    return user


def forget_socket() -> None:
    """Drop what is known of a socket that went away."""
    _people.pop(request.sid, None)  # type: ignore[attr-defined]


def enter_socket_event() -> Me:
    """Begin a socket event: the user becomes the actor of what follows."""
    user = socket_person()
    g.me = user
    g.pop("permissions", None)
    enter(
        Context(
            actor_id=user.user_id,
            actor=user.name,
            clusters=user.clusters,
            roles=user.roles,
            way=Way.SOCKET,
        )
    )
    return user


_people: dict[str, int] = {}


def _user_id(auth: object) -> int | None:
    token = auth.get("token") if isinstance(auth, dict) else None
    if token is None:
        return current_user.id if current_user.is_authenticated and not is_over(current_user) else None
    try:
        claims = decode_token(str(token))
        check_token(claims, session.get(User, int(claims["sub"])))
        return int(claims["sub"])
    except (JWTExtendedException, PyJWTError, ValueError, TokenRefused):
        raise Refused(gettext("This token is not valid. Sign in again.")) from None


class LiveNamespace(Namespace):
    """Hints for one person: tasks, notices; the security team's room for those with its board; and for the page that
    `watch` names, who else is on the record and which rows changed. `beats` False leaves the beat to the caller."""

    def __init__(self, *, beats: bool = True) -> None:
        super().__init__(LIVE)
        self._beats, self._is_beating = beats, False

    def on_connect(self, auth: object = None) -> None:
        user = sign_in_socket(auth)
        join_room(f"user:{user.user_id}")
        if may_person(user, Right("shield:board:read")):
            for room in [f"security:{cluster}" for cluster in sorted(user.clusters or ())] or ["security"]:
                join_room(room)
        session.remove()

    def on_watch(self, data: object = None) -> dict[str, object]:
        """`{console, id, mode, since}`; see security/viewers.py."""
        person = enter_socket_event()
        try:
            answer = viewers.watch(
                request.sid,  # type: ignore[attr-defined]
                person.user_id,
                data if isinstance(data, dict) else {},
            )
        finally:
            rollback_request()
        if request.sid not in _people:  # type: ignore[attr-defined]  # it went while it was let in
            viewers.stop(request.sid)  # type: ignore[attr-defined]
        if self._beats and not self._is_beating:
            self._is_beating = True
            self.socketio.start_background_task(self._keep_beating, current_app._get_current_object())  # type: ignore[attr-defined]
        return answer

    def on_disconnect(self, _reason: object = None) -> None:
        viewers.stop(request.sid)  # type: ignore[attr-defined]
        forget_socket()

    def _keep_beating(self, app: Flask) -> None:
        while viewers.has_watchers():
            self.socketio.sleep(viewers.HEARTBEAT_SECONDS)
            with app.app_context():
                try:
                    viewers.heartbeat()
                except Exception:  # a database that restarts: the next beat finds it again
                    log.exception("a beat of the live pages failed")
                finally:
                    rollback_request()
        self._is_beating = False
