"""The Community team's pages over ChatSphere."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.chat import service
from fanzadmin.chat.models import Message
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import commit_request
from security.models import Cluster, StaffCluster
from tests.chat.makers import Pair

LISTS = ("/chatconversationconsole/list/", "/chatmessageconsole/list/")


@pytest.fixture
def community(login: Callable[..., FlaskClient]) -> FlaskClient:
    signed_in = login("Community")
    commit_request()
    return signed_in


class TestLists:
    @pytest.mark.parametrize("path", LISTS)
    def test_the_community_team_reads_them(self, community: FlaskClient, pair: Pair, path: str) -> None:
        pair.say("ben", 2)
        commit_request()
        page = community.get(path)
        assert page.status_code == 200
        assert ("number 1" if "message" in path else "Mia") in page.text

    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize("role", ["Creator", "Fan", "Finance"])
    def test_others_do_not(self, login: Callable[..., FlaskClient], pair: Pair, path: str, role: str) -> None:
        pair.say("ben")
        other = login(role)
        commit_request()
        page = other.get(path)
        assert page.status_code in {302, 403}
        assert "number 0" not in page.text

    def test_names_are_asked_for_once_per_page(
        self, community: FlaskClient, pair: Pair, town: Any, monkeypatch: Any
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr(town.people, "fan", asked.append)
        assert "Ben" in community.get(LISTS[0]).text
        assert asked == []


class TestModerate:
    def test_an_action_removes_with_its_reason(self, community: FlaskClient, pair: Pair, db: Any) -> None:
        (sent,) = pair.say("ben")
        commit_request()
        answer = community.post(
            "/chatmessageconsole/action_post",
            data={"action": "moderate", "rowid": [sent.id], "ask-reason": "Abuse of a person"},
        )
        assert answer.status_code == 302
        row = db.execute(select(Message).where(Message.id == sent.id)).scalar_one()
        assert (row.removed_reason, row.body) == ("Abuse of a person", "")
        assert row.removed_by.startswith("Community")

    def test_a_record_can_be_shown(self, community: FlaskClient, pair: Pair) -> None:
        (sent,) = pair.say("ben")
        commit_request()
        assert "number 0" in community.get(f"/chatmessageconsole/show/{sent.id}").text
        assert "Mia" in community.get(f"/chatconversationconsole/show/{pair.conversation_id}").text

    def test_the_manager_sees_conversations_but_no_words(
        self, login: Callable[..., FlaskClient], pair: Pair, db: Any
    ) -> None:
        (sent,) = pair.say("ben")
        manager = login("Manager")
        commit_request()
        assert manager.get(LISTS[0]).status_code == 200
        assert "number 0" not in manager.get(LISTS[1]).text
        manager.post(
            "/chatmessageconsole/action_post",
            data={"action": "moderate", "rowid": [sent.id], "ask-reason": "Spam"},
        )
        assert db.scalar(select(Message.body).where(Message.id == sent.id)) == "number 0"

    @pytest.mark.parametrize("verb", ["add", "edit/{id}", "delete/{id}"])
    def test_nobody_writes_or_deletes_by_hand(
        self, community: FlaskClient, pair: Pair, db: Any, verb: str
    ) -> None:
        (sent,) = pair.say("ben")
        commit_request()
        community.post(f"/chatmessageconsole/{verb.format(id=sent.id)}", data={"body": "forged"})
        assert db.scalars(select(Message.body)).all() == ["number 0"]


class TestStaffOfOneBrand:
    """Messages and read marks have no cluster of their own; their conversation has."""

    @pytest.fixture
    def of_brand(self, login: Callable[..., FlaskClient], db: Any) -> Callable[[str], FlaskClient]:
        def come(brand: str) -> FlaskClient:
            someone = login("Community")
            db.merge(Cluster(key=brand, name=brand.title(), currency="USD", created_at=clock.now()))
            db.add(StaffCluster(user_id=someone.user_id, cluster=brand))  # type: ignore[attr-defined]
            commit_request()
            return someone

        return come

    def test_reads_the_own_messages_and_no_others(
        self, of_brand: Callable[[str], FlaskClient], pair: Pair
    ) -> None:
        (sent,) = pair.say("ben")
        commit_request()
        own, neighbour = of_brand("velvet"), of_brand("ember")
        for path in ("/chatmessageconsole/list/", f"/chatmessageconsole/show/{sent.id}"):
            assert "number 0" in own.get(path).text
            assert "number 0" not in neighbour.get(path).text
        assert neighbour.get(f"/chatmessageconsole/show/{sent.id}").status_code == 404

    def test_sees_the_own_read_marks_and_no_others(
        self, of_brand: Callable[[str], FlaskClient], pair: Pair
    ) -> None:
        pair.say("ben")
        service.mark_read(pair.mia, pair.conversation_id, seq=1)
        commit_request()
        where = f"/chatconversationconsole/show/{pair.conversation_id}"
        assert where in of_brand("velvet").get("/chatreadmarkconsole/list/").text
        assert where not in of_brand("ember").get("/chatreadmarkconsole/list/").text
