"""The items that 28 CFR 75.2(a) asks for, the statement of 75.6, and the inspection of 75.5."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import Performer
from fanzadmin.compliance.service.performers import RecordNotReady
from fanzadmin.contracts.compliance import Missing
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel import storage
from fanzadmin.kernel.i18n.reasons import REASON_MESSAGES
from security.models import AuditEntry
from tests.compliance.conftest import DOCUMENT, as_person, registered, uploaded
from tests.town import Town

Verified = Callable[..., str]
Login = Callable[..., Any]
TITLE = "18 U.S.C. 2257 Record-Keeping Requirements Compliance Statement"


@pytest.fixture(autouse=True)
def objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{tmp_path}/objects"))


class TestItems:
    """A state proves none of them: the gate asks for each."""

    def missing(self, asset_id: str) -> tuple[str, ...]:
        return tuple(card.code.removeprefix("compliance.") for card in queries.review_of(asset_id).missing)

    def test_a_verified_record_without_a_copy_holds_the_asset(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        performer_id = verified()
        db.get(Performer, performer_id).documents[0].copy_key = ""
        db.flush()
        assert self.missing(uploaded(mia, performer_id)) == (Missing.NO_COPY, Missing.NO_CONSENT)

    def test_so_does_one_that_says_no_other_names(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        performer_id = verified(stage_name="Mia S.", is_self=True)
        db.get(Performer, performer_id).aliases.clear()
        db.flush()
        assert self.missing(uploaded(mia, performer_id)) == (Missing.NO_OTHER_NAMES,)

    def test_the_stage_name_is_noted_as_another_name(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia, stage_name="Mia S.")
        assert [alias.name for alias in db.get(Performer, performer_id).aliases] == ["Mia S."]

    def test_a_document_that_had_run_out_when_it_was_made_is_none(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        performer_id = verified(is_self=True)
        db.get(Performer, performer_id).documents[0].expires_on = date(2026, 10, 1)
        db.flush()
        assert Missing.NO_COPY in self.missing(uploaded(mia, performer_id))

    def test_a_consent_for_promotion_alone_does_not_show_it_here(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        other = verified("Zoe")
        asset_id = uploaded(mia, other)
        with as_person(mia.user_id):
            consent_id = service.give_consent(
                asset_id, performer_id=other, acts=["nudity"], evidence="folder 1", distribution=["promotion"]
            )
        with as_person(officer):
            service.confirm_consent(consent_id)
        assert self.missing(asset_id) == (Missing.NOT_DISTRIBUTED,)

    def test_every_code_has_its_sentence(self) -> None:
        assert REASON_MESSAGES.keys() >= {f"compliance.{code}" for code in Missing}


class TestSameDocument:
    def test_two_people_with_one_document_are_found(
        self, db: Any, mia: CreatorCard, officer: int, people: Town, verified: Verified
    ) -> None:
        first = verified(is_self=True)
        asset_id = uploaded(mia, first)
        assert queries.review_of(asset_id).state == "released"
        neighbour = people.new_creator("Zoe")
        with as_person(neighbour.user_id):
            second = registered(neighbour, stage_name="Zoe", legal_name="Zoe Other")
            service.add_document(second, **DOCUMENT)
        with as_person(officer), pytest.raises(RecordNotReady, match="somebody with another name"):
            service.verify_record(second)
        assert queries.review_of(asset_id).state == "released"  # one claim takes nobody's content away

    def test_the_same_person_may_have_a_record_with_two_creators(
        self, officer: int, people: Town, verified: Verified
    ) -> None:
        verified()
        neighbour = people.new_creator("Zoe")
        with as_person(neighbour.user_id):
            again = registered(neighbour)
            service.add_document(again, **DOCUMENT)
        with as_person(officer):
            service.verify_record(again)


class TestInspection:
    @pytest.mark.parametrize("term", ["Sunset", "https://fanz.example/watch/{id}", "/watch/{id}", "{id}"])
    def test_a_work_is_found_by_title_and_address(
        self, mia: CreatorCard, verified: Verified, term: str
    ) -> None:
        performer_id = verified(is_self=True)
        asset_id = uploaded(mia, performer_id)
        records = queries.inspect_records(term.format(id=asset_id))
        assert [each.record.id for each in records] == [performer_id]

    def test_the_bundle_holds_records_copies_and_their_hashes(
        self, db: Any, mia: CreatorCard, verified: Verified, login: Login
    ) -> None:
        verified()
        answer = login("Compliance").get(
            "/api/v1/compliance/inspection/bundle",
            query_string={"term": "Steiner", "reason": "Visit of 2 May"},
        )
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        (record,) = json.loads(archive.read("records.json"))
        assert record["record"]["legal_name"] == "Maria Steiner"
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert len(sums) == 2
        assert all(sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        reasons = {entry.reason for entry in db.query(AuditEntry).filter_by(action="reveal")}
        assert "Visit of 2 May" in reasons

    def test_a_copy_is_looked_at_inline_and_the_audit_knows(
        self, db: Any, mia: CreatorCard, verified: Verified, login: Login
    ) -> None:
        document_id = db.get(Performer, verified()).documents[0].id
        officer = login("Compliance")
        answer = officer.get(f"/api/v1/compliance/documents/{document_id}/view")
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert "Content-Disposition" not in answer.headers
        entry = db.query(AuditEntry).filter_by(action="reveal", record_id=document_id).one()
        assert entry.reason == "Looked at the copy"
        assert login("Manager").get(f"/api/v1/compliance/documents/{document_id}/view").status_code == 403

    def test_the_page_asks_why_and_shows_what_it_finds(
        self, mia: CreatorCard, verified: Verified, login: Login
    ) -> None:
        uploaded(mia, verified(is_self=True))
        officer = login("Compliance")
        assert "Maria Steiner" not in officer.get("/inspection/?term=Sunset").text
        page = officer.get("/inspection/?term=Sunset&reason=Visit+of+2+May").text
        assert "Maria Steiner" in page
        assert "bundle" in page
        assert login("Content").get("/inspection/").status_code == 403


class TestStatement:
    def test_it_names_the_custodian_who_is_appointed_now(self, client: FlaskClient, db: Any) -> None:
        for name, since in (
            ("Old Name", date(2020, 1, 1)),
            ("New Name", date(2026, 1, 1)),
            ("Later", date(2027, 1, 1)),
        ):
            service.appoint_custodian(
                "velvet",
                name=name,
                title="Custodian of Records",
                organisation="Velvet Ltd",
                street_address="1 Main Street",
                hours="9 to 5",
                since=since,
            )
        db.flush()
        page = client.get("/2257").text
        assert TITLE in page
        assert "New Name" in page
        assert "1 Main Street" in page
        assert "Old Name" not in page
        assert "Later" not in page

    def test_every_layout_links_it_by_its_legal_title(
        self, client: FlaskClient, mia: CreatorCard, people: Town, login: Login
    ) -> None:
        link = f'href="/2257" lang="en">{TITLE}<'
        assert link in client.get("/age/leave").text
        fan = people.new_fan()
        assert link in login(user_id=fan.user_id).get("/messages").text
        assert link in login(user_id=mia.user_id).get("/portal/content").text
