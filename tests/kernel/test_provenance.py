"""Every write says who made it, for whom, by which way and because of what, through requests, jobs and deliveries."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.kernel.bus import Envelope, PlatformFact, record
from fanzadmin.kernel.bus.facts import bus_subject
from fanzadmin.kernel.bus.inbox import Delivery, receive
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, Way, acting, beneficiary, current
from fanzadmin.kernel.db import session, transaction
from fanzadmin.kernel.queue import Task, enqueue
from fanzadmin.kernel.queue.tasks import context_of
from tests.kernel import samples
from tests.kernel.samples import ThingHappened

Login = Callable[..., FlaskClient]
REQUEST = Context(actor_id=7, actor="Mia", way=Way.SESSION, span_id="a" * 16, parent_span_id="b" * 16)


@pytest.fixture(autouse=True)
def _quiet(db: Any) -> Iterator[None]:
    samples.clear()
    yield
    samples.clear()


def happened() -> Envelope:
    with transaction():
        event_id = record(ThingHappened(cluster="velvet", thing_id="a", number=1))
    return session.execute(select(OutboxFact).where(OutboxFact.id == event_id)).scalar_one().envelope()


class TestContext:
    def test_a_login_is_a_person(self) -> None:
        assert Context(actor_id=7).principal == "person:7"

    def test_without_one_the_platform_acts_by_command(self) -> None:
        assert (Context().principal, Context().way) == ("system:platform", "command")

    def test_each_unit_of_work_has_a_span_of_its_own(self) -> None:
        assert Context().span_id != Context().span_id

    def test_a_program_works_for_whoever_began_but_not_for_the_platform(self) -> None:
        assert beneficiary("person:7", None) == "person:7"
        assert beneficiary("system:events", "person:7") == "person:7"
        assert beneficiary("system:scheduler", None) == ""


class TestFact:
    def test_a_fact_names_principal_way_and_the_span_that_caused_it(self) -> None:
        with acting(REQUEST):
            envelope = happened()
        assert (envelope.principal, envelope.way, envelope.on_behalf_of) == ("person:7", "session", None)
        assert envelope.parent_span_id == REQUEST.span_id
        assert envelope.span_id not in {REQUEST.span_id, REQUEST.parent_span_id}

    def test_who_works_in_anothers_name_is_named_too(self) -> None:
        with acting(Context(actor_id=7, real_principal="person:1")):
            assert happened().real_principal == "person:1"

    def test_it_travels_with_the_fact(self) -> None:
        with acting(Context(actor_id=7, real_principal="person:1", way=Way.KEY)):
            envelope = happened()
        assert Envelope.from_dict(envelope.to_dict()) == envelope

    def test_a_fact_of_no_brand_has_a_subject_of_its_own(self) -> None:
        assert bus_subject("fanz", None, "shield.incident_opened.v1") == "fanz._.shield.incident_opened"

    def test_a_fact_of_no_brand_is_recorded_without_a_cluster(self) -> None:
        fact: PlatformFact = ThingHappened(cluster=None, thing_id="a")  # type: ignore[arg-type]
        with transaction():
            event_id = record(fact)
        row = session.execute(select(OutboxFact).where(OutboxFact.id == event_id)).scalar_one()
        assert row.cluster is None
        assert Envelope.from_dict(row.envelope().to_dict()).fact() == fact


class TestDelivery:
    def test_a_consumer_acts_on_behalf_of_whoever_caused_the_fact(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contexts: list[Context] = []

        class Heard(list[str]):
            def append(self, _name: str) -> None:
                contexts.append(current())

        monkeypatch.setattr(samples, "heard", Heard())
        with acting(REQUEST):
            envelope = happened()
        receive("sample", [envelope])
        row = session.get_one(Delivery, ("sample", envelope.id))
        assert (row.principal, row.on_behalf_of, row.way) == ("system:sample", "person:7", "delivery")
        assert row.parent_span_id == envelope.span_id
        assert [context.span_id for context in contexts] == [row.span_id]

    def test_what_it_records_was_caused_by_the_delivery(self) -> None:
        samples.wrong.add("a:1")
        with acting(REQUEST):
            envelope = happened()
        receive("sample", [envelope])
        row = session.get_one(Delivery, ("sample", envelope.id))
        assert (row.state, row.on_behalf_of, row.parent_span_id) == ("retrying", "person:7", envelope.span_id)


class TestTask:
    def test_a_task_names_who_asked_and_what_caused_it(self) -> None:
        with acting(REQUEST):
            task = session.get_one(Task, enqueue("sample.work", "a", owner_user_id=None))
        assert (task.principal, task.way, task.parent_span_id) == ("person:7", "session", REQUEST.span_id)

    def test_its_job_works_on_behalf_of_whoever_asked(self) -> None:
        with acting(REQUEST):
            task = session.get_one(Task, enqueue("sample.work", "a"))
        context = context_of(task)
        assert (context.principal, context.on_behalf_of, context.way) == ("system:worker", "person:7", "job")
        assert (context.span_id, context.parent_span_id) == (task.span_id, REQUEST.span_id)


class TestRequest:
    @pytest.mark.parametrize("header", ["", f"00-{'c' * 32}-{'d' * 16}-01"])
    def test_the_audit_names_the_session_and_the_callers_span(self, login: Login, header: str) -> None:
        client = login("Community")
        headers = {"traceparent": header} if header else {}
        client.get("/api/v1/crm/creators", headers=headers)
        context = current()
        assert (context.principal, context.way) == (f"person:{client.user_id}", "session")  # type: ignore[attr-defined]
        assert context.parent_span_id == ("d" * 16 if header else "")

    def test_no_one_signed_in_is_the_web_role(self, client: FlaskClient) -> None:
        client.get("/login/")
        assert (current().principal, current().way) == ("system:web", "session")
