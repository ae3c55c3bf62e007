"""The demo's records: nothing of the year is published without them."""

from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.compliance import demo, queries, service
from fanzadmin.compliance.models import AssetReview, Consent, Custodian, IdentityDocument, Performer
from fanzadmin.kernel.demo import World
from tests.demo_world import small_world


@pytest.fixture
def world(db: Any) -> World:
    result = small_world(db)
    demo.seed(result)
    demo.finish(result)
    return result


class TestSeed:
    def test_every_creator_has_a_verified_record(self, db: Any, world: World) -> None:
        for creator in world.creators:
            card = queries.RecordAnswers().performers_of(creator.id)[0]
            assert (card.is_self, card.state) == (True, "verified")

    def test_every_brand_names_a_custodian(self, db: Any, world: World) -> None:
        assert db.query(Custodian).filter_by(cluster="velvet").count()

    def test_nobody_was_a_minor(self, db: Any, world: World) -> None:
        assert all(row.age_on(world.creators[0].joined_at.date()) >= 18 for row in db.query(Performer))

    def test_records_that_wait_can_be_examined(self, db: Any, world: World) -> None:
        waiting = db.query(IdentityDocument).join(Performer).filter(Performer.state == "pending")
        assert all(document.copy_key for document in waiting)


class TestFinish:
    def test_every_asset_is_released_with_a_consent(self, db: Any, world: World) -> None:
        released = select(func.count()).select_from(AssetReview).where(AssetReview.state == "released")
        assert db.execute(released).scalar() == len(world.assets) == db.query(Consent).count()

    def test_deciding_again_changes_nothing(self, db: Any, world: World) -> None:
        asset = world.assets[0]
        service.review_asset(asset.id)
        assert queries.review_of(asset.id).state == "released"
