"""Tables that are cut by time: their partitions, what becomes of old rows, and that a look-up opens one of them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, insert, select, text

from fanzadmin.biolink.visits.models import Click
from fanzadmin.chat.models import Message, MessageKey
from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.finance.ledger.models import Posting
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.inbox import Delivery
from fanzadmin.kernel.ids import first_id, made_at, new_id
from fanzadmin.kernel.partitions import (
    Period,
    drop_old_partitions,
    ensure_partitions,
    made_within,
    registry,
)
from fanzadmin.kernel.queue import Task
from fanzadmin.social.models import Like
from security.models import AuditEntry

STREAMS = {
    "audit_entry", "kernel.inbox", "kernel.outbox", "kernel.task", "chat.message", "biolink.click", "biolink.view",
    "social.post_like", "crm.timeline_entry", "finance.posting",
}  # fmt: skip
AT = datetime(2031, 5, 17, 12, tzinfo=UTC)


@pytest.fixture
def years(db: Any) -> Iterator[Any]:
    """The clock in May 2031, with partitions since January."""
    with clock.frozen(AT):
        ensure_partitions(db.connection(), since=datetime(2031, 1, 3, tzinfo=UTC))
        yield db


def partitions_of(db: Any, table: str) -> list[str]:
    query = text("SELECT relid::regclass::text FROM pg_partition_tree(CAST(:table AS regclass)) WHERE isleaf")
    return sorted(name for name in db.execute(query, {"table": table}).scalars() if "_2031" in name)


def click(at: datetime) -> dict[str, object]:
    with clock.frozen(at):
        return {
            "id": new_id(),
            "at": at,
            "creator_id": new_id(),
            "cluster": "noir",
            "link_id": new_id(),
            "visitor": b"0" * 16,
        }


def opened(db: Any, query: Select[Any]) -> set[str]:
    """The partitions that PostgreSQL may read for a query, the default one aside."""
    statement = query.compile(db.connection(), compile_kwargs={"literal_binds": True})
    plan = str(db.execute(text(f"EXPLAIN (FORMAT JSON) {statement}".replace(":", r"\:"))).scalar_one())
    return {name for name in re.findall(r"'Relation Name': '(\w+)'", plan) if "_2031" in name}


class TestEnsure:
    def test_every_stream_is_cut_by_time(self) -> None:
        assert set(registry) == STREAMS

    def test_months_are_made_from_then_to_the_next(self, years: Any) -> None:
        months = [f"biolink.click_20310{number}" for number in range(1, 7)]
        assert partitions_of(years, "biolink.click") == months

    def test_days_are_made_a_fortnight_ahead_and_never_back(self, years: Any) -> None:
        days = partitions_of(years, "kernel.outbox")
        assert (days[0], days[-1], len(days)) == ("kernel.outbox_20310517", "kernel.outbox_20310531", 15)

    def test_twice_is_once(self, years: Any) -> None:
        before = partitions_of(years, "biolink.click")
        ensure_partitions(years.connection())
        assert partitions_of(years, "biolink.click") == before

    def test_a_row_of_any_time_finds_a_place(self, years: Any) -> None:
        years.execute(
            insert(Click), [click(AT), click(AT - timedelta(days=5000)), click(AT + timedelta(days=900))]
        )
        lies_in = years.execute(
            text("SELECT tableoid::regclass::text FROM biolink.click ORDER BY at")
        ).scalars()
        assert list(lies_in) == ["biolink.click_default", "biolink.click_203105", "biolink.click_default"]

    def test_a_period_whose_rows_went_astray_stays_with_the_default(self, years: Any) -> None:
        later = datetime(2031, 8, 5, tzinfo=UTC)
        years.execute(insert(Click), [click(later)])
        with clock.frozen(later):
            ensure_partitions(years.connection())
            years.execute(insert(Click), [click(later)])
        assert "biolink.click_203108" not in partitions_of(years, "biolink.click")
        assert "biolink.click_203109" in partitions_of(years, "biolink.click")
        assert years.scalar(select(func.count()).select_from(Click)) == 2


class TestRetention:
    def test_a_partition_is_dropped_when_its_last_row_is_too_old(self, years: Any) -> None:
        keep = registry["kernel.inbox"].keep
        assert keep == timedelta(days=90)
        dropped = drop_old_partitions(years.connection())  # 16 February is 90 days ago
        assert "kernel.inbox_203101" in dropped
        assert partitions_of(years, "kernel.inbox")[0] == "kernel.inbox_203102"

    def test_old_rows_leave_the_default_partition_too(self, years: Any) -> None:
        years.execute(insert(Click), [click(AT - timedelta(days=5000)), click(AT)])
        drop_old_partitions(years.connection())
        assert years.scalar(select(func.count()).select_from(Click)) == 1

    @pytest.mark.parametrize(
        "table", ["finance.posting", "chat.message", "crm.timeline_entry", "kernel.outbox"]
    )
    def test_what_is_kept_for_good_is_never_dropped(self, years: Any, table: str) -> None:
        assert registry[table].keep is None
        before = partitions_of(years, table)
        with clock.frozen(AT + timedelta(days=20_000)):
            drop_old_partitions(years.connection())
        assert partitions_of(years, table) == before


class TestPruning:
    def test_an_id_opens_the_partition_of_its_time(self, years: Any) -> None:
        identifier = new_id()
        for model, column, table in (
            (AuditEntry, AuditEntry.id, "audit_entry"),
            (Task, Task.id, "task"),
            (Message, Message.id, "message"),
            (TimelineEntry, TimelineEntry.id, "timeline_entry"),
            (Delivery, Delivery.event_id, "inbox"),
            (Like, Like.post_id, "post_like"),
            (Posting, Posting.entry_id, "posting"),
        ):
            result = opened(years, select(model).where(column == identifier))
            assert result == {f"{table}_203105"}, model

    def test_a_page_of_an_id_order_opens_what_is_older(self, years: Any) -> None:
        query = select(AuditEntry).where(AuditEntry.id < first_id(datetime(2031, 3, 2, tzinfo=UTC)))
        result = opened(years, query.order_by(AuditEntry.id.desc()).limit(25))
        assert result == {"audit_entry_203101", "audit_entry_203102", "audit_entry_203103"}

    def test_a_period_opens_its_partitions(self, years: Any) -> None:
        since, until = datetime(2031, 2, 3, tzinfo=UTC), datetime(2031, 3, 4, tzinfo=UTC)
        result = opened(
            years, select(func.count()).where(*made_within(Click.id, since, until), Click.at >= since)
        )
        assert result == {"click_203102", "click_203103"}

    def test_a_page_of_a_conversation_reads_one_partition_for_each_message(self, years: Any) -> None:
        query = (
            select(Message)
            .join(MessageKey, MessageKey.message_id == Message.id)
            .where(MessageKey.conversation_id == new_id())
            .order_by(MessageKey.seq.desc())
            .limit(50)
        )
        statement = query.compile(years.connection(), compile_kwargs={"literal_binds": True})
        years.execute(
            text("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        )  # it is empty here
        lines = (
            years.execute(text(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}".replace(":", r"\:")))
            .scalars()
            .all()
        )
        reads = [line for line in lines if "Scan" in line and " message_2031" in line]
        assert reads
        assert all("never executed" in line for line in reads)


class TestIds:
    def test_an_id_says_when_it_was_made(self) -> None:
        with clock.frozen(AT):
            assert made_at(new_id()) == AT

    def test_ids_of_a_held_moment_stay_in_order(self) -> None:
        with clock.frozen(AT):
            results = [new_id() for _ in range(1000)]
        assert results == sorted(results)
        assert len(set(results)) == 1000
        assert first_id(AT) < results[0]

    def test_periods_end_where_the_next_begins(self) -> None:
        for item in registry.values():
            start = item.start_of(AT)
            assert item.start_of(item.next(start) - timedelta(microseconds=1)) == start
            assert item.next(start) - start <= timedelta(days=31 if item.every is Period.MONTH else 1)
