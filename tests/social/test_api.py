"""FanzSocial by REST, as a program meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fanzadmin.kernel.db import commit_request
from fanzadmin.social.models import Comment, Post
from tests.social.makers import Stage

ROOT = "/api/v1/social"


@pytest.fixture
def post_id(stage: Stage) -> str:
    response = stage.post()
    commit_request()
    return response


@pytest.fixture
def ben(stage: Stage, login: Callable[..., FlaskClient]) -> FlaskClient:
    commit_request()
    return login(user_id=stage.subscriber.user_id)


@pytest.fixture
def eve(stage: Stage, login: Callable[..., FlaskClient]) -> FlaskClient:
    commit_request()
    return login(user_id=stage.stranger.user_id)


@pytest.fixture
def mia(stage: Stage, login: Callable[..., FlaskClient]) -> FlaskClient:
    commit_request()
    return login(user_id=stage.creator.user_id)


def requests_of(post_id: str) -> list[tuple[str, str, dict[str, Any] | None]]:
    return [
        ("GET", f"{ROOT}/feed", None),
        ("POST", f"{ROOT}/posts", {"body": "Hello"}),
        ("GET", f"{ROOT}/posts/{post_id}", None),
        ("GET", f"{ROOT}/creators/{post_id}/posts", None),
        ("POST", f"{ROOT}/posts/{post_id}/like", None),
        ("DELETE", f"{ROOT}/posts/{post_id}/like", None),
        ("GET", f"{ROOT}/posts/{post_id}/comments", None),
        ("POST", f"{ROOT}/posts/{post_id}/comments", {"body": "Wow"}),
        ("DELETE", f"{ROOT}/comments/{post_id}", None),
        ("POST", f"{ROOT}/posts/{post_id}/shares", None),
        ("GET", f"{ROOT}/follows/{post_id}", None),
        ("POST", f"{ROOT}/follows/{post_id}", None),
        ("DELETE", f"{ROOT}/follows/{post_id}", None),
    ]


class TestWhoMayCome:
    def test_nobody_without_signing_in(self, client: FlaskClient, post_id: str) -> None:
        for method, path, body in requests_of(post_id):
            answer = client.open(path, method=method, json=body)
            assert (path, answer.status_code) == (path, 401)

    @pytest.mark.parametrize("role", ["Finance", "Compliance", "Community"])
    def test_no_staff(self, login: Callable[..., FlaskClient], post_id: str, role: str) -> None:
        staff = login(role)
        commit_request()
        for method, path, body in requests_of(post_id):
            assert (path, staff.open(path, method=method, json=body).status_code) == (path, 403)


class TestFeed:
    def test_what_is_followed_is_shown_and_what_is_locked_shows_no_picture(
        self, eve: FlaskClient, stage: Stage
    ) -> None:
        stage.post("ppv")
        commit_request()
        assert eve.get(f"{ROOT}/feed").json["items"] == []
        assert eve.post(f"{ROOT}/follows/{stage.creator.id}").json["following"] is True
        assert eve.get(f"{ROOT}/follows/{stage.creator.id}").json["following"] is True
        (shown,) = eve.get(f"{ROOT}/feed").json["items"]
        assert (shown["locked"], shown["media"]["price_minor"], shown["media"]["poster_url"]) == (
            True,
            1500,
            "",
        )
        assert "/media/" not in eve.get(f"{ROOT}/feed").text
        assert eve.delete(f"{ROOT}/follows/{stage.creator.id}").json["following"] is False
        assert eve.get(f"{ROOT}/feed").json["items"] == []

    def test_pages_follow_each_other(self, ben: FlaskClient, stage: Stage) -> None:
        for _ in range(3):
            stage.post()
        commit_request()
        ben.post(f"{ROOT}/follows/{stage.creator.id}")
        first = ben.get(f"{ROOT}/feed?limit=2").json
        second = ben.get(f"{ROOT}/feed?limit=2&cursor={first['next']}").json
        assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)

    @pytest.mark.parametrize(("query", "status"), [("limit=0", 422), ("limit=x", 422), ("cursor=x", 400)])
    def test_a_wrong_question_is_said_to_be_wrong(self, ben: FlaskClient, query: str, status: int) -> None:
        assert ben.get(f"{ROOT}/feed?{query}").status_code == status

    def test_creators_have_none(self, mia: FlaskClient) -> None:
        assert mia.get(f"{ROOT}/feed").status_code == 403


class TestPosts:
    def test_a_creator_writes(self, mia: FlaskClient, ben: FlaskClient) -> None:
        response = mia.post(f"{ROOT}/posts", json={"body": "Good morning", "audience": "subscribers"})
        assert response.status_code == 201
        shown = ben.get(f"{ROOT}/posts/{response.json['id']}").json
        assert (shown["body"], shown["audience"], shown["locked"]) == ("Good morning", "subscribers", False)

    def test_sent_twice_with_one_key_it_is_one_post(self, mia: FlaskClient, db: Any) -> None:
        for _ in range(2):
            answer = mia.post(f"{ROOT}/posts", json={"body": "Hello"}, headers={"Idempotency-Key": "k1"})
            assert answer.status_code == 201
        assert db.scalar(select(func.count()).select_from(Post)) == 1

    @pytest.mark.parametrize(
        "wrong", [{}, {"body": ""}, {"body": "x", "audience": "ppv"}, {"body": "x", "likes": 9}]
    )
    def test_a_wrong_post_is_said_to_be_wrong(self, mia: FlaskClient, wrong: Any) -> None:
        assert mia.post(f"{ROOT}/posts", json=wrong).status_code == 422

    def test_a_fan_does_not(self, ben: FlaskClient) -> None:
        assert ben.post(f"{ROOT}/posts", json={"body": "Hello"}).status_code == 403

    def test_a_creators_posts_as_one_may_see_them(self, eve: FlaskClient, stage: Stage, post_id: str) -> None:
        (shown,) = eve.get(f"{ROOT}/creators/{stage.creator.id}/posts").json["items"]
        assert shown["id"] == post_id


class TestReactions:
    def test_like_and_unlike(self, ben: FlaskClient, eve: FlaskClient, post_id: str) -> None:
        assert ben.post(f"{ROOT}/posts/{post_id}/like").json == {"likes": 1, "liked": True}
        assert eve.post(f"{ROOT}/posts/{post_id}/like").json["likes"] == 2
        assert ben.delete(f"{ROOT}/posts/{post_id}/like").json == {"likes": 1, "liked": False}

    def test_comment_read_and_take_back(self, ben: FlaskClient, eve: FlaskClient, post_id: str) -> None:
        response = ben.post(f"{ROOT}/posts/{post_id}/comments", json={"body": "Wow"})
        assert response.status_code == 201
        (of_eve,) = eve.get(f"{ROOT}/posts/{post_id}/comments").json["items"]
        assert (of_eve["author"], of_eve["body"], of_eve["is_mine"]) == ("Ben", "Wow", False)
        assert eve.delete(f"{ROOT}/comments/{response.json['id']}").status_code == 404
        assert ben.delete(f"{ROOT}/comments/{response.json['id']}").status_code == 204
        assert eve.get(f"{ROOT}/posts/{post_id}/comments").json["items"] == []

    def test_one_key_is_one_comment(self, ben: FlaskClient, post_id: str, db: Any) -> None:
        for _ in range(2):
            ben.post(
                f"{ROOT}/posts/{post_id}/comments", json={"body": "Wow"}, headers={"Idempotency-Key": "k1"}
            )
        assert db.scalar(select(func.count()).select_from(Comment)) == 1

    def test_share(self, ben: FlaskClient, post_id: str) -> None:
        answer = ben.post(f"{ROOT}/posts/{post_id}/shares")
        assert (answer.status_code, answer.json) == (201, {"shares": 1})

    def test_a_locked_post_says_what_would_help(self, eve: FlaskClient, stage: Stage) -> None:
        locked = stage.post("subscribers")
        commit_request()
        answer = eve.post(f"{ROOT}/posts/{locked}/like")
        assert (answer.status_code, answer.json["detail"]) == (403, "Subscribe to see this post.")
        assert eve.get(f"{ROOT}/posts/{locked}").json["locked"] is True

    def test_what_is_not_there_is_not_there(self, ben: FlaskClient, post_id: str) -> None:
        for method, path, body in requests_of("nonsense"):
            if "nonsense" in path and method != "GET":
                assert (path, ben.open(path, method=method, json=body).status_code) == (path, 404)
