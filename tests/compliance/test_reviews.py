"""The gate: released when everyone depicted has a good record and a standing consent, else held with the exact reasons."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import Consent
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from tests.compliance.conftest import (
    DOCUMENT,
    TODAY,
    as_person,
    later,
    recorded,
    registered,
    uploaded,
)
from tests.town import Town

RELEASED, HELD = "compliance.asset_released.v1", "compliance.asset_held.v1"
Verified = Callable[..., str]
RELEASE: dict[str, Any] = {"acts": ["nudity", "solo"], "evidence": "Cabinet 3, folder 12"}


def reasons(asset_id: str) -> tuple[str, ...]:
    return queries.review_of(asset_id).reasons


def state(asset_id: str) -> str:
    return queries.review_of(asset_id).state


def consented(asset_id: str, performer_id: str, *, by: CreatorCard, confirmed_by: int) -> str:
    with as_person(by.user_id):
        consent_id = service.give_consent(asset_id, performer_id=performer_id, **RELEASE)
    with as_person(confirmed_by):
        service.confirm_consent(consent_id)
    return consent_id


class TestTakeUp:
    def test_the_creator_alone_with_a_verified_record_is_released_at_once(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        assert recorded(db, asset_id) == [RELEASED]
        assert reasons(asset_id) == ()

    def test_the_declaration_is_kept_as_a_consent(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        (consent,) = db.query(Consent).filter_by(asset_id=asset_id)
        assert (consent.source, consent.text_version, consent.given_by_user_id) == (
            "attestation", service.ATTESTATION, mia.user_id,
        )  # fmt: skip

    def test_an_upload_by_someone_else_declares_nothing(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), by=officer)
        assert reasons(asset_id) == ("No consent of Mia Stone for this asset.",)

    def test_an_upload_that_names_nobody_is_held(self, db: Any, mia: CreatorCard) -> None:
        asset_id = uploaded(mia)
        assert recorded(db, asset_id) == [HELD]
        assert reasons(asset_id) == ("The upload names no performer.",)

    @pytest.mark.parametrize("named", ["nonsense", ""])
    def test_a_name_that_is_no_id_names_nobody(self, db: Any, mia: CreatorCard, named: str) -> None:
        assert reasons(uploaded(mia, named)) == ("The upload names no performer.",)

    def test_someone_without_a_record_holds_it(self, db: Any, mia: CreatorCard) -> None:
        assert reasons(uploaded(mia, new_id())) == (
            "The upload names someone who has no record with this creator.",
        )

    def test_the_neighbours_performer_is_unknown_here(
        self, db: Any, mia: CreatorCard, people: Town, verified: Verified
    ) -> None:
        neighbour = people.new_creator("Mia Stone", login=False)
        assert reasons(uploaded(neighbour, verified())) == (
            "The upload names someone who has no record with this creator.",
        )

    def test_a_record_not_verified_holds_it(self, db: Any, mia: CreatorCard) -> None:
        with as_person(mia.user_id):
            performer_id = registered(mia, is_self=True)
        assert reasons(uploaded(mia, performer_id)) == ("Mia Stone's identity record is not verified.",)

    def test_every_reason_of_everyone_is_said(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        asset_id = uploaded(mia, verified(is_self=True), registered(mia, stage_name="Ben"))
        assert reasons(asset_id) == (
            "Ben's identity record is not verified.",
            "No consent of Ben for this asset.",
        )

    def test_hearing_it_twice_changes_nothing(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        service.review_asset(asset_id)
        assert recorded(db, asset_id) == [RELEASED]


class TestVerifyRecord:
    def test_it_releases_what_waited_for_it(self, db: Any, mia: CreatorCard, officer: int) -> None:
        with as_person(mia.user_id):
            performer_id = registered(mia, is_self=True)
            service.add_document(performer_id, **DOCUMENT)
        asset_id = uploaded(mia, performer_id)
        with as_person(officer):
            service.verify_record(performer_id)
        assert recorded(db, asset_id) == [HELD, RELEASED]

    def test_rejecting_it_later_holds_everything_again(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        performer_id = verified(is_self=True)
        assets = [uploaded(mia, performer_id) for _ in range(2)]
        with as_person(officer):
            service.reject_record(performer_id, reason="The passport is forged.")
        for asset_id in assets:
            assert reasons(asset_id) == ("Mia Stone's identity record was rejected.",)
            assert recorded(db, asset_id) == [RELEASED, HELD]


class TestGiveConsent:
    def test_a_release_counts_when_a_second_person_has_read_it(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        with as_person(mia.user_id):
            consent_id = service.give_consent(asset_id, performer_id=ben, **RELEASE)
        assert reasons(asset_id) == ("Ben's release for this asset waits to be checked.",)
        with as_person(officer):
            service.confirm_consent(consent_id)
            service.confirm_consent(consent_id)
        assert recorded(db, asset_id) == [HELD, HELD, RELEASED]

    def test_who_handed_it_in_may_not_confirm_it(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        with as_person(mia.user_id):
            consent_id = service.give_consent(asset_id, performer_id=ben, **RELEASE)
            with pytest.raises(service.NeedsSecondPerson):
                service.confirm_consent(consent_id)

    def test_it_is_for_this_asset_alone(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        ben = verified("Ben")
        first, second = uploaded(mia, ben), uploaded(mia, ben)
        consented(first, ben, by=mia, confirmed_by=officer)
        assert (state(first), state(second)) == ("released", "held")

    def test_it_is_given_once(self, db: Any, mia: CreatorCard, officer: int, verified: Verified) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consented(asset_id, ben, by=mia, confirmed_by=officer)
        with pytest.raises(service.ConsentStands):
            service.give_consent(asset_id, performer_id=ben, **RELEASE)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"acts": ()},
            {"acts": ("whistling",)},
            {"territories": ("Utopia",)},
            {"ends_on": TODAY.date() - timedelta(days=1)},
            {"evidence": " "},
            {"distribution": ()},
            {"distribution": ("television",)},
            {"signed_at": TODAY + timedelta(days=1)},
        ],
    )
    def test_an_incomplete_one_is_refused(
        self, db: Any, mia: CreatorCard, verified: Verified, wrong: dict[str, Any]
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        with pytest.raises(service.ConsentUnclear):
            service.give_consent(asset_id, performer_id=ben, **(RELEASE | wrong))

    def test_the_neighbours_asset_is_not_found(self, db: Any, people: Town, verified: Verified) -> None:
        asset_id = uploaded(people.new_creator("Mia Stone", login=False))
        with pytest.raises(service.NoSuchReview):
            service.give_consent(asset_id, performer_id=verified("Ben"), **RELEASE)


class TestRevokeConsent:
    def test_the_asset_is_held_again_at_once(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consent_id = consented(asset_id, ben, by=mia, confirmed_by=officer)
        service.revoke_consent(consent_id, reason="He changed his mind.")
        service.revoke_consent(consent_id)
        assert reasons(asset_id) == ("Ben has revoked the consent for this asset.",)
        assert recorded(db, asset_id)[-2:] == [RELEASED, HELD]

    def test_it_can_be_given_again(self, db: Any, mia: CreatorCard, officer: int, verified: Verified) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        service.revoke_consent(consented(asset_id, ben, by=mia, confirmed_by=officer))
        consented(asset_id, ben, by=mia, confirmed_by=officer)
        assert state(asset_id) == "released"

    def test_a_revoked_one_cannot_be_confirmed(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consent_id = service.give_consent(asset_id, performer_id=ben, **RELEASE)
        service.revoke_consent(consent_id)
        with as_person(officer), pytest.raises(service.ConsentRevoked):
            service.confirm_consent(consent_id)

    def test_an_unknown_one_is_not_found(self, db: Any) -> None:
        with pytest.raises(service.NoSuchConsent):
            service.revoke_consent(new_id())


class TestAttest:
    def test_one_declares_for_oneself_later(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), by=officer)
        with as_person(mia.user_id):
            service.attest(asset_id, creator_id=mia.id)
            with pytest.raises(service.ConsentStands):
                service.attest(asset_id, creator_id=mia.id)
        assert state(asset_id) == "released"

    def test_nobody_declares_for_another(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), by=officer)
        with as_person(officer), pytest.raises(service.NotInPerson):
            service.attest(asset_id, creator_id=mia.id)

    def test_an_asset_that_does_not_name_one_needs_no_declaration(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        verified(is_self=True)
        asset_id = uploaded(mia, verified("Ben"))
        with as_person(mia.user_id), pytest.raises(service.NoSuchReview):
            service.attest(asset_id, creator_id=mia.id)


class TestDepictions:
    def test_one_more_person_holds_a_released_asset(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        service.add_depiction(asset_id, performer_id=verified("Ben"))
        assert reasons(asset_id) == ("No consent of Ben for this asset.",)

    def test_naming_twice_is_naming_once(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        mine = verified(is_self=True)
        asset_id = uploaded(mia, mine, mine)
        service.add_depiction(asset_id, performer_id=mine)
        assert queries.review_of(asset_id).performer_ids == (mine,)


class TestProductionDate:
    def test_the_depicted_must_have_been_18_then(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        mine = verified(is_self=True)
        asset_id = uploaded(mia, mine)
        service.set_production_date(asset_id, produced_on=date(2017, 5, 3))
        assert reasons(asset_id) == ("Mia Stone was not 18 yet when this was made.",)
        service.review_asset(asset_id)
        assert recorded(db, mine) == ["compliance.minor_suspected.v1"]

    def test_on_the_eighteenth_birthday_is_allowed(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        service.set_production_date(asset_id, produced_on=date(2017, 5, 4))
        assert state(asset_id) == "released"

    def test_it_cannot_lie_after_the_upload(self, db: Any, mia: CreatorCard) -> None:
        with pytest.raises(service.WrongProductionDate):
            service.set_production_date(uploaded(mia), produced_on=clock.now().date() + timedelta(days=1))

    def test_of_an_unknown_asset_it_cannot_be_stated(self, db: Any) -> None:
        with pytest.raises(service.NoSuchReview):
            service.set_production_date(new_id(), produced_on=date(2026, 1, 1))


class TestExpiredDocuments:
    def test_what_was_made_while_they_were_valid_stays_released(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        mine = verified(is_self=True)
        asset_id = uploaded(mia, mine)
        with later(days=3 * 365):
            service.expire_records()
            assert state(asset_id) == "released"
            assert reasons(uploaded(mia, mine)) == ("Mia Stone's identity document has expired.",)

    def test_a_new_document_and_decision_release_what_waits(
        self, db: Any, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        mine = verified(is_self=True)
        with later(days=3 * 365):
            service.expire_records()
            asset_id = uploaded(mia, mine)
            service.add_document(mine, **(DOCUMENT | {"expires_on": date(2035, 1, 1)}))
            with as_person(officer):
                service.verify_record(mine)
            assert state(asset_id) == "released"


class TestInspectRecords:
    @pytest.mark.parametrize("term", ["maria steiner", "Mimi", "mia st"])
    def test_every_name_finds_the_record_with_its_works(
        self, db: Any, mia: CreatorCard, verified: Verified, term: str
    ) -> None:
        mine = verified(is_self=True)
        service.add_alias(mine, name="Mimi", kind="nickname")
        asset_id = uploaded(mia, mine)
        (inspect_record,) = queries.inspect_records(term)
        assert (inspect_record.record.id, [work.asset_id for work in inspect_record.works]) == (
            mine,
            [asset_id],
        )

    def test_a_work_finds_everyone_in_it(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        both = {verified(is_self=True), verified("Ben")}
        asset_id = uploaded(mia, *both)
        assert {inspect_record.record.id for inspect_record in queries.inspect_records(asset_id)} == both

    def test_another_brand_is_not_shown(self, db: Any, verified: Verified) -> None:
        verified(is_self=True)
        assert queries.inspect_records("Maria", clusters=frozenset({"noir"})) == ()

    def test_a_wild_card_is_no_name(self, db: Any, verified: Verified) -> None:
        verified(is_self=True)
        assert queries.inspect_records("%") == ()


class TestPerformersOf:
    def test_the_creator_comes_first(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        verified("Ben")
        verified("Zoe", is_self=True)
        cards = queries.RecordAnswers().performers_of(mia.id)
        assert [(card.stage_name, card.is_self, card.state) for card in cards] == [
            ("Zoe", True, "verified"),
            ("Ben", False, "verified"),
        ]

    def test_what_waits_is_counted(self, db: Any, mia: CreatorCard, verified: Verified) -> None:
        ben = verified("Ben")
        service.give_consent(uploaded(mia, ben), performer_id=ben, **RELEASE)
        service.add_document(registered(mia, stage_name="Zoe"), **DOCUMENT)
        waiting = queries.waiting()
        assert (waiting.pending_records, waiting.held_assets, waiting.unconfirmed_consents) == (1, 1, 1)
