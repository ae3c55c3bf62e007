"""The roles of creators and fans, which their verbs give and take; those of staff need two people (security/people.py)."""

import re

from flask_appbuilder.security.sqla.models import Role, User
from flask_babel import gettext
from sqlalchemy import func, select

from fanzadmin.kernel.audit import Audit
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid
from fanzadmin.kernel.ports import ask
from security.names import sign_in_name
from security.people import hashed_password

CREATOR, FAN = "Creator", "Fan"
TABLE = "ab_user"
USERNAME = re.compile(r"[a-z0-9][a-z0-9_.-]{2,29}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SHORTEST, LONGEST = 10, 200  # characters of a password


class LoginRefused(Invalid):
    """`field`, a member of the problem, names what is wrong."""

    title = "This login cannot be used"


class LoginInUse(BusinessError):
    title = "This login is in use"


class NotForMembers(ValueError):
    """Only the roles of creators and fans are given without a second person."""


def create_login(username: str, *, email: str, password: str, role: str) -> int:
    """A login for a visitor who joins, with the role of creators or of fans. Returns its user id.

    Raises LoginRefused, LoginInUse.
    """
    name, address = sign_in_name(username), sign_in_name(email)
    if not USERNAME.fullmatch(name):
        raise LoginRefused(
            gettext("A user name has 3 to 30 of a–z, 0–9, dots, hyphens and underscores."), field="username"
        )
    if not EMAIL.fullmatch(address) or len(address) > 254:
        raise LoginRefused(gettext("This is no e-mail address."), field="email")
    if not SHORTEST <= len(password) <= LONGEST or name in password.lower():
        raise LoginRefused(
            gettext(
                "A password has at least %(least)s characters, and not your user name in it.", least=SHORTEST
            ),
            field="password",
        )
    in_use = select(User.id).where((func.lower(User.username) == name) | (func.lower(User.email) == address))
    if session.execute(in_use).first() is not None:
        raise LoginInUse(
            gettext("This user name or e-mail address is in use. Sign in instead, or choose another one.")
        )
    user = User(
        username=name,
        first_name=name,
        last_name="",
        email=address,
        active=True,
        password=hashed_password(password),
        roles=[_role(role)],
    )
    session.add(user)
    session.flush()  # for the id
    return int(user.id)


def give_role(user_id: int, name: str) -> None:
    """Let a login act as a creator or as a fan. Twice is once."""
    user, role = _login(user_id), _role(name)
    if user is not None and role not in user.roles:
        _settle(user, [*user.roles, role])


def take_role(user_id: int, name: str) -> None:
    """End what `give_role` began."""
    user, role = _login(user_id), _role(name)
    if user is not None and role in user.roles:
        _settle(user, [held for held in user.roles if held is not role])


def _settle(user: User, roles: list[Role]) -> None:
    before, after = (", ".join(sorted(role.name for role in held)) or "none" for held in (user.roles, roles))
    user.roles = roles
    ask(Audit).note("update", table=TABLE, record_id=str(user.id), changes={"roles": [before, after]})


def _login(user_id: int) -> User | None:
    user: User | None = session.get(User, user_id, with_for_update=True)
    return user


def _role(name: str) -> Role:
    if name not in {CREATOR, FAN}:
        raise NotForMembers(name)
    role: Role = session.execute(select(Role).where(Role.name == name)).scalar_one()
    return role
