"""The current user of a request or a socket, by cookie session or bearer token, and the creator or fan behind the login."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext
from flask_jwt_extended import current_user as jwt_user
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_login import current_user
from jwt import PyJWTError

from fanzadmin.console.batches import AsPerson
from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.kernel.context import Context, Way, acting, current, enter, system
from fanzadmin.kernel.context import person as principal
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from fanzadmin.kernel.ids import new_trace_id
from fanzadmin.kernel.ports import ask, provide
from security import sessions
from security.grants import granted

WEB = system("web")  # who acts where no one is signed in
_TRACEPARENT = re.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Me:
    """The current user. `clusters` None means: all of them."""

    user_id: int
    username: str
    name: str
    roles: frozenset[str]
    clusters: frozenset[str] | None


class TokenRefused(SignInNeeded):
    title = "This token is not valid"


class NoCreatorAccount(Forbidden):
    """Only creators may do this: the login is known, and no creator signs in with it. 403 everywhere, never 404."""

    title = "You have no creator account"


class NoFanAccount(Forbidden):
    """Only fans may do this: the login is known, and no fan signs in with it. 403 everywhere, never 404."""

    title = "You have no fan account"


def person() -> Me | None:
    """The signed-in user of the current request, None when there is none."""
    if "me" not in g:
        g.me = _load(_user())
    return g.me  # type: ignore[no-any-return]


def me() -> Me:
    """The signed-in user of the current request. Raises SignInNeeded."""
    user = person()
    if user is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    return user


def own_creator() -> CreatorCard:
    """The creator behind the current login. Raises SignInNeeded, NoCreatorAccount."""
    return creator_of(me())


def creator_of(user: Me) -> CreatorCard:
    """The creator behind a login. Raises NoCreatorAccount."""
    creator = ask(People).creator_of_user(user.user_id)
    if creator is None:
        raise NoCreatorAccount(gettext("No creator signs in with this login."))
    return creator


def own_fan() -> FanCard:
    """The fan behind the current login. Raises SignInNeeded, NoFanAccount."""
    return fan_of(me())


def fan_of(user: Me) -> FanCard:
    """The fan behind a login. Raises NoFanAccount."""
    fan = ask(People).fan_of_user(user.user_id)
    if fan is None:
        raise NoFanAccount
    return fan


def load_user(user_id: int | None) -> Me | None:
    """An active person by login id; for sockets, which have no request of their own."""
    user = session.get(User, user_id) if user_id is not None else None
    return _load(user if user is not None and user.is_active else None)


class SignedOutForGood(Forbidden):
    title = "This login may not be used any more"


@contextmanager
def as_person(user_id: int) -> Iterator[Me]:
    """Work as a user inside the block, for what she or he ordered and a job carries out: her or his rights, clusters
    and name in audit and facts; the trace stays the job's. Raises SignedOutForGood."""
    user = session.get(User, user_id)
    me = _load(user if user is not None and user.is_active else None)
    if me is None:
        raise SignedOutForGood(gettext("The login of the person who ordered this was switched off."))
    identity = {"me": me, "user": user, "_login_user": user}
    behalf = principal(user_id) if current().program else current().on_behalf_of
    with (
        current_app.test_request_context("/"),
        acting(
            actor_id=me.user_id,
            actor=me.name,
            clusters=me.clusters,
            roles=me.roles,
            on_behalf_of=behalf,
        ),
    ):
        before = {name: g.pop(name) for name in (*identity, "permissions") if name in g}
        try:
            for name, value in identity.items():
                setattr(g, name, value)
            yield me
        finally:
            for name in (*identity, "permissions"):
                g.pop(name, None)
            for name, value in before.items():
                setattr(g, name, value)


def install(app: Flask) -> None:
    """Give each request its trace and actor before any view runs, and let jobs act as who ordered them."""
    provide(AsPerson, as_person)
    sessions.install(app)

    @app.before_request
    def _enter_context() -> None:
        g.pop("me", None)
        g.pop("permissions", None)
        if _bears_token():
            _verify_bearer()
        user = None if request.endpoint == "static" else person()
        trace_id, parent_span_id = _trace(request.headers.get("traceparent", ""))
        enter(
            Context(
                actor_id=user.user_id if user else None,
                actor=user.name if user else "anonymous",
                trace_id=trace_id,
                clusters=user.clusters if user else None,
                roles=user.roles if user else frozenset(),
                program="" if user else WEB,
                way=Way.KEY if _bears_token() else Way.SESSION,
                parent_span_id=parent_span_id,
            )
        )


def _bears_token() -> bool:
    return request.headers.get("Authorization", "").startswith("Bearer ")


def _verify_bearer() -> None:
    try:
        verified = verify_jwt_in_request(optional=False)
    except (JWTExtendedException, PyJWTError) as error:
        raise TokenRefused(gettext("Sign in again: %(problem)s.", problem=error)) from error
    check_token(verified[1] if verified else {}, jwt_user)


def check_token(claims: Mapping[str, object], user: Any) -> None:
    """Pass the token of an active person whose password is still the one it was given for. Raises TokenRefused."""
    if not user or not user.is_active:
        raise TokenRefused(gettext("This login may not be used any more."))
    if claims.get(sessions.STAMP, sessions.stamp(user)) != sessions.stamp(user):
        raise TokenRefused(gettext("Sign in again: the password was changed."))


def _user() -> Any:
    if _bears_token():
        return jwt_user if jwt_user and jwt_user.is_active else None
    if not current_user.is_authenticated or not current_user.is_active:
        return None
    if sessions.is_over(current_user):
        sessions.leave()
        return None
    return current_user


def _load(user: Any) -> Me | None:
    if user is None:
        return None
    held = granted(user.id)
    return Me(
        user_id=user.id,
        username=user.username,
        name=f"{user.first_name} {user.last_name}".strip() or user.username,
        roles=held.roles,
        clusters=held.clusters or None,
    )


def _trace(traceparent: str) -> tuple[str, str]:
    """The trace and the causing span of a W3C traceparent header, or a new trace that nothing caused."""
    header = _TRACEPARENT.fullmatch(traceparent)
    return (header[1], header[2]) if header else (new_trace_id(), "")
