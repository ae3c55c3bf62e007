"""The demo's history holds what the other systems' demos hold, to the cent."""

from typing import Any

import pytest
from sqlalchemy import text

from fanzadmin.biolink import demo as biolink
from fanzadmin.finance import demo as finance
from fanzadmin.gpt import demo as gpt
from fanzadmin.kernel.partitions import ensure_partitions
from fanzadmin.social import demo as social
from tests.demo_world import YEAR, small_world

RECOUNTS = {
    "likes": """SELECT p.asset_id, count(*) FROM social.post_like l JOIN social.post p ON p.id = l.post_id GROUP BY 1""",
    "comments": """SELECT p.asset_id, count(*) FROM social.comment c JOIN social.post p ON p.id = c.post_id
                    WHERE c.state = 'visible' AND c.fan_id IS NOT NULL GROUP BY 1""",
    "shares": """SELECT p.asset_id, count(*) FROM social.share s JOIN social.post p ON p.id = s.post_id GROUP BY 1""",
    "clicks": """SELECT l.asset_id, count(*) FROM biolink.click c JOIN biolink.short_link l ON l.id = c.link_id
                  WHERE NOT c.is_bot GROUP BY 1""",
    "unlocks": """SELECT asset_id, count(*) FROM finance.payment
                   WHERE purpose = 'unlock' AND state = 'settled' GROUP BY 1""",
    "earned_minor": """SELECT asset_id, sum(creator_minor) FROM finance.payment
                        WHERE purpose = 'unlock' AND state = 'settled' GROUP BY 1""",
}


@pytest.fixture
def seeded(db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    world = small_world(db)
    ensure_partitions(db.connection(), since=world.now - YEAR)
    monkeypatch.setattr(biolink, "CLICKS", 2_000)
    monkeypatch.setattr(biolink, "VIEWS", 100)
    world.subscriptions.clear()  # finance makes them
    for part in (finance, social, biolink, gpt):
        part.seed(world)
        db.flush()
    return db


@pytest.mark.parametrize("figure", RECOUNTS)
def test_a_figure_of_the_history_equals_its_recount(seeded: Any, figure: str) -> None:
    stored = dict(seeded.execute(text(f"SELECT asset_id, {figure} FROM gpt.asset_history")).all())
    counted = dict(seeded.execute(text(RECOUNTS[figure])).all())
    assert stored
    assert sum(stored.values()) > 0
    assert stored == {asset_id: counted.get(asset_id, 0) for asset_id in stored}
