"""Roles: what their console does. What a role may do is noted in the audit, which sees no table between two tables."""

from collections.abc import Sequence

from flask_appbuilder.security.sqla.models import Group, PermissionView, Role, assoc_user_role
from flask_babel import gettext
from sqlalchemy import exists, select

from fanzadmin.kernel.audit import Audit
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ports import ask
from security.rbac import ADMIN, ROLES

TABLE = "ab_role"
HOUSE_ROLES = frozenset({*ROLES, ADMIN})


class HouseRole(BusinessError):
    title = "This role belongs to the house"


class RoleInUse(BusinessError):
    title = "Somebody has this role"


def permission_choices() -> list[tuple[int, str]]:
    """Everything that a role may be allowed, by what it is about."""
    choices = [
        (permission.id, f"{permission.view_menu}: {permission.permission}")
        for permission in session.query(PermissionView)
    ]
    return sorted(choices, key=lambda permission: permission[1])


def make_role(*, name: str, permissions: Sequence[int]) -> Role:
    """A new role that may do these things (ids of Flask-AppBuilder's permission views)."""
    role = Role(name=name)
    session.add(role)
    session.flush()
    _allow(role, permissions)
    return role


def change_role(role: Role, *, name: str, permissions: Sequence[int]) -> None:
    """Another name or other permissions. Raises HouseRole."""
    if name != role.name:
        _demand_own(role)
        role.name = name
    _allow(role, permissions)
    session.flush()


def remove_role(role: Role) -> None:
    """A role that no one has and no group gives. Raises HouseRole, RoleInUse."""
    _demand_own(role)
    held = session.scalar(select(exists().where(assoc_user_role.c.role_id == role.id)))
    if held or session.query(Group).filter(Group.roles.any(Role.id == role.id)).first():
        raise RoleInUse(gettext("Take this role from its people and groups first."))
    session.delete(role)
    session.flush()


def _demand_own(role: Role) -> None:
    if role.name in HOUSE_ROLES:
        raise HouseRole(
            gettext("%(name)s is a role of the house: it keeps its name and stays.", name=role.name)
        )


def _allow(role: Role, permissions: Sequence[int]) -> None:
    before, after = {permission.id for permission in role.permissions}, set(permissions)
    if before == after:
        return
    query = select(PermissionView).where(PermissionView.id.in_(before | after))
    by_id = {permission.id: permission for permission in session.execute(query).scalars().unique()}
    role.permissions = [by_id[key] for key in sorted(after & by_id.keys())]
    changes = {
        what: [None, ", ".join(sorted(str(by_id[key]) for key in keys if key in by_id))]
        for what, keys in (("allowed", after - before), ("refused", before - after))
        if keys
    }
    ask(Audit).note("update", table=TABLE, record_id=str(role.id), changes=changes)
