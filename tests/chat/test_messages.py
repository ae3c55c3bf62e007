"""Sending, editing and taking back messages."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.chat import queries, service
from fanzadmin.chat.models import Message
from fanzadmin.contracts.chat import MessageRemoved, MessageSent
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.db import commit_request
from tests.chat.makers import Pair
from tests.town import Hints, Town


def facts(session: Any, type_: str) -> list[dict[str, Any]]:
    session.flush()
    rows = session.execute(select(OutboxFact.data).where(OutboxFact.type == type_).order_by(OutboxFact.seq))
    return list(rows.scalars())


class TestSendMessage:
    def test_a_message_gets_the_next_place(self, pair: Pair) -> None:
        first = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        second = service.send_message(pair.mia, pair.conversation_id, body="Hi Ben", client_id="a")
        assert [(first.seq, first.sender), (second.seq, second.sender)] == [(1, "fan"), (2, "creator")]
        assert [item.body for item in queries.messages_of(pair.mia, pair.conversation_id).items] == [
            "Hello",
            "Hi Ben",
        ]

    def test_the_same_client_id_again_answers_the_first_message(self, pair: Pair, db: Any) -> None:
        first = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        again = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        assert again == first
        assert queries.messages_of(pair.ben, pair.conversation_id).last_seq == 1
        assert len(facts(db, MessageSent.type)) == 1

    def test_a_repeat_is_answered_even_after_the_subscription_ended(self, pair: Pair, town: Town) -> None:
        first = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        town.subscriptions.clear()
        assert service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a") == first

    def test_the_fact_says_where_but_not_what(self, pair: Pair, db: Any) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="a secret", client_id="a")
        (fact,) = facts(db, MessageSent.type)
        assert fact["seq"] == 1
        assert fact["sender"] == "fan"
        assert fact["message_id"] == sent.id
        assert "a secret" not in str(fact)

    def test_both_sides_are_told_live_after_the_commit(self, pair: Pair, hints: Hints) -> None:
        service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        assert hints.sent == []
        commit_request()
        (heard,) = hints.to(pair.creator.user_id, "message")
        assert heard["seq"] == 1
        assert heard["body"] == "Hello"
        assert heard["client_id"] == "a"
        assert hints.to(pair.fan.user_id, "message") == [heard]
        assert {namespace for *_, namespace in hints.sent} == {"/chat"}

    def test_the_neighbour_finds_no_such_conversation(self, pair: Pair, town: Town) -> None:
        neighbour = town.me(town.new_fan("Eve", of=pair.creator))
        with pytest.raises(queries.NoSuchConversation):
            service.send_message(neighbour, pair.conversation_id, body="Hello", client_id="a")

    def test_another_creator_finds_no_such_conversation(self, pair: Pair, town: Town) -> None:
        with pytest.raises(queries.NoSuchConversation):
            service.send_message(
                town.me(town.new_creator("Zoe")), pair.conversation_id, body="Hi", client_id="a"
            )

    @pytest.mark.parametrize("wrong", ["", "7", "'; DROP TABLE chat.message; --", "0" * 36])
    def test_an_id_that_is_none_finds_no_such_conversation(self, pair: Pair, wrong: str) -> None:
        with pytest.raises(queries.NoSuchConversation):
            service.send_message(pair.ben, wrong, body="Hello", client_id="a")

    def test_a_fan_without_a_subscription_may_not_write(self, pair: Pair, town: Town) -> None:
        town.subscriptions.clear()
        with pytest.raises(service.SubscribersOnly, match="Subscribe to Mia"):
            service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")

    def test_the_creator_may_answer_a_fan_whose_subscription_ended(self, pair: Pair, town: Town) -> None:
        town.subscriptions.clear()
        assert service.send_message(pair.mia, pair.conversation_id, body="Come back", client_id="a").seq == 1

    def test_nobody_writes_to_or_as_a_suspended_creator(self, pair: Pair, town: Town) -> None:
        town.suspend(pair.creator)
        for person in (pair.ben, pair.mia):
            with pytest.raises(service.NotReachable):
                service.send_message(person, pair.conversation_id, body="Hello", client_id="a")

    @pytest.mark.parametrize("body", ["", "   \n\t ", "\x00\x07", None, 7, ["a"]])
    def test_an_empty_message_is_refused(self, pair: Pair, body: Any) -> None:
        with pytest.raises(service.EmptyMessage):
            service.send_message(pair.ben, pair.conversation_id, body=body, client_id="a")

    def test_a_message_holds_four_thousand_characters_and_no_more(self, pair: Pair) -> None:
        service.send_message(pair.ben, pair.conversation_id, body="é" * 4000, client_id="a")
        with pytest.raises(service.MessageTooLong, match="4,001"):
            service.send_message(pair.ben, pair.conversation_id, body="é" * 4001, client_id="b")

    def test_control_characters_are_left_out_and_lines_kept(self, pair: Pair) -> None:
        sent = service.send_message(
            pair.ben, pair.conversation_id, body="one\r\ntwo\x00\x1b[2J", client_id="a"
        )
        assert sent.body == "one\ntwo[2J"

    @pytest.mark.parametrize("client_id", ["", "x" * 65, "two words", "ü", None, 7])
    def test_a_client_id_must_be_usable(self, pair: Pair, client_id: Any) -> None:
        with pytest.raises(service.BadClientId):
            service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id=client_id)


class TestEditMessage:
    def test_new_words_count_a_change_and_keep_the_place(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Helo", client_id="a")
        edited = service.edit_message(pair.ben, pair.conversation_id, sent.id, body="Hello")
        assert (edited.seq, edited.change, edited.body) == (1, 2, "Hello")
        assert edited.edited_at is not None

    def test_only_the_sender_edits(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        with pytest.raises(service.NotYours):
            service.edit_message(pair.mia, pair.conversation_id, sent.id, body="I owe you money")

    def test_after_fifteen_minutes_it_is_too_late(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        with clock.frozen(clock.now() + timedelta(minutes=16)), pytest.raises(service.TooLate):
            service.edit_message(pair.ben, pair.conversation_id, sent.id, body="Bye")

    def test_a_message_of_another_conversation_is_not_there(self, pair: Pair, town: Town) -> None:
        other = Pair(town)
        sent = service.send_message(other.ben, other.conversation_id, body="Hello", client_id="a")
        with pytest.raises(service.NoSuchMessage):
            service.edit_message(pair.ben, pair.conversation_id, sent.id, body="Bye")


class TestUnsendMessage:
    def test_the_place_stays_and_the_words_go(self, pair: Pair, db: Any) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Oops", client_id="a")
        missing = service.unsend_message(pair.ben, pair.conversation_id, sent.id)
        assert (missing.seq, missing.body, missing.removed) == (1, "", True)
        row = db.execute(select(Message).where(Message.id == sent.id)).scalar_one()
        assert (row.body, row.removed_words) == ("", None)
        (fact,) = facts(db, MessageRemoved.type)
        assert fact["removed_by"] == "sender"

    def test_twice_is_once(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Oops", client_id="a")
        service.unsend_message(pair.ben, pair.conversation_id, sent.id)
        with pytest.raises(service.NoSuchMessage):
            service.unsend_message(pair.ben, pair.conversation_id, sent.id)

    def test_the_other_side_cannot(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Oops", client_id="a")
        with pytest.raises(service.NotYours):
            service.unsend_message(pair.mia, pair.conversation_id, sent.id)


class TestModerateMessage:
    def test_who_and_why_are_kept(self, pair: Pair, db: Any, hints: Hints) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="abuse", client_id="a")
        with acting(actor="Community Person"):
            service.moderate_message(sent.id, reason="Abuse of a person")
        row = db.execute(select(Message).where(Message.id == sent.id)).scalar_one()
        assert (row.removed_by, row.removed_reason, row.body) == ("Community Person", "Abuse of a person", "")
        assert row.removed_words == "abuse"
        commit_request()
        assert hints.to(pair.fan.user_id, "message")[-1]["removed"] is True

    def test_a_reason_is_needed(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="abuse", client_id="a")
        with pytest.raises(service.EmptyMessage):
            service.moderate_message(sent.id, reason=" ")

    def test_staff_of_another_cluster_find_no_such_message(self, pair: Pair) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="Hello", client_id="a")
        with acting(clusters=frozenset({"noir"})), pytest.raises(service.NoSuchMessage):
            service.moderate_message(sent.id, reason="Spam")

    def test_twice_is_once(self, pair: Pair, db: Any) -> None:
        sent = service.send_message(pair.ben, pair.conversation_id, body="abuse", client_id="a")
        service.moderate_message(sent.id, reason="Spam")
        service.moderate_message(sent.id, reason="Spam")
        assert len(facts(db, MessageRemoved.type)) == 1
        assert db.scalar(select(func.count()).select_from(Message)) == 1
