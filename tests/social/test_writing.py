"""Written posts: drafted, scheduled, published, edited, deleted, and who sees what of them."""

from datetime import timedelta
from typing import Any

import pytest

from fanzadmin.contracts.media import AssetChanged
from fanzadmin.contracts.social import PostEdited, PostPublished, PostRemoved
from fanzadmin.kernel import clock
from fanzadmin.social import queries, service
from fanzadmin.social.service import PostChange
from jobs import social as jobs
from security.identity import NoCreatorAccount
from tests.chat.test_messages import facts
from tests.social.makers import Stage, published
from tests.town import Town

HOUR = timedelta(hours=1)


def seen_by(person: Any, stage: Stage) -> list[str]:
    return [post.id for post in queries.posts_of(stage.creator.id, person).items]


class TestDrafts:
    def test_are_the_creators_alone(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Half a thought", is_draft=True)
        assert queries.own_post(stage.creator.id, post_id).state == "draft"
        assert seen_by(stage.ben, stage) == seen_by(stage.mia, stage) == []
        with pytest.raises(service.NoSuchPost):
            queries.post(stage.ben, post_id)
        with pytest.raises(service.NoSuchPost):
            service.like_post(stage.ben, post_id)
        assert facts(db, PostPublished.type) == []

    def test_are_published_by_their_creator(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Half a thought", is_draft=True)
        service.publish_own_post(stage.mia, post_id)
        assert seen_by(stage.ben, stage) == [post_id]
        with pytest.raises(service.PostIsOut):
            service.publish_own_post(stage.mia, post_id)
        assert len(facts(db, PostPublished.type)) == 1

    def test_an_edit_of_one_leaves_no_mark(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Half a thought", is_draft=True)
        service.edit_post(stage.mia, post_id, PostChange(body="A thought"))
        shown = queries.own_post(stage.creator.id, post_id)
        assert (shown.body, shown.edited_at) == ("A thought", None)
        assert facts(db, PostEdited.type) == []


class TestScheduledPosts:
    def test_come_out_once_when_their_moment_has_come(self, stage: Stage, db: Any) -> None:
        at = clock.now() + HOUR
        post_id = service.write_post(stage.mia, body="Later", publish_at=at)
        assert queries.own_post(stage.creator.id, post_id).publish_at == at
        assert service.publish_scheduled() == 0
        assert seen_by(stage.ben, stage) == []
        with clock.frozen(at):
            jobs.publish_scheduled("")
            jobs.publish_scheduled("")
            assert queries.post(stage.ben, post_id).published_at == at
        assert len(facts(db, PostPublished.type)) == 1

    def test_are_moved_made_drafts_again_and_published_at_once(self, stage: Stage) -> None:
        post_id = service.write_post(stage.mia, body="Later", publish_at=clock.now() + HOUR)
        service.edit_post(stage.mia, post_id, PostChange(publish_at=clock.now() + 3 * HOUR))
        with clock.frozen(clock.now() + 2 * HOUR):
            assert service.publish_scheduled() == 0
        service.edit_post(stage.mia, post_id, PostChange(is_draft=True))
        assert queries.own_post(stage.creator.id, post_id).state == "draft"
        service.edit_post(stage.mia, post_id, PostChange(publish_at=clock.now() + HOUR))
        service.publish_own_post(stage.mia, post_id)
        assert seen_by(stage.ben, stage) == [post_id]
        with pytest.raises(service.PostIsOut):
            service.edit_post(stage.mia, post_id, PostChange(publish_at=clock.now() + HOUR))

    def test_a_suspended_creators_wait_for_her(self, stage: Stage, town: Town) -> None:
        service.write_post(stage.mia, body="Later", publish_at=clock.now() + HOUR)
        town.suspend(stage.creator)
        with clock.frozen(clock.now() + HOUR):
            assert service.publish_scheduled() == 0
            town.know(stage.creator)
            assert service.publish_scheduled() == 1

    @pytest.mark.parametrize("at", [-HOUR, timedelta(), timedelta(days=400)])
    def test_a_moment_that_cannot_be_says_so(self, stage: Stage, at: timedelta) -> None:
        with pytest.raises(service.WrongMoment) as refused:
            service.write_post(stage.mia, body="Later", publish_at=clock.now() + at)
        assert refused.value.detail.endswith(".")


class TestEditPost:
    def test_keeps_a_mark_and_is_a_fact(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Helo")
        service.edit_post(stage.mia, post_id, PostChange(body="Hello", audience="subscribers"))
        assert queries.post(stage.ben, post_id).edited_at == clock.now()
        locked = queries.post(stage.eve, post_id)
        assert (locked.locked, locked.body) == (True, "")
        (fact,) = facts(db, PostEdited.type)
        assert fact["audience"] == "subscribers"

    def test_what_changes_nothing_is_no_edit(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Hello")
        service.edit_post(stage.mia, post_id, PostChange(body=" Hello "))
        assert queries.post(stage.ben, post_id).edited_at is None
        assert facts(db, PostEdited.type) == []

    def test_the_words_of_an_assets_post_are_changed_at_the_asset(self, stage: Stage, town: Town) -> None:
        asset = town.new_asset(stage.creator)
        post_id = stage.post_asset(asset)
        with pytest.raises(service.PostOfAsset):
            service.edit_post(stage.mia, post_id, PostChange(body="Other words"))
        service.change_post(
            AssetChanged(
                cluster="velvet", asset_id=asset.id, creator_id=stage.creator.id, title="Dusk", caption="At nine.",
                kind="video", audience="subscribers", price_minor=0, currency="USD", tags=(), former_title="Sunset",
                former_audience="public", former_price_minor=0,
            )
        )  # fmt: skip
        assert queries.post(stage.mia, post_id).edited_at == clock.now()

    def test_only_by_its_creator(self, stage: Stage, town: Town) -> None:
        post_id = service.write_post(stage.mia, body="Hello")
        zoe = town.me(town.new_creator("Zoe"))
        for verb in (
            lambda me: service.edit_post(me, post_id, PostChange(body="x")),
            lambda me: service.delete_post(me, post_id),
            lambda me: service.publish_own_post(me, post_id),
        ):
            with pytest.raises(service.NoSuchPost):
                verb(zoe)
            with pytest.raises(NoCreatorAccount):
                verb(stage.ben)
        with pytest.raises(service.NoSuchPost):
            queries.own_post(town.new_creator("Ann").id, post_id)


class TestDeletePost:
    def test_it_is_gone_from_every_reader(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="Hello")
        service.follow_creator(stage.ben, stage.creator.id)
        assert [post.id for post in queries.feed(stage.ben).items] == [post_id]
        service.delete_post(stage.mia, post_id)
        assert queries.feed(stage.ben).items == ()
        assert seen_by(stage.mia, stage) == []
        assert queries.own_posts(stage.creator.id).items == ()
        for act in (
            lambda: queries.post(stage.mia, post_id),
            lambda: service.comment_post(stage.ben, post_id, body="Hi"),
            lambda: service.delete_post(stage.mia, post_id),
        ):
            with pytest.raises(service.NoSuchPost):
                act()
        (fact,) = facts(db, PostRemoved.type)
        assert (fact["post_id"], fact["removed_by"]) == (post_id, "creator")

    def test_a_deleted_post_of_an_asset_does_not_come_back_with_it(self, stage: Stage, town: Town) -> None:
        asset = town.new_asset(stage.creator)
        post_id = stage.post_asset(asset)
        service.delete_post(stage.mia, post_id)
        stage.post_asset(asset)
        with pytest.raises(service.NoSuchPost):
            queries.post(stage.mia, post_id)

    def test_a_draft_goes_without_a_fact(self, stage: Stage, db: Any) -> None:
        service.delete_post(stage.mia, service.write_post(stage.mia, body="Hello", is_draft=True))
        assert facts(db, PostRemoved.type) == []

    def test_a_suspended_creator_may(self, stage: Stage, town: Town) -> None:
        post_id = service.write_post(stage.mia, body="Hello")
        town.suspend(stage.creator)
        service.delete_post(stage.mia, post_id)
        assert queries.own_posts(stage.creator.id).items == ()


class TestAttachments:
    def test_stand_open_or_locked_as_their_audience_says(self, stage: Stage, town: Town) -> None:
        free = town.new_asset(stage.creator)
        paid = town.new_asset(stage.creator, audience="ppv", price_minor=500)
        later = town.new_asset(stage.creator, state="processing", published_at=None)
        post_id = service.write_post(stage.mia, body="Look", asset_ids=(free.id, paid.id, later.id))
        shown = queries.post(stage.eve, post_id).attachments
        assert [(media.id, bool(media.poster_url), media.price_minor) for media in shown] == [
            (free.id, True, 0),
            (paid.id, False, 500),
        ]

    def test_of_a_locked_post_show_no_picture(self, stage: Stage, town: Town) -> None:
        free = town.new_asset(stage.creator)
        post_id = service.write_post(stage.mia, body="Look", audience="subscribers", asset_ids=(free.id,))
        (media,) = queries.post(stage.eve, post_id).attachments
        assert media.poster_url == ""
        (media,) = queries.post(stage.ben, post_id).attachments
        assert media.poster_url

    def test_are_ones_own_and_not_gone(self, stage: Stage, town: Town) -> None:
        of_zoe = town.new_asset(town.new_creator("Zoe"))
        gone = town.new_asset(stage.creator)
        town.withdraw(gone)
        for wrong in ((of_zoe.id,), (gone.id,), ("nonsense",)):
            with pytest.raises(service.WrongAttachment):
                service.write_post(stage.mia, body="Look", asset_ids=wrong)
        many = [town.new_asset(stage.creator).id for _ in range(11)]
        with pytest.raises(service.WrongAttachment, match="10"):
            service.write_post(stage.mia, body="Look", asset_ids=many)


class TestAnnounce:
    @pytest.mark.parametrize(
        ("announce", "is_posted"), [("feed", True), ("both", True), ("message", False), ("none", False)]
    )
    def test_an_asset_becomes_a_post_where_its_creator_wants_one(
        self, stage: Stage, town: Town, announce: str, is_posted: bool
    ) -> None:
        post_id = service.publish_post(published(town.new_asset(stage.creator), announce))
        assert (post_id is not None) is is_posted
        assert len(seen_by(stage.ben, stage)) == is_posted


class TestOwnPosts:
    def test_are_listed_by_state(self, stage: Stage) -> None:
        service.write_post(stage.mia, body="Out")
        service.write_post(stage.mia, body="Draft", is_draft=True)
        service.write_post(stage.mia, body="Later", publish_at=clock.now() + HOUR)
        own = stage.creator.id
        assert [post.body for post in queries.own_posts(own).items] == ["Later", "Draft", "Out"]
        assert [post.body for post in queries.own_posts(own, state="scheduled").items] == ["Later"]
        assert queries.own_posts_by_state(own) == {"draft": 1, "scheduled": 1, "visible": 1}

    def test_say_why_one_was_removed(self, stage: Stage) -> None:
        post_id = service.write_post(stage.mia, body="Out")
        service.moderate_post(post_id, reason="Unlawful content")
        (post,) = queries.own_posts(stage.creator.id).items
        assert (post.state, post.removed_reason) == ("removed", "Unlawful content")
