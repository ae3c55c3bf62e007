"""Rights and roles: what a user may do, and which roles hold it.

A right is `system:resource:action`: a Flask-AppBuilder permission `can_<action>` on the view menu `<system>:<resource>`, so
that consoles, REST, portal and sockets all ask the same table. The rights of records follow from the consoles and their
abilities; a system's `rights.py` adds the others and says which roles hold what. `install` puts both together.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from flask_babel import gettext

from fanzadmin.console.registry import consoles
from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from fanzadmin.kernel.system import Rights
from security.identity import Me, person

P = ParamSpec("P")
R = TypeVar("R")

ADMIN, MANAGER = "Admin", "Manager"
STAFF_ROLES = (ADMIN, "CRM", "Content", "Community", "Finance", "Compliance", "Security", MANAGER)
READS = (":read", ":export")


class Right(str):
    """`system:resource:action`."""

    __slots__ = ()

    @property
    def permission(self) -> tuple[str, str]:
        """Flask-AppBuilder's pair (permission, view menu)."""
        system, resource, action = self.split(":")
        return f"can_{action}", f"{system}:{resource}"


# Whoever gives roles could give any to themselves: that stays with ADMIN, or with a role that it makes by hand.
OWN = Rights(
    extra=("security:role:approve",), roles={"Security": ("security:",)}, confidential=("identity:",)
)
ADMIN_ALONE = "identity:"

RIGHTS: set[Right] = set()
ROLES: dict[str, frozenset[Right]] = dict.fromkeys((*STAFF_ROLES[1:], "Creator", "Fan"), frozenset())


class UnknownRole(Exception):
    """A `rights.py` gives rights to a role that there is not."""


class UnknownRight(Exception):
    """A `rights.py` gives a role what no console and no `extra` is a right of."""


def install(parts: Iterable[Rights]) -> None:
    """Learn every right and its roles, from the registered consoles and from what each `rights.py` says.

    Raises UnknownRole, UnknownRight.
    """
    every = (OWN, *parts)
    RIGHTS.clear()
    RIGHTS.update(
        Right(f"{console.resource}:{ability}")
        for console in consoles.values()
        for ability in console.abilities
    )
    RIGHTS.update(Right(right) for part in every for right in part.extra)
    if strange := {role for part in every for role in part.roles} - ROLES.keys():
        raise UnknownRole(f"no such roles: {sorted(strange)}; security/rbac.py names them all")
    for role in ROLES:
        patterns = [pattern for part in every for pattern in part.roles.get(role, ())]
        ROLES[role] = frozenset(right for pattern in patterns for right in _covered(pattern))
    ROLES[MANAGER] |= _reads(tuple(prefix for part in every for prefix in part.confidential))


def _covered(pattern: str) -> set[Right]:
    """A right, or with a colon at its end every right below but what people do with their own."""
    if not pattern.endswith(":"):
        covered = {Right(pattern)} & RIGHTS
    else:
        covered = {right for right in RIGHTS if right.startswith(pattern) and ":own:" not in right}
    if not covered:
        raise UnknownRight(f"{pattern} covers no right: name it in `extra`, or mend the name")
    return covered


def _reads(confidential: tuple[str, ...]) -> set[Right]:
    """To read and take out everything but what is mostly personal data: that is for the lead of its system."""
    return {right for right in RIGHTS if right.endswith(READS) and not right.startswith(confidential)}


# Whoever signs in sees as whom, and changes the own name and password: Flask-AppBuilder's pages and their permissions.
ACCOUNT: frozenset[tuple[str, str]] = frozenset(
    {("can_userinfo", "PeopleView"), ("resetmypassword", "PeopleView"), ("userinfoedit", "PeopleView")}
    | {
        (f"can_this_form_{method}", view)
        for method in ("get", "post")
        for view in ("ResetMyPasswordView", "UserInfoEditView")
    }
)
ADMIN = "Admin"


def may(right: Right) -> bool:
    """Whether the current user has `right`."""
    return bool(current_app.appbuilder.sm.has_access(*right.permission))  # type: ignore[attr-defined]


def may_person(person: Me, right: Right) -> bool:
    """Whether a user has `right`; for sockets."""
    return bool(current_app.appbuilder.sm.person_has(person, *right.permission))  # type: ignore[attr-defined]


def requires(right: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with `right` into a view. Raises SignInNeeded for the anonymous, Forbidden for others."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(right)
            return view(*args, **kwargs)

        guarded.__dict__["right"] = right
        return guarded

    return guard


def demand(right: Right) -> None:
    """Raise unless the current user has `right`."""
    if may(right):
        return
    if person() is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    raise Forbidden(gettext("Your role does not allow this."))
