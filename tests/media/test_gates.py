import pytest

from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets import queries
from fanzadmin.media.assets.listeners import suggestion_accepted
from fanzadmin.media.assets.models import Asset, Rendition
from fanzadmin.media.publishing.listeners import held, released
from fanzadmin.media.scanning import listeners
from tests.media.conftest import encode, end_of_request, stored_keys


def types(facts):
    return [fact.type.split(".")[1] for fact in facts]


class TestAcceptCleanCopy:
    def test_the_clean_copy_is_given_to_the_media_workers(self, upload, clear, db):
        asset = clear(upload(b"abc"))
        task = db.query(Task).filter_by(subject=asset.id).one()
        assert (task.name, task.queue, task.state) == ("media.encode", "media", "waiting")
        assert asset.state == "processing"

    def test_told_twice_it_is_encoded_once(self, upload, clear, db):
        asset = clear(clear(upload(b"abc")))
        assert db.query(Task).filter_by(subject=asset.id).count() == 1

    def test_the_original_is_gone_and_its_hash_stays(self, upload, clear):
        asset = upload(b"abc")
        original, digest = asset.source_key, asset.sha256
        clear(asset)
        assert not get_storage().exists(original)
        assert asset.source_key == asset.clean_key
        assert get_storage().get(asset.source_key) == b"abc"
        assert (asset.sha256, asset.size) == (digest, 3)

    def test_the_original_stays_until_there_is_a_clean_copy(self, upload):
        asset = upload(b"abc")
        service.accept_clean_copy(asset.id, clean_key="clean/x", content_type="video/mp4", kind="video")
        assert get_storage().get(asset.source_key) == b"abc"

    def test_a_cancelled_upload_is_not_encoded(self, upload, clear, db):
        asset = upload(b"abc")
        service.cancel(asset)
        clear(asset)
        assert asset.state == "cancelled"
        assert db.query(Task).filter_by(subject=asset.id).count() == 0


class TestNoteUnchecked:
    def test_the_creator_reads_that_it_could_not_be_checked(self, upload, creator):
        asset = upload(b"abc")
        service.mark_scanning(asset.id)
        service.mark_unscannable(asset.id, reason="It took too long.")
        assert asset.state == "unchecked"
        assert queries.asset_view(asset.id, service.Viewer(creator_id=creator.id)).waits_for == (
            "The file could not be checked, through no fault of yours.",
            "It took too long.",
        )

    def test_checked_again_it_is_being_scanned(self, upload):
        asset = upload(b"abc")
        service.mark_unscannable(asset.id, reason="x")
        service.restart_scan(asset.id)
        assert (asset.state, asset.scan_reasons) == ("scanning", [])

    def test_it_can_still_be_cleared(self, upload, clear):
        asset = upload(b"abc")
        service.mark_unscannable(asset.id, reason="x")
        clear(asset)
        assert (asset.state, asset.scan_reasons) == ("processing", [])

    def test_what_was_decided_is_left_alone(self, upload, clear):
        asset = clear(upload(b"abc"))
        service.mark_unscannable(asset.id, reason="x")
        service.restart_scan(asset.id)
        assert asset.state == "processing"


class TestStates:
    def test_it_is_scanned_once_the_fact_is_on_its_way(self, upload):
        asset = upload(b"abc")
        service.mark_scanning(asset.id)
        assert service.lock_asset(asset.id).state == "scanning"

    def test_it_needs_records_while_compliance_misses_something(self, upload, clear):
        asset = clear(upload(b"abc"))
        service.hold(asset.id, reasons=("compliance.no_consent?name=Mia%20Stone",))
        assert asset.state == "needs_records"
        view = queries.asset_view(asset.id, service.Viewer(creator_id=asset.creator_id))
        assert view.waits_for == ("No consent of Mia Stone for this asset.",)
        assert (view.reasons[0].code, view.reasons[0].values) == (
            "compliance.no_consent",
            {"name": "Mia Stone"},
        )

    def test_it_is_ready_until_compliance_has_spoken(self, upload, clear, clip):
        asset = clear(upload(clip))
        encode(asset)
        assert service.lock_asset(asset.id).state == "ready"


class TestPublish:
    def test_it_is_published_when_the_last_gate_opens_whichever_that_is(self, upload, clear, clip, facts):
        late_release, late_encode = clear(upload(clip)), clear(upload(clip))
        encode(late_release)
        service.release(late_release.id)
        service.release(late_encode.id)
        encode(late_encode)
        for asset in (late_release, late_encode):
            assert service.lock_asset(asset.id).state == "published"
            assert types(facts(asset.id)) == ["asset_uploaded", "asset_ready", "asset_published"]

    def test_released_twice_it_is_told_once(self, published, facts):
        asset = published()
        service.release(asset.id)
        assert types(facts(asset.id)).count("asset_published") == 1

    def test_a_suspended_creators_asset_waits(self, upload, clear, clip, town, creator):
        asset = clear(upload(clip))
        town.suspend(creator)
        service.release(asset.id)
        encode(asset)
        assert service.lock_asset(asset.id).state == "ready"


class TestHold:
    def test_a_revoked_consent_takes_a_published_asset_back_and_a_new_one_offers_it_again(
        self, published, facts
    ):
        asset = published()
        service.hold(asset.id, reasons=("Mia Stone revoked her consent",))
        assert asset.state == "needs_records"
        service.release(asset.id)
        assert asset.state == "published"
        assert types(facts(asset.id))[-3:] == ["asset_published", "asset_withdrawn", "asset_published"]


class TestRefuse:
    def test_a_file_of_no_use_has_failed_with_the_reason_and_is_forgotten(self, upload, facts):
        asset = upload(b"abc")
        source = asset.source_key
        service.refuse(asset.id, reasons=("We do not take this type of file.",))
        service.refuse(asset.id, reasons=("We do not take this type of file.",))
        end_of_request()
        asset = service.lock_asset(asset.id)
        assert (asset.state, asset.failure) == ("failed", "We do not take this type of file.")
        assert types(facts(asset.id)).count("asset_failed") == 1
        assert not get_storage().exists(source)

    def test_it_is_not_tried_again(self, upload):
        asset = upload(b"abc")
        service.refuse(asset.id, reasons=("The file is empty.",))
        with pytest.raises(service.NothingToRetry, match="another one"):
            service.retry(asset)


class TestQuarantine:
    def test_nothing_is_served_and_nothing_is_encoded_any_more(self, upload, clear, db):
        asset = clear(upload(b"abc"))
        service.quarantine(asset.id, reasons=("The file hides an archive",))
        assert asset.state == "quarantined"
        assert db.query(Task).filter_by(subject=asset.id).one().state == "cancelled"

    def test_a_published_asset_blocked_later_is_taken_back(self, published, facts, db):
        asset = published()
        service.quarantine(asset.id, reasons=("Its hash was blocked",))
        service.quarantine(asset.id, reasons=("Its hash was blocked",))
        assert types(facts(asset.id)).count("asset_withdrawn") == 1
        end_of_request()
        assert not [key for key in stored_keys() if key.startswith("renditions/")]

    def test_it_cannot_be_cleared_afterwards_nor_tried_again(self, upload, clear):
        asset = upload(b"abc")
        service.quarantine(asset.id, reasons=("x",))
        clear(asset)
        assert asset.state == "quarantined"
        with pytest.raises(service.NotBeingProcessed):
            service.cancel(asset)


class TestWithdraw:
    def test_renditions_go_once_it_is_committed_and_the_clean_copy_stays(self, published, facts, db):
        asset = published()
        service.withdraw(asset, reason="I changed my mind")
        assert db.query(Rendition).filter_by(asset_id=asset.id).count() == 0
        end_of_request()
        keys = stored_keys()
        assert asset.clean_key in keys
        assert not [key for key in keys if key.startswith("renditions/")]
        assert facts(asset.id)[-1].data["reason"] == "I changed my mind"

    def test_twice_is_refused(self, upload):
        asset = upload(b"abc")
        service.withdraw(asset, reason="x")
        with pytest.raises(service.AlreadyWithdrawn):
            service.withdraw(asset, reason="x")

    def test_a_withdrawn_asset_is_never_published(self, upload, clear, clip):
        asset = clear(upload(clip))
        service.withdraw(asset, reason="x")
        service.release(asset.id)
        encode(asset)
        assert service.lock_asset(asset.id).state == "withdrawn"
        assert not [key for key in stored_keys() if key.startswith("renditions/")]


class TestTakeSuggestion:
    def test_tags_caption_and_price_are_taken(self, upload):
        asset = upload(b"abc", audience="ppv", price_minor=500, tags=("old",))
        service.apply_suggestion(asset.id, kind="tags", value='["New", "old"]')
        service.apply_suggestion(asset.id, kind="caption", value='"Words"')
        service.apply_suggestion(asset.id, kind="price", value="799")
        service.apply_suggestion(asset.id, kind="hour", value="20")
        assert (asset.tags, asset.caption, asset.price_minor) == (["old", "new"], "Words", 799)

    def test_a_price_for_what_has_none_is_left_alone(self, upload):
        asset = upload(b"abc")
        service.apply_suggestion(asset.id, kind="price", value="799")
        assert asset.price_minor == 0


class TestListeners:
    def test_each_fact_reaches_its_verb(self, upload):
        from fanzadmin.contracts import compliance, gpt, media, shield

        asset = upload(b"abc")
        get_storage().copy(asset.source_key, "clean/x")
        who = {"asset_id": asset.id, "creator_id": asset.creator_id, "cluster": asset.cluster}
        listeners.uploaded(
            media.AssetUploaded(
                **who, title="", filename="", content_type="", size=1, sha256="", source_key="", audience="", price_minor=0,
                currency="", performer_ids=(),
            )
        )  # fmt: skip
        assert service.lock_asset(asset.id).scan_state == "scanning"
        listeners.unchecked(shield.ScanFailed(**who, verdict_id="1", reason="x"))
        assert service.lock_asset(asset.id).scan_state == "unchecked"
        listeners.checked_again(shield.ScanRestarted(**who, verdict_id="1"))
        assert service.lock_asset(asset.id).scan_state == "scanning"
        listeners.cleared(
            shield.AssetCleared(
                **who,
                verdict_id="1",
                clean_key="clean/x",
                content_type="video/mp4",
                kind="video",
                metadata_removed=(),
            )
        )
        assert service.lock_asset(asset.id).clean_key == "clean/x"
        held(compliance.AssetHeld(**who, reasons=("x",)))
        assert service.lock_asset(asset.id).records_state == "held"
        released(compliance.AssetReleased(**who))
        assert service.lock_asset(asset.id).records_state == "released"
        suggestion_accepted(gpt.SuggestionAccepted(**who, kind="caption", value='"y"'))
        assert service.lock_asset(asset.id).caption == "y"
        listeners.quarantined(shield.AssetQuarantined(**who, verdict_id="1", reasons=("x",)))
        assert service.lock_asset(asset.id).state == "quarantined"


class TestDescribe:
    def test_words_are_changed_and_checked(self, upload):
        asset = upload(b"abc")
        service.describe(asset, title=" New  title ", caption="")
        assert isinstance(asset, Asset)
        assert asset.title == "New title"
        with pytest.raises(service.UploadRefused):
            service.describe(asset, title="", caption="")
