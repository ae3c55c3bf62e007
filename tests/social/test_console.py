"""The Community team's pages over FanzSocial."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.kernel.db import commit_request
from fanzadmin.social import service
from fanzadmin.social.models import Comment, Post
from tests.social.makers import Stage

LISTS = ("/socialpostconsole/list/", "/socialcommentconsole/list/", "/socialfollowconsole/list/")


@pytest.fixture
def community(login: Callable[..., FlaskClient]) -> FlaskClient:
    signed_in = login("Community")
    commit_request()
    return signed_in


class TestLists:
    @pytest.mark.parametrize("path", LISTS)
    def test_the_community_team_reads_them_with_names(
        self, community: FlaskClient, stage: Stage, path: str
    ) -> None:
        service.comment_post(stage.ben, stage.post(), body="Wow")
        service.follow_creator(stage.ben, stage.creator.id)
        commit_request()
        page = community.get(path)
        assert page.status_code == 200
        assert ("Mia" if "post" in path else "Ben") in page.text

    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize("role", ["Creator", "Fan", "Finance"])
    def test_others_do_not(
        self, login: Callable[..., FlaskClient], stage: Stage, path: str, role: str
    ) -> None:
        service.comment_post(stage.ben, stage.post(), body="Wow")
        other = login(role)
        commit_request()
        page = other.get(path)
        assert page.status_code in {302, 403}
        assert "Wow" not in page.text


class TestModerate:
    def test_a_post_is_removed_with_its_reason(self, community: FlaskClient, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        commit_request()
        sent = {"action": "moderate", "rowid": [post_id], "ask-reason": "Breaks the rules of the house"}
        community.post("/socialpostconsole/action_post", data=sent)
        row = db.execute(select(Post).where(Post.id == post_id)).scalar_one()
        assert (row.state, row.removed_reason) == ("removed", "Breaks the rules of the house")

    def test_a_comment_is_removed_with_its_reason(
        self, community: FlaskClient, stage: Stage, db: Any
    ) -> None:
        comment_id = service.comment_post(stage.ben, stage.post(), body="Rude")
        commit_request()
        sent = {"action": "moderate", "rowid": [comment_id], "ask-reason": "Abuse of a person"}
        community.post("/socialcommentconsole/action_post", data=sent)
        row = db.execute(select(Comment).where(Comment.id == comment_id)).scalar_one()
        assert (row.state, row.removed_reason) == ("removed", "Abuse of a person")

    def test_the_manager_reads_and_does_not_remove(
        self, login: Callable[..., FlaskClient], stage: Stage, db: Any
    ) -> None:
        post_id = stage.post()
        manager = login("Manager")
        commit_request()
        assert manager.get(LISTS[0]).status_code == 200
        manager.post(
            "/socialpostconsole/action_post",
            data={"action": "moderate", "rowid": [post_id], "ask-reason": "Spam"},
        )
        assert db.scalar(select(Post.state).where(Post.id == post_id)) == "visible"
