"""A creator is suspended, reinstated, offboarded, or signs in with another login: what every reader finds, through the faces
that they use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from flask_socketio import SocketIO
from sqlalchemy import func, select

from fanzadmin.chat.channels import ChatNamespace
from fanzadmin.chat.models import Broadcast, Message
from fanzadmin.contracts.crm import People
from fanzadmin.crm import service as crm
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.gpt.models import Suggestion
from fanzadmin.kernel import clock, storage
from fanzadmin.kernel.db import commit_request, session, transaction
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web import realtime
from jobs import chat as chat_jobs
from jobs import finance as finance_jobs
from jobs import gpt as gpt_jobs
from tests import people
from tests.flows.carrier import carry_all
from tests.media import clips

API = "/api/v1"
Login = Callable[..., FlaskClient]
PRODUCTION = {"acts": "clothed", "produced_on": "2026-01-02"}


@dataclass
class Scene:
    """A creator with one public picture and one post of words, a subscriber, a fan who does not subscribe, a stranger."""

    users: dict[str, int]
    crm: FlaskClient
    mia: FlaskClient
    subscriber: FlaskClient
    fan: FlaskClient
    stranger: FlaskClient
    socket: Callable[[int], Any]
    creator_id: str
    asset_id: str = ""
    post_id: str = ""
    words_id: str = ""
    comment_id: str = ""
    slug: str = ""
    conversation_id: str = ""
    file_url: str = ""

    def suspend(self) -> None:
        url = f"{API}/crm/creators/{self.creator_id}/suspend"
        assert self.crm.post(url, json={"reason": "A record has expired."}).status_code == 200

    def reinstate(self) -> None:
        assert self.crm.post(f"{API}/crm/creators/{self.creator_id}/reinstate", json={}).status_code == 200


@pytest.fixture
def socket(app: Flask, db: Any, login: Login) -> Iterator[Callable[[int], Any]]:
    served, emitter, wsgi = app.extensions.get("socketio"), realtime._emitter, app.wsgi_app
    server = SocketIO(app, async_mode="threading", manage_session=False)
    server.on_namespace(ChatNamespace())
    realtime.serve_with(server)

    def opened(user_id: int) -> Any:
        commit_request()
        g.pop("_login_user", None)  # the test's own application context would remember who came before
        return server.test_client(app, namespace="/chat", flask_test_client=login(user_id=user_id))

    try:
        yield opened
    finally:
        app.extensions["socketio"], app.wsgi_app = served, wsgi  # type: ignore[method-assign]
        realtime._emitter = emitter


@pytest.fixture
def scene(app: Flask, login: Login, socket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{tmp_path}/objects"))
    users = people.move_in()
    creator = ask(People).creator_of_user(users["mia"])
    assert creator is not None
    scene = Scene(
        users,
        crm=login(user_id=users["crm"]),
        mia=login(user_id=users["mia"]),
        subscriber=login(user_id=users["fan2"]),
        fan=login(user_id=users["fan1"]),
        stranger=app.test_client(),
        socket=socket,
        creator_id=creator.id,
    )
    carry_all()
    _publish(scene, clips.picture(tmp_path / "picture.jpg"))
    return scene


def _publish(scene: Scene, picture: Path) -> None:
    scene.asset_id = _upload(scene, picture, title="Sunset")
    carry_all()
    assert scene.mia.post(f"{API}/chat/broadcasts/pending/send").status_code == 202
    words = scene.mia.post(f"{API}/social/posts", json={"body": "Hello all"})
    scene.words_id = words.json["id"]
    posts = scene.subscriber.get(f"{API}/social/creators/{scene.creator_id}/posts").json["items"]
    scene.post_id = next(post["id"] for post in posts if post["media"])
    comment = scene.subscriber.post(f"{API}/social/posts/{scene.words_id}/comments", json={"body": "Lovely"})
    scene.comment_id = comment.json["id"]
    blocks = scene.stranger.get(f"{API}/biolink/pages/mia").json["blocks"]
    scene.slug = next(block["link_path"] for block in blocks if block["asset_id"] == scene.asset_id)
    opened = scene.subscriber.post(f"{API}/chat/conversations", json={"creator_id": scene.creator_id})
    scene.conversation_id = opened.json["id"]
    playback = scene.subscriber.get(f"{API}/media/assets/{scene.asset_id}/playback").json
    scene.file_url = playback["pictures"][0]["url"]
    carry_all()


def _upload(scene: Scene, picture: Path, *, title: str) -> str:
    own = scene.mia.get(f"{API}/compliance/performers").json["items"][0]["id"]
    query = {
        "title": title,
        "filename": "a.jpg",
        "audience": "public",
        "announce": "both",
        "performer_ids": own,
    } | PRODUCTION
    answer = scene.mia.post(
        f"{API}/media/assets",
        query_string=query,
        data=picture.read_bytes(),
        content_type="image/jpeg",
        headers={"Idempotency-Key": new_id()},
    )
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def reads(scene: Scene) -> dict[str, bool]:
    """What readers find: a name for each place, and whether the creator's things stand there."""
    post, words = (f"{API}/social/posts/{post_id}" for post_id in (scene.post_id, scene.words_id))
    feed = scene.subscriber.get(f"{API}/social/feed").json["items"]
    of_creator = f"{API}/social/creators/{scene.creator_id}/posts"
    got: dict[str, tuple[FlaskClient, str, int]] = {
        "page, fan": (scene.fan, "/@mia", 200),
        "page, stranger": (scene.stranger, "/@mia", 200),
        "page, program": (scene.stranger, f"{API}/biolink/pages/mia", 200),
        "watch, subscriber": (scene.subscriber, f"/watch/{scene.asset_id}", 200),
        "watch, stranger": (scene.stranger, f"/watch/{scene.asset_id}", 200),
        "playback, subscriber": (scene.subscriber, f"{API}/media/assets/{scene.asset_id}/playback", 200),
        "playback, stranger": (scene.stranger, f"{API}/media/assets/{scene.asset_id}/playback", 200),
        "file by an address given before": (scene.subscriber, scene.file_url, 200),
        "post": (scene.subscriber, post, 200),
        "post of words": (scene.fan, words, 200),
        "comments": (scene.subscriber, f"{words}/comments", 200),
        "link": (scene.stranger, scene.slug, 302),
    }
    results = {name: client.get(url).status_code == status for name, (client, url, status) in got.items()}
    return results | {
        "feed, program": bool(feed),
        "feed, page": "Sunset" in scene.subscriber.get("/feed").text,
        "posts of the creator": bool(scene.fan.get(of_creator).json["items"]),
        "suggested creators": "/@mia" in scene.fan.get("/feed").text,
        "offer in the conversation": bool(
            scene.subscriber.get(f"{API}/chat/conversations/{scene.conversation_id}/messages").json["offers"]
        ),
    }


def acts(scene: Scene) -> dict[str, bool]:
    """What people try, and whether it works."""
    talk = f"{API}/chat/conversations/{scene.conversation_id}/messages"
    words = f"{API}/social/posts/{scene.words_id}"
    money = {"payment_token": people.PAID}
    tip = money | {"creator_id": scene.creator_id, "amount_minor": 500, "currency": "USD"}
    values = {"body": "Hi", "client_id": new_id()}
    posts: dict[str, tuple[FlaskClient, str, dict[str, Any], bool]] = {
        "fan writes": (scene.subscriber, talk, values, False),
        "creator writes": (scene.mia, talk, values, False),
        "creator posts": (scene.mia, f"{API}/social/posts", {"body": "Again"}, False),
        "fan comments": (scene.subscriber, f"{words}/comments", {"body": "Nice"}, False),
        "creator comments": (scene.mia, f"{words}/comments", {"body": "Thanks"}, False),
        "fan likes": (scene.subscriber, f"{words}/like", {}, False),
        "fan shares": (scene.subscriber, f"{words}/shares", {}, False),
        "fan follows": (scene.fan, f"{API}/social/follows/{scene.creator_id}", {}, False),
        "fan tips": (scene.subscriber, f"{API}/finance/tips", tip, True),
        "fan subscribes": (
            scene.fan,
            f"{API}/finance/subscriptions",
            money | {"creator_id": scene.creator_id},
            True,
        ),
    }
    results = {}
    for name, (client, url, body, keyed) in posts.items():
        headers = {"Idempotency-Key": new_id()} if keyed else {}
        results[name] = client.post(url, json=body, headers=headers).status_code < 300
    for name, user in (("fan", "fan2"), ("creator", "mia")):
        open_socket = scene.socket(scene.users[user])
        for event, data in (("typing", {}), ("send", {"body": "Hi", "client_id": new_id()})):
            sent = {"conversation_id": scene.conversation_id} | data
            answer = open_socket.emit(event, sent, namespace="/chat", callback=True)
            results[f"{name} {event}s by socket"] = "status" not in answer
        open_socket.disconnect(namespace="/chat")
    return results


def charged() -> int:
    with transaction():
        return session.execute(select(func.count()).select_from(Payment)).scalar_one()


class TestSuspension:
    def test_ends_everything_at_once_and_reinstating_brings_it_back(
        self, scene: Scene, tmp_path: Path
    ) -> None:
        assert scene.stranger.post("/age", data={"next": "/@mia"}).status_code == 303
        assert [name for name, stands in reads(scene).items() if not stands] == []

        scene.suspend()
        assert [name for name, stands in reads(scene).items() if stands] == []  # before any fact arrived
        carry_all()
        assert [name for name, stands in reads(scene).items() if stands] == []
        before = charged()
        assert [name for name, works in acts(scene).items() if works] == []
        assert charged() == before

        scene.reinstate()
        carry_all()
        assert [name for name, stands in reads(scene).items() if not stands] == []
        assert [name for name, works in acts(scene).items() if not works] == []

    def test_no_job_does_anything_for_a_suspended_creator(self, scene: Scene, tmp_path: Path) -> None:
        _upload(scene, clips.picture(tmp_path / "later.jpg"), title="Later")
        carry_all()
        with transaction():
            session.query(Suggestion).delete()
            messages = session.execute(select(func.count()).select_from(Message)).scalar_one()
        scene.suspend()
        carry_all()
        before = charged()
        with clock.frozen(clock.now() + timedelta(days=45)), transaction():
            finance_jobs.renew_subscriptions("")
            gpt_jobs.suggest(scene.asset_id)
            chat_jobs.send_due_broadcasts("")
            gathering = select(Broadcast.id).where(Broadcast.sent_at.is_(None))
            chat_jobs.send_broadcast(session.execute(gathering).scalar_one())
        assert charged() == before
        with transaction():
            assert session.query(Suggestion).count() == 0
            assert session.execute(select(func.count()).select_from(Message)).scalar_one() == messages

    def test_what_became_ready_meanwhile_is_offered_after_reinstating(
        self, scene: Scene, tmp_path: Path
    ) -> None:
        later = _upload(scene, clips.picture(tmp_path / "later.jpg"), title="Later")
        scene.suspend()
        carry_all()
        assert scene.mia.get(f"{API}/media/assets/{later}").json["state"] == "ready"
        scene.reinstate()
        carry_all()
        assert scene.mia.get(f"{API}/media/assets/{later}").json["state"] == "published"
        titles = [post["title"] for post in scene.subscriber.get(f"{API}/social/feed").json["items"]]
        assert "Later" in titles


class TestOffboarding:
    def test_ends_everything_and_every_subscription(self, scene: Scene) -> None:
        scene.stranger.post("/age", data={"next": "/@mia"})
        with transaction():
            crm.offboard_creator(scene.creator_id, reason="She asked for it.")
        assert [name for name, stands in reads(scene).items() if stands] == []
        carry_all()
        assert [name for name, stands in reads(scene).items() if stands] == []
        assert [name for name, works in acts(scene).items() if works] == []
        with transaction():
            running = select(func.count()).where(Subscription.ended_at.is_(None))
            assert session.execute(running).scalar_one() == 0
        before = charged()
        with clock.frozen(clock.now() + timedelta(days=45)), transaction():
            finance_jobs.renew_subscriptions("")
        assert charged() == before


class TestAnotherLogin:
    """She signs in as somebody else from now on; nothing was copied, so nothing has to be carried along."""

    def test_the_old_one_loses_everything_at_once_and_the_new_one_has_it(
        self, scene: Scene, login: Login, db: Any
    ) -> None:
        old, new = scene.mia, login(None)
        own = old.get(f"{API}/media/assets/{scene.asset_id}/playback").json["pictures"][0]["url"]
        before = open_to(old, scene)
        assert [name for name, opens in before.items() if not opens] == []
        assert [name for name, opens in open_to(new, scene).items() if opens] == []

        with transaction():
            user = session.get_one(User, new.user_id)  # type: ignore[attr-defined]
            crm.give_login(scene.creator_id, username=user.username)

        assert [name for name, opens in open_to(old, scene).items() if opens] == []
        assert [name for name, opens in open_to(new, scene).items() if not opens] == []
        assert scene.stranger.get(own).status_code == 403

    def test_messages_reach_the_new_one_live(self, scene: Scene, login: Login) -> None:
        new = login(None)
        with transaction():
            user = session.get_one(User, new.user_id)  # type: ignore[attr-defined]
            crm.give_login(scene.creator_id, username=user.username)
        sockets = [scene.socket(user_id) for user_id in (scene.users["mia"], new.user_id)]  # type: ignore[attr-defined]
        talk = f"{API}/chat/conversations/{scene.conversation_id}/messages"
        sent = scene.subscriber.post(talk, json={"body": "Hello you", "client_id": new_id()})
        assert sent.status_code == 201
        heard = [len(each.get_received("/chat")) for each in sockets if each.is_connected("/chat")]
        assert heard[-1] == 1
        assert sum(heard) == 1


def open_to(client: FlaskClient, scene: Scene) -> dict[str, bool]:
    """What is open to the creator's login."""
    talk = f"{API}/chat/conversations/{scene.conversation_id}"
    places = {
        "portal": "/portal/",
        "profile": f"{API}/crm/me",
        "page": f"{API}/biolink/page",
        "money": f"{API}/finance/balance",
        "asset": f"{API}/media/assets/{scene.asset_id}",
        "records": f"{API}/compliance/performers",
        "conversation": talk,
        "messages": f"{talk}/messages",
    }
    opens = {name: client.get(url).status_code == 200 for name, url in places.items()}
    values = {"body": "Hi", "client_id": new_id()}
    return opens | {"writing": client.post(f"{talk}/messages", json=values).status_code == 201}
