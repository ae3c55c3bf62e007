"""How staff change records: long work as the person who ordered it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.crm import service
from fanzadmin.crm.models import Fan
from fanzadmin.kernel.console import work
from fanzadmin.kernel.console.base import consoles
from fanzadmin.kernel.context import Context, acting, current
from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from fanzadmin.kernel.queue import Task
from security.identity import me
from security.models import Cluster, StaffCluster

Login = Callable[..., Any]


@pytest.fixture
def brand(db: Any) -> str:
    """Two clusters, and the key of the first."""
    for key in ("velvet", "ember"):
        db.merge(Cluster(key=key, name=key.capitalize(), currency="USD"))
    db.flush()
    return "velvet"


@pytest.fixture
def fan(db: Any, brand: str) -> Fan:
    """A fan of velvet."""
    found: Fan = db.get(Fan, service.register_fan("Tom N.", cluster=brand, email="tom@example.test"))
    return found


def ordered(user_id: int) -> work.Work:
    with acting(Context(actor_id=user_id, actor="Cora")):
        return work.start("bulk", consoles["CrmFanConsole"], title="A change")


class TestWork:
    def test_an_order_asks_for_its_job_in_the_name_of_the_person(self, db: Any, login: Login) -> None:
        made = ordered(login("CRM").user_id)
        task = db.get(Task, made.task_id)
        assert (task.name, task.subject, task.queue) == ("consoles.bulk", made.id, "bulk")
        assert task.owner_user_id == made.owner_user_id

    def test_nobody_orders_nothing(self, db: Any) -> None:
        with acting(Context()), pytest.raises(SignInNeeded):
            work.start("bulk", consoles["CrmFanConsole"], title="A change")

    def test_the_job_sees_and_may_what_the_person_sees_and_may(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        made = ordered(staff.user_id)
        with work.performing(made.id, ability="update") as performance:
            assert me().user_id == current().actor_id == staff.user_id
            assert performance.console.matching({}).count() == 0  # type: ignore[arg-type]
        assert current().actor_id != staff.user_id

    def test_a_right_that_was_taken_away_ends_the_work(self, db: Any, login: Login) -> None:
        made = ordered(login("Finance").user_id)
        with pytest.raises(work.NoLongerAllowed), work.performing(made.id, ability="update"):
            pass

    def test_a_login_that_was_switched_off_ends_the_work(self, db: Any, login: Login) -> None:
        from flask_appbuilder.security.sqla.models import User

        made = ordered(login("CRM").user_id)
        db.get(User, made.owner_user_id).active = False
        with pytest.raises(Forbidden), work.performing(made.id, ability="update"):
            pass

    def test_works_are_found_by_their_owner_alone(self, db: Any, login: Login) -> None:
        made = ordered(login("CRM").user_id)
        with acting(Context(actor_id=made.owner_user_id)):
            assert work.work_of(made.id) is made
        with acting(Context(actor_id=login("CRM").user_id)), pytest.raises(work.NoSuchWork):
            work.work_of(made.id)

    def test_works_are_forgotten_after_their_time(self, db: Any, login: Login) -> None:
        made = ordered(login("CRM").user_id)
        db.add(work.WorkRow(work_id=made.id, number=1, outcome="done"))
        made.expires_at = made.created_at
        db.flush()
        work.forget_expired()
        assert db.execute(select(work.WorkRow)).first() is None
