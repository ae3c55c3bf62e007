"""Operations: what happened, as staff see it; replay and retry."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import Envelope, record
from fanzadmin.kernel.bus.inbox import Delivery, receive
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id, new_trace_id
from fanzadmin.kernel.queue import Task, enqueue
from fanzadmin.kernel.web.idempotency import IdempotentAnswer
from fanzadmin.operations import queries, service
from tests.kernel import samples
from tests.kernel.samples import ThingHappened

Login = Callable[..., FlaskClient]


@pytest.fixture
def envelope(db: Any) -> Envelope:
    """A fact that its consumer has applied, and a task of the same trace."""
    samples.clear()
    with acting(Context(actor="Mia Stone", trace_id=new_trace_id())):
        event_id = record(ThingHappened(cluster="velvet", thing_id=new_id(), number=1))
        enqueue("operations.maintain", "once", title="House keeping")
    db().commit_transaction()
    outbox_fact = db.query(OutboxFact).filter_by(id=event_id).one().envelope()
    receive("sample", [outbox_fact])
    return outbox_fact


class TestTrace:
    def test_joins_facts_deliveries_and_tasks(self, envelope: Envelope) -> None:
        trace = queries.trace(envelope.trace_id)
        assert trace is not None
        assert {step.kind for step in trace.steps} == {"fact", "task"}
        assert [child.system for step in trace.steps for child in step.children] == ["sample"]
        assert trace.actor == "Mia Stone"

    def test_of_an_unknown_id_is_none(self, db: Any) -> None:
        assert queries.trace(new_trace_id()) is None

    def test_is_found_by_what_it_is_about(self, envelope: Envelope) -> None:
        assert list(queries.traces_of(envelope.subject)) == [envelope.trace_id]

    def test_page_shows_the_steps(self, envelope: Envelope, login: Login) -> None:
        page = login("Security").get(f"/trace/{envelope.trace_id}").get_data(as_text=True)
        assert "Thing happened" in page
        assert "House keeping" in page

    def test_search_by_a_record_leads_to_its_trace(self, envelope: Envelope, login: Login) -> None:
        answer = login("Security").get(f"/trace/?q={envelope.subject}")
        assert answer.headers["Location"] == f"/trace/{envelope.trace_id}"

    def test_of_nothing_is_a_404(self, login: Login) -> None:
        person = login("Security")
        assert person.get(f"/api/v1/operations/traces/{new_trace_id()}").status_code == 404

    def test_is_not_for_the_finance_team(self, envelope: Envelope, login: Login) -> None:
        assert login("Finance").get(f"/api/v1/operations/traces/{envelope.trace_id}").status_code == 403


class TestConsoles:
    @pytest.mark.parametrize(
        "console", ["opsfactconsole", "opsdeliveryconsole", "opstaskconsole", "opsauditconsole"]
    )
    def test_lists_what_happened(self, envelope: Envelope, login: Login, console: str) -> None:
        assert login("Security").get(f"/{console}/list/").status_code == 200

    @pytest.mark.parametrize("console", ["opsfactconsole", "opsdeliveryconsole", "opstaskconsole"])
    def test_every_part_of_a_record_opens(self, envelope: Envelope, login: Login, console: str) -> None:
        """Facts and deliveries have keys of two columns."""
        person = login("Security")
        listed = person.get(f"/{console}/list/").get_data(as_text=True)
        (record, *_) = re.findall(rf'"(/{console}/show/[^"#]+)"', listed)
        shown = person.get(unescape(record)).get_data(as_text=True)
        parts = set(re.findall(rf'"(/{console}/(?:comments|history|timeline|related)/[^"#]+)"', shown))
        assert len(parts) >= 3
        assert {person.get(unescape(part)).status_code for part in parts} == {200}

    def test_a_delivery_is_replayed_from_its_own_page(self, envelope: Envelope, login: Login) -> None:
        person = login("Security")
        where = quote(f'["sample", "{envelope.id}"]')
        shown = person.get(f"/opsdeliveryconsole/show/{where}").get_data(as_text=True)
        (button,) = re.findall(r'"(/opsdeliveryconsole/action/replay/[^"]+)"', shown)
        person.post(unescape(button))
        assert samples.heard == [f"{envelope.subject}:1"] * 2


class TestReplay:
    def test_applies_a_fact_once_more(self, envelope: Envelope) -> None:
        service.replay("sample", envelope.id)
        assert samples.heard == [f"{envelope.subject}:1"] * 2

    def test_brings_a_dead_letter_back(self, envelope: Envelope, db: Any) -> None:
        db.get_one(Delivery, ("sample", envelope.id)).state = "dead"
        service.replay("sample", envelope.id)
        assert db.get_one(Delivery, ("sample", envelope.id)).state == "done"

    def test_of_what_was_never_received_is_refused(self, envelope: Envelope) -> None:
        with pytest.raises(service.NoSuchDelivery):
            service.replay("nobody", envelope.id)


class TestRetry:
    def test_starts_a_failed_task_again(self, envelope: Envelope, db: Any) -> None:
        task = db.query(Task).filter_by(trace_id=envelope.trace_id).one()
        task.state = "failed"
        service.retry_task(task.id)
        assert (task.state, task.attempts) == ("waiting", 0)

    def test_leaves_an_open_task_alone(self, envelope: Envelope, db: Any) -> None:
        task = db.query(Task).filter_by(trace_id=envelope.trace_id).one()
        with pytest.raises(service.TaskStillOpen):
            service.retry_task(task.id)


class TestHouseKeeping:
    def test_drops_yesterdays_answers(self, db: Any) -> None:
        old = clock.now() - timedelta(days=2)
        session.add(IdempotentAnswer(actor_id=1, key="old", fingerprint="", created_at=old))
        session.flush()
        service.maintain()
        assert session.get(IdempotentAnswer, (1, "old")) is None
