"""Facts: told in the transaction that made them true, carried at least once, applied exactly once, in order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from fanzadmin.kernel.bus import Envelope, fact, record
from fanzadmin.kernel.bus.facts import bus_subject
from fanzadmin.kernel.bus.inbox import RETRY_AFTER, Delivery, receive
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.bus.relay import Outlet
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session, transaction
from tests.kernel import samples
from tests.kernel.samples import ThingHappened


@pytest.fixture(autouse=True)
def _quiet(db: Any) -> Iterator[None]:
    samples.clear()
    yield
    samples.clear()


def tell(*numbers: int, thing: str = "a") -> list[Envelope]:
    """Record facts about one thing and hand out their envelopes, as the relay would carry them."""
    with transaction():
        ids = [
            record(ThingHappened(cluster="velvet", thing_id=thing, number=n, tags=("x",))) for n in numbers
        ]
    rows = session.execute(
        select(OutboxFact).where(OutboxFact.id.in_(ids)).order_by(OutboxFact.seq)
    ).scalars()
    return [row.envelope() for row in rows]


def delivery(envelope: Envelope) -> Delivery:
    session.expire_all()
    return session.get_one(Delivery, ("sample", envelope.id))


class TestDeclaring:
    def test_a_name_without_a_version_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no fact name"):
            fact("media.asset_ready", subject="asset_id")

    def test_a_subject_that_is_no_field_is_refused(self) -> None:
        with pytest.raises(ValueError, match="has no field"):
            fact("sample.other_thing.v1", subject="nothing")(type("Other", (ThingHappened,), {}))

    def test_the_subject_of_jetstream_names_cluster_system_and_fact(self) -> None:
        assert bus_subject("fanz", "velvet", "media.asset_ready.v1") == "fanz.velvet.media.asset_ready"


class TestRecord:
    def test_a_fact_carries_the_trace_and_the_actor_of_the_act(self) -> None:
        with acting(Context(actor_id=7, actor="Mia", trace_id="ab" * 16)):
            envelope = tell(1)[0]
        assert (envelope.actor, envelope.actor_id, envelope.trace_id) == ("Mia", 7, "ab" * 16)

    def test_a_rolled_back_act_leaves_no_fact(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            _raise_after(record(ThingHappened(cluster="velvet", thing_id="never")))
        assert session.execute(select(OutboxFact).where(OutboxFact.subject == "never")).first() is None

    def test_an_envelope_survives_the_wire(self) -> None:
        envelope = tell(3)[0]
        again = Envelope.from_dict(envelope.to_dict())
        assert again == envelope
        assert again.fact() == ThingHappened(cluster="velvet", thing_id="a", number=3, tags=("x",))

    def test_a_field_of_a_later_version_is_left_out(self) -> None:
        envelope = tell(3)[0]
        envelope.data["added_later"] = 1
        assert envelope.fact() == ThingHappened(cluster="velvet", thing_id="a", number=3, tags=("x",))


@pytest.fixture
def outlet(db: Any) -> Outlet:
    return Outlet(session.connection())


def numbers(envelopes: list[Envelope]) -> list[object]:
    return [envelope.data["number"] for envelope in envelopes if envelope.subject == "a"]


class TestRelay:
    def test_what_waits_is_carried_in_order_and_only_once(self, outlet: Outlet) -> None:
        tell(1, 2, 3)
        carried = outlet.take()
        outlet.settle(carried)
        assert numbers(carried) == [1, 2, 3]
        assert outlet.take() == []

    def test_what_the_stream_did_not_store_waits_on(self, outlet: Outlet) -> None:
        tell(1)
        outlet.take()
        assert numbers(outlet.take()) == [1]

    def test_only_what_was_stored_is_marked(self, outlet: Outlet) -> None:
        tell(1, 2, 3)
        outlet.settle(outlet.take()[:2])
        assert numbers(outlet.take()) == [3]

    def test_a_backlog_is_carried_from_its_oldest_fact_on(self, outlet: Outlet) -> None:
        outlet.settle(outlet.take())
        old, younger = tell(1, 2)
        happened(old, ago=timedelta(days=1))
        happened(younger, ago=timedelta(seconds=5))
        assert numbers(outlet.take()) == [1, 2]

    def test_a_relay_that_starts_looks_at_everything(self, db: Any) -> None:
        old = tell(1)[0]
        happened(old, ago=timedelta(days=3))
        assert numbers(Outlet(session.connection()).take()) == [1]


def happened(envelope: Envelope, *, ago: timedelta) -> None:
    moved = update(OutboxFact).where(OutboxFact.id == envelope.id).values(time=envelope.time - ago)
    session.execute(moved)


class TestReceive:
    def test_a_batch_is_applied_in_order(self) -> None:
        receive("sample", tell(1, 2, 3))
        assert samples.heard == ["a:1", "a:2", "a:3"]

    def test_a_fact_that_comes_twice_is_applied_once(self) -> None:
        envelopes = tell(1)
        receive("sample", envelopes)
        receive("sample", envelopes)
        assert samples.heard == ["a:1"]

    def test_a_fact_twice_in_one_batch_is_applied_once(self) -> None:
        envelopes = tell(1)
        receive("sample", [*envelopes, *envelopes])
        assert samples.heard == ["a:1"]

    def test_the_others_of_a_batch_do_not_suffer_from_one_that_fails(self) -> None:
        samples.wrong.add("b:1")
        bad, good = tell(1, thing="b"), tell(1, thing="c")
        outcomes = receive("sample", [*bad, *good])
        assert [outcome.retry_in for outcome in outcomes] == [RETRY_AFTER[0], None]
        assert samples.heard == ["c:1"]
        assert delivery(bad[0]).state == "retrying"
        assert "b:1 cannot be done" in (delivery(bad[0]).error or "")

    def test_a_later_fact_of_the_same_subject_waits_behind_one_that_is_retried(self) -> None:
        samples.wrong.add("a:1")
        first, second = tell(1, 2)
        receive("sample", [first, second])
        assert samples.heard == []
        samples.wrong.clear()
        receive("sample", [first])
        receive("sample", [second])
        assert samples.heard == ["a:1", "a:2"]

    def test_a_fact_that_fails_again_and_again_becomes_a_dead_letter(self) -> None:
        samples.wrong.add("a:1")
        envelopes = tell(1)
        waits = [receive("sample", envelopes)[0].retry_in for _ in range(len(RETRY_AFTER) + 1)]
        assert waits == [*RETRY_AFTER, None]
        assert delivery(envelopes[0]).state == "dead"

    def test_a_dead_letter_lets_the_later_facts_pass(self) -> None:
        samples.wrong.add("a:1")
        first, second = tell(1, 2)
        for _ in range(len(RETRY_AFTER) + 1):
            receive("sample", [first])
        receive("sample", [second])
        assert samples.heard == ["a:2"]


def _raise_after(_done: object) -> None:
    raise RuntimeError
