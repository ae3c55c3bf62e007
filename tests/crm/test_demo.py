"""The demo's people, and the year that FanzGPT remembers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

import security.demo
from fanzadmin.contracts.media import AssetCard, Assets
from fanzadmin.crm import demo, queries
from fanzadmin.crm.blocks.models import Block
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.demo import safety
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.reports.models import Case, Report
from fanzadmin.gpt import demo as gpt_demo
from fanzadmin.gpt.models import AssetHistory, Suggestion
from fanzadmin.kernel import clock
from fanzadmin.kernel.demo import DemoAsset, DemoSubscription, World
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide
from tests.town import FakeAssets, FakeEntitlements


@pytest.fixture
def world(db: Any) -> World:
    result = World(now=clock.now() - timedelta(minutes=1))
    security.demo.seed(result)
    demo.seed(result)
    return result


class TestPeople:
    def test_three_brands_sixty_creators_three_thousand_fans_and_a_few_applicants(
        self, db: Any, world: World
    ) -> None:
        assert len({cluster.currency for cluster in world.clusters}) == 3
        assert (len(world.creators), len(world.fans)) == (60, 3000)
        assert db.scalar(select(func.count()).select_from(Creator)) == 64
        assert db.scalar(select(func.count()).select_from(Fan)) == 3000
        assert {creator.cluster.key for creator in world.creators} == {"velvet", "ember", "noir"}

    def test_everybody_can_sign_in_with_the_one_password(self, world: World, client: Any) -> None:
        for username in (*world.staff, "mia", "fan1"):
            form = {"username": username, "password": security.demo.PASSWORD}
            assert client.post("/api/v1/security/login", json=form).status_code == 200, username

    def test_mia_and_fan1_come_first_and_share_a_brand(self, world: World) -> None:
        mia = queries.CrmPeople().creator_of_user(world.creators[0].user_id)
        assert mia is not None
        assert (mia.id, mia.handle) == (world.creators[0].id, "mia")
        assert world.fans[0].cluster == world.creators[0].cluster

    def test_the_same_seed_makes_the_same_people(self, db: Any, world: World) -> None:
        again = World(now=world.now)
        with db.begin_nested() as undone:
            for table in (
                "crm.note",
                "crm.creator",
                "crm.fan",
                "staff_cluster",
                "cluster",
                "ab_user_role",
                "ab_user",
            ):
                db.connection().exec_driver_sql(f"DELETE FROM {table}")
            security.demo.seed(again)
            demo.seed(again)
            undone.rollback()
        assert [entry.handle for entry in again.creators] == [creator.handle for creator in world.creators]
        assert [(item.name, item.joined_at) for item in again.fans] == [
            (fan.name, fan.joined_at) for fan in world.fans
        ]


class TestTheYear:
    def test_figures_and_stories_are_those_that_the_systems_told(
        self, db: Any, world: World, reading: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        mia, fan, day = world.creators[0], world.fans[0], world.now - timedelta(days=40)
        world.subscriptions = [
            DemoSubscription(fan, mia, day, None),
            DemoSubscription(world.fans[1], mia, day, day + timedelta(days=9)),
        ]
        world.assets = [DemoAsset(new_id(), mia, "Sunset", "video", "public", 0, day)]
        world.tally(mia.id, day, likes=3, gross_minor=999, earned_minor=750)
        world.tally(fan.id, day, spent_minor=999)
        world.tally(world.assets[0].id, day, likes=3)
        demo.count(world)
        numbers = queries.numbers_of(mia.id)
        assert (numbers.subscribers, numbers.published, numbers.likes, numbers.gross_minor) == (1, 1, 3, 999)
        assert db.get(Fan, fan.id).spent_minor == 999
        lines = {
            "en": {
                f"{mia.name} joined {mia.cluster.name}.",
                f"{fan.name} subscribed.",
                "“Sunset” was published.",
            },
            "de": {
                f"{mia.name} ist jetzt bei {mia.cluster.name}.",
                f"{fan.name} hat ein Abo abgeschlossen.",
                "„Sunset“ wurde veröffentlicht.",
            },
        }
        for language, expected in lines.items():
            with reading(language):
                assert expected <= {line.sentence for line in queries.timeline(mia.id).lines}


@contextmanager
def standing(assets: list[DemoAsset]) -> Iterator[None]:
    """MediaCore knows these assets, and has published them."""
    cards = {
        asset.id: AssetCard(
            asset.id, asset.creator.id, asset.creator.cluster.key, asset.title, "", asset.kind, "published",
            asset.audience, asset.price_minor, "USD", 0, asset.tags, "", "", asset.published_at.isoformat(),
        )
        for asset in assets
    }  # fmt: skip
    real = ask(Assets)
    provide(Assets, FakeAssets(FakeEntitlements(), cards))
    try:
        yield
    finally:
        provide(Assets, real)


class TestHistory:
    def test_fanzgpt_knows_every_asset_and_suggests_for_the_latest(self, db: Any, world: World) -> None:
        mia = world.creators[0]
        world.assets = [
            DemoAsset(new_id(), mia, f"Studio {number}", "video", "ppv", 499 + 200 * (number % 3),
                      world.now - timedelta(days=200 - 3 * number), ("studio",))
            for number in range(40)
        ]  # fmt: skip
        world.tally(world.assets[0].id, world.now, likes=77)
        with standing(world.assets):
            gpt_demo.seed(world)
        assert db.get(AssetHistory, world.assets[0].id).likes == 77
        assert db.get(AssetHistory, world.assets[1].id).likes == 0
        assert db.scalar(select(func.count()).select_from(AssetHistory)) == 40
        assert db.scalar(select(func.count(Suggestion.asset_id.distinct()))) == gpt_demo.SUGGESTED

    def test_without_assets_there_is_nothing_to_remember(self, db: Any, world: World) -> None:
        gpt_demo.seed(world)
        assert db.scalar(select(func.count()).select_from(AssetHistory)) == 0


class TestSafety:
    def test_the_community_team_has_cases_to_decide_and_decided_ones(self, db: Any, world: World) -> None:
        creator = world.creators[0]
        for number in range(8):
            at = world.now - timedelta(days=number + 1)
            world.assets.append(DemoAsset(new_id(), creator, f"Set {number}", "image", "public", 0, at))
        safety.seed(world)
        states = db.scalars(select(Case.state)).all()
        assert states.count("open") >= 4
        assert len(set(states)) > 1
        assert db.scalar(select(func.sum(Case.reports))) == db.scalar(
            select(func.count()).select_from(Report)
        )

    def test_a_few_people_blocked_each_other(self, db: Any, world: World) -> None:
        safety.seed(world)
        assert set(db.scalars(select(Block.blocked_by))) == {"creator", "fan"}
