"""Likes, comments and shares: on what one may see, counted once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fanzadmin.contracts.social import PostCommented, PostLiked, PostShared, PostUnliked
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.db import transaction
from fanzadmin.kernel.ids import new_id
from fanzadmin.social import queries, service
from fanzadmin.social.models import Comment, Like, Post
from security.identity import Me, NoFanAccount
from tests.chat.test_messages import facts
from tests.chat.test_order import all_at_once
from tests.social.makers import Stage
from tests.town import Town, in_town, listening

VERBS: dict[str, Callable[[Me, str], Any]] = {
    "like": service.like_post,
    "share": service.share_post,
    "comment": lambda person, post_id: service.comment_post(person, post_id, body="Wow"),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
class TestWhoMayReact:
    def test_a_stranger_to_a_public_post(self, stage: Stage, verb: Any) -> None:
        verb(stage.eve, stage.post())

    def test_no_stranger_to_a_subscribers_post(self, stage: Stage, verb: Any) -> None:
        post_id = stage.post("subscribers")
        verb(stage.ben, post_id)
        with pytest.raises(service.Locked, match="Subscribe"):
            verb(stage.eve, post_id)

    def test_a_subscription_does_not_open_what_is_paid_per_view(
        self, stage: Stage, town: Town, verb: Any, db: Any
    ) -> None:
        post_id = stage.post("ppv")
        with pytest.raises(service.Locked, match="Unlock"):
            verb(stage.ben, post_id)
        asset_id = db.scalar(select(Post.asset_id).where(Post.id == post_id))
        town.unlocks.add((stage.subscriber.id, asset_id))
        verb(stage.ben, post_id)

    @pytest.mark.parametrize("wrong", ["", "nonsense", "00000000-0000-7000-8000-000000000000"])
    def test_nobody_to_what_is_not_there(self, stage: Stage, verb: Any, wrong: str) -> None:
        with pytest.raises(service.NoSuchPost):
            verb(stage.ben, wrong)

    def test_nobody_when_the_asset_is_withdrawn_already(self, stage: Stage, town: Town, verb: Any) -> None:
        asset = town.new_asset(stage.creator)
        post_id = stage.post_asset(asset)
        town.withdraw(asset)
        with pytest.raises(service.NoSuchPost):
            verb(stage.ben, post_id)

    def test_staff_without_a_fan_do_not(self, stage: Stage, verb: Any) -> None:
        staff = Me(10**6, "community", "Community", frozenset({"Community"}), None)
        with pytest.raises(NoFanAccount):
            verb(staff, stage.post())


class TestLikePost:
    def test_twice_is_once(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        assert service.like_post(stage.ben, post_id) == 1
        assert service.like_post(stage.ben, post_id) == 1
        assert service.like_post(stage.eve, post_id) == 2
        assert len(facts(db, PostLiked.type)) == 2
        assert queries.post(stage.ben, post_id).liked

    def test_creators_like_nothing_as_creators(self, stage: Stage) -> None:
        with pytest.raises(NoFanAccount):
            service.like_post(stage.mia, stage.post())


class TestUnlikePost:
    def test_only_an_own_like_is_taken_back(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        service.like_post(stage.ben, post_id)
        assert service.unlike_post(stage.eve, post_id) == 1
        assert service.unlike_post(stage.ben, post_id) == 0
        assert service.unlike_post(stage.ben, post_id) == 0
        assert len(facts(db, PostUnliked.type)) == 1
        assert db.scalar(select(func.count()).select_from(Like)) == 0

    def test_also_when_the_post_is_locked_by_now(self, stage: Stage, town: Town) -> None:
        post_id = stage.post("subscribers")
        service.like_post(stage.ben, post_id)
        town.subscriptions.clear()
        assert service.unlike_post(stage.ben, post_id) == 0


class TestSharePost:
    def test_counts_once_for_each_fan(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        assert service.share_post(stage.ben, post_id) == 1
        assert service.share_post(stage.ben, post_id) == 1
        assert len(facts(db, PostShared.type)) == 1


class TestCommentPost:
    def test_comments_stand_in_order_with_their_authors(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        service.comment_post(stage.ben, post_id, body="Wow")
        service.comment_post(stage.mia, post_id, body="Thank you")
        comments = queries.comments_of(stage.eve, post_id)
        assert [(item.author, item.by_creator, item.body) for item in comments.items] == [
            ("Ben", False, "Wow"),
            ("Mia", True, "Thank you"),
        ]
        assert queries.post(stage.eve, post_id).comments == 2
        assert len(facts(db, PostCommented.type)) == 1

    def test_pages_follow_each_other(self, stage: Stage) -> None:
        post_id = stage.post()
        for number in range(5):
            service.comment_post(stage.ben, post_id, body=str(number))
        first = queries.comments_of(stage.eve, post_id, limit=3)
        second = queries.comments_of(stage.eve, post_id, limit=3, cursor=first.next)
        assert [item.body for item in (*first.items, *second.items)] == ["0", "1", "2", "3", "4"]
        assert second.next is None

    def test_the_stranger_does_not_read_under_a_locked_post(self, stage: Stage) -> None:
        with pytest.raises(service.Locked):
            queries.comments_of(stage.eve, stage.post("subscribers"))

    @pytest.mark.parametrize("body", ["", "\n", "\x00", None])
    def test_it_needs_words(self, stage: Stage, body: Any) -> None:
        with pytest.raises(service.EmptyText):
            service.comment_post(stage.ben, stage.post(), body=body)

    def test_two_thousand_characters_are_enough(self, stage: Stage) -> None:
        with pytest.raises(service.TextTooLong):
            service.comment_post(stage.ben, stage.post(), body="x" * 2001)


class TestWithdrawComment:
    def test_the_author_takes_it_back(self, stage: Stage) -> None:
        post_id = stage.post()
        comment_id = service.comment_post(stage.ben, post_id, body="Oops")
        service.withdraw_comment(stage.ben, comment_id)
        assert queries.comments_of(stage.ben, post_id).items == ()
        assert queries.post(stage.ben, post_id).comments == 0

    def test_the_posts_creator_may_too(self, stage: Stage) -> None:
        comment_id = service.comment_post(stage.ben, stage.post(), body="Rude")
        service.withdraw_comment(stage.mia, comment_id)

    def test_the_neighbour_and_another_creator_may_not(self, stage: Stage, town: Town) -> None:
        comment_id = service.comment_post(stage.ben, stage.post(), body="Mine")
        for person in (stage.eve, town.me(town.new_creator("Zoe"))):
            with pytest.raises(service.NoSuchComment):
                service.withdraw_comment(person, comment_id)

    def test_twice_counts_once(self, stage: Stage) -> None:
        post_id = stage.post()
        comment_id = service.comment_post(stage.ben, post_id, body="Oops")
        service.comment_post(stage.ben, post_id, body="Better")
        service.withdraw_comment(stage.ben, comment_id)
        with pytest.raises(service.NoSuchComment):
            service.withdraw_comment(stage.ben, comment_id)
        assert queries.post(stage.ben, post_id).comments == 1


class TestModerateComment:
    def test_the_reason_is_kept(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        comment_id = service.comment_post(stage.ben, post_id, body="Rude")
        service.moderate_comment(comment_id, reason="Abuse of a person")
        assert db.get(Comment, comment_id).removed_reason == "Abuse of a person"
        assert queries.comments_of(stage.ben, post_id).items == ()

    def test_a_reason_is_needed(self, stage: Stage) -> None:
        comment_id = service.comment_post(stage.ben, stage.post(), body="Rude")
        with pytest.raises(service.EmptyText):
            service.moderate_comment(comment_id, reason="")

    def test_staff_of_another_cluster_do_not_find_it(self, stage: Stage) -> None:
        comment_id = service.comment_post(stage.ben, stage.post(), body="Rude")
        with acting(clusters=frozenset({"noir"})), pytest.raises(service.NoSuchComment):
            service.moderate_comment(comment_id, reason="Spam")

    def test_an_unknown_comment_is_not_there(self, stage: Stage) -> None:
        with pytest.raises(service.NoSuchComment):
            service.moderate_comment(new_id(), reason="Spam")


class TestAtTheSameMoment:
    def test_every_like_counts_and_repeats_do_not(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                stage = Stage(town)
                post_id = stage.post()
                people = [town.me(town.new_fan(f"Fan {number}")) for number in range(6)]
            all_at_once(app, [lambda item=item: service.like_post(item, post_id) for item in people * 2])
            with transaction() as session:
                assert session.scalar(select(Post.likes).where(Post.id == post_id)) == 6
                assert session.scalar(select(func.count()).select_from(Like)) == 6

    def test_likes_and_unlikes_leave_count_and_rows_in_step(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                stage = Stage(town)
                post_id = stage.post()
            verbs = [service.like_post, service.unlike_post] * 5
            all_at_once(app, [lambda verb=verb: verb(stage.ben, post_id) for verb in verbs])
            with transaction() as session:
                rows = session.scalar(select(func.count()).select_from(Like))
                assert session.scalar(select(Post.likes).where(Post.id == post_id)) == rows

    def test_a_fact_delivered_to_two_at_once_makes_one_post(self, app: Flask, fresh_db: Any) -> None:
        with in_town(Town(fresh_db)) as town, listening():
            with transaction():
                stage = Stage(town)
                asset = town.new_asset(stage.creator)
            at_once = all_at_once(app, [lambda: stage.post_asset(asset)] * 4)
            assert len(set(at_once)) == 1
