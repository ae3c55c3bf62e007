"""Groups: what they give changes only while nobody is in them."""

from collections.abc import Callable
from typing import Any

from flask_appbuilder.security.sqla.models import Group, Role, User
from sqlalchemy import select

Login = Callable[..., Any]


def role_of(db: Any, name: str) -> Role:
    role: Role = db.execute(select(Role).where(Role.name == name)).scalar_one()
    return role


def a_group(db: Any, *people: User) -> Group:
    group = Group(name="desk", label="Desk", description="", roles=[role_of(db, "CRM")], users=list(people))
    db.add(group)
    db.flush()
    db().commit_transaction()
    return group


def given(db: Any, group_id: int) -> list[str]:
    db.expire_all()
    return sorted(role.name for role in db.get(Group, group_id).roles)


def changed(admin: Any, db: Any, group: Group, *roles: str) -> str:
    form = {
        "name": "desk",
        "label": "Desk",
        "description": "",
        "roles": [role_of(db, role).id for role in roles],
    }
    page: str = admin.post(f"/groups/edit/{group.id}", data=form, follow_redirects=True).text
    return page


class TestGroups:
    def test_give_something_else_while_nobody_is_in_them(self, db: Any, login: Login) -> None:
        group_id = (group := a_group(db)).id
        changed(login("Admin"), db, group, "CRM", "Finance")
        assert given(db, group_id) == ["CRM", "Finance"]

    def test_give_nothing_new_to_whoever_is_in_them(self, db: Any, login: Login) -> None:
        admin = login("Admin")
        group_id = (group := a_group(db, db.get(User, login("Manager").user_id))).id
        page = changed(admin, db, group, "CRM", "Finance")
        assert "Take its people out of the group first" in page
        assert given(db, group_id) == ["CRM"]

    def test_keep_their_other_fields_editable(self, db: Any, login: Login) -> None:
        admin = login("Admin")
        group_id = (group := a_group(db, db.get(User, login("Manager").user_id))).id
        form = {"name": "desk", "label": "The desk", "description": "", "roles": [role_of(db, "CRM").id]}
        admin.post(f"/groups/edit/{group.id}", data=form)
        db.expire_all()
        assert db.get(Group, group_id).label == "The desk"
