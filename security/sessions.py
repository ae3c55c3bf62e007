"""How long a sign-in holds: until the user signs out or changes the password, whoever else holds a copy of the cookie."""

from datetime import timedelta

from flask import Flask, session
from flask_appbuilder.security.sqla.models import User
from flask_login import logout_user, user_logged_in, user_logged_out
from sqlalchemy import delete

from fanzadmin.kernel import clock, db
from fanzadmin.kernel.ids import new_id
from security.crypto import keyed_hash
from security.grants import granted
from security.models import EndedSession

RETENTION = timedelta(days=31)
"""A cookie is refused by its age after this long, and needs no row here any more."""

ID, STAMP = "sid", "stamp"


def install(app: Flask) -> None:
    """Mark each session as it begins, note it as it ends."""
    app.permanent_session_lifetime = RETENTION
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)


def stamp(user: User) -> str:
    """What a session or token carries of the password it was opened with: another password, another stamp."""
    return keyed_hash("sign-in", f"{user.id}:{user.password or ''}")[:24]


def is_over(user: User) -> bool:
    """Whether the current cookie belongs to a session of `user` that has ended."""
    return session.get(ID) in granted(user.id).ended or session.get(STAMP, stamp(user)) != stamp(user)


def leave() -> None:
    """Treat the current browser as signed out."""
    session.pop(ID, None)
    logout_user()


def forget_old_sessions() -> None:
    """Drop the rows of sessions whose cookies have expired."""
    db.session.execute(delete(EndedSession).where(EndedSession.ended_at < clock.now() - RETENTION))


def _begin(_app: Flask, user: User) -> None:
    session[ID], session[STAMP] = new_id(), stamp(user)


def _end(_app: Flask, user: User) -> None:
    session_id = session.pop(ID, None)
    session.pop(STAMP, None)
    if session_id is not None and user is not None and not user.is_anonymous:
        db.session.add(EndedSession(id=session_id, user_id=user.id, ended_at=clock.now()))
