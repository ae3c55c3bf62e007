"""What a consent covers is what is shown: acts, channels, brands, countries, until its last day."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import Consent
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.contracts.media import AssetPublished, Assets
from fanzadmin.media.assets.models import Asset
from tests.compliance.conftest import as_person, later, recorded, uploaded
from tests.town import Town, in_town

RELEASED, HELD = "compliance.asset_released.v1", "compliance.asset_held.v1"
Verified = Callable[..., str]
Consented = Callable[..., str]


@pytest.fixture
def consented(mia: CreatorCard, officer: int) -> Consented:
    """consented(asset_id, performer_id, …) → a release that was handed in and read."""

    def make(asset_id: str, performer_id: str, **terms: Any) -> str:
        given: dict[str, Any] = {"acts": ["nudity"], "evidence": "Cabinet 3"}
        with as_person(mia.user_id):
            consent_id = service.give_consent(asset_id, performer_id=performer_id, **(given | terms))
        with as_person(officer):
            service.confirm_consent(consent_id)
        return consent_id

    return make


@pytest.fixture
def town(db: Any, people: Town) -> Iterator[Town]:
    """MediaCore answers from memory."""
    with in_town(people, Assets):
        yield people


def missing(asset_id: str) -> list[str]:
    return [card.code.removeprefix("compliance.") for card in queries.review_of(asset_id).missing]


class TestActs:
    def test_an_act_that_the_release_does_not_name_holds_the_asset_and_says_which(
        self, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben, acts=("nudity", "oral", "bondage"))
        consented(asset_id, ben, acts=["nudity", "oral"])
        (card,) = queries.review_of(asset_id).missing
        assert (card.code, card.values) == (
            "compliance.act_not_covered",
            {"name": "Ben", "act": "bondage"},
        )
        assert card.sentence == "Ben's consent does not cover: Bondage and restraint."

    def test_a_release_of_more_acts_releases(
        self, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben, acts=("nudity",))
        consented(asset_id, ben, acts=["nudity", "oral"])
        assert missing(asset_id) == []

    def test_the_own_declaration_covers_what_was_stated_then(
        self, db: Any, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), acts=("nudity",))
        with as_person(mia.user_id):
            service.state_acts(asset_id, acts=["nudity", "solo"])
            assert missing(asset_id) == ["act_not_covered"]
            service.attest(asset_id, creator_id=mia.id)
        assert missing(asset_id) == []
        assert recorded(db, asset_id) == [RELEASED, HELD, RELEASED]

    def test_a_release_of_more_acts_takes_the_place_of_the_one_that_stands(
        self, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben, acts=("nudity", "oral"))
        consented(asset_id, ben, acts=["nudity"])
        with pytest.raises(service.ConsentStands):
            consented(asset_id, ben, acts=["nudity"])
        consented(asset_id, ben, acts=["nudity", "oral"])
        assert missing(asset_id) == []

    def test_an_upload_that_does_not_say_what_it_shows_is_held(
        self, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), acts=())
        assert missing(asset_id) == ["acts_unstated"]

    @pytest.mark.parametrize("acts", [[], ["whistling"]])
    def test_no_act_and_an_unknown_one_are_refused(self, mia: CreatorCard, acts: list[str]) -> None:
        with pytest.raises(service.ActsUnclear):
            service.state_acts(uploaded(mia), acts=acts)


class TestDistribution:
    @pytest.mark.parametrize(
        ("terms", "code"),
        [
            ({"distribution": ["download"]}, "not_distributed"),
            ({"clusters": ["noir"]}, "other_brands"),
            ({"territories": ["us", "CA"]}, "territory"),
        ],
    )
    def test_what_is_not_allowed_is_not_shown(
        self, mia: CreatorCard, verified: Verified, consented: Consented, terms: dict[str, Any], code: str
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consented(asset_id, ben, **terms)
        assert missing(asset_id) == [code]

    def test_this_brand_among_others_is_enough(
        self, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consented(asset_id, ben, clusters=["noir", mia.cluster])
        assert missing(asset_id) == []

    def test_free_to_everyone_needs_a_consent_for_that(
        self, db: Any, mia: CreatorCard, town: Town, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consented(asset_id, ben)
        assert missing(asset_id) == []
        town.new_asset(mia, id=asset_id)
        town.assets.asset_cards[asset_id] = next(iter(town.assets.asset_cards.values()))
        with as_person(None):
            service.review_again(published(asset_id, mia))
        assert missing(asset_id) == ["not_free"]
        assert recorded(db, asset_id)[-1] == HELD


class TestLastDay:
    def test_a_consent_that_has_ended_takes_the_asset_back(
        self, db: Any, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        consented(asset_id, ben, ends_on=date(2026, 12, 1))
        with later(days=30):
            assert service.end_consents() == 0
        with later(days=31):
            assert service.end_consents() == 1
            assert service.end_consents() == 0
        (card,) = queries.review_of(asset_id).missing
        assert card.sentence == "Ben's consent for this asset ended on 2026-12-01."
        assert recorded(db, asset_id)[-1] == HELD

    def test_the_terms_are_kept_with_it(
        self, db: Any, mia: CreatorCard, verified: Verified, consented: Consented
    ) -> None:
        ben = verified("Ben")
        consent_id = consented(
            uploaded(mia, ben), ben, territories=["us"], clusters=["noir"], ends_on=date(2027, 1, 1)
        )
        consent = db.get(Consent, consent_id)
        assert (consent.territories, consent.clusters, consent.ends_on) == (
            ["US"], ["noir"], date(2027, 1, 1),
        )  # fmt: skip


class TestProductionDate:
    def test_an_upload_that_does_not_say_when_it_was_made_is_held(
        self, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True), produced_on="")
        assert queries.review_of(asset_id).produced_on is None
        assert missing(asset_id) == ["undated"]
        service.set_production_date(asset_id, produced_on=date(2026, 3, 4))
        assert missing(asset_id) == []


class TestPerformersOf:
    def test_whose_record_was_rejected_cannot_be_named(
        self, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        ben = verified("Ben")
        assert [card.id for card in queries.RecordAnswers().performers_of(mia.id)] == [ben]
        with as_person(officer):
            service.reject_record(ben, reason="The passport is forged.")
        assert queries.RecordAnswers().performers_of(mia.id) == ()


def published(asset_id: str, creator: CreatorCard) -> AssetPublished:
    return AssetPublished(
        asset_id=asset_id, creator_id=creator.id, cluster=creator.cluster, title="Sunset", caption="", kind="video",
        audience="public", price_minor=0, currency="USD", tags=(),
    )  # fmt: skip


class TestConsole:
    def test_staff_enter_a_release_with_all_its_terms(
        self, db: Any, mia: CreatorCard, verified: Verified, login: Callable[..., Any]
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        db.add(
            Asset(
                id=asset_id, cluster=mia.cluster, creator_id=mia.id, title="Sunset", audience="subscribers", price_minor=0, currency="USD",
                filename="a.mp4", content_type="video/mp4", size=1, sha256="0" * 64, source_key="x",
            )
        )  # fmt: skip
        db().commit_transaction()
        form = {
            "asset_id": asset_id, "performer_id": ben, "acts": ["nudity", "oral"], "distribution": ["platform"],
            "territories": "us, ca", "ends_on": "2030-01-01", "signed_at": "2026-10-01T09:00", "evidence": "Cabinet 3",
        }  # fmt: skip
        staff = login("Compliance")
        answer = staff.post("/complianceconsentconsole/add", data=form)
        assert answer.status_code == 302
        consent = db.query(Consent).filter_by(asset_id=asset_id).one()
        assert (consent.acts, consent.territories) == (["nudity", "oral"], ["US", "CA"])
        page = staff.get("/complianceconsentconsole/list/").text
        assert "Nudity, Oral sex" in page
        assert "On the platform, for those who pay" in page
