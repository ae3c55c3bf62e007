"""FanzSocial's part of the demo."""

from typing import Any

from sqlalchemy import func, select, text

from fanzadmin.social import demo
from fanzadmin.social.models import Follow, Like, Post
from tests.demo_world import NOW, small_world


class TestSeed:
    def test_each_asset_has_its_post_and_creators_say_something(self, db: Any) -> None:
        world = small_world(db)
        demo.seed(world)
        ids = set(db.scalars(select(Post.asset_id).where(Post.asset_id.is_not(None))))
        assert ids == {asset.id for asset in world.assets}
        assert db.scalar(select(func.count()).select_from(Post).where(Post.asset_id.is_(None))) > 20

    def test_the_counts_are_those_of_the_rows(self, db: Any) -> None:
        demo.seed(small_world(db))
        wrong = text(
            "SELECT count(*) FROM social.post p"
            " WHERE likes <> (SELECT count(*) FROM social.post_like x WHERE x.post_id = p.id)"
            "    OR comments <> (SELECT count(*) FROM social.comment x WHERE x.post_id = p.id)"
            "    OR shares <> (SELECT count(*) FROM social.share x WHERE x.post_id = p.id)"
        )
        assert db.scalar(wrong) == 0
        assert db.scalar(select(func.count()).select_from(Like)) > 50

    def test_subscribers_follow_and_nothing_lies_in_the_future(self, db: Any) -> None:
        world = small_world(db)
        demo.seed(world)
        followed = {
            (row.fan_id, row.creator_id) for row in db.execute(select(Follow.fan_id, Follow.creator_id))
        }
        assert {
            (subscription.fan.id, subscription.creator.id) for subscription in world.subscriptions
        } <= followed
        assert db.scalar(select(func.max(Like.created_at))) < NOW

    def test_the_same_seed_makes_the_same_year(self, db: Any) -> None:
        def year() -> list[Any]:
            with db.begin_nested() as saved:
                demo.seed(small_world(db))
                rows = db.execute(select(Like.id, Like.fan_id, Like.post_id).order_by(Like.id)).all()
                saved.rollback()
            return list(rows)

        assert year() == year() != []
