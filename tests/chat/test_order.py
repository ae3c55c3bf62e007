"""What ChatSphere promises: 1 to n without gaps or doubles, and no client that drifts from the truth."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from fanzadmin.chat import listeners, queries, service
from fanzadmin.chat.models import Announcement, Conversation, Message, MessageKey
from fanzadmin.chat.service.announcements import open_broadcast_of
from fanzadmin.kernel.db import commit_request, transaction
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from security.identity import Me
from tests.chat.makers import Pair, published, send_due, tell
from tests.town import Hints, Town, in_town, listening

State = dict[int, tuple[str, str, bool]]


class Watcher:
    """A page that holds a snapshot and folds in what it hears; a hole in `change` makes it ask."""

    def __init__(self, person: Me, conversation_id: str) -> None:
        self.person, self.conversation_id, self.change = person, conversation_id, 0
        self.messages: State = {}
        self.sync()

    def hear(self, event: dict[str, Any]) -> None:
        if event["change"] == self.change + 1:
            self.put(event)
            self.change = event["change"]
        elif event["change"] > self.change:
            self.sync()

    def sync(self) -> None:
        more = True
        while more:
            messages = queries.messages_of(
                self.person, self.conversation_id, changed_since=self.change, limit=2
            )
            for item in messages.items:
                self.put(item.as_event())
            more = messages.more
            self.change = messages.items[-1].change if more else messages.last_change

    def put(self, event: dict[str, Any]) -> None:
        self.messages[event["seq"]] = (event["sender"], event["body"], event["removed"])


def fresh_snapshot(person: Me, conversation_id: str) -> State:
    items = queries.messages_of(person, conversation_id, limit=200).items
    return {item.seq: (item.sender, item.body, item.removed) for item in items}


acts = st.tuples(
    st.sampled_from(["send", "send", "send", "edit", "unsend", "news", "withdraw"]),
    st.sampled_from(["mia", "ben"]),
    st.integers(0, 5),
    st.booleans(),
)


class TestSnapshotAndEvents:
    @given(script=st.lists(acts, min_size=1, max_size=14))
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_are_a_fresh_snapshot_whatever_happens(self, town: Town, hints: Hints, script: Any) -> None:
        pair, sent, assets = Pair(town), {}, {}
        steady = Watcher(pair.ben, pair.conversation_id)
        flaky = Watcher(pair.ben, pair.conversation_id)
        creators = Watcher(pair.mia, pair.conversation_id)
        for act, who, number, heard_by_flaky in script:
            hints.sent.clear()
            with suppress(BusinessError):
                play(act, getattr(pair, who), number, pair, town=town, sent=sent, assets=assets)
            commit_request()
            for event in hints.to(pair.fan.user_id, "message"):
                steady.hear(event)
                if heard_by_flaky:
                    flaky.hear(event)
            for event in hints.to(pair.creator.user_id, "message"):
                creators.hear(event)
        truth = fresh_snapshot(pair.ben, pair.conversation_id)
        assert list(truth) == list(range(1, len(truth) + 1))
        assert steady.messages == truth
        for watcher in (flaky, creators):
            watcher.sync()
            assert watcher.messages == truth


def play(act: str, person: Me, number: int, pair: Pair, *, town: Town, sent: Any, assets: Any) -> None:
    """One act of the script; what the rules forbid raises a BusinessError."""
    key = (person.user_id, number)
    if act == "send":
        answer = service.send_message(
            person, pair.conversation_id, body=f"text {number}", client_id=str(number)
        )
        assert sent.setdefault(key, answer.seq) == answer.seq
        sent[key, "id"] = answer.id
    elif act in {"edit", "unsend"}:
        message_id = sent.get((key, "id"), "")
        if act == "edit":
            service.edit_message(person, pair.conversation_id, message_id, body=f"edited {number}")
        else:
            service.unsend_message(person, pair.conversation_id, message_id)
    elif act == "news":
        asset = assets.setdefault(number, town.new_asset(pair.creator, title=f"Asset {number}"))
        tell(town.publish(asset))
    elif number in assets:
        town.withdraw(assets[number])
        service.withdraw_from_broadcast(assets[number].id, reason="A consent ended")


def all_at_once(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """Each work in a thread and transaction of its own, all let go at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            with transaction():
                return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


class TestAtTheSameMoment:
    def test_senders_and_their_repeats_fill_places_without_gaps(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening() as hints:
            with transaction():
                pair = Pair(town)
            order = [(who, number) for who in ("mia", "ben") for number in range(4)] * 2
            random.Random(7).shuffle(order)

            def sending(who: str, number: int) -> Callable[[], object]:
                return lambda: service.send_message(
                    getattr(pair, who), pair.conversation_id, body=f"{who} {number}", client_id=str(number)
                )

            answers = all_at_once(app, [sending(*item) for item in order])
            assert sorted({answer.seq for answer in answers}) == list(range(1, 9))  # type: ignore[attr-defined]
            truth = fresh_snapshot(pair.ben, pair.conversation_id)
            assert list(truth) == list(range(1, 9))
            assert sorted(event["seq"] for event in hints.to(pair.fan.user_id, "message")) == list(
                range(1, 9)
            )

    def test_news_told_twice_and_talk_in_between_keep_every_place(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                pair = Pair(town)
                for number in range(20):
                    town.new_fan(f"Fan {number}", of=pair.creator, login=False)
                first, second = town.new_asset(pair.creator), town.new_asset(pair.creator)
                listeners.announce_asset(published(first))
                broadcast = open_broadcast_of(pair.creator.id)
                assert broadcast is not None
                broadcast_id = broadcast.id
            at_once = all_at_once(
                app,
                [
                    lambda: service.send_broadcast(broadcast_id),
                    lambda: service.send_broadcast(broadcast_id),
                    lambda: listeners.announce_asset(published(second)),
                    lambda: service.send_message(pair.ben, pair.conversation_id, body="hi", client_id="a"),
                    lambda: service.send_message(pair.mia, pair.conversation_id, body="hi", client_id="a"),
                ],
            )
            assert sorted(at_once[:2]) == [0, 21]
            with transaction():
                late = send_due(
                    pair.creator.id
                )  # the second asset, if it came when the first message was being sent
            assert late in (0, 21)
            places = 4 if late else 3
            assert list(fresh_snapshot(pair.ben, pair.conversation_id)) == list(range(1, places + 1))
            with transaction() as session:
                assert session.scalar(select(func.count()).select_from(Message)) == 23 + late
                assert session.scalar(select(func.sum(Conversation.last_seq))) == 23 + late
                assert session.scalar(select(func.count()).select_from(Announcement)) == 2

    def test_two_openings_are_one_conversation(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                creator = town.new_creator()
                fan = town.new_fan(of=creator)
            opened = all_at_once(app, [lambda: service.welcome_subscriber(creator.id, fan.id)] * 4)
            assert len(opened) == 4
            with transaction() as session:
                assert session.scalars(select(Conversation.last_seq)).all() == [1]

    def test_read_marks_only_go_forward(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                pair = Pair(town)
                pair.say("mia", 6)
            marks = [
                (lambda seq=seq: service.mark_read(pair.ben, pair.conversation_id, seq=seq))
                for seq in range(1, 7)
            ]
            all_at_once(app, marks)
            with app.app_context():
                assert queries.conversation(pair.ben, pair.conversation_id).read_seq == 6


class TestKeys:
    @pytest.mark.parametrize(
        "again",
        [
            {"seq": 1},
            {"sender": "fan", "client_id": "only once"},
            {"broadcast_id": "019c1000-0000-7000-8000-000000000001"},
        ],
        ids=["place", "client id", "broadcast"],
    )
    def test_the_database_itself_refuses_a_second(
        self, pair: Pair, db: Any, again: dict[str, object]
    ) -> None:
        first = {"conversation_id": pair.conversation_id, "message_id": new_id(), "sender": "creator"}
        db.execute(insert(MessageKey), {**first, "seq": 1, **again})
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(insert(MessageKey), {**first, "seq": 2, **again})
