"""What a person may do is asked once and kept, and a change is heard in every process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role, User
from redis import Redis
from sqlalchemy import event, select

from config import Config
from fanzadmin.kernel.db import engine
from security import grants
from security.models import Cluster, StaffCluster

FANS = "/crmfanconsole/list/"
Login = Callable[..., Any]


@pytest.fixture
def staff(db: Any, login: Login) -> Any:
    """Somebody of CRM whose rights are known to this process already."""
    someone = login("CRM")
    someone.get(FANS)
    return someone


@contextmanager
def questions() -> Iterator[list[str]]:
    """What the block asks PostgreSQL about rights."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "ab_permission" in statement or "ab_role" in statement or "staff_cluster" in statement:
            seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def role(db: Any, name: str) -> Role:
    result: Role = db.execute(select(Role).where(Role.name == name)).scalar_one()
    return result


class TestKept:
    def test_a_second_page_asks_nothing(self, staff: Any) -> None:
        with questions() as asked:
            assert staff.get(FANS).status_code == 200
        assert asked == []

    def test_one_question_brings_everything(self, staff: Any) -> None:
        grants._cache.clear()
        with questions() as asked:
            staff.get(FANS)
        assert len(asked) == 1


class TestForgotten:
    def test_a_role_taken_from_a_person_is_gone_with_the_next_page(self, db: Any, staff: Any) -> None:
        db.get(User, staff.user_id).roles = [role(db, "Fan")]
        db().commit_transaction()
        assert staff.get(FANS).status_code == 403

    def test_a_right_taken_from_a_role_is_gone_for_everybody_in_it(self, db: Any, staff: Any) -> None:
        crm = role(db, "CRM")
        crm.permissions = [
            permission for permission in crm.permissions if permission.view_menu.name != "crm:fan"
        ]
        db().commit_transaction()
        assert staff.get(FANS).status_code == 403

    def test_a_cluster_given_hides_the_others(self, db: Any, staff: Any) -> None:
        db.add(Cluster(key="noir", name="Noir", currency="USD"))
        db.flush()
        db.add(StaffCluster(user_id=staff.user_id, cluster="noir"))
        db().commit_transaction()
        assert grants.granted(staff.user_id).clusters == {"noir"}

    def test_what_is_not_committed_yet_counts_for_the_one_who_does_it(self, db: Any, staff: Any) -> None:
        db.get(User, staff.user_id).roles = []
        db.flush()
        assert grants.granted(staff.user_id).roles == frozenset()

    def test_another_process_hears_of_it(self, db: Any, staff: Any, config: Config) -> None:
        before = grants.granted(staff.user_id)
        Redis.from_url(config.redis.url).set(
            f"{grants.EVERYBODY}:{staff.user_id}", "changed elsewhere", ex=60
        )
        with questions() as asked:
            assert grants.granted(staff.user_id) == before
        assert len(asked) == 1

    def test_signing_in_is_no_change(self, db: Any, staff: Any) -> None:
        db.get(User, staff.user_id).login_count = 7
        db().commit_transaction()
        with questions() as asked:
            grants.granted(staff.user_id)
        assert asked == []


class TestWithoutRedis:
    def test_postgresql_is_asked_and_everything_works(
        self, staff: Any, config: Config, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        grants.connect("redis://127.0.0.1:1")
        try:
            with questions() as asked:
                assert staff.get(FANS).status_code == 200
            assert asked
        finally:
            grants.connect(config.redis.url)
