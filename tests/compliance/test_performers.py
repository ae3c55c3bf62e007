"""Records: registered by one person, decided by another; nobody under 18."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import IdentityDocument, Performer
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import get_storage
from jobs.compliance import expire_records
from tests.compliance.conftest import DOCUMENT, PNG, TODAY, as_person, later, recorded, registered
from tests.town import Town

MINOR = "compliance.minor_suspected.v1"
EIGHTEEN_TODAY = date(TODAY.year - 18, TODAY.month, TODAY.day)


def record(creator: CreatorCard, performer_id: str) -> queries.RecordCard:
    return queries.record_of(performer_id, creator_id=creator.id)


class TestRegisterPerformer:
    def test_a_record_begins_unverified(self, db: Any, mia: CreatorCard) -> None:
        card = record(mia, registered(mia, legal_name="  Maria   Steiner "))
        assert (card.state, card.legal_name) == ("unverified", "Maria Steiner")

    def test_who_turns_18_today_is_an_adult(self, db: Any, mia: CreatorCard) -> None:
        assert record(mia, registered(mia, born_on=EIGHTEEN_TODAY)).state == "unverified"

    def test_who_turns_18_tomorrow_is_refused_and_announced(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia, born_on=EIGHTEEN_TODAY.replace(day=2))
        assert record(mia, performer_id).state == "rejected"
        assert recorded(db, performer_id) == [MINOR]

    def test_an_unknown_creator_keeps_no_records(self, db: Any, people: Town) -> None:
        for creator_id in (new_id(), "nonsense"):
            with pytest.raises(service.NoSuchCreator):
                service.register_performer(
                    creator_id, stage_name="A", legal_name="A B", born_on=date(1990, 1, 1)
                )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"stage_name": " "},
            {"legal_name": "Maria"},
            {"born_on": date(1850, 1, 1)},
            {"born_on": date(2027, 1, 1)},
        ],
    )
    def test_an_incomplete_record_is_refused(self, db: Any, mia: CreatorCard, wrong: dict[str, Any]) -> None:
        with pytest.raises(service.RecordUnclear):
            registered(mia, **wrong)

    def test_one_has_one_own_record(self, db: Any, mia: CreatorCard) -> None:
        registered(mia, is_self=True)
        with pytest.raises(service.SelfRegistered):
            registered(mia, is_self=True)


class TestAgeOn:
    @given(
        born=st.dates(date(1950, 1, 1), date(2020, 1, 1)), day=st.dates(date(2020, 1, 1), date(2060, 1, 1))
    )
    def test_it_is_the_number_of_birthdays_passed(self, born: date, day: date) -> None:
        birthdays = 0
        for year in range(born.year + 1, day.year + 1):
            birthdays += (year, born.month, born.day) <= (day.year, day.month, day.day)
        assert Performer(born_on=born).age_on(day) == birthdays


class TestAddDocument:
    def test_the_number_is_not_kept(self, db: Any, mia: CreatorCard) -> None:
        service.add_document(registered(mia), **DOCUMENT)
        (document,) = db.query(IdentityDocument).all()
        assert document.number_last4 == "0T47"
        assert "C01X00T47" not in str(vars(document))
        assert get_storage().get(document.copy_key) == PNG

    def test_spelling_does_not_hide_a_number_known_before(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia)
        service.add_document(performer_id, **DOCUMENT)
        service.add_document(performer_id, **(DOCUMENT | {"number": "c01-x00 t47", "country": "de"}))
        assert len({document.number_hash for document in db.query(IdentityDocument)}) == 1

    def test_of_a_pdf_only_pictures_of_its_pages_are_kept(self, db: Any, mia: CreatorCard) -> None:
        scan = io.BytesIO()
        Image.linear_gradient("L").save(scan, "PDF")
        scan.write(b"% bought by the owner of the scanner\n")
        document_id = service.add_document(registered(mia), **(DOCUMENT | {"copy": scan.getvalue()}))
        stored = get_storage().get(db.get(IdentityDocument, document_id).copy_key)
        assert b"scanner" in scan.getvalue()
        assert stored.startswith(b"%PDF-")
        assert b"scanner" not in stored

    def test_the_record_then_waits_for_a_decision(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia)
        service.add_document(performer_id, **DOCUMENT)
        assert record(mia, performer_id).state == "pending"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"expires_on": date(2026, 11, 1)},
            {"number": "12"},
            {"country": "Germany"},
            {"kind": "library card"},
            {"copy": b"<html>"},
            {"copy": b"%PDF-not really a pdf"},
            {"copy": PNG + bytes(service.COPY_LIMIT)},
        ],
    )
    def test_what_is_no_document_is_refused(self, db: Any, mia: CreatorCard, wrong: dict[str, Any]) -> None:
        performer_id = registered(mia)
        with pytest.raises(service.RecordUnclear):
            service.add_document(performer_id, **(DOCUMENT | wrong))
        assert record(mia, performer_id).state == "unverified"


class TestVerifyRecord:
    def test_a_second_person_verifies(self, db: Any, mia: CreatorCard, verified: Callable[..., str]) -> None:
        card = record(mia, verified())
        assert (card.state, card.valid_until) == ("verified", DOCUMENT["expires_on"])

    def test_who_registered_may_not(self, db: Any, mia: CreatorCard, officer: int) -> None:
        with as_person(officer):
            performer_id = registered(mia)
            service.add_document(performer_id, **DOCUMENT)
            with pytest.raises(service.NeedsSecondPerson):
                service.verify_record(performer_id)

    def test_the_creator_may_not(self, db: Any, mia: CreatorCard, officer: int) -> None:
        with as_person(officer):
            performer_id = registered(mia)
        with as_person(mia.user_id), pytest.raises(service.NeedsSecondPerson):
            service.verify_record(performer_id)

    def test_the_platform_itself_may_not(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia)
        with as_person(None), pytest.raises(service.NeedsSecondPerson):
            service.verify_record(performer_id)

    def test_without_a_document_there_is_nothing_to_verify(
        self, db: Any, mia: CreatorCard, officer: int
    ) -> None:
        performer_id = registered(mia)
        with as_person(officer), pytest.raises(service.RecordNotReady):
            service.verify_record(performer_id)

    def test_a_minor_stays_refused(self, db: Any, mia: CreatorCard, officer: int) -> None:
        performer_id = registered(mia, born_on=date(2010, 1, 1))
        service.add_document(performer_id, **DOCUMENT)
        with as_person(officer), pytest.raises(service.RecordNotReady, match="younger than 18"):
            service.verify_record(performer_id)

    def test_an_unknown_performer_is_not_found(self, db: Any, officer: int) -> None:
        with as_person(officer), pytest.raises(service.NoSuchPerformer):
            service.verify_record(new_id())


class TestRejectRecord:
    def test_a_reason_is_needed(self, db: Any, mia: CreatorCard, officer: int) -> None:
        performer_id = registered(mia)
        with as_person(officer), pytest.raises(service.RecordUnclear):
            service.reject_record(performer_id, reason=" ")


class TestCorrectBirth:
    def test_a_verified_record_must_be_decided_again(
        self, db: Any, mia: CreatorCard, verified: Callable[..., str]
    ) -> None:
        performer_id = verified()
        service.correct_birth(performer_id, born_on=date(1998, 5, 4))
        assert record(mia, performer_id).state == "pending"

    def test_a_minor_is_refused_and_announced(
        self, db: Any, mia: CreatorCard, verified: Callable[..., str]
    ) -> None:
        performer_id = verified()
        service.correct_birth(performer_id, born_on=date(2010, 5, 4))
        assert record(mia, performer_id).state == "rejected"
        assert recorded(db, performer_id) == [MINOR]


class TestAddAlias:
    def test_a_name_is_noted_once(self, db: Any, mia: CreatorCard) -> None:
        performer_id = registered(mia)
        for _ in range(2):
            service.add_alias(performer_id, name="Mimi", kind="nickname")
        assert record(mia, performer_id).aliases == ("Mia Stone", "Mimi")

    def test_a_kind_the_law_does_not_know_is_refused(self, db: Any, mia: CreatorCard) -> None:
        with pytest.raises(service.RecordUnclear):
            service.add_alias(registered(mia), name="Mimi", kind="pet name")


class TestExpireRecords:
    def test_a_document_that_ran_out_ends_the_record(
        self, db: Any, mia: CreatorCard, verified: Callable[..., str]
    ) -> None:
        performer_id = verified()
        with later(days=2 * 365):
            expire_records("")
            assert record(mia, performer_id).state == "verified"
        with later(days=3 * 365):
            expire_records("")
            assert record(mia, performer_id).state == "expired"


class TestAppointCustodian:
    @pytest.mark.parametrize(
        "wrong", [{"street_address": "P.O. Box 12, Berlin"}, {"title": " "}, {"hours": ""}]
    )
    def test_what_the_law_does_not_accept_is_refused(self, db: Any, wrong: dict[str, str]) -> None:
        with pytest.raises(service.CustodianUnclear):
            _appoint(**wrong)


def _appoint(**changes: Any) -> str:
    values = {
        "name": "Claire Novak", "title": "Custodian of Records", "organisation": "Velvet Media Ltd",
        "street_address": "1 Main Street", "hours": "9 to 17", "since": date(2026, 1, 1),
    }  # fmt: skip
    return service.appoint_custodian("velvet", **(values | changes))
