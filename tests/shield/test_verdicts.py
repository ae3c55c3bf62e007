"""An upload is decided once: cleared with a clean copy, or moved to quarantine with an incident."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.reasons import reason_code, reason_text
from fanzadmin.kernel.queue import Task, tasks
from fanzadmin.kernel.storage import get_storage
from fanzadmin.shield import queries, service
from fanzadmin.shield.incidents.models import Incident
from fanzadmin.shield.inspection import measures, sandbox
from fanzadmin.shield.inspection import service as inspection
from fanzadmin.shield.verdicts.models import Verdict
from jobs import shield as jobs
from tests.shield.conftest import recorded
from tests.shield.samples import archive, bomb_png, picture, sample
from tests.town import Town

Make = Callable[..., AssetUploaded]
CLEARED, QUARANTINED = "shield.asset_cleared.v1", "shield.asset_quarantined.v1"
UNCHECKED = "shield.scan_failed.v1"


def verdict(fact: AssetUploaded) -> Verdict:
    return session.query(Verdict).filter_by(asset_id=fact.asset_id).one()


def incidents(fact: AssetUploaded) -> list[Incident]:
    return session.query(Incident).filter_by(about_id=fact.asset_id).all()


class TestAskForScan:
    def test_the_upload_waits_for_a_job(self, db: Any, upload: Make, people: Town) -> None:
        fact = upload(sample("jpg"), creator=people.new_creator("Mia Stone", login=False))
        service.ask_for_scan(fact)
        assert verdict(fact).outcome == "waiting"
        assert db.query(Task).filter_by(name="shield.scan", subject=fact.asset_id).count() == 1

    def test_hearing_it_twice_changes_nothing(self, db: Any, upload: Make) -> None:
        fact = upload(sample("jpg"))
        service.ask_for_scan(fact)
        service.ask_for_scan(fact)
        assert db.query(Verdict).filter_by(asset_id=fact.asset_id).count() == 1
        assert db.query(Task).filter_by(subject=fact.asset_id).count() == 1


class TestScanAsset:
    def test_an_honest_photo_is_cleared_with_a_clean_copy(self, db: Any, scanned: Make) -> None:
        fact = scanned(picture("jpg", personal=True), filename="beach.jpg")
        result = verdict(fact)
        assert (result.outcome, result.format, result.width) == ("clean", "JPEG", 96)
        assert b"Acme" not in get_storage().get(result.clean_key)
        (cleared,) = recorded(db, fact.asset_id, CLEARED)
        assert cleared["clean_key"] == result.clean_key
        assert cleared["content_type"] == "image/jpeg"
        assert "gps" in cleared["metadata_removed"]  # type: ignore[operator]

    def test_the_original_is_left_to_its_owner(self, scanned: Make) -> None:
        fact = scanned(sample("mp4"))
        assert get_storage().exists(fact.source_key)
        assert incidents(fact) == []

    def test_a_disguised_archive_is_quarantined(self, db: Any, scanned: Make) -> None:
        fact = scanned(sample("jpg") + archive(), filename="beach.jpg")
        result = verdict(fact)
        assert result.outcome == "blocked"
        assert not get_storage().exists(fact.source_key)
        assert get_storage().get(result.quarantine_key) == sample("jpg") + archive()
        (quarantined,) = recorded(db, fact.asset_id, QUARANTINED)
        assert reason_code("shield.hidden_archive", what="a ZIP archive") in quarantined["reasons"]  # type: ignore[operator]

    def test_a_hit_opens_an_incident_of_the_worst_kind_found(self, db: Any, scanned: Make) -> None:
        (incident,) = incidents(scanned(sample("jpg") + archive(), filename="beach.jpg"))
        assert (incident.severity, incident.code, incident.state) == ("high", "hidden_archive", "open")
        assert incident.opened_by == "FanzShield"
        assert recorded(db, incident.id, "shield.incident_opened.v1")[0]["severity"] == "high"

    @pytest.mark.parametrize(
        ("content", "filename", "words"),
        [
            (sample("png")[:-30], "beach.png", "The file breaks off before its end. Please upload it again."),
            (b"%PDF-1.7\n1 0 obj", "contract.pdf", "We do not take this type"),
            (b"just some words", "notes.md", "We do not take this type"),
            (bomb_png(60_000), "poster.png", "far more pixels than we take"),
        ],
    )
    def test_a_file_of_no_use_is_refused_without_quarantine_or_incident(
        self, db: Any, scanned: Make, content: bytes, filename: str, words: str
    ) -> None:
        fact = scanned(content, filename=filename)
        assert verdict(fact).outcome == "refused"
        assert recorded(db, fact.asset_id, QUARANTINED) == []
        (refusal,) = recorded(db, fact.asset_id, "shield.asset_refused.v1")
        assert words in reason_text("\n".join(refusal["reasons"]))  # type: ignore[arg-type]
        assert incidents(fact) == []

    def test_a_second_run_does_nothing(self, db: Any, scanned: Make) -> None:
        fact = scanned(sample("jpg") + archive())
        jobs.scan(fact.asset_id)
        assert len(recorded(db, fact.asset_id, QUARANTINED)) == 1
        assert len(incidents(fact)) == 1

    def test_a_worker_lost_after_the_move_finds_the_file_in_quarantine(self, db: Any, upload: Make) -> None:
        fact = upload(archive())
        service.ask_for_scan(fact)
        db().commit_transaction()
        get_storage().copy(fact.source_key, f"quarantine/{fact.asset_id}/source")
        get_storage().delete(fact.source_key)
        service.scan_asset(fact.asset_id)
        assert verdict(fact).outcome == "blocked"

    def test_an_asset_nobody_handed_in_is_unknown(self, db: Any) -> None:
        with pytest.raises(service.NoSuchVerdict):
            service.scan_asset("0199aaaa-0000-7000-8000-000000000000")


class TestFailScan:
    def test_creator_and_team_are_told_and_nothing_is_decided(self, db: Any, upload: Make) -> None:
        fact = upload(sample("jpg"))
        service.ask_for_scan(fact)
        jobs.scan_failed(fact.asset_id, "Something broke on our side.")
        assert verdict(fact).outcome == "failed"
        assert incidents(fact)[0].code == "scan_failed"
        assert recorded(db, fact.asset_id, CLEARED) == recorded(db, fact.asset_id, QUARANTINED) == []
        assert recorded(db, fact.asset_id, UNCHECKED)[0]["reason"] == "Something broke on our side."

    def test_a_file_that_takes_too_long_is_not_refused(
        self, db: Any, upload: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fact = upload(sample("mp4"))
        service.ask_for_scan(fact)
        db().commit_transaction()
        monkeypatch.setattr(inspection, "Caps", lambda: measures.Caps(decode_seconds=0.001))
        with pytest.raises(sandbox.TookTooLong, match="took longer than"):
            service.scan_asset(fact.asset_id)
        assert verdict(fact).outcome == "waiting"

    def test_a_later_run_can_still_clear_it(self, db: Any, upload: Make) -> None:
        fact = upload(sample("jpg"))
        service.ask_for_scan(fact)
        service.fail_scan(fact.asset_id, sentence="Something broke on our side.")
        db().commit_transaction()
        service.scan_asset(fact.asset_id)
        assert verdict(fact).outcome == "clean"


class TestScanAgain:
    def test_it_is_asked_for_anew_and_announced(self, db: Any, upload: Make) -> None:
        fact = failed(db, upload)
        service.scan_again(fact.asset_id)
        assert verdict(fact).outcome == "waiting"
        assert (
            db.query(Task).filter_by(name="shield.scan", subject=fact.asset_id, state="waiting").count() == 1
        )
        assert len(recorded(db, fact.asset_id, "shield.scan_restarted.v1")) == 1

    def test_then_it_can_be_cleared(self, db: Any, upload: Make) -> None:
        fact = failed(db, upload)
        service.scan_again(fact.asset_id)
        db().commit_transaction()
        service.scan_asset(fact.asset_id)
        assert (verdict(fact).outcome, verdict(fact).reasons) == ("clean", [])

    def test_what_was_decided_stays_decided(self, db: Any, scanned: Make) -> None:
        with pytest.raises(service.NothingToScanAgain):
            service.scan_again(scanned(sample("png")).asset_id)

    @pytest.mark.parametrize(("role", "outcome"), [("Security", "waiting"), ("Content", "failed")])
    def test_the_security_team_may_ask_for_it_in_the_console(
        self, db: Any, upload: Make, login: Callable[..., Any], role: str, outcome: str
    ) -> None:
        fact = failed(db, upload)
        form = {"action": "rescan", "rowid": str(verdict(fact).id)}
        login(role).post("/shieldverdictconsole/action_post", data=form)
        db.expire_all()
        assert verdict(fact).outcome == outcome


def failed(db: Any, upload: Make) -> AssetUploaded:
    fact = upload(sample("jpg"))
    service.ask_for_scan(fact)
    tasks.cancel("shield.scan", fact.asset_id)  # it ended, without a decision
    service.fail_scan(fact.asset_id, sentence="Something broke on our side.")
    db().commit_transaction()
    return fact


class TestBlockHash:
    def test_a_listed_file_is_refused_as_critical(self, db: Any, scanned: Make, upload: Make) -> None:
        service.block_hash(upload(sample("gif")).sha256, reason="taken down")
        fact = scanned(sample("gif"))
        assert verdict(fact).sentences == ("This file may not be uploaded: taken down.",)
        assert incidents(fact)[0].severity == "critical"

    def test_assets_that_were_cleared_before_are_taken_back(self, db: Any, scanned: Make) -> None:
        fact = scanned(sample("webp"))
        clean_key = verdict(fact).clean_key
        service.block_hash(fact.sha256.upper(), reason="taken down")
        assert db.query(Task).filter_by(name="shield.quarantine", subject=fact.asset_id).count() == 1
        jobs.quarantine(fact.asset_id)
        jobs.quarantine(fact.asset_id)
        assert verdict(fact).outcome == "blocked"
        assert not get_storage().exists(clean_key)
        assert get_storage().get(verdict(fact).quarantine_key) == sample("webp")
        assert len(recorded(db, fact.asset_id, QUARANTINED)) == 1

    def test_of_what_was_cleared_the_clean_copy_goes_to_quarantine(
        self, db: Any, scanned: Make, upload: Make
    ) -> None:
        fact = scanned(picture("jpg", personal=True))
        clean = get_storage().get(verdict(fact).clean_key)
        get_storage().delete(fact.source_key)  # as MediaCore does when it hears of the clean copy
        service.block_hash(fact.sha256, reason="taken down")
        service.quarantine_asset(fact.asset_id)
        assert get_storage().get(f"quarantine/{fact.asset_id}/source") == clean

    def test_the_clean_copy_counts_as_the_same_file(self, db: Any, scanned: Make) -> None:
        fact = scanned(picture("jpg", personal=True))
        service.block_hash(verdict(fact).clean_sha256, reason="taken down")
        service.quarantine_asset(fact.asset_id)
        assert verdict(fact).outcome == "blocked"

    @pytest.mark.parametrize("digest", ["", "abc", "g" * 64, "0" * 63])
    def test_what_is_no_hash_is_refused(self, db: Any, digest: str) -> None:
        with pytest.raises(service.NotAHash):
            service.block_hash(digest, reason="taken down")

    def test_a_reason_is_needed(self, db: Any) -> None:
        with pytest.raises(service.NotAHash):
            service.block_hash("0" * 64, reason=" ")

    def test_twice_is_a_conflict(self, db: Any) -> None:
        service.block_hash("0" * 64, reason="taken down")
        with pytest.raises(service.AlreadyBlocked):
            service.block_hash("0" * 64, reason="again")

    def test_an_unblocked_file_may_come_again(self, db: Any, scanned: Make, upload: Make) -> None:
        digest = upload(sample("avif")).sha256
        service.block_hash(digest, reason="taken down")
        service.unblock_hash(digest)
        assert verdict(scanned(sample("avif"))).outcome == "clean"

    def test_what_is_not_blocked_cannot_be_unblocked(self, db: Any) -> None:
        with pytest.raises(service.NotBlocked):
            service.unblock_hash("1" * 64)


class TestVerdictOf:
    def test_the_creator_reads_it(self, db: Any, scanned: Make, people: Town) -> None:
        creator = people.new_creator("Mia Stone", login=False)
        fact = scanned(sample("png"), creator=creator)
        assert queries.verdict_of(fact.asset_id, creator_id=creator.id).outcome == "clean"

    def test_a_neighbour_does_not(self, db: Any, scanned: Make, people: Town) -> None:
        fact = scanned(sample("png"))
        with pytest.raises(service.NoSuchVerdict):
            queries.verdict_of(fact.asset_id, creator_id=people.new_creator("Mia Stone", login=False).id)

    def test_staff_of_another_brand_do_not(self, db: Any, scanned: Make) -> None:
        fact = scanned(sample("png"))
        with pytest.raises(service.NoSuchVerdict):
            queries.verdict_of(fact.asset_id, clusters=frozenset({"noir"}))

    def test_a_key_that_is_none_is_not_found(self, db: Any) -> None:
        with pytest.raises(service.NoSuchVerdict):
            queries.verdict_of("../etc")
