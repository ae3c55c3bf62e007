from datetime import timedelta

import pytest

from fanzadmin.kernel import clock
from fanzadmin.kernel.demo import DemoCluster, DemoCreator, World
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import Task
from fanzadmin.media import demo, service
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.models import Asset, Rendition
from tests.conftest import make_user
from tests.demo_world import SMALL_CLIPS
from tests.media.conftest import stored_keys


class TestConsoles:
    @pytest.mark.parametrize("path", ["/mediaassetconsole/list/", "/mediarenditionconsole/list/"])
    def test_content_staff_reads_them_others_do_not(self, login, client, published, path):
        published()
        assert login("Content").get(path).status_code == 200
        for role in ("Fan", "Creator", "Finance"):
            assert login(role).get(path).status_code in (302, 403)
        assert client.get(path).status_code in (302, 401)

    def test_the_record_shows_gates_and_reasons(self, login, upload, clear):
        asset = clear(upload(b"abc"))
        service.hold(asset.id, reasons=("No consent of Mia Stone",))
        page = login("Content").get(f"/mediaassetconsole/show/{asset.id}")
        assert b"No consent of Mia Stone" in page.data

    def test_staff_withdraws_by_action(self, login, upload, db):
        asset = upload(b"abc")
        login("Content").post(
            "/mediaassetconsole/action_post",
            data={"action": "withdraw", "rowid": [asset.id], "ask-reason": "Asked for by her."},
        )
        assert service.lock_asset(asset.id).state == "withdrawn"


class TestQueries:
    def test_progress_comes_from_the_task(self, upload, clear, db):
        asset = clear(upload(b"abc"))
        task = db.query(Task).filter_by(subject=asset.id).one()
        task.state, task.percent, task.message = "running", 42, "Encoding 240p"
        (view,) = queries.own_assets(asset.creator_id).items
        assert (view.percent, view.doing) == (42, "Encoding 240p")

    def test_counts_and_sums(self, published, creator):
        asset = published()
        assert queries.counts_by_state(creator.id) == {"published": 1}
        assert queries.counts_by_state()["published"] >= 1
        (kind,) = queries.published_by_kind(clock.now() - timedelta(days=1))
        assert (kind.kind, kind.audience, kind.assets) == ("video", asset.audience, 1)

    def test_the_reason_follows_the_state(self, upload):
        asset = upload(b"abc")
        service.quarantine(asset.id, reasons=("It hides an archive",))
        viewer = service.Viewer(user_id=1, creator_id=asset.creator_id)
        assert queries.asset_view(asset.id, viewer).waits_for == ("It hides an archive",)


class TestSeed:
    def test_real_files_stand_behind_a_year_of_assets(self, db, town, app):
        world = _world(make_user(db, "Creator"), creators=2)
        demo.seed(world)
        rows = db.query(Asset).all()
        assert len(rows) > 10
        assert {row.kind for row in rows} <= {"video", "audio", "image"}
        assert len(world.assets) == sum(row.state == "published" for row in rows)
        keys = set(stored_keys())
        renditions = db.query(Rendition).all()
        assert renditions
        assert all(f"renditions/{row.asset_id}/{row.path}" in keys for row in renditions)
        item = next(row for row in rows if row.state == "published")
        assert service.grant_playback(item.id, service.Viewer(user_id=1, is_staff=True)).kind == item.kind

    def test_the_same_seed_gives_the_same_assets(self, db, town, app, tmp_path, monkeypatch):
        monkeypatch.setattr(demo, "CLIPS", SMALL_CLIPS)
        originals = list(demo._originals(tmp_path))  # encoded once for both
        monkeypatch.setattr(demo, "_originals", lambda _folder: originals)
        user_id = make_user(db, "Creator")
        first, second = _world(user_id, creators=1), _world(user_id, creators=1)
        second.creators = first.creators
        demo.seed(first)
        db.query(Rendition).delete()
        db.query(Asset).delete()
        demo.seed(second)
        assert [(a.id, a.title) for a in first.assets] == [(a.id, a.title) for a in second.assets]


def _world(user_id, *, creators):
    world = World(now=clock.now().replace(year=2026, month=6, day=1, hour=12))
    cluster = DemoCluster("nova", "Nova", "USD")
    for number in range(creators):
        world.creators.append(
            DemoCreator(
                new_id(), user_id, f"mia{number}", "Mia", cluster, world.now - timedelta(days=500), 999
            )
        )
    return world
