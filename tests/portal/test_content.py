"""Content and one asset: the groups, the gates, the forms."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fanzadmin.chat import service as chat
from fanzadmin.compliance import queries as records
from fanzadmin.compliance import service as compliance
from fanzadmin.contracts.media import AssetPublished
from fanzadmin.kernel import clock
from fanzadmin.media import service as media
from tests.portal.conftest import Person, end_of_request


def performer(of: Person, name: str, *, is_self: bool = False) -> str:
    return compliance.register_performer(
        of.id, stage_name=name, legal_name=f"{name} Stonefield", born_on=date(1990, 5, 5), is_self=is_self
    )


class TestTheList:
    def test_shows_each_asset_in_its_group(self, mia: Person, upload: Callable[..., str]) -> None:
        upload(mia, "Sunset")
        assert "Sunset" in mia.get("/content").text
        assert "Sunset" in mia.get("/content?show=moving").text
        assert "Sunset" not in mia.get("/content?show=published").text

    def test_takes_an_unknown_group_for_all(self, mia: Person, upload: Callable[..., str]) -> None:
        upload(mia, "Sunset")
        assert "Sunset" in mia.get("/content?show=nonsense").text

    def test_offers_those_whom_the_creator_may_name(self, mia: Person, zoe: Person) -> None:
        performer(mia, "Mia", is_self=True)
        performer(zoe, "Zed")
        text = mia.get("/content").text
        assert "Mia (you)" in text
        assert "Zed" not in text

    def test_escapes_what_people_type(self, mia: Person, upload: Callable[..., str]) -> None:
        upload(mia, "<script>alert(1)</script>")
        assert "<script>alert" not in mia.get("/content").text


class TestTheGates:
    def test_say_exactly_what_is_missing_and_where_to_mend_it(
        self, mia: Person, upload: Callable[..., str]
    ) -> None:
        asset_id = upload(mia)
        media.accept_clean_copy(asset_id, clean_key="clean/x", content_type="video/mp4", kind="video")
        media.hold(asset_id, reasons=("Lena has no verified record.",))
        text = mia.get(f"/content/{asset_id}").text
        assert "The upload names no performer." in text  # Compliance's own words, in the language of the page
        assert "#people" in text
        assert "Lena has no verified record." in mia.get("/").text

    def test_say_why_a_file_was_blocked(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(mia)
        media.quarantine(asset_id, reasons=("It is a program in disguise.",))
        text = mia.get(f"/content/{asset_id}").text
        assert "Blocked" in text
        assert "It is a program in disguise." in text


def typed(**changes: str) -> dict[str, str]:
    """The form of an asset as the browser sends it."""
    return {"title": "Sunset", "caption": "", "tags": "", "audience": "subscribers", "price": ""} | changes


class TestWordsAudienceAndPrice:
    def test_are_changed(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(mia)
        answer = mia.post(
            f"/content/{asset_id}",
            data=typed(title="Dawn", caption="At five.", tags="#sea, Sun", audience="ppv", price="7.50"),
        )
        assert answer.status_code == 303
        asset = media.lock_asset(asset_id)
        assert (asset.title, asset.caption, asset.tags) == ("Dawn", "At five.", ["sea", "sun"])
        assert (asset.audience, asset.price_minor) == ("ppv", 750)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"title": " "}, "Give it a title"),
            ({"audience": "ppv", "price": ""}, "Pay-per-view needs a price above zero."),
            ({"audience": "ppv", "price": "a lot"}, "Type an amount"),
            ({"tags": "x" * 41}, "Use at most 30 tags"),
        ],
    )
    def test_keep_what_was_typed_beside_the_error(
        self, mia: Person, upload: Callable[..., str], wrong: dict[str, str], sentence: str
    ) -> None:
        asset_id = upload(mia)
        answer = mia.post(f"/content/{asset_id}", data=typed(caption="A long thought", **wrong))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "A long thought" in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert media.lock_asset(asset_id).title == "Sunset"


class TestHowAndWhenItComesOut:
    def test_is_changed_until_it_is_out(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(mia)
        plan = {"announce": "both", "publish_at": f"{clock.now().year + 1}-01-01T00:00"}
        assert mia.post(f"/content/{asset_id}/plan", data=plan).status_code == 303
        asset = media.lock_asset(asset_id)
        assert (asset.announce, asset.publish_at is not None) == ("both", True)
        mia.post(f"/content/{asset_id}/plan", data={"announce": "none", "now": "yes"})
        asset = media.lock_asset(asset_id)
        assert (asset.announce, asset.publish_at) == ("none", None)

    @pytest.mark.parametrize(
        ("at", "sentence"), [("2001-01-01T10:00", "has passed"), ("soon", "Type a day and an hour")]
    )
    def test_a_moment_that_cannot_be_says_so(
        self, mia: Person, upload: Callable[..., str], at: str, sentence: str
    ) -> None:
        answer = mia.post(f"/content/{upload(mia)}/plan", data={"announce": "feed", "publish_at": at})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert at in answer.text

    def test_the_message_that_waits_is_shown_sent_and_discarded(
        self, mia: Person, upload: Callable[..., str]
    ) -> None:
        asset = media.lock_asset(upload(mia))
        asset.published_at = clock.now()
        chat.announce_asset(
            AssetPublished(
                asset_id=asset.id, cluster="velvet", creator_id=mia.id, title="Sunset", caption="", kind="video",
                audience="public", price_minor=0, currency="USD", tags=(), announce="message",
            ),
            gather=timedelta(hours=1),
        )  # fmt: skip
        end_of_request()
        assert "Your subscribers get one message at" in mia.get("/content").text
        assert mia.post("/broadcast/send").status_code == 303
        mia.post("/broadcast/discard")
        assert "Your subscribers get one message at" not in mia.get("/content").text
        mia.post("/broadcast/discard")
        assert "No message to your subscribers is waiting." in mia.get("/content").text


class TestItsButtons:
    def test_withdraw_takes_it_back(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(mia)
        assert mia.post(f"/content/{asset_id}/withdraw").status_code == 303
        assert media.lock_asset(asset_id).withdrawn_at is not None

    @pytest.mark.parametrize("act", ["cancel", "retry"])
    def test_say_why_nothing_happened(self, mia: Person, upload: Callable[..., str], act: str) -> None:
        asset_id = upload(mia)
        media.withdraw(media.lock_asset(asset_id), reason="Tired of it")
        assert mia.post(f"/content/{asset_id}/{act}").location == f"/portal/content/{asset_id}"
        assert "toast-danger" in mia.get(f"/content/{asset_id}").text


class TestPeopleShown:
    def test_one_more_is_named(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id, lena = upload(mia), performer(mia, "Lena")
        assert mia.post(f"/content/{asset_id}/people", data={"performer_id": lena}).status_code == 303
        assert records.review_of(asset_id).performer_ids == (lena,)

    def test_the_neighbours_performer_cannot_be_named(
        self, mia: Person, zoe: Person, upload: Callable[..., str]
    ) -> None:
        asset_id, zed = upload(mia), performer(zoe, "Zed")
        assert mia.post(f"/content/{asset_id}/people", data={"performer_id": zed}).status_code == 404

    def test_the_own_consent_is_given_and_ended(self, mia: Person, upload: Callable[..., str]) -> None:
        own = performer(mia, "Mia", is_self=True)
        asset_id = upload(mia, performer_ids=(own,))
        mia.post(f"/content/{asset_id}/attestation")
        consent = records.consents_of_asset(asset_id, creator_id=mia.id)[0]
        assert consent.state == "standing"
        mia.post(f"/consents/{consent.id}/revoke")
        assert records.consent_of(consent.id, creator_id=mia.id).state == "revoked"

    def test_the_neighbours_consent_cannot_be_ended(
        self, mia: Person, zoe: Person, upload: Callable[..., str]
    ) -> None:
        own = performer(zoe, "Zoe", is_self=True)
        asset_id = upload(zoe, performer_ids=(own,))
        zoe.post(f"/content/{asset_id}/attestation")
        consent = records.consents_of_asset(asset_id, creator_id=zoe.id)[0]
        assert mia.post(f"/consents/{consent.id}/revoke").status_code == 404

    def test_a_release_is_handed_in(self, mia: Person, upload: Callable[..., str]) -> None:
        lena = performer(mia, "Lena")
        asset_id = upload(mia, performer_ids=(lena,))
        path = f"/content/{asset_id}/releases/{lena}"
        assert "signed" in mia.get(path).text
        texts: dict[str, Any] = {"acts": ["nudity", "solo"], "distribution": ["platform"], "evidence": ""}
        wrong = mia.post(path, data=texts)
        assert wrong.status_code == 422
        assert wrong.text.count('value="solo" checked') == 1
        assert mia.post(path, data=texts | {"evidence": "Folder 4"}).status_code == 303
        assert records.consents_of_asset(asset_id, creator_id=mia.id)[0].state == "unconfirmed"
