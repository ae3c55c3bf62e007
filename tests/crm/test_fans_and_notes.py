"""Fans, their tags, and what colleagues write down."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.fans.service import record_visit
from fanzadmin.crm.notes.models import Note
from fanzadmin.crm.service import Subject
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.ids import new_id


class TestRegisterFan:
    def test_a_fan_belongs_to_a_cluster_and_begins_with_nothing_spent(self, fan: Fan) -> None:
        assert (fan.cluster, fan.spent_minor, fan.tags) == ("velvet", 0, [])

    def test_a_login_serves_one_fan(self, brands: None, login: Callable[..., Any]) -> None:
        user_id = login("Fan").user_id
        service.register_fan("Tom", cluster="velvet", user_id=user_id)
        with pytest.raises(service.LoginTaken):
            service.register_fan("Tim", cluster="velvet", user_id=user_id)


def tag(fan: Fan, *tags: str) -> None:
    service.describe_fan(fan.id, name=fan.name, country=fan.country, tags=tags)


class TestTags:
    def test_the_same_tag_twice_is_one_tag(self, fan: Fan) -> None:
        tag(fan, "VIP", " vip ", "night  owl")
        assert fan.tags == ["night owl", "vip"]

    def test_a_tag_is_taken_away(self, fan: Fan) -> None:
        tag(fan, "vip")
        tag(fan)
        assert fan.tags == []

    @pytest.mark.parametrize("word", ["", "  ", "x" * 41])
    def test_no_tag_and_a_novel_are_refused(self, fan: Fan, word: str) -> None:
        with pytest.raises(service.TagRefused):
            tag(fan, word)

    def test_twenty_tags_are_enough(self, fan: Fan) -> None:
        twenty = [f"tag {number}" for number in range(20)]
        tag(fan, *twenty)
        with pytest.raises(service.TooManyTags):
            tag(fan, *twenty, "one more")

    def test_a_fan_of_another_cluster_does_not_exist_for_the_colleague(self, fan: Fan) -> None:
        with acting(clusters=frozenset({"ember"})), pytest.raises(service.NoSuchFan):
            tag(fan, "vip")


class TestDescribeFan:
    def test_the_team_rewrites_what_it_knows(self, fan: Fan) -> None:
        service.describe_fan(fan.id, name=" Tom ", country="de", tags=["VIP", "vip", "new"])
        assert (fan.name, fan.country, fan.tags) == ("Tom", "DE", ["new", "vip"])

    def test_a_fan_keeps_a_name(self, fan: Fan) -> None:
        with pytest.raises(service.FanNameless):
            service.describe_fan(fan.id, name=" ", country="", tags=[])

    def test_more_than_twenty_tags_are_refused(self, fan: Fan) -> None:
        with pytest.raises(service.TooManyTags):
            service.describe_fan(fan.id, name="Tom", country="", tags=[f"tag {at}" for at in range(21)])


class TestSpending:
    def test_payments_add_up_and_the_fan_was_seen(self, db: Any, fan: Fan) -> None:
        record_visit(fan.id, spent_minor=999)
        record_visit(fan.id, spent_minor=500)
        record_visit("no id", spent_minor=500)
        db.refresh(fan)
        assert (fan.spent_minor, fan.last_seen is not None) == (1499, True)

    def test_money_given_back_is_no_visit(self, db: Any, fan: Fan) -> None:
        record_visit(fan.id, seen=False, spent_minor=-500)
        db.refresh(fan)
        assert (fan.spent_minor, fan.last_seen) == (-500, None)


class TestNotes:
    def test_a_note_is_signed_by_the_person_at_hand(self, db: Any, creator: Creator) -> None:
        with acting(actor="Carmen Ruiz"):
            note_id = service.add_note(Subject.CREATOR, creator.id, " Calls on Tuesdays. ")
        note = db.get(Note, note_id)
        assert (note.author, note.body, note.cluster) == ("Carmen Ruiz", "Calls on Tuesdays.", "velvet")

    def test_a_note_is_about_one_person(self, creator: Creator, fan: Fan) -> None:
        with pytest.raises(service.OneSubject):
            service.add_note_about(creator_id=creator.id, fan_id=fan.id, body="x")
        with pytest.raises(service.OneSubject):
            service.add_note_about(body="x")

    def test_a_note_about_a_fan_can_be_reworded_and_thrown_away(self, db: Any, fan: Fan) -> None:
        note_id = service.add_note_about(fan_id=fan.id, body="x")
        service.change_note(note_id, body="y", pinned=True)
        assert (db.get(Note, note_id).body, db.get(Note, note_id).pinned) == ("y", True)
        service.remove_note(note_id)
        db.flush()
        with pytest.raises(service.NoSuchNote):
            service.remove_note(note_id)

    @pytest.mark.parametrize("body", ["", "  ", "x" * 5001])
    def test_an_empty_note_and_a_novel_are_refused(self, fan: Fan, body: str) -> None:
        with pytest.raises(service.NoteEmpty):
            service.add_note(Subject.FAN, fan.id, body)

    def test_nobody_can_be_written_about(self, brands: None) -> None:
        with pytest.raises(service.NoSuchFan):
            service.add_note(Subject.FAN, new_id(), "x")
        with pytest.raises(service.NoSuchCreator):
            service.add_note(Subject.CREATOR, "no id", "x")
