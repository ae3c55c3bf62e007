"""ChatSphere by REST, as a program meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.chat import listeners
from fanzadmin.chat.models import Message
from fanzadmin.kernel.db import commit_request
from tests.chat.makers import Pair, published, tell
from tests.town import Town

ROOT = "/api/v1/chat/conversations"


@pytest.fixture
def address(pair: Pair) -> str:
    commit_request()
    return f"{ROOT}/{pair.conversation_id}"


@pytest.fixture
def ben(pair: Pair, login: Callable[..., FlaskClient]) -> FlaskClient:
    return login(user_id=pair.fan.user_id)


@pytest.fixture
def mia(pair: Pair, login: Callable[..., FlaskClient]) -> FlaskClient:
    return login(user_id=pair.creator.user_id)


def requests_of(address: str) -> list[tuple[str, str, dict[str, Any] | None]]:
    message = f"{address}/messages/00000000-0000-7000-8000-000000000000"
    return [
        ("GET", ROOT, None),
        ("POST", ROOT, {"creator_id": "00000000-0000-7000-8000-000000000000"}),
        ("GET", address, None),
        ("GET", f"{address}/messages", None),
        ("POST", f"{address}/messages", {"client_id": "a", "body": "Hello"}),
        ("PATCH", message, {"body": "Hello"}),
        ("DELETE", message, None),
        ("PUT", f"{address}/read", {"seq": 1}),
    ]


class TestWhoMayCome:
    def test_nobody_without_signing_in(self, client: FlaskClient, address: str) -> None:
        for method, path, body in requests_of(address):
            answer = client.open(path, method=method, json=body)
            assert (path, answer.status_code) == (path, 401)
            assert answer.mimetype == "application/problem+json"

    @pytest.mark.parametrize("role", ["Finance", "Security", "Community", "Manager"])
    def test_no_staff(self, login: Callable[..., FlaskClient], address: str, role: str) -> None:
        staff = login(role)
        commit_request()
        for method, path, body in requests_of(address):
            assert staff.open(path, method=method, json=body).status_code == 403

    def test_the_neighbour_finds_nothing(
        self, login: Callable[..., FlaskClient], town: Town, pair: Pair, address: str
    ) -> None:
        eve = town.new_fan("Eve", of=pair.creator)
        commit_request()
        neighbour = login(user_id=eve.user_id)
        assert neighbour.get(ROOT).json["items"] == []
        for method, path, body in requests_of(address)[1:]:
            answer = neighbour.open(path, method=method, json=body)
            assert (path, answer.status_code) == (path, 404)
            assert answer.json["detail"]


class TestMessages:
    def test_both_sides_see_what_was_sent(self, ben: FlaskClient, mia: FlaskClient, address: str) -> None:
        sent = ben.post(f"{address}/messages", json={"client_id": "a", "body": "Hello"})
        assert (sent.status_code, sent.json["seq"], sent.json["sender"]) == (201, 1, "fan")
        answered = mia.post(f"{address}/messages", json={"client_id": "a", "body": "Hi Ben"})
        assert answered.json["seq"] == 2
        for side in (ben, mia):
            body = side.get(f"{address}/messages").json
            assert [item["body"] for item in body["items"]] == ["Hello", "Hi Ben"]
            assert (body["last_seq"], body["more"]) == (2, False)

    def test_the_same_client_id_is_the_same_message(self, ben: FlaskClient, address: str, db: Any) -> None:
        sent = [ben.post(f"{address}/messages", json={"client_id": "a", "body": "Hello"}) for _ in range(3)]
        assert len({answer.json["id"] for answer in sent}) == 1
        assert len(db.scalars(select(Message.id)).all()) == 1

    def test_since_brings_what_was_missed(self, ben: FlaskClient, pair: Pair, address: str) -> None:
        pair.say("mia", 4)
        commit_request()
        body = ben.get(f"{address}/messages?since=2").json
        assert [item["seq"] for item in body["items"]] == [3, 4]

    def test_news_come_with_their_offer(self, ben: FlaskClient, pair: Pair, town: Town, address: str) -> None:
        asset = town.new_asset(pair.creator, audience="ppv", price_minor=1500)
        tell(asset)
        commit_request()
        body = ben.get(f"{address}/messages").json
        offer = body["offers"][asset.id]
        assert (offer["locked"], offer["price_minor"], offer["poster_url"]) == (True, 1500, "")

    def test_edit_and_take_back(self, ben: FlaskClient, mia: FlaskClient, address: str) -> None:
        sent = ben.post(f"{address}/messages", json={"client_id": "a", "body": "Helo"}).json
        edited = ben.patch(f"{address}/messages/{sent['id']}", json={"body": "Hello"})
        assert edited.json["body"] == "Hello"
        assert edited.json["edited_at"]
        assert mia.delete(f"{address}/messages/{sent['id']}").status_code == 403
        assert ben.delete(f"{address}/messages/{sent['id']}").json["removed"] is True
        (left,) = mia.get(f"{address}/messages?changed_since=1").json["items"]
        assert (left["body"], left["removed"]) == ("", True)

    @pytest.mark.parametrize(
        "wrong",
        [{}, {"body": "Hello"}, {"client_id": "a"}, {"client_id": "a", "body": ""}, {"client_id": "a b", "body": "x"},
         {"client_id": "a", "body": 7}, {"client_id": "a", "body": "x" * 4001}, {"client_id": "a", "body": "x", "seq": 9}],
    )  # fmt: skip
    def test_a_wrong_message_is_said_to_be_wrong(self, ben: FlaskClient, address: str, wrong: Any) -> None:
        answer = ben.post(f"{address}/messages", json=wrong)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")

    @pytest.mark.parametrize("query", ["since=-1", "since=x", "limit=0", "limit=5000", "before=0"])
    def test_a_wrong_question_is_said_to_be_wrong(self, ben: FlaskClient, address: str, query: str) -> None:
        assert ben.get(f"{address}/messages?{query}").status_code == 422

    def test_without_a_subscription_reading_goes_on_and_writing_does_not(
        self, ben: FlaskClient, town: Town, address: str
    ) -> None:
        town.subscriptions.clear()
        answer = ben.post(f"{address}/messages", json={"client_id": "a", "body": "Hello"})
        assert (answer.status_code, answer.json["title"]) == (403, "Only subscribers may write")
        assert ben.get(f"{address}/messages").status_code == 200


class TestConversations:
    def test_the_list_says_what_waits(self, ben: FlaskClient, pair: Pair, address: str) -> None:
        pair.say("mia", 2)
        commit_request()
        (shown,) = ben.get(ROOT).json["items"]
        assert (shown["id"], shown["unread"], shown["other_name"]) == (pair.conversation_id, 2, "Mia")
        assert ben.put(f"{address}/read", json={"seq": 2}).json == {"seq": 2}
        assert ben.get(address).json["unread"] == 0

    def test_a_subscriber_opens_the_conversation(self, ben: FlaskClient, pair: Pair, address: str) -> None:
        answer = ben.post(ROOT, json={"creator_id": pair.creator.id})
        assert answer.json["id"] == pair.conversation_id


class TestPendingBroadcast:
    ADDRESS = "/api/v1/chat/broadcasts/pending"

    def test_its_creator_reads_it_and_sends_it(
        self, ben: FlaskClient, mia: FlaskClient, pair: Pair, town: Town, address: str
    ) -> None:
        assert mia.get(self.ADDRESS).json == {"broadcast": None}
        asset = town.new_asset(pair.creator)
        listeners.announce_asset(published(asset))
        commit_request()
        assert mia.get(self.ADDRESS).json["broadcast"]["assets"] == [{"id": asset.id, "title": "Sunset"}]
        assert mia.post(f"{self.ADDRESS}/send").status_code == 202
        assert ben.post(f"{self.ADDRESS}/send").status_code == 403

    def test_discarded_there_is_none(self, mia: FlaskClient, pair: Pair, town: Town, address: str) -> None:
        listeners.announce_asset(published(town.new_asset(pair.creator)))
        commit_request()
        assert mia.delete(self.ADDRESS).status_code == 204
        assert mia.delete(self.ADDRESS).json["type"] == "/problems/chat/nothing-to-send"
