"""A small world for tests of a system's part of the demo: people, a year of subscriptions, assets."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fanzadmin.kernel.demo import DemoAsset, DemoCluster, DemoCreator, DemoFan, DemoSubscription, World
from fanzadmin.kernel.ids import id_at
from tests.conftest import make_user

SMALL_CLIPS = (  # for fanzadmin.media.demo.CLIPS, where a test is not about the files: encoding the demo's own takes ten seconds
    ("sunset.mp4", "testsrc2=s=320x180:r=10:d=1", "sine=220:d=1"),
    ("waves.mp4", "testsrc2=s=180x320:r=10:d=1", ""),
)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def small_world(session: Any, *, creators: int = 4, fans: int = 40) -> World:
    """The same for the same database; ids and moments do not depend on when it is made."""
    world = World(now=NOW)
    rng, cluster = world.rng("small world"), DemoCluster("velvet", "Velvet", "USD")
    world.clusters.append(cluster)
    logins = [make_user(session, "Creator"), make_user(session, "Fan")]
    for number in range(creators):
        joined = NOW - YEAR + timedelta(days=number)
        world.creators.append(
            DemoCreator(
                id_at(joined, rng), logins[0], f"c{number}", f"Creator {number}", cluster, joined, 999
            )
        )
    for number in range(fans):
        joined = NOW - YEAR + timedelta(days=rng.uniform(0, 300))
        world.fans.append(DemoFan(id_at(joined, rng), logins[1], f"Fan {number}", cluster, joined))
    for fan in world.fans:
        for creator in rng.sample(world.creators, 2):
            began = fan.joined_at + timedelta(days=rng.uniform(0, 30))
            ended = began + timedelta(days=rng.uniform(5, 200))
            world.subscriptions.append(DemoSubscription(fan, creator, began, ended if ended < NOW else None))
    for creator in world.creators:
        for month in range(12):
            at = creator.joined_at + timedelta(days=30 * month, hours=5)
            audience = ("public", "subscribers", "ppv")[month % 3]
            world.assets.append(
                DemoAsset(
                    id_at(at, rng),
                    creator,
                    f"Set {month}",
                    "video",
                    audience,
                    1500,
                    at,
                    ("studio",),
                    sha256="0" * 64,
                )
            )
    return world
