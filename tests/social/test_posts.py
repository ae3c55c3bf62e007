"""Posts: published with assets, written, withdrawn, moderated."""

from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.media import AssetWithdrawn
from fanzadmin.contracts.social import PostPublished
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.ids import new_id
from fanzadmin.social import listeners, queries, service
from fanzadmin.social.models import Post
from fanzadmin.social.service.writing import WrongAudience
from security.identity import NoCreatorAccount
from security.models import AuditEntry
from tests.chat.test_messages import facts
from tests.social.makers import Stage, published
from tests.town import Town


class TestPublishPost:
    def test_an_asset_becomes_one_post_whatever_is_delivered(self, stage: Stage, town: Town, db: Any) -> None:
        asset = town.new_asset(stage.creator, audience="subscribers")
        service.publish_post(published(asset))
        service.publish_post(published(asset))
        (row,) = db.execute(select(Post)).scalars()
        assert (row.asset_id, row.title, row.audience, row.state) == (
            asset.id,
            "Sunset",
            "subscribers",
            "visible",
        )
        (fact,) = facts(db, PostPublished.type)
        assert (fact["post_id"], fact["asset_id"]) == (row.id, asset.id)

    def test_withdrawn_it_is_gone_and_published_again_it_is_back(self, stage: Stage, town: Town) -> None:
        asset = town.new_asset(stage.creator)
        post_id = stage.post_asset(asset)
        listeners.withdraw_post(
            AssetWithdrawn(
                cluster="velvet", asset_id=asset.id, creator_id=asset.creator_id, reason="A consent ended"
            )
        )
        with pytest.raises(service.NoSuchPost):
            queries.post(stage.eve, post_id)
        assert stage.post_asset(asset) == post_id
        assert queries.post(stage.eve, post_id).id == post_id

    def test_what_was_moderated_does_not_come_back(self, stage: Stage, town: Town) -> None:
        asset = town.new_asset(stage.creator)
        post_id = stage.post_asset(asset)
        service.moderate_post(post_id, reason="Spam")
        stage.post_asset(asset)
        with pytest.raises(service.NoSuchPost):
            queries.post(stage.mia, post_id)


class TestWritePost:
    def test_words_stand_on_their_own(self, stage: Stage, db: Any) -> None:
        post_id = service.write_post(stage.mia, body="  Good morning  ")
        shown = queries.post(stage.eve, post_id)
        assert (shown.body, shown.media, shown.locked, shown.creator_name) == (
            "Good morning",
            None,
            False,
            "Mia",
        )
        assert facts(db, PostPublished.type)[0]["asset_id"] == ""

    def test_fans_do_not_publish(self, stage: Stage) -> None:
        with pytest.raises(NoCreatorAccount):
            service.write_post(stage.ben, body="Hello")

    def test_a_suspended_creator_does_not_publish(self, stage: Stage, town: Town) -> None:
        town.suspend(stage.creator)
        with pytest.raises(service.NotPublishing, match="not active"):
            service.write_post(stage.mia, body="Hello")

    @pytest.mark.parametrize("body", ["", " \n", "\x00"])
    def test_it_needs_words(self, stage: Stage, body: str) -> None:
        with pytest.raises(service.EmptyText):
            service.write_post(stage.mia, body=body)

    def test_it_does_not_hold_a_novel(self, stage: Stage) -> None:
        with pytest.raises(service.TextTooLong, match="5,001"):
            service.write_post(stage.mia, body="x" * 5001)

    def test_words_are_not_sold_one_by_one(self, stage: Stage) -> None:
        with pytest.raises(WrongAudience):
            service.write_post(stage.mia, body="Hello", audience="ppv")


class TestModeratePost:
    def test_it_leaves_every_feed_and_the_audit_says_who_and_why(self, stage: Stage, db: Any) -> None:
        post_id = stage.post()
        with acting(actor="Community Person"):
            service.moderate_post(post_id, reason="Unlawful content")
            db.flush()
        with pytest.raises(service.NoSuchPost):
            queries.post(stage.ben, post_id)
        entry = db.execute(
            select(AuditEntry).where(AuditEntry.record_id == post_id).order_by(AuditEntry.id.desc()).limit(1)
        ).scalar_one()
        assert entry.actor == "Community Person"
        assert entry.changes["removed_reason"] == [None, "Unlawful content"]

    def test_an_unknown_post_is_not_there(self, stage: Stage) -> None:
        for wrong in (new_id(), "nonsense"):
            with pytest.raises(service.NoSuchPost):
                service.moderate_post(wrong, reason="Spam")

    def test_staff_of_another_cluster_do_not_find_it(self, stage: Stage) -> None:
        post_id = stage.post()
        with acting(clusters=frozenset({"noir"})), pytest.raises(service.NoSuchPost):
            service.moderate_post(post_id, reason="Spam")
