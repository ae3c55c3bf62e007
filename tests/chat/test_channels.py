"""The socket namespace /chat."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token
from flask_socketio import SocketIO, SocketIOTestClient

from fanzadmin.chat import queries
from fanzadmin.chat.channels import ChatNamespace
from fanzadmin.kernel.db import commit_request
from fanzadmin.kernel.web import realtime
from tests.chat.makers import Pair
from tests.town import Town

CHAT = "/chat"
Connect = Callable[..., SocketIOTestClient]


@pytest.fixture
def connect(app: Flask, db: Any, login: Callable[..., FlaskClient]) -> Iterator[Connect]:
    """`connect(user_id)` opens a socket as this person; a server of its own, since the test client takes no queue."""
    served, emitter, wsgi = app.extensions.get("socketio"), realtime._emitter, app.wsgi_app
    server = SocketIO(app, async_mode="threading", manage_session=False)
    server.on_namespace(ChatNamespace())
    realtime.serve_with(server)

    def open_socket(user_id: int | None, *, token: str = "") -> SocketIOTestClient:
        commit_request()
        g.pop("_login_user", None)  # the test's own application context would remember who came before
        browser = login(user_id=user_id) if user_id else app.test_client()
        auth = {"token": token} if token else None
        return server.test_client(app, namespace=CHAT, auth=auth, flask_test_client=browser)

    try:
        yield open_socket
    finally:
        app.extensions["socketio"], app.wsgi_app = served, wsgi  # type: ignore[method-assign]
        realtime._emitter = emitter


def ask(socket: SocketIOTestClient, event: str, **data: Any) -> dict[str, Any]:
    answer: dict[str, Any] = socket.emit(event, data, namespace=CHAT, callback=True)
    return answer


def received(socket: SocketIOTestClient) -> list[tuple[str, dict[str, Any]]]:
    """Name and payload of each event since the last look (the test client unpacks those named "message")."""
    packets = [(packet["name"], packet["args"]) for packet in socket.get_received(CHAT)]
    return [(name, data[0] if isinstance(data, list) else data) for name, data in packets]


def heard(socket: SocketIOTestClient, event: str) -> list[dict[str, Any]]:
    """The payloads of one kind of event since the last look."""
    return [data for name, data in received(socket) if name == event]


class TestConnect:
    def test_a_participant_is_let_in(self, connect: Connect, pair: Pair) -> None:
        assert connect(pair.fan.user_id).is_connected(CHAT)

    def test_a_program_comes_with_its_token(self, connect: Connect, pair: Pair) -> None:
        commit_request()
        token = create_access_token(identity=str(pair.fan.user_id))
        assert connect(None, token=token).is_connected(CHAT)

    def test_nobody_is_not(self, connect: Connect) -> None:
        assert not connect(None).is_connected(CHAT)
        assert not connect(None, token="forged").is_connected(CHAT)

    def test_staff_are_not(self, connect: Connect, login: Callable[..., FlaskClient]) -> None:
        assert not connect(login("Finance").user_id).is_connected(CHAT)  # type: ignore[attr-defined]


class TestSend:
    def test_the_sender_gets_the_place_and_both_sides_the_message(self, connect: Connect, pair: Pair) -> None:
        ben, mia = connect(pair.fan.user_id), connect(pair.creator.user_id)
        answer = ask(ben, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
        assert answer["seq"] == 1
        (got,) = heard(mia, "message")
        assert (got["id"], got["seq"], got["body"]) == (answer["id"], 1, "Hello")
        assert heard(ben, "message") == [got]

    def test_nobody_else_hears_it(self, connect: Connect, pair: Pair, town: Town) -> None:
        other = Pair(town)
        ben, zoe = connect(pair.fan.user_id), connect(other.creator.user_id)
        ask(ben, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
        assert received(zoe) == []

    def test_sent_again_it_is_the_same_message(self, connect: Connect, pair: Pair) -> None:
        ben = connect(pair.fan.user_id)
        answers = [
            ask(ben, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
            for _ in range(3)
        ]
        assert answers[0] == answers[1] == answers[2]
        assert queries.messages_of(pair.ben, pair.conversation_id).last_seq == 1

    def test_the_neighbour_is_answered_with_a_problem(self, connect: Connect, pair: Pair, town: Town) -> None:
        eve = connect(town.new_fan("Eve", of=pair.creator).user_id)
        answer = ask(eve, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
        assert (answer["status"], answer["type"]) == (404, "/problems/chat/no-such-conversation")
        assert queries.messages_of(pair.ben, pair.conversation_id).last_seq == 0

    @pytest.mark.parametrize("data", [None, 7, "send", [], {}, {"conversation_id": 7}, {"body": "Hello"}])
    def test_a_shapeless_event_is_answered_with_a_problem(
        self, connect: Connect, pair: Pair, data: Any
    ) -> None:
        answer = connect(pair.fan.user_id).emit("send", data, namespace=CHAT, callback=True)
        assert answer["status"] == 422

    def test_what_breaks_inside_is_a_problem_with_a_reference(
        self, connect: Connect, pair: Pair, monkeypatch: Any
    ) -> None:
        ben = connect(pair.fan.user_id)
        monkeypatch.setattr("fanzadmin.chat.channels.service.mark_read", lambda *_, **__: 1 // 0)
        answer = ask(ben, "read", conversation_id=pair.conversation_id, seq=1)
        assert answer["status"] == 500
        assert "reference" in answer["detail"]


class TestReadTypingSync:
    def test_the_other_side_sees_reading_and_typing(self, connect: Connect, pair: Pair) -> None:
        ben, mia = connect(pair.fan.user_id), connect(pair.creator.user_id)
        ask(mia, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
        assert ask(ben, "read", conversation_id=pair.conversation_id, seq=1) == {"seq": 1}
        assert ask(ben, "typing", conversation_id=pair.conversation_id) == {}
        packets = received(mia)
        assert ("read", {"conversation_id": pair.conversation_id, "side": "fan", "seq": 1}) in packets
        assert ("typing", {"conversation_id": pair.conversation_id, "side": "fan"}) in packets

    def test_who_was_away_gets_everything_in_order(self, connect: Connect, pair: Pair) -> None:
        pair.say("mia", 5)
        ben = connect(pair.fan.user_id)
        first = ask(ben, "sync", conversation_id=pair.conversation_id, since=1, limit=3)
        assert [item["seq"] for item in first["items"]] == [2, 3, 4]
        assert first["more"]
        rest = ask(ben, "sync", conversation_id=pair.conversation_id, since=4)
        assert [item["seq"] for item in rest["items"]] == [5]
        assert not rest["more"]

    def test_the_neighbour_hears_and_syncs_nothing(self, connect: Connect, pair: Pair, town: Town) -> None:
        eve, ben = connect(town.new_fan("Eve", of=pair.creator).user_id), connect(pair.fan.user_id)
        ask(ben, "send", conversation_id=pair.conversation_id, client_id="a", body="Hello")
        assert ask(eve, "sync", conversation_id=pair.conversation_id)["status"] == 404
        assert ask(eve, "typing", conversation_id=pair.conversation_id)["status"] == 404
        assert ask(eve, "read", conversation_id=pair.conversation_id, seq=1)["status"] == 404
        assert eve.get_received(CHAT) == []


class TestTextsThatCannotBeKept:
    @pytest.mark.parametrize("body", ["\u200b", "\u3164\ufe0f", "hi \ud83d"])
    def test_are_refused(self, connect: Connect, pair: Pair, body: str) -> None:
        ben = connect(pair.fan.user_id)
        answer = ask(ben, "send", conversation_id=pair.conversation_id, client_id="a", body=body)
        assert answer["status"] == 422
