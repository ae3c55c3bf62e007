"""Posts in the portal: written, drafted, scheduled, edited, deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.kernel import clock
from fanzadmin.portal.moments import NotAMoment, moment_of
from fanzadmin.social import queries
from tests.portal.conftest import Person


def own(person: Person) -> queries.OwnPost:
    (post,) = queries.own_posts(person.id).items
    return post


def write(person: Person, **typed: Any) -> Any:
    return person.post("/posts/new", data={"body": "Good morning", "audience": "public"} | typed)


class TestWriting:
    def test_publishes_at_once(self, mia: Person) -> None:
        assert write(mia).status_code == 303
        assert own(mia).state == "visible"
        assert "Good morning" in mia.get("/posts").text

    def test_keeps_a_draft(self, mia: Person) -> None:
        write(mia, draft="yes")
        assert own(mia).state == "draft"
        assert "Good morning" in mia.get("/posts?show=drafts").text
        assert "Good morning" not in mia.get("/posts?show=published").text

    def test_schedules_in_the_time_zone_of_its_creator(self, mia: Person) -> None:
        day = f"{clock.now().year + 1}-01-05" if clock.now().month > 6 else f"{clock.now().year}-12-05"
        write(mia, publish_at=f"{day}T20:00", time_zone="Europe/Berlin")
        at = own(mia).publish_at
        assert at is not None
        assert f"{at:%Y-%m-%dT%H:%M}" == f"{day}T19:00"

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"body": " "}, "Write something first."),
            ({"publish_at": "2001-01-01T10:00"}, "This moment has passed"),
            ({"publish_at": "tomorrow"}, "Type a day and an hour"),
            ({"publish_at": "2027-01-01T10:00", "time_zone": "Moon/Crater"}, "Type a day and an hour"),
            ({"audience": "ppv"}, "Words are for everyone"),
            ({"asset_ids": "nonsense"}, "Attach only content of your own"),
        ],
    )
    def test_keeps_what_was_typed_beside_the_sentence(
        self, mia: Person, typed: dict[str, str], sentence: str
    ) -> None:
        answer = write(mia, **typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert typed.get("body", "Good morning") in answer.text
        assert queries.own_posts(mia.id).items == ()


class TestEditing:
    def test_leaves_a_mark_on_what_is_out(self, mia: Person) -> None:
        write(mia)
        post_id = own(mia).id
        assert "Good morning" in mia.get(f"/posts/{post_id}").text
        mia.post(f"/posts/{post_id}", data={"body": "Good evening", "audience": "subscribers"})
        assert (own(mia).body, own(mia).audience) == ("Good evening", "subscribers")
        assert ">edited<" in mia.get("/posts").text

    def test_publishes_a_scheduled_one_or_makes_it_a_draft(self, mia: Person) -> None:
        write(mia, publish_at=f"{clock.now().year + 1}-01-01T00:00")
        post_id, words = own(mia).id, {"body": "Good morning", "audience": "public"}
        mia.post(f"/posts/{post_id}", data=words | {"publish_at": ""})
        assert own(mia).state == "draft"
        mia.post(f"/posts/{post_id}", data=words | {"publish": "yes"})
        assert own(mia).state == "visible"

    def test_deleting_takes_it_from_the_list(self, mia: Person) -> None:
        write(mia)
        assert mia.post(f"/posts/{own(mia).id}/delete").status_code == 303
        assert "Good morning" not in mia.get("/posts").text

    def test_the_neighbours_post_is_not_found(self, mia: Person, zoe: Person) -> None:
        write(zoe)
        post_id = own(zoe).id
        assert mia.get(f"/posts/{post_id}").status_code == 404
        assert mia.post(f"/posts/{post_id}", data={"body": "Mine"}).status_code == 404
        assert mia.post(f"/posts/{post_id}/delete").status_code == 404


class TestShownContent:
    def test_is_chosen_from_the_own_and_escaped(self, mia: Person, upload: Callable[..., str]) -> None:
        asset_id = upload(mia, "<b>Sunset")
        write(mia, asset_ids=asset_id)
        assert own(mia).asset_ids == (asset_id,)
        text = mia.get(f"/posts/{own(mia).id}").text
        assert "&lt;b&gt;Sunset" in text
        assert "checked" in text


class TestMoments:
    def test_are_utc_of_what_the_zone_says(self) -> None:
        assert str(moment_of("2026-07-01T20:00", "Europe/Berlin")) == "2026-07-01 18:00:00+00:00"
        assert str(moment_of("2026-07-01T20:00", "")) == "2026-07-01 20:00:00+00:00"
        assert moment_of("  ", "Europe/Berlin") is None

    def test_an_hour_that_comes_twice_is_its_first(self) -> None:
        assert str(moment_of("2026-10-25T02:30", "Europe/Berlin")) == "2026-10-25 00:30:00+00:00"

    def test_an_hour_that_is_left_out_is_refused(self) -> None:
        with pytest.raises(NotAMoment, match="clocks go forward"):
            moment_of("2026-03-29T02:30", "Europe/Berlin")

    @pytest.mark.parametrize("zone", ["../etc/passwd", "Nowhere", "Europe/\0"])
    def test_a_zone_that_is_none_is_refused(self, zone: str) -> None:
        with pytest.raises(NotAMoment):
            moment_of("2026-07-01T20:00", zone)
