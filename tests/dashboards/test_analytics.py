"""The analytics board's figures, done by hand beside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dashboards import forecast
from fanzadmin.kernel.ids import new_id
from fanzadmin.social.models import Post
from tests.dashboards.conftest import NOW, Maker, Page, ago


@pytest.fixture
def page(board: Callable[..., Page]) -> Page:
    return board("analytics", "Manager")


class TestSubscribers:
    def test_are_counted_back_from_those_of_now(self, page: Page, make: Maker) -> None:
        mia, zoe = make.creator("Mia", subscribers=12), make.creator("Zoe", subscribers=5)
        make.day(mia, ago(40), started=4)
        make.day(mia, ago(3), started=6, ended=1)
        make.day(zoe, ago(3), started=2)
        make.day(mia, ago(1), started=3)
        levels = page.series("subscribers")["Velvet"]
        assert [levels[ago(day).isoformat()] for day in (29, 4, 3, 2, 1, 0)] == [7, 7, 14, 14, 17, 17]

    def test_stand_in_the_numbers_with_their_change(self, page: Page, make: Maker) -> None:
        make.day(make.creator(subscribers=110), ago(2), started=15, ended=5, published=1)
        tiles = {tile[0]: tile[1:] for tile in page.words("growth-numbers")}
        assert tiles["Subscribers"] == ["110", "+10 in 30 days"]
        assert tiles["Left"] == ["5", "4.3 % of those who were there"]  # 5 of 100 + 15
        assert tiles["Creators active"][0] == "1"

    def test_come_and_go_by_day(self, page: Page, make: Maker) -> None:
        make.day(make.creator("Mia", subscribers=9), ago(2), started=4, ended=1)
        make.day(make.creator("Zoe", subscribers=9), ago(2), started=1, ended=3)
        drawn = page.series("churn")
        day = ago(2).isoformat()
        assert [drawn[name][day] for name in ("Joined", "Left", "Net")] == [5, -4, 1]

    def test_of_another_cluster_are_left_out(self, page: Page, make: Maker) -> None:
        make.day(make.creator("Mia", cluster="velvet", subscribers=2), ago(2), started=2)
        make.day(make.creator("Zoe", cluster="noir", subscribers=7), ago(2), started=7)
        assert page.series("growth", cluster="noir")["Joined"] == {"Noir": 7}
        assert set(page.series("subscribers", cluster="noir")) == {"Noir"}


class TestEngagement:
    def test_is_summed_by_day(self, page: Page, make: Maker) -> None:
        make.day(make.creator("Mia"), ago(5), likes=3, comments=1, messages=4, clicks=10)
        make.day(make.creator("Zoe"), ago(5), likes=2, clicks=5)
        drawn = page.series("engagement")
        day = ago(5).isoformat()
        assert {name: result[day] for name, result in drawn.items()} == {
            "Likes": 5,
            "Comments": 1,
            "Messages": 4,
            "Clicks": 15,
        }

    def test_before_the_period_does_not_count(self, page: Page, make: Maker) -> None:
        make.day(make.creator(), ago(30), likes=3)
        assert page.drawn("engagement")["figure"]["data"] == []


class TestHours:
    def test_show_the_mean_response_of_their_posts(self, db: Any, page: Page) -> None:
        wednesday = NOW - timedelta(days=2, hours=3)  # 18 November 2026, 09:00 UTC
        for likes in (4, 8, 0):
            db.add(
                Post(
                    id=new_id(),
                    creator_id=new_id(),
                    cluster="velvet",
                    body="Hello",
                    audience="public",
                    published_at=wednesday,
                    likes=likes,
                )
            )
        db.flush()
        drawn = page.drawn("hours")
        assert drawn["figure"]["data"][0]["z"][2][9] == 4
        assert "Wed 09:00 did best: 4.0 reactions a post in 3 posts" in drawn["note"]


class TestTop:
    def test_the_most_won_come_first_each_in_their_own_currency(self, page: Page, make: Maker) -> None:
        make.day(make.creator("Mia", subscribers=9), ago(3), started=4, gross_minor=1_999)
        make.day(make.creator("Eve", cluster="ember", subscribers=9), ago(3), started=5, gross_minor=500)
        rows = page.words("top")
        assert [(row[0], row[-1]) for row in rows] == [("Eve", "€5.00"), ("Mia", "$19.99")]


class TestOutlook:
    def test_a_steady_week_is_continued_exactly(self) -> None:
        week = [5, 1, 2, 3, 4, 9, 0]
        events = forecast.outlook(week * 20, now=1_000)
        assert events is not None
        assert events.values[6] == pytest.approx(1_000 + sum(week))
        assert events.error == pytest.approx(0, abs=0.01)

    def test_growth_that_speeds_up_is_better_told_by_the_regression(self) -> None:
        events = forecast.outlook([day // 2 for day in range(140)], now=0)
        assert events is not None
        assert (events.winner, events.loser) == (forecast.REGRESSION, forecast.NAIVE)
        assert events.error < events.other_error
        assert all(
            low <= value <= high
            for low, value, high in zip(events.low, events.values, events.high, strict=True)
        )

    def test_too_short_a_past_is_not_continued(self, page: Page, make: Maker) -> None:
        assert forecast.outlook([1] * 55, now=55) is None
        make.day(make.creator(subscribers=3), ago(5), started=3)
        words = page.drawn("outlook")["figure"]["layout"]["annotations"][0]["text"]
        assert words.startswith("At least 56 days of history")
