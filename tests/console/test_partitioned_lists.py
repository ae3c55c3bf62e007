"""Lists over a table that is cut by time find and count rows in every partition, and no row twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import insert, select

from fanzadmin.chat.models import Conversation, Message
from fanzadmin.console.filters import words
from fanzadmin.console.search import value_counts
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.partitions import ensure_partitions

MONTHS = [datetime(2031, month, 5, tzinfo=UTC) for month in (1, 2, 3)]


@pytest.fixture
def bodies(app: Flask, db: Any) -> Any:
    """Three messages in each of three months, at the same places of their partitions: “hello”, “goodbye”, “hello”."""
    with clock.frozen(MONTHS[-1]):
        ensure_partitions(db.connection(), since=MONTHS[0])
    conversation = new_id()
    row = {"id": conversation, "cluster": "noir", "creator_id": new_id(), "fan_id": new_id()}
    db.execute(insert(Conversation), [{**row, "last_message_at": MONTHS[-1], "created_at": MONTHS[0]}])
    for month in MONTHS:
        for number, body in enumerate(("hello", "goodbye", "hello")):
            at = month + timedelta(seconds=number)
            with clock.frozen(at):
                db.execute(
                    insert(Message),
                    {"id": new_id(), "conversation_id": conversation, "seq": number, "change": number, "sender": "fan",
                     "body": f"{body} {month:%B}", "created_at": at},
                )  # fmt: skip
    with app.test_request_context("/"):
        yield db


def test_words_that_few_rows_have_are_found_in_every_partition(
    bodies: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_sampled", lambda _table, _words: False)
    clause = words._by_index(Message, "goodbye")
    rows = bodies.execute(select(Message.body).where(clause).order_by(Message.id)).scalars().all()
    assert rows == ["goodbye January", "goodbye February", "goodbye March"]


def test_a_sample_is_of_all_partitions_and_counts_a_row_once(bodies: Any) -> None:
    query = bodies.query(Message).filter(Message.body.like("hello%"))
    counts, rows = value_counts._sampled(
        query, Message.__table__, Message.sender, value_counts.Size(9, 3), most=5
    )
    assert (rows, [(value, count) for value, count in counts]) == (6, [("fan", 6)])


def test_the_size_is_that_of_all_partitions(bodies: Any) -> None:
    assert value_counts.size_of(Message.__table__).pages >= 3
    assert g.table_sizes
