import tempfile
from pathlib import Path

import pytest

from fanzadmin.kernel import temp_dirs
from fanzadmin.kernel.queue import Cancelled, Task, progress
from fanzadmin.kernel.queue.tasks import OpenTask
from fanzadmin.kernel.storage import StorageFull, get_storage
from fanzadmin.media import service
from fanzadmin.media.assets.models import Rendition
from fanzadmin.media.encodes import service as encodes
from jobs import media as jobs
from tests.media import clips
from tests.media.conftest import encode, end_of_request, stored_keys


def renditions(db, asset):
    return {row.path: row for row in db.query(Rendition).filter_by(asset_id=asset.id)}


class TestEncode:
    def test_a_video_gets_streams_posters_a_storyboard_and_a_preview(self, upload, clear, clip, db, facts):
        asset = clear(upload(clip))
        end_of_request()
        jobs.encode(asset.id)
        result = renditions(db, asset)
        assert {
            "cmaf/144p.m3u8", "cmaf/audio.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd", "poster-256.avif", "poster-256.jpg",
            "storyboard.webp", "storyboard.vtt", "preview.webp", "teaser.webp",
        } <= result.keys()  # fmt: skip
        asset = service.lock_asset(asset.id)
        assert (asset.width, asset.height, asset.kind) == (256, 144, "video")
        assert asset.thumbhash
        ready = facts(asset.id)[-1]
        assert ready.type == "media.asset_ready.v1"
        assert ready.data["stored_bytes"] == asset.size + sum(row.size for row in result.values())

    def test_every_rendition_is_in_the_storage(self, published, db):
        asset = published()
        keys = set(stored_keys())
        assert all(f"{asset.prefix}/{path}" in keys for path in renditions(db, asset))

    def test_a_picture_gets_its_sizes(self, upload, clear, db, tmp_path):
        asset = clear(upload(clips.picture(tmp_path / "a.jpg")), "image")
        encode(asset)
        result = renditions(db, asset)
        assert {"image-320.avif", "image-640.webp", "image-800.jpg", "teaser.webp"} <= result.keys()

    def test_a_moving_gif_stays_moving(self, upload, clear, db, tmp_path):
        clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1:r=5", tmp_path / "a.gif")
        asset = clear(upload(tmp_path / "a.gif"), "image")
        encode(asset)
        assert "moving.webp" in renditions(db, asset)

    def test_a_sound_gets_aac_opus_and_peaks(self, upload, clear, db, tmp_path):
        asset = clear(upload(clips.sound(tmp_path / "a.mp3")), "audio")
        encode(asset)
        result = renditions(db, asset)
        assert {"cmaf/audio.m3u8", "cmaf/master.m3u8", "audio.opus", "waveform.json"} <= result.keys()

    def test_run_again_after_a_crash_it_leaves_no_doubles(self, upload, clear, clip, db, facts):
        """A worker killed between storing and committing: the objects are there, the rows are not."""
        asset = clear(upload(clip))
        get_storage().put(f"{asset.prefix}/cmaf/1080p/7.m4s", b"left by the killed run")
        db.flush()
        end_of_request()
        service.encode(asset.id)
        db.rollback()
        before = stored_keys()
        encode(asset)
        assert stored_keys() == before
        assert not [key for key in before if "1080p" in key]
        assert [fact.type for fact in facts(asset.id)].count("media.asset_ready.v1") == 1

    def test_done_already_it_does_nothing(self, published, db):
        asset = published()
        ids = {row.id for row in renditions(db, asset).values()}
        encode(asset)
        assert {row.id for row in renditions(db, asset).values()} == ids

    def test_what_a_killed_run_left_in_the_temporary_folder_is_removed(self, upload, clear, clip):
        asset = clear(upload(clip))
        left = Path(tempfile.mkdtemp(prefix="fanz-work-encode-"))
        encode(asset)
        assert not left.exists()

    def test_withdrawn_while_it_was_encoded_it_leaves_nothing(self, upload, clear, clip, db, monkeypatch):
        asset = clear(upload(clip))
        store = encodes._store

        def withdraw_meanwhile(*args, **kwargs):
            store(*args, **kwargs)
            service.withdraw(service.lock_asset(asset.id), reason="x")

        monkeypatch.setattr(encodes, "_store", withdraw_meanwhile)
        encode(asset)
        assert renditions(db, asset) == {}
        assert not [key for key in stored_keys() if key.startswith("renditions/")]

    def test_progress_rises_and_a_cancel_stops_it_at_once(self, upload, clear, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        asset = clear(upload(clips.video(tmp_path / "long.mp4", size="640x360", seconds=20)))
        seen = []

        def report(percent, words):
            seen.append(percent)
            if percent > 10:
                raise Cancelled

        monkeypatch.setattr(progress, "report", report)
        with pytest.raises(Cancelled):
            encode(asset)
        assert seen == sorted(seen)
        assert seen[-1] < 80
        assert not list(tmp_path.glob(f"{temp_dirs.PREFIX}*"))

    def test_a_disk_without_room_says_so_before_any_work(self, upload, clear, clip, monkeypatch):
        asset = clear(upload(clip))
        monkeypatch.setattr(type(get_storage()), "free_bytes", lambda _: 10)
        with pytest.raises(StorageFull, match="nothing was kept"):
            encode(asset)

    def test_a_disk_that_fills_up_leaves_no_half_set(self, upload, clear, clip, monkeypatch):
        asset = clear(upload(clip))
        storage, put = get_storage(), type(get_storage()).put_file

        def put_until_full(self, key, path):
            if key.endswith("master.m3u8"):
                raise StorageFull
            put(self, key, path)

        monkeypatch.setattr(type(storage), "put_file", put_until_full)
        with pytest.raises(StorageFull):
            encode(asset)
        assert not [key for key in stored_keys() if key.startswith("renditions/")]

    def test_an_unknown_asset_is_an_error(self, db):
        with pytest.raises(service.NoSuchAsset):
            service.encode("0190f5fe-0000-7000-8000-000000000000")


class TestEncodingFailed:
    def test_the_creator_reads_why_and_may_try_again(self, upload, clear, facts, db):
        asset = clear(upload(b"abc"))
        jobs.encode_failed(asset.id, "The file is cut off.")
        assert (asset.state, asset.failure) == ("failed", "The file is cut off.")
        assert facts(asset.id)[-1].data["reason"] == "The file is cut off."
        db.query(Task).filter_by(subject=asset.id).one().state = "failed"
        db.query(OpenTask).filter_by(subject=asset.id).delete()
        service.retry(asset)
        assert asset.state == "processing"
        assert db.query(Task).filter_by(subject=asset.id, state="waiting").count() == 1

    def test_what_was_cancelled_meanwhile_stays_cancelled(self, upload, clear):
        asset = clear(upload(b"abc"))
        service.cancel(asset)
        jobs.encode_failed(asset.id, "x")
        assert asset.state == "cancelled"


class TestCancelAndRetry:
    def test_a_waiting_encode_is_cancelled_with_its_task(self, upload, clear, db):
        asset = clear(upload(b"abc"))
        service.cancel(asset)
        assert db.query(Task).filter_by(subject=asset.id).one().state == "cancelled"
        with pytest.raises(service.NotBeingProcessed):
            service.cancel(asset)

    def test_while_the_last_run_is_being_stopped_it_waits(self, upload, clear, db):
        asset = clear(upload(b"abc"))
        db.query(Task).filter_by(subject=asset.id).one().state = "running"
        service.cancel(asset)
        with pytest.raises(service.NothingToRetry, match="still being stopped"):
            service.retry(asset)

    def test_only_what_failed_or_was_cancelled_is_tried_again(self, upload, clear):
        with pytest.raises(service.NothingToRetry):
            service.retry(clear(upload(b"abc")))
