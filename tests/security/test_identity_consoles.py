"""Everybody's logins and the roles, as consoles: paged by key, found by an index, masked, and still changed by two."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import PermissionView, Role, User
from sqlalchemy import event, select, text
from werkzeug.datastructures import MultiDict
from werkzeug.security import check_password_hash

from fanzadmin.console.approvals.requests import ApprovalRequest
from fanzadmin.console.data.indexes import can_find, can_sort, is_large
from fanzadmin.console.registry import consoles
from fanzadmin.kernel.db import engine
from security.models import AuditEntry
from security.rbac import ROLES
from tests.console.test_roles import WHY, given, names, role_id

Login = Callable[..., Any]
PEOPLE, ROLE_PAGES = "/users", "/roles"


@pytest.fixture
def admin(login: Login) -> Any:
    return login("Admin")


@pytest.fixture
def mia(db: Any, login: Login) -> User:
    user: User = db.get(User, login("Creator").user_id)
    user.first_name, user.last_name, user.username = "Mía", "Stone", "mia-stone"
    db.flush()
    db().commit_transaction()
    return user


def many_logins(db: Any, count: int) -> None:
    db.execute(
        text(
            "INSERT INTO ab_user (id, first_name, last_name, username, email, active, last_login)"
            " SELECT nextval('ab_user_id_seq'), 'Fan', 'No ' || n, 'fan-' || n, 'fan' || n || '@crowd.test', true,"
            "        CASE WHEN n % 2 = 0 THEN timestamp '2026-01-01' + n * interval '1 minute' END"
            "   FROM generate_series(1, :count) n"
        ),
        {"count": count},
    )
    db().commit_transaction()


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def shown(answer: Any) -> list[int]:
    """The keys of a list's rows."""
    return [int(key) for key in re.findall(r'<tr data-id="(\d+)"', answer.text)]


def following(answer: Any) -> str:
    result = re.search(r'href="([^"]+)" rel="next"', answer.text)
    return unescape(result[1]) if result else ""


class TestIndexes:
    """As tests/architecture/test_indexes.py asks of the systems' consoles."""

    @pytest.mark.parametrize("name", ["SecurityPersonConsole", "SecurityRoleConsole"])
    def test_lead_to_whatever_is_ordered_filtered_or_counted(self, app: Flask, name: str) -> None:
        console = consoles[name]
        model = console.datamodel.obj
        orders = {*console.order_columns, console.base_order[0]}
        filters = {*console.search_columns, *(column for card in console.cards for column in card.columns)}
        assert not {order for order in orders if not can_sort(model, order)}
        assert not {item for item in filters if not can_find(model, item)}

    def test_are_asked_of_the_table_that_has_a_row_for_every_fan(self, app: Flask) -> None:
        assert is_large(User)

    def test_hold_the_words_of_a_name(self, app: Flask, db: Any) -> None:
        asked = str(consoles["SecurityPersonConsole"].matching(MultiDict({"find": "abc"})))
        assert "LIKE" not in asked.upper()
        assert "@@" in asked


class TestPages:
    def test_follow_one_another_by_key(self, db: Any, admin: Any) -> None:
        many_logins(db, 60)
        seen, address = [], f"{PEOPLE}/list/"
        with statements() as asked:
            while address:
                page = admin.get(address)
                seen += shown(page)
                address = following(page)
        assert seen == sorted(set(seen), reverse=True)
        assert len(seen) == db.query(User).count()
        assert not [item for item in asked if "OFFSET" in item.upper()]

    def test_by_last_sign_in_end_with_those_who_never_did(self, db: Any, admin: Any) -> None:
        many_logins(db, 60)
        seen = []
        address = f"{PEOPLE}/list/?_oc_SecurityPersonConsole=last_login&_od_SecurityPersonConsole=desc"
        while address:
            page = admin.get(address)
            seen += shown(page)
            address = following(page)
        moments = [db.get(User, key).last_login for key in seen]
        filled = [moment for moment in moments if moment]
        assert moments[:30] == sorted(filled, reverse=True)
        assert len(seen) == len(set(seen)) == db.query(User).count()


class TestFinding:
    @pytest.mark.parametrize("words", ["mia", "ston", "Stone Mia", "mia-stone", "mía"])
    def test_by_the_beginning_of_a_name(self, admin: Any, mia: User, words: str) -> None:
        assert shown(admin.get(f"{PEOPLE}/list/", query_string={"find": words})) == [mia.id]

    @pytest.mark.parametrize(
        ("asked", "is_found"),
        [
            ("username:is:mia-stone", True),
            ("first_name:starts:Mí", True),
            ("last_name:is:Berg", False),
            ("active:no", False),
            ("last_login:empty,last_name:is:Stone", True),
        ],
    )
    def test_by_filters(self, admin: Any, mia: User, asked: str, *, is_found: bool) -> None:
        assert (mia.id in shown(admin.get(f"{PEOPLE}/list/", query_string={"q": asked}))) == is_found

    def test_by_role(self, db: Any, admin: Any, mia: User) -> None:
        query = {"q": f"roles:any:{role_id(db, 'Creator')}"}
        assert shown(admin.get(f"{PEOPLE}/list/", query_string=query)) == [mia.id]
        body = admin.get(f"{PEOPLE}/options/roles?q=crea").json
        assert [item["text"] for item in body] == ["Creator"]

    def test_not_by_the_roles_that_somebody_lacks(self, db: Any, admin: Any, mia: User) -> None:
        page = admin.get(f"{PEOPLE}/list/", query_string={"q": f"roles:none:{role_id(db, 'Fan')}"})
        assert "This filter selects nothing" in page.text

    def test_in_the_palette(self, admin: Any, mia: User) -> None:
        results = [record["url"] for record in admin.get("/palette?q=stone").json["records"]]
        assert f"{PEOPLE}/show/{mia.id}" in results


class TestMail:
    @pytest.mark.parametrize("path", ["list/", "show/{id}", "edit/{id}", "history/{id}"])
    def test_is_masked(self, admin: Any, mia: User, path: str) -> None:
        page = admin.get(f"{PEOPLE}/{path.format(id=mia.id)}")
        assert page.status_code == 200
        assert mia.email not in page.text

    def test_is_masked_in_an_export(self, admin: Any, mia: User) -> None:
        form = {"kind": "csv", "column": ["username", "email"]}
        file = admin.post(f"{PEOPLE}/export", data=form)
        assert "mia-stone" in file.text
        assert mia.email not in file.text

    def test_is_revealed_for_a_reason_that_is_kept(self, db: Any, admin: Any, mia: User) -> None:
        form = {"column": "email", "reason": "She asked us to write to her."}
        assert mia.email in admin.post(f"{PEOPLE}/reveal/{mia.id}", data=form).text
        noted = db.query(AuditEntry).filter_by(table_name="ab_user", record_id=str(mia.id), action="reveal")
        assert noted.one().reason == form["reason"]

    def test_finds_its_login_whole_and_not_by_a_part(self, admin: Any, mia: User) -> None:
        assert shown(admin.get(f"{PEOPLE}/list/", query_string={"q": f"email:is:{mia.email}"})) == [mia.id]
        for asked in (f"email:starts:{mia.email[:4]}", f"email:has:{mia.email[2:6]}"):
            assert shown(admin.get(f"{PEOPLE}/list/", query_string={"q": asked})) == []
        assert shown(admin.get(f"{PEOPLE}/list/", query_string={"find": mia.email})) == []

    def test_is_kept_when_the_form_comes_back_without_it(self, db: Any, admin: Any, mia: User) -> None:
        before = mia.email
        form = {
            "first_name": "Mia", "last_name": "Stone", "username": "mia-stone", "active": "y", "email": "",
            "roles": [role_id(db, "Creator")],
        }  # fmt: skip
        assert admin.post(f"{PEOPLE}/edit/{mia.id}", data=form).status_code == 302
        db.refresh(mia)
        assert (mia.first_name, mia.email) == ("Mia", before)

    def test_is_named_by_the_audit_without_its_value(self, db: Any, mia: User) -> None:
        mia.email = "other@example.test"
        db.flush()
        query = db.query(AuditEntry).filter_by(table_name="ab_user", record_id=str(mia.id), action="update")
        assert query.order_by(AuditEntry.id.desc()).first().changes == {"email": ["•••", "•••"]}


class TestChanging:
    def test_a_name_in_its_cell(self, db: Any, admin: Any, mia: User) -> None:
        answer = admin.post(f"{PEOPLE}/cell/{mia.id}/first_name", data={"first_name": "Maria"})
        assert answer.status_code == 200
        db.refresh(mia)
        assert (mia.first_name, names(mia), mia.changed_by_fk) == ("Maria", {"Creator"}, admin.user_id)

    def test_roles_in_no_cell_and_not_of_many(self, admin: Any, mia: User) -> None:
        assert admin.get(f"{PEOPLE}/cell/{mia.id}/roles").status_code == 404
        assert consoles["SecurityPersonConsole"].bulk_columns() == ["active"]

    def test_what_somebody_else_changed_meanwhile_is_shown(self, db: Any, admin: Any, mia: User) -> None:
        page = admin.get(f"{PEOPLE}/edit/{mia.id}").text
        version = unescape(re.search(r'name="_version" value="([^"]*)"', page)[1])  # type: ignore[index]
        mia.last_name = "Rivers"
        db.flush()
        db().commit_transaction()
        form = {
            "first_name": mia.first_name, "last_name": "Lakes", "username": mia.username, "active": "y",
            "roles": [role_id(db, "Creator")], "_version": version,
        }  # fmt: skip
        answer = admin.post(f"{PEOPLE}/edit/{mia.id}", data=form)
        assert answer.status_code == 200
        assert "Rivers" in answer.text
        db.refresh(mia)
        assert mia.last_name == "Rivers"

    def test_nobody_switches_the_own_login_off(self, db: Any, admin: Any) -> None:
        admin.post(f"{PEOPLE}/cell/{admin.user_id}/active", data={"active": ""})
        admin.post(f"{PEOPLE}/delete/{admin.user_id}")
        assert db.get(User, admin.user_id).active

    def test_another_login_is_switched_off(self, db: Any, admin: Any, mia: User) -> None:
        assert admin.post(f"{PEOPLE}/cell/{mia.id}/active", data={"active": ""}).status_code == 200
        db.refresh(mia)
        assert mia.active is False

    def test_a_new_login_has_the_password_it_was_given(self, db: Any, admin: Any, login: Login) -> None:
        login("Security")
        form = {
            "first_name": "Nia", "last_name": "Nova", "username": "nia", "active": "y", "email": "nia@example.test",
            "roles": [role_id(db, "Finance")], "password": "a long password", "conf_password": "a long password", "why": WHY,
        }  # fmt: skip
        assert admin.post(f"{PEOPLE}/add", data=form).status_code == 302
        nia = db.query(User).filter_by(username="nia").one()
        assert check_password_hash(nia.password, "a long password")
        assert nia.password not in admin.get(f"{PEOPLE}/show/{nia.id}").text

    def test_the_page_of_a_login_leads_to_where_passwords_are_set(self, admin: Any, mia: User) -> None:
        address = f"/resetpassword/form?pk={mia.id}"
        assert f'href="{address}"' in admin.get(f"{PEOPLE}/show/{mia.id}").text
        assert admin.get(address).status_code == 200

    def test_history_tells_it(self, admin: Any, mia: User) -> None:
        admin.post(f"{PEOPLE}/cell/{mia.id}/first_name", data={"first_name": "Maria"})
        page = admin.get(f"{PEOPLE}/history/{mia.id}").text
        assert "Maria" in page


class TestRoles:
    def test_of_the_own_login_are_changed_by_nobody_alone_or_asked_for(self, db: Any, login: Login) -> None:
        admin, _security = login("Admin"), login("Security")
        given(db, admin, db.get(User, admin.user_id), "Admin", "Finance")
        assert names(db.get(User, admin.user_id)) == {"Admin"}
        assert db.query(ApprovalRequest).count() == 0

    def test_are_not_agreed_to_by_who_gets_them(self, db: Any, login: Login) -> None:
        admin, security = login("Admin"), login("Security")
        user = db.get(User, security.user_id)
        given(db, admin, user, "Security", "Admin")
        approval_request = db.query(ApprovalRequest).one()
        security.post(f"/opsapprovalconsole/decide/{approval_request.id}", data={"decision": "agree"})
        db.refresh(user)
        assert names(user) == {"Security"}

    @pytest.mark.parametrize("role", sorted(ROLES))
    def test_other_than_admin_open_none_of_this(self, login: Login, mia: User, role: str) -> None:
        person = login(role)
        for path in (
            "list/",
            f"show/{mia.id}",
            f"edit/{mia.id}",
            "add",
            "export",
            "finding/fields",
            "options/roles",
        ):
            assert person.get(f"{PEOPLE}/{path}").status_code == 403, path
        for path in ("list/", "show/1", "edit/1", "add", "export"):
            assert person.get(f"{ROLE_PAGES}/{path}").status_code == 403, path


class TestRoleConsole:
    def permission(self, db: Any, name: str, view: str) -> int:
        permission_view = db.execute(select(PermissionView)).scalars().unique()
        return next(
            item.id for item in permission_view if (str(item.permission), str(item.view_menu)) == (name, view)
        )

    def test_makes_a_role_and_notes_what_it_may(self, db: Any, admin: Any) -> None:
        key = self.permission(db, "can_read", "crm:fan")
        assert (
            admin.post(f"{ROLE_PAGES}/add", data={"name": "Reader", "permissions": [key]}).status_code == 302
        )
        role = db.query(Role).filter_by(name="Reader").one()
        assert [entry.id for entry in role.permissions] == [key]
        noted = db.query(AuditEntry).filter_by(table_name="ab_role", record_id=str(role.id))
        assert any("allowed" in item.changes for item in noted)

    def test_keeps_and_takes_permissions(self, db: Any, admin: Any, login: Login) -> None:
        stored, used = self.permission(db, "can_read", "crm:fan"), self.permission(db, "can_read", "crm:note")
        admin.post(f"{ROLE_PAGES}/add", data={"name": "Reader", "permissions": [stored, used]})
        role = db.query(Role).filter_by(name="Reader").one()
        page = admin.get(f"{ROLE_PAGES}/edit/{role.id}").text
        assert f'value="{stored}" selected' in page or f'selected value="{stored}"' in page
        answer = admin.post(f"{ROLE_PAGES}/edit/{role.id}", data={"name": "Readers", "permissions": [stored]})
        assert answer.status_code == 302
        db.refresh(role)
        assert (role.name, [item.id for item in role.permissions]) == ("Readers", [stored])

    def test_begins_a_new_role_as_a_copy(self, db: Any, admin: Any) -> None:
        key = self.permission(db, "can_read", "crm:fan")
        page = admin.get(f"{ROLE_PAGES}/add?_copy={role_id(db, 'CRM')}").text
        assert f'selected value="{key}"' in page

    def test_leaves_the_house_its_roles(self, db: Any, admin: Any) -> None:
        key = role_id(db, "Finance")
        held = [item.id for item in db.get(Role, key).permissions]
        assert (
            admin.post(f"{ROLE_PAGES}/edit/{key}", data={"name": "Money", "permissions": held}).status_code
            == 200
        )
        admin.post(f"{ROLE_PAGES}/delete/{key}")
        db.expire_all()
        assert db.get(Role, key).name == "Finance"

    def test_leaves_a_role_that_somebody_has(self, db: Any, admin: Any, mia: User) -> None:
        role = Role(name="Spare")
        db.add(role)
        mia.roles.append(role)
        db.flush()
        db().commit_transaction()
        admin.post(f"{ROLE_PAGES}/delete/{role.id}")
        assert db.query(Role).filter_by(name="Spare").count() == 1
        mia.roles.remove(role)
        db.flush()
        db().commit_transaction()
        admin.post(f"{ROLE_PAGES}/delete/{role.id}")
        assert db.query(Role).filter_by(name="Spare").count() == 0

    def test_is_found_by_name(self, db: Any, admin: Any) -> None:
        assert shown(admin.get(f"{ROLE_PAGES}/list/?find=finan")) == [role_id(db, "Finance")]
