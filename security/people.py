"""Logins: what their console does. A login is written at once, its roles and groups when someone else has agreed."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from flask import current_app, flash
from flask_appbuilder.security.sqla.models import Group, Role, User
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from fanzadmin.console.approvals.mixin import NotDone, RightGone
from fanzadmin.console.approvals.requests import (
    SHORTEST_REASON,
    ApprovalRequest,
    NewApproval,
    approval_handler,
    is_waiting,
    request_approval,
)
from fanzadmin.console.registry import may
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Audit, Staff
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ports import ask
from security.names import refuse_taken_name, sign_in_name

TABLE = "ab_user"
PERSON = "identity:person"
GRANTED = {"roles": Role, "groups": Group}
RESOURCE, PERMISSION = "security:role", "approve"
ACTION = "security.roles"

Held = dict[str, list[Role | Group]]  # by `roles` and `groups`


class OwnLogin(BusinessError):
    title = "Somebody else has to do this"


def make_login(*, password: str, why: str = "", **values: Any) -> User:
    """A new login; its roles and groups wait for a second person, who reads `why`."""
    values.pop("conf_password", None)
    grants = _from_form(values)
    refuse_taken_name(values.get("first_name", ""), values.get("last_name", ""))
    user = User(**_as_stored(values), password=hashed_password(password))
    session.add(user)
    session.flush()
    _apply(user, grants, why)
    return user


def change_login(user: User, *, why: str = "", **values: Any) -> None:
    """Write what a login says of its person; other roles and groups wait for a second person. Raises OwnLogin."""
    grants = _from_form(values)
    if user.active and not values.get("active", True) and user.id == current().actor_id:
        raise OwnLogin(gettext("Somebody else has to switch your own login off."))
    names = [values.get(name, getattr(user, name)) for name in ("first_name", "last_name")]
    if names != [user.first_name, user.last_name]:
        refuse_taken_name(*names, user_id=user.id)
    for name, value in _as_stored(values).items():
        setattr(user, name, value)
    if session.is_modified(user):
        user.changed_on = (
            clock.now().astimezone(UTC).replace(tzinfo=None)
        )  # as Flask-AppBuilder keeps moments
        user.changed_by_fk = current().actor_id
    session.flush()
    _apply(user, grants, why)


def remove_login(user: User) -> None:
    """Remove a login for good. Raises OwnLogin."""
    if user.id == current().actor_id:
        raise OwnLogin(gettext("Somebody else has to remove your own login."))
    session.delete(user)
    session.flush()


@approval_handler(ACTION)
def change_roles(request: ApprovalRequest) -> str:
    """Give someone the roles and groups that two people agreed on."""
    if not may("update", PERSON):
        raise RightGone(gettext("The person who asked may not change logins any more."))
    user = session.get(User, request.arguments["user_id"], with_for_update=True)
    if user is None:
        raise NotDone(gettext("This login is gone."))
    if user.id == current().approver_id:
        raise NotDone(gettext("Nobody agrees to roles of their own."))
    before = _grants_of(user)
    grants = {
        name: list(session.execute(select(model).where(model.id.in_(request.arguments[name]))).scalars())
        for name, model in GRANTED.items()
    }
    _give(user, grants)
    _note(user, before, grants)
    return str(gettext("%(name)s now has: %(roles)s.", name=user.username, roles=_words(grants["roles"])))


def _as_stored(values: Mapping[str, object]) -> dict[str, object]:
    """User name and e-mail in the form in which a sign-in looks for them."""
    stored = {name: sign_in_name(str(values[name])) for name in ("username", "email") if values.get(name)}
    return {**values, **stored}


def hashed_password(password: str) -> str:
    """A password as Flask-AppBuilder keeps it."""
    settings = current_app.config
    return generate_password_hash(
        password,
        method=settings.get("FAB_PASSWORD_HASH_METHOD", "scrypt"),
        salt_length=settings.get("FAB_PASSWORD_HASH_SALT_LENGTH", 16),
    )


def _from_form(values: dict[str, Any]) -> Held:
    """The roles and groups, out of the values of a form."""
    return {name: _sorted(values.pop(name, None)) for name in GRANTED}


def _apply(user: User, grants: Held, why: str) -> None:
    before = _grants_of(user)
    if before == grants:
        return
    if _is_alone():
        _give(user, grants)
        session.flush()
        _note(user, before, grants, reason="Nobody else could agree.")
    elif user.id == current().actor_id:
        flash(gettext("The roles stay as they are: nobody changes their own."), "warning")
    else:
        _request_approval(user, grants, why=why)


def _is_alone() -> bool:
    """Whether no one else is there to agree, as on the first day of an installation."""
    others = ask(Staff).who_may(PERMISSION, RESOURCE)
    return all(request.user_id == current().actor_id for request in others)


def _request_approval(user: User, grants: Held, *, why: str) -> None:
    if len((why or "").strip()) < SHORTEST_REASON:
        flash(gettext("The roles stay as they are: say why they should change."), "warning")
        return
    if is_waiting(ACTION, f"{TABLE}:{user.id}"):
        flash(gettext("A change of these roles waits for a second person already."), "warning")
        return
    held = _grants_of(user)
    request_approval(
        NewApproval(
            action=ACTION,
            title=gettext("Roles of %(name)s", name=user.username),
            resource=RESOURCE,
            permission=PERMISSION,
            record_keys=[f"{TABLE}:{user.id}"],
            lines=[
                (name.capitalize(), f"{_words(held[name])} → {_words(grants[name])}")
                for name in GRANTED
                if held[name] != grants[name]
            ],
            arguments={"user_id": user.id} | {name: [item.id for item in grants[name]] for name in GRANTED},
        ),
        reason=why,
    )
    flash(gettext("Asked for a second person; the roles change when somebody has agreed."), "info")


def _grants_of(user: User) -> Held:
    return {name: _sorted(getattr(user, name)) for name in GRANTED}


def _sorted(items: Iterable[Role | Group] | None) -> list[Role | Group]:
    return sorted(items or (), key=lambda item: item.id)


def _give(user: User, held: Held) -> None:
    for name, items in held.items():
        setattr(user, name, list(items))


def _note(user: User, before: Held, after: Held, *, reason: str = "") -> None:
    """The audit of rows does not see what lies between two tables."""
    changes = {
        name: [_words(before[name]), _words(after[name])] for name in GRANTED if before[name] != after[name]
    }
    ask(Audit).note("update", table=TABLE, record_id=str(user.id), changes=changes, reason=reason)


def _words(items: list[Role | Group]) -> str:
    return ", ".join(item.name for item in items) or "none"
