"""How and when an asset comes out, and what is changed of it afterwards."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzadmin.contracts.media import Access, Announce, Assets
from fanzadmin.kernel import clock
from fanzadmin.kernel.ports import ask
from fanzadmin.media import service
from fanzadmin.media.publishing import plans
from jobs import media as jobs
from tests.media.conftest import encode, end_of_request
from tests.town import Town

HOUR = timedelta(hours=1)


def change(creator: Any, asset: Any, **said: Any) -> None:
    service.change_asset(creator, asset, service.Change(**said))


def types(facts: Any) -> list[str]:
    return [fact.type.split(".")[1] for fact in facts]


@pytest.fixture
def scheduled(upload: Any, clear: Any, clip: Any) -> Any:
    """scheduled() → a clip through every gate, an hour before its moment."""

    def run(**said: Any) -> Any:
        asset = clear(upload(clip, publish_at=clock.now() + HOUR, **said))
        service.release(asset.id)
        return encode(asset)

    return run


@pytest.fixture
def waiting(upload: Any, clear: Any) -> Any:
    """waiting() → an asset that is as good as encoded, an hour before its moment."""

    def run() -> Any:
        end_of_request()
        asset = clear(upload(b"abc", publish_at=clock.now() + HOUR))
        asset.encode_state = "done"
        service.release(asset.id)
        return asset

    return run


class TestAnnounce:
    def test_an_upload_that_says_nothing_goes_to_the_feed(self, published: Any, facts: Any) -> None:
        asset = published()
        assert facts(asset.id)[-1].data["announce"] == "feed"

    def test_a_creator_has_a_default_of_her_own(self, upload: Any, creator: Any, town: Town) -> None:
        service.set_default_announce(creator, "both")
        end_of_request()
        assert upload(b"abc").announce == "both"
        assert upload(b"abc", announce="none").announce == "none"
        assert plans.default_announce(town.new_creator("Zoe").id) is Announce.FEED

    def test_it_is_changed_until_the_asset_is_published(
        self, published: Any, upload: Any, creator: Any
    ) -> None:
        asset = upload(b"abc")
        change(creator, asset, announce="message")
        end_of_request()
        assert asset.announce == "message"
        out = published()
        with pytest.raises(service.AlreadyPublished, match="published already"):
            change(creator, out, announce="message")
        change(creator, out, announce="feed", title="Dusk")  # what a form sends along unchanged

    @pytest.mark.parametrize("wrong", ["", "sms", "FEED"])
    def test_there_are_four_ways(self, upload: Any, creator: Any, wrong: str) -> None:
        with pytest.raises(service.UploadRefused, match="feed, message, both or none"):
            change(creator, upload(b"abc"), announce=wrong)
        with pytest.raises(service.UploadRefused):
            service.set_default_announce(creator, wrong)


class TestSchedule:
    def test_it_is_processed_and_waits(self, scheduled: Any, facts: Any, town: Town) -> None:
        asset = scheduled(audience="public")
        assert asset.state == "scheduled"
        assert types(facts(asset.id)) == ["asset_uploaded", "asset_ready"]

    def test_nobody_is_offered_it_before(self, scheduled: Any, town: Town) -> None:
        asset = scheduled(audience="public")
        viewer = service.Viewer(fan_id=town.new_fan(cluster="nova").id)
        card = ask(Assets).card(asset.id)
        assert card is not None
        assert (card.published_at, card.poster_url) == (None, "")
        assert ask(Access).openings(viewer, (asset.id,)) == {}
        with pytest.raises(service.NoSuchAsset):
            service.grant_playback(asset.id, viewer)

    def test_it_comes_out_once_when_its_moment_has_come(self, scheduled: Any, facts: Any) -> None:
        asset = scheduled()
        with clock.frozen(clock.now() + timedelta(minutes=59)):
            assert service.publish_scheduled() == 0
        with clock.frozen(clock.now() + HOUR):
            jobs.publish_scheduled("")
            jobs.publish_scheduled("")
            service.release(asset.id)
        asset = service.lock_asset(asset.id)
        assert (asset.state, asset.publish_at) == ("published", None)
        assert types(facts(asset.id)).count("asset_published") == 1

    def test_what_is_not_ready_then_comes_out_as_soon_as_it_is(
        self, upload: Any, clear: Any, clip: Any
    ) -> None:
        asset = clear(upload(clip, publish_at=clock.now() + HOUR))
        with clock.frozen(clock.now() + 2 * HOUR):
            assert service.publish_scheduled() == 0
            service.release(asset.id)
            assert encode(asset).state == "published"

    def test_the_moment_is_changed(self, scheduled: Any, creator: Any) -> None:
        asset, later = scheduled(), clock.now() + 3 * HOUR
        change(creator, asset, publish_at=later)
        with clock.frozen(clock.now() + 2 * HOUR):
            assert service.publish_scheduled() == 0
        with clock.frozen(later):
            assert service.publish_scheduled() == 1

    def test_cancelled_it_is_published_at_once(self, scheduled: Any, creator: Any) -> None:
        asset = scheduled()
        change(creator, asset, is_unscheduled=True)
        assert service.lock_asset(asset.id).state == "published"

    def test_a_withdrawn_one_never_comes_out(self, scheduled: Any) -> None:
        asset = scheduled()
        service.withdraw(asset, reason="x")
        with clock.frozen(clock.now() + HOUR):
            assert service.publish_scheduled() == 0
        assert service.lock_asset(asset.id).state == "withdrawn"

    def test_a_suspended_creators_waits_for_her(self, scheduled: Any, town: Town, creator: Any) -> None:
        asset = scheduled()
        town.suspend(creator)
        with clock.frozen(clock.now() + HOUR):
            assert service.publish_scheduled() == 0
            assert service.lock_asset(asset.id).state == "ready"

    @pytest.mark.parametrize(
        ("at", "sentence"),
        [
            (timedelta(), "has passed"),
            (timedelta(hours=-1), "has passed"),
            (timedelta(days=400), "within a year"),
        ],
    )
    def test_a_moment_that_cannot_be_says_so(
        self, upload: Any, creator: Any, at: timedelta, sentence: str
    ) -> None:
        with pytest.raises(service.MomentRefused, match=sentence):
            upload(b"abc", publish_at=clock.now() + at)
        with pytest.raises(service.MomentRefused, match=sentence):
            change(creator, upload(b"abc"), publish_at=clock.now() + at)

    def test_a_moment_has_a_time_zone(self, upload: Any) -> None:
        with pytest.raises(service.MomentRefused, match="time zone"):
            upload(b"abc", publish_at=datetime(2099, 1, 1))  # noqa: DTZ001  that is what is wrong

    def test_what_is_out_is_not_scheduled(self, published: Any, creator: Any) -> None:
        with pytest.raises(service.AlreadyPublished):
            change(creator, published(), publish_at=clock.now() + HOUR)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        acts=st.lists(
            st.tuples(st.sampled_from(["later", "now", "job", "hold", "release"]), st.integers(1, 180)),
            max_size=12,
        )
    )
    def test_never_before_its_moment_and_never_twice(
        self, waiting: Any, creator: Any, facts: Any, acts: list[tuple[str, int]]
    ) -> None:
        asset, now = waiting(), clock.now()
        for act, minutes in acts:
            now += timedelta(minutes=minutes)
            with clock.frozen(now):
                asset = service.lock_asset(asset.id)
                planned, was_out = asset.publish_at, asset.published_at
                if act == "later" and not was_out:
                    change(creator, asset, publish_at=now + timedelta(minutes=minutes))
                elif act == "now":
                    change(creator, asset, is_unscheduled=True)
                elif act == "job":
                    service.publish_scheduled()
                elif act == "hold":
                    service.hold(asset.id, reasons=("x",))
                elif act == "release":
                    service.release(asset.id)
                is_new = asset.published_at is not None and was_out is None
                assert not (is_new and act != "now" and planned is not None and planned > now)
        announced = [
            name for name in types(facts(asset.id)) if name in ("asset_published", "asset_withdrawn")
        ]
        assert all(name != after for name, after in pairwise(announced))


class TestChangeAsset:
    def test_words_tags_audience_and_price(self, upload: Any, creator: Any) -> None:
        asset = upload(b"abc")
        change(
            creator, asset, title="Dusk", caption="At nine.", tags=("#Sea", "sea", "Sun"), audience="ppv", price_minor=700
        )  # fmt: skip
        assert (asset.title, asset.caption, asset.tags) == ("Dusk", "At nine.", ["sea", "sun"])
        assert (asset.audience, asset.price_minor, asset.currency) == ("ppv", 700, "USD")

    def test_of_a_published_one_it_is_a_fact_with_the_former_price(
        self, published: Any, creator: Any, facts: Any
    ) -> None:
        asset = published(audience="ppv", price_minor=500)
        change(creator, asset, price_minor=900)
        change(creator, asset, price_minor=900)
        heard = [fact.data for fact in facts(asset.id) if fact.type == "media.asset_changed.v1"]
        assert [(data["former_price_minor"], data["price_minor"]) for data in heard] == [(500, 900)]

    def test_another_audience_drops_the_price(self, upload: Any, creator: Any) -> None:
        asset = upload(b"abc", audience="ppv", price_minor=500)
        change(creator, asset, audience="public")
        assert (asset.audience, asset.price_minor) == ("public", 0)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"price_minor": 500},
            {"audience": "ppv"},
            {"audience": "ppv", "price_minor": 0},
            {"audience": "ppv", "price_minor": -1},
            {"audience": "ppv", "price_minor": 10_000_001},
            {"audience": "friends"},
            {"title": " "},
            {"caption": "x" * 5001},
            {"tags": ["x" * 41]},
        ],
    )
    def test_bad_input_gets_a_sentence(self, upload: Any, creator: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises((service.PriceRefused, service.UploadRefused)) as refused:
            change(creator, upload(b"abc"), **wrong)
        assert refused.value.detail.endswith(".")

    def test_a_suspended_creator_changes_nothing(self, upload: Any, creator: Any, town: Town) -> None:
        asset = upload(b"abc")
        town.suspend(creator)
        card = town.people.creator(creator.id)
        with pytest.raises(service.NotChangeable):
            change(card, asset, title="Dusk")

    def test_a_withdrawn_one_stays_as_it_was(self, upload: Any, creator: Any) -> None:
        asset = upload(b"abc")
        service.withdraw(asset, reason="x")
        with pytest.raises(service.AlreadyWithdrawn):
            change(creator, asset, title="Dusk")

    def test_an_accepted_suggestion_is_a_change_too(self, published: Any, facts: Any) -> None:
        asset = published()
        service.apply_suggestion(asset.id, kind="caption", value='"Words"')
        assert facts(asset.id)[-1].type == "media.asset_changed.v1"


class TestWhoMaySeeItAfterwards:
    @pytest.mark.parametrize("audience", ["subscribers", "public"])
    def test_buyers_keep_what_they_bought(
        self, published: Any, creator: Any, town: Town, audience: str
    ) -> None:
        asset, fan = published(audience="ppv", price_minor=500), town.new_fan(cluster="nova")
        viewer = service.Viewer(user_id=fan.user_id, fan_id=fan.id, fan_cluster="nova")
        town.unlocks.add((fan.id, asset.id))
        change(creator, asset, audience=audience)
        assert service.grant_playback(asset.id, viewer).hls_url
        change(creator, asset, audience="ppv", price_minor=99_00)
        assert service.grant_playback(asset.id, viewer).hls_url

    def test_links_handed_out_follow_the_new_audience(self, published: Any, creator: Any, town: Town) -> None:
        asset = published(audience="public")
        anonymous = service.Viewer()
        token, path = (
            service.grant_playback(asset.id, anonymous).hls_url.removeprefix("/media/").split("/", 1)
        )
        assert service.find_file(token, path, anonymous).size
        change(creator, asset, audience="subscribers")
        with pytest.raises(service.LinkRefused):
            service.find_file(token, path, anonymous)
