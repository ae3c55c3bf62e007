"""The rules of choice, on plain values."""

from datetime import UTC, datetime
from statistics import fmean
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fanzadmin.gpt.models import Kind
from fanzadmin.gpt.service.captions import suggest_caption
from fanzadmin.gpt.service.hours import suggest_hour
from fanzadmin.gpt.service.past import Advice, Withheld, lifts, shrunk
from fanzadmin.gpt.service.prices import suggest_price
from fanzadmin.gpt.service.similarity import similarities
from fanzadmin.gpt.service.tags import suggest_tags
from tests.gpt.conftest import OTHER, fresh, past, says


class TestSimilarities:
    def test_shared_words_make_texts_alike(self) -> None:
        near, far = similarities("Studio nights", ["studio light", "beach morning"])
        assert near > far == 0

    def test_without_words_nothing_is_alike(self) -> None:
        assert similarities("", ["a b", "studio"]) == [0.0, 0.0]
        assert similarities("studio", ["", " "]) == [0.0, 0.0]
        assert similarities("x", ["a", "b"]) == [0.0, 0.0]

    @given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=6))
    def test_whatever_is_written_the_answer_lies_between_0_and_1(self, text: str, texts: list[str]) -> None:
        result = similarities(text, texts)
        assert len(result) == len(texts)
        assert all(0 <= value <= 1.0001 for value in result)


class TestLifts:
    def test_each_asset_is_measured_against_its_own_creator(self) -> None:
        small = [past(likes=1), past(likes=3)]
        large = [past(creator_id=OTHER, likes=100), past(creator_id=OTHER, likes=300)]
        result = lifts([*small, *large])
        assert [result[asset.asset_id] for asset in (*small, *large)] == [0.5, 1.5, 0.5, 1.5]

    def test_nobody_reacting_is_average(self) -> None:
        asset = past(likes=0)
        assert lifts([asset]) == {asset.asset_id: 1.0}

    @given(st.lists(st.floats(0, 100), max_size=20), st.floats(0, 100), st.floats(0.1, 50))
    def test_a_shrunken_mean_lies_between_the_mean_and_the_prior(
        self, values: list[float], towards: float, strength: float
    ) -> None:
        low, high = sorted((fmean(values) if values else towards, towards))
        assert low - 1e-6 <= shrunk(values, towards, strength=strength) <= high + 1e-6


class TestTags:
    def test_a_phrase_that_many_titles_share_makes_no_neighbour(self) -> None:
        own = [past("Cosplay, part one", tags=("costume",)), past("Workout, part one", tags=("fitness",))]
        result = suggest_tags(fresh("Cosplay, part one"), own, [])
        assert isinstance(result, Advice)
        assert result.value == ["costume"]

    def test_the_tags_of_what_the_title_resembles(self) -> None:
        own = [past("Studio light", tags=("studio", "portrait")), past("Beach day", tags=("beach",))]
        result = suggest_tags(fresh("Studio nights"), own, [])
        assert isinstance(result, Advice)
        assert set(result.value) == {"studio", "portrait"}  # type: ignore[call-overload]
        assert "“Studio light”" in says(result)

    def test_the_reason_says_how_posts_with_the_tag_did(self) -> None:
        own = [past(f"Studio {n}", tags=("studio",), likes=30) for n in ("light", "window", "chair")]
        own += [past(f"Beach {n}", tags=("beach",), likes=10) for n in ("day", "walk", "sand")]
        result = suggest_tags(fresh("Studio nights"), own, [])
        assert says(result).endswith(
            "Posts of yours with the tag “studio”: 3, with 50 % more response than your average."
        )

    def test_ones_own_tags_come_before_a_strangers(self) -> None:
        own = [past("Studio light", tags=("mine",))]
        others = [past("Studio light", creator_id=OTHER, tags=("theirs",))]
        result = suggest_tags(fresh("Studio light"), own, others)
        assert isinstance(result, Advice)
        assert result.value == ["mine", "theirs"]

    def test_a_stranger_is_called_one(self) -> None:
        result = suggest_tags(fresh("Studio"), [], [past("Studio", creator_id=OTHER, tags=("studio",))])
        assert "another creator's “Studio”" in says(result)

    def test_tags_that_are_there_already_are_not_suggested(self) -> None:
        assert suggest_tags(fresh("Studio", tags=("studio",)), [past("Studio", tags=("studio",))], []) is None

    def test_nothing_alike_means_no_suggestion(self) -> None:
        result = suggest_tags(fresh("Cosplay"), [past("Beach", tags=("beach",))], [])
        assert isinstance(result, Withheld)
        assert says(result) == "Nothing that was published before resembles “Cosplay”."

    def test_five_tags_are_enough(self) -> None:
        result = suggest_tags(fresh("Studio"), [past("Studio", tags=tuple("abcdefgh"))], [])
        assert isinstance(result, Advice)
        assert len(result.value) == 5  # type: ignore[arg-type]


class TestCaption:
    OWN = (
        past("Studio light", caption="Lights on in the studio. See you on Friday.", likes=20),
        past("Beach day", caption="Sand everywhere. See you on Friday.", likes=20),
        past("Coffee", caption="Slow morning.", likes=5),
        past("Road trip", caption="On the road again!", likes=5),
        past("Dance", caption="One more take.", likes=5),
    )

    def test_it_is_put_together_from_the_creators_own_sentences(self) -> None:
        result = suggest_caption(fresh("Studio nights"), self.OWN)
        assert isinstance(result, Advice)
        assert result.value == "Lights on in the studio. See you on Friday."
        assert says(result).startswith(
            "Your own words from “Studio light”. The last sentence stood in 2 posts, with about"
        )

    def test_a_sentence_about_another_title_is_left_out(self) -> None:
        own = [
            past(f"{what}, part two", caption=f"{what} with me.")
            for what in ("Beach", "Dance", "Road", "Night", "Yoga")
        ]
        result = suggest_caption(fresh("Slow morning, part two"), own)
        assert isinstance(result, Withheld)

    @given(st.sampled_from(["Studio nights", "Beach walk", "Coffee at home", "Dance again", "Road movie"]))
    def test_no_word_is_invented(self, title: str) -> None:
        result = suggest_caption(fresh(title), self.OWN)
        assert isinstance(result, Advice)
        written = " ".join(asset.caption for asset in self.OWN)
        for sentence in str(result.value).replace("!", ".").split("."):
            assert sentence.strip() in written

    def test_too_few_captions_are_said(self) -> None:
        result = suggest_caption(fresh(), self.OWN[:2])
        assert isinstance(result, Withheld)
        assert says(result) == "Captions you have written so far: 2; 5 are needed to choose from."
        assert "so far: 0;" in says(suggest_caption(fresh(), []))

    def test_captions_that_do_not_fit_are_not_used(self) -> None:
        result = suggest_caption(fresh("Cosplay convention"), self.OWN)
        assert isinstance(result, Withheld)
        assert result.kind is Kind.CAPTION


class TestHour:
    def test_the_hour_that_did_best_with_the_counts_behind_it(self) -> None:
        own = [past(hour=20, likes=30) for _ in range(10)] + [past(hour=9, likes=10) for _ in range(10)]
        result = suggest_hour(own, [])
        assert isinstance(result, Advice)
        assert result.value == 20
        assert "10 of yours and 0 of others" in says(result)

    def test_one_lucky_post_does_not_beat_many_good_ones(self) -> None:
        own = [past(hour=20, likes=20) for _ in range(20)] + [past(hour=9, likes=10) for _ in range(20)]
        lucky = past(hour=3, likes=35)
        result = suggest_hour([*own, lucky], [])
        assert isinstance(result, Advice)
        assert result.value == 20

    def test_a_beginner_follows_the_cluster(self) -> None:
        others = [past(creator_id=OTHER, hour=21, likes=30) for _ in range(40)]
        others += [past(creator_id=OTHER, hour=8, likes=10) for _ in range(40)]
        result = suggest_hour([past(hour=8)], others)
        assert isinstance(result, Advice)
        assert (result.value, result.evidence["own_posts_at_hour"]) == (21, 0)

    def test_is_one_of_the_creators_clock_in_winter_and_in_summer(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        evenings = [datetime(2026, month, day, 20, tzinfo=berlin) for month in (1, 7) for day in range(1, 11)]
        mornings = [datetime(2026, month, day, 9, tzinfo=berlin) for month in (1, 7) for day in range(1, 11)]
        own = [past(published_at=at.astimezone(UTC), likes=30) for at in evenings]
        own += [past(published_at=at.astimezone(UTC), likes=10) for at in mornings]
        result = suggest_hour(own, [], zone=berlin)
        assert isinstance(result, Advice)
        assert (result.value, result.evidence["own_posts_at_hour"]) == (20, 20)
        assert result.evidence["time_zone"] == "Europe/Berlin"
        assert says(result).startswith("Around 20:00 (Europe/Berlin) posts get about ")

    def test_too_few_posts_are_said(self) -> None:
        result = suggest_hour([past()], [])
        assert isinstance(result, Withheld)
        assert says(result) == "Your posts so far: 1; 8 are needed to compare hours."

    def test_where_all_hours_are_alike_none_is_suggested(self) -> None:
        result = suggest_hour([past(hour=hour) for hour in range(24) for _ in range(3)], [])
        assert isinstance(result, Withheld)
        assert "No hour stands out" in says(result)

    def test_hours_with_a_single_post_are_not_compared(self) -> None:
        result = suggest_hour([past(hour=hour, likes=hour) for hour in range(24)], [])
        assert isinstance(result, Withheld)
        assert "too many different hours" in says(result)


class TestPrice:
    def test_what_is_not_sold_has_no_price(self) -> None:
        assert suggest_price(fresh(audience="public"), []) is None

    def test_the_price_that_brought_most_per_item(self) -> None:
        own = [past(price_minor=500, unlocks=30) for _ in range(4)] + [
            past(price_minor=2000, unlocks=5) for _ in range(4)
        ]
        result = suggest_price(fresh(audience="ppv", price_minor=999), own)
        assert isinstance(result, Advice)
        assert result.value == 500
        assert says(result).startswith("Items you sold at this price: 4, unlocked 120 times in all.")

    def test_only_prices_really_charged_are_suggested(self) -> None:
        own = [past(price_minor=price, unlocks=3) for price in (300, 700, 1100, 300, 700)]
        result = suggest_price(fresh(audience="ppv"), own)
        assert isinstance(result, Advice)
        assert result.value in {300, 700, 1100}

    def test_too_few_items_are_said(self) -> None:
        result = suggest_price(fresh(audience="ppv"), [past(price_minor=500)])
        assert isinstance(result, Withheld)
        assert says(result).startswith("Items you have offered for sale so far: 1;")

    def test_a_single_price_is_no_suggestion(self) -> None:
        result = suggest_price(fresh(audience="ppv"), [past(price_minor=700, unlocks=2) for _ in range(6)])
        assert isinstance(result, Withheld)
        assert "too few, or too alike" in says(result)

    def test_where_nothing_sold_no_price_is_better(self) -> None:
        own = [past(price_minor=price) for price in (300, 700, 300, 700, 900)]
        assert isinstance(suggest_price(fresh(audience="ppv"), own), Withheld)

    def test_another_currency_says_nothing(self) -> None:
        own = [past(price_minor=500, unlocks=3, currency="EUR") for _ in range(9)]
        assert isinstance(suggest_price(fresh(audience="ppv"), own), Withheld)
