"""The roles of creators and fans, which their verbs give and take; those of staff need two people (security/people.py)."""

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select

from fanzadmin.kernel.audit import Audit
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask

CREATOR, FAN = "Creator", "Fan"
TABLE = "ab_user"


class NotForMembers(ValueError):
    """Only the roles of creators and fans are given without a second person."""


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
