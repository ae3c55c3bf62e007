"""The demo's year of FanzShield."""

from typing import Any

import pytest

from fanzadmin.kernel import clock
from fanzadmin.kernel.demo import World
from fanzadmin.shield import demo, queries
from fanzadmin.shield.incidents.models import Incident
from fanzadmin.shield.verdicts.models import BlockedHash, Verdict
from tests.demo_world import small_world


@pytest.fixture
def world(db: Any) -> World:
    result = small_world(db)
    demo.seed(result)
    return result


class TestSeed:
    def test_every_asset_has_a_clean_verdict(self, db: Any, world: World) -> None:
        clean = {row.asset_id for row in db.query(Verdict).filter_by(outcome="clean")}
        assert clean == {asset.id for asset in world.assets}

    def test_some_incidents_wait_and_each_has_its_timeline(self, db: Any, world: World) -> None:
        waiting = queries.open_incidents()
        assert len(waiting) == demo.UNRESOLVED
        for card in waiting:
            assert queries.incident_of(card.id).notes[0].kind == "opened"

    def test_nothing_happened_in_the_future(self, db: Any, world: World) -> None:
        for row in db.query(Incident):
            assert row.created_at <= (row.resolved_at or world.now) <= world.now

    def test_blocked_files_are_on_the_list(self, db: Any, world: World) -> None:
        blocked = {
            row.sha256
            for row in db.query(Verdict)
            if "blocked_hash" in {reason["code"] for reason in row.reasons}
        }
        assert blocked == {row.sha256 for row in db.query(BlockedHash)}

    def test_the_board_has_something_to_show(self, db: Any, world: World) -> None:
        with clock.frozen(world.now):
            assert 0 < queries.board(days=365).blocked < demo.REFUSED
            assert queries.counts_by_reason(days=365)

    def test_a_world_without_creators_stays_empty(self, db: Any) -> None:
        demo.seed(World(now=clock.now()))
        assert db.query(Incident).count() == 0
