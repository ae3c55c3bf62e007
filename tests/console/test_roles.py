"""Who gives whom which role: two people, or one when there is nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select

from fanzadmin.console.approvals.requests import ApprovalRequest
from security.models import AuditEntry

Login = Callable[..., Any]
WHY = "She takes over the Community desk."


@pytest.fixture
def colleague(db: Any, login: Login) -> User:
    user: User = db.get(User, login("CRM").user_id)
    return user


def role_id(db: Any, name: str) -> int:
    return int(db.execute(select(Role.id).where(Role.name == name)).scalar_one())


def given(db: Any, admin: Any, user: User, *roles: str, why: str = WHY) -> None:
    form = {
        "first_name": "New", "last_name": user.last_name, "username": user.username, "active": "y", "email": user.email,
        "roles": [role_id(db, role) for role in roles], "why": why,
    }  # fmt: skip
    assert admin.post(f"/users/edit/{user.id}", data=form).status_code == 302
    db.refresh(user)


def names(user: User) -> set[str]:
    return {role.name for role in user.roles}


class TestGivingRoles:
    def test_another_person_agrees_and_then_it_is_done(self, db: Any, colleague: User, login: Login) -> None:
        admin, security = login("Admin"), login("Security")
        given(db, admin, colleague, "CRM", "Community")
        assert (colleague.first_name, names(colleague)) == ("New", {"CRM"})
        approval_request = db.query(ApprovalRequest).one()
        assert approval_request.lines == [["Roles", "CRM → CRM, Community"]]
        security.post(f"/opsapprovalconsole/decide/{approval_request.id}", data={"decision": "agree"})
        db.refresh(colleague)
        assert names(colleague) == {"CRM", "Community"}
        entry = (
            db.query(AuditEntry)
            .filter_by(table_name="ab_user", record_id=str(colleague.id))
            .order_by(AuditEntry.id.desc())
            .first()
        )
        assert (entry.actor_id, entry.approver_id) == (admin.user_id, security.user_id)
        assert entry.changes == {"roles": ["CRM", "CRM, Community"]}

    def test_nobody_agrees_to_what_they_asked_for(self, db: Any, colleague: User, login: Login) -> None:
        admin, _security = login("Admin"), login("Security")
        given(db, admin, colleague, "Admin")
        approval_request = db.query(ApprovalRequest).one()
        admin.post(f"/opsapprovalconsole/decide/{approval_request.id}", data={"decision": "agree"})
        db.refresh(colleague)
        assert names(colleague) == {"CRM"}

    def test_without_a_reason_the_roles_stay(self, db: Any, colleague: User, login: Login) -> None:
        admin, _security = login("Admin"), login("Security")
        given(db, admin, colleague, "Admin", why="")
        assert names(colleague) == {"CRM"}
        assert db.query(ApprovalRequest).count() == 0

    def test_a_change_without_new_roles_asks_nobody(self, db: Any, colleague: User, login: Login) -> None:
        admin, _security = login("Admin"), login("Security")
        given(db, admin, colleague, "CRM", why="")
        assert colleague.first_name == "New"
        assert db.query(ApprovalRequest).count() == 0

    def test_a_new_login_gets_its_roles_when_somebody_agreed(self, db: Any, login: Login) -> None:
        admin, security = login("Admin"), login("Security")
        form = {
            "first_name": "Nia", "last_name": "Nova", "username": "nia", "active": "y", "email": "nia@example.test",
            "roles": [role_id(db, "Finance")], "password": "a long password", "conf_password": "a long password", "why": WHY,
        }  # fmt: skip
        assert admin.post("/users/add", data=form).status_code == 302
        nia = db.query(User).filter_by(username="nia").one()
        assert names(nia) == set()
        approval_request = db.query(ApprovalRequest).one()
        security.post(f"/opsapprovalconsole/decide/{approval_request.id}", data={"decision": "agree"})
        db.refresh(nia)
        assert names(nia) == {"Finance"}

    def test_the_only_keeper_of_the_house_is_not_locked_out(
        self, db: Any, colleague: User, login: Login
    ) -> None:
        admin = login("Admin")
        for other in db.query(User).where(User.id.not_in([admin.user_id, colleague.id])):
            other.active = False
        db().commit_transaction()
        given(db, admin, colleague, "Finance", why="")
        assert names(colleague) == {"Finance"}
        entry = (
            db.query(AuditEntry)
            .filter_by(table_name="ab_user", record_id=str(colleague.id), reason="Nobody else could agree.")
            .one()
        )
        assert entry.actor_id == admin.user_id
