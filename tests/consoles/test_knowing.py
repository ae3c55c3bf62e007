"""What a record's page knows: history and the way back, comments and mentions, its story, what belongs to it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User

from fanzadmin.crm import service
from fanzadmin.crm.models import Creator, Fan, Note
from fanzadmin.kernel.console.base import consoles
from fanzadmin.kernel.console.knowing.comments import Comment, Mention
from fanzadmin.kernel.ids import new_id
from security.models import AuditEntry, StaffCluster

Login = Callable[..., Any]
CREATOR, FAN = "/crmcreatorconsole", "/crmfanconsole"
PART = {"X-Part": "1"}


def named(db: Any, client: Any) -> str:
    return str(db.get(User, client.user_id).username)


def edited(client: Any, fan: Fan, **changes: str) -> None:
    form = {"name": fan.name, "country": fan.country or "US", "tags": ", ".join(fan.tags)} | changes
    assert client.post(f"{FAN}/edit/{fan.id}", data=form).status_code == 302


class TestHistory:
    def test_it_tells_who_changed_what(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        edited(staff, fan, name="Tom Nolan", tags="vip")
        page = staff.get(f"{FAN}/history/{fan.id}").text
        assert ("Tom N." in page, "Tom Nolan" in page, "Vip" in page) == (True, True, True)
        assert "CRM Number" in page

    def test_personal_data_is_named_without_its_values(self, creator: Creator, login: Login) -> None:
        service.update_profile(creator.id, email="new@example.test")
        page = login("CRM").get(f"{CREATOR}/history/{creator.id}").text
        assert "E-mail" in page
        assert not [value for value in ("ada@example.test", "new@example.test", "Adelaide") if value in page]

    def test_it_comes_in_pages(self, fan: Fan, login: Login) -> None:
        for at in range(25):
            service.describe_fan(fan.id, name=f"Tom {at:02}", country="US", tags=[])
        staff = login("CRM")
        first = staff.get(f"{FAN}/history/{fan.id}", headers=PART).text
        assert ("Tom 24" in first, "Tom 01" in first) == (True, False)
        older = first.split("before=")[1].split('"')[0]
        assert "Tom 01" in staff.get(f"{FAN}/history/{fan.id}?before={older}", headers=PART).text

    def test_strangers_and_other_clusters_see_none(
        self, db: Any, fan: Fan, login: Login, client: Any
    ) -> None:
        assert client.get(f"{FAN}/history/{fan.id}").status_code == 302
        assert login("Finance").get(f"{FAN}/history/{fan.id}").status_code != 200
        abroad = login("CRM")
        db.add(StaffCluster(user_id=abroad.user_id, cluster="ember"))
        db().end()
        assert abroad.get(f"{FAN}/history/{fan.id}").status_code == 404
        assert login("CRM").get(f"{FAN}/history/{new_id()}").status_code == 404


class TestGoingBack:
    @pytest.fixture
    def version(self, db: Any, fan: Fan, login: Login) -> str:
        """The entry after which the fan was called Tom Nolan and had a tag."""
        staff = login("CRM")
        edited(staff, fan, name="Tom Nolan", tags="vip", country="DE")
        found = db.query(AuditEntry).filter_by(record_id=fan.id, action="update").one()
        db.refresh(fan)
        edited(staff, fan, name="Tim", tags="", country="US")
        db.refresh(fan)
        return str(found.id)

    def test_it_shows_first_what_would_change(self, fan: Fan, version: str, login: Login) -> None:
        page = login("CRM").get(f"{FAN}/revert/{fan.id}/{version}").text
        assert ("Tim" in page, "Tom Nolan" in page, "Put 3 fields back" in page) == (True, True, True)
        assert fan.name == "Tim"

    def test_it_goes_back_through_the_verb_and_says_why(
        self, db: Any, fan: Fan, version: str, login: Login
    ) -> None:
        staff = login("CRM")
        answer = staff.post(f"{FAN}/revert/{fan.id}/{version}", data={"reason": "Wrong fan was edited"})
        assert answer.status_code == 302
        db.refresh(fan)
        assert (fan.name, fan.tags, fan.country) == ("Tom Nolan", ["vip"], "DE")
        entry = db.query(AuditEntry).filter_by(record_id=fan.id).order_by(AuditEntry.id.desc()).first()
        assert "Wrong fan was edited" in entry.reason

    def test_without_a_reason_or_the_right_nothing_changes(
        self, db: Any, fan: Fan, version: str, login: Login
    ) -> None:
        assert login("CRM").post(f"{FAN}/revert/{fan.id}/{version}", data={}).status_code == 200
        manager = login("Manager")
        assert manager.post(f"{FAN}/revert/{fan.id}/{version}", data={"reason": "because"}).status_code != 200
        db.refresh(fan)
        assert fan.name == "Tim"

    def test_what_rules_refuse_is_said(self, db: Any, creator: Creator, login: Login) -> None:
        service.suspend_creator(creator.id, reason="Late.")
        db.flush()
        entries = db.query(AuditEntry).filter_by(record_id=creator.id).order_by(AuditEntry.id).all()
        page = login("CRM").get(f"{CREATOR}/revert/{creator.id}/{entries[0].id}").text
        assert "changed by actions, not by hand" in page

    def test_the_version_of_another_record_is_not_there(self, fan: Fan, version: str, login: Login) -> None:
        other = service.register_fan("Eve", cluster="velvet")
        assert login("CRM").get(f"{FAN}/revert/{other}/{version}").status_code == 404
        assert login("CRM").get(f"{FAN}/revert/{fan.id}/nonsense").status_code == 404


class TestComments:
    def test_a_comment_stands_on_the_record(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        answer = staff.post(f"{FAN}/comments/{fan.id}", data={"body": "Called <b>twice</b>."})
        assert answer.headers["Location"].endswith(f"/show/{fan.id}#comments")
        page = login("Manager").get(f"{FAN}/comments/{fan.id}", headers=PART).text
        assert "Called &lt;b&gt;twice&lt;/b&gt;." in page
        assert "<html" not in page

    def test_only_the_author_rewords_it_or_takes_it_back(self, db: Any, fan: Fan, login: Login) -> None:
        staff, other = login("CRM"), login("CRM")
        staff.post(f"{FAN}/comments/{fan.id}", data={"body": "First"})
        said = db.query(Comment).one()
        address = f"{FAN}/comments/{fan.id}/{said.id}"
        assert other.post(address, data={"body": "Mine now"}).status_code == 422
        assert staff.post(address, data={"body": "Second"}).status_code == 302
        db.refresh(said)
        assert (said.body, said.edited_at is not None) == ("Second", True)
        assert other.post(address, data={"remove": "1"}).status_code == 422
        assert staff.post(address, data={"remove": "1"}).status_code == 302
        db.refresh(said)
        assert (said.body, said.removed_at is not None) == ("", True)
        assert staff.post(address, data={"body": "Back"}).status_code == 422

    def test_an_empty_one_is_refused_with_its_reason(self, fan: Fan, login: Login) -> None:
        page = login("CRM").post(f"{FAN}/comments/{fan.id}", data={"body": "  "}, headers=PART)
        assert (page.status_code, "at least one word" in page.text) == (422, True)

    def test_whoever_may_not_see_the_record_may_not_speak_of_it(
        self, db: Any, fan: Fan, login: Login, client: Any
    ) -> None:
        for wrong in (client, login("Finance"), login("Fan")):
            wrong.post(f"{FAN}/comments/{fan.id}", data={"body": "Hello"})
        assert db.query(Comment).count() == 0


class TestMentions:
    def test_a_named_colleague_finds_it_in_the_inbox_until_read(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff, colleague = login("CRM"), login("Manager")
        staff.post(f"{FAN}/comments/{fan.id}", data={"body": f"@{named(db, colleague)}, please call."})
        inbox = colleague.get("/mentions/").text
        assert ("please call." in inbox, "New" in inbox) == (True, True)
        colleague.get(f"{FAN}/comments/{fan.id}", headers=PART)
        assert "is-new" not in colleague.get("/mentions/").text
        assert "please call." not in login("CRM").get("/mentions/").text

    def test_nobody_is_told_of_what_they_may_not_see(self, db: Any, fan: Fan, login: Login) -> None:
        staff, outsider, abroad = login("CRM"), login("Finance"), login("CRM")
        db.add(StaffCluster(user_id=abroad.user_id, cluster="ember"))
        db().end()
        for one in (outsider, abroad):
            answer = staff.post(
                f"{FAN}/comments/{fan.id}", data={"body": f"@{named(db, one)} look"}, headers=PART
            )
            assert (answer.status_code, "may not see this record" in answer.text) == (422, True)
        assert staff.post(f"{FAN}/comments/{fan.id}", data={"body": "@nobody.here"}).status_code == 422
        assert (db.query(Mention).count(), db.query(Comment).count()) == (0, 0)

    def test_an_address_names_nobody(self, db: Any, fan: Fan, login: Login) -> None:
        assert (
            login("CRM").post(f"{FAN}/comments/{fan.id}", data={"body": "Write to a@b.test"}).status_code
            == 302
        )

    def test_only_those_who_may_be_named_are_offered(self, db: Any, fan: Fan, login: Login) -> None:
        staff, _colleague, _outsider = login("CRM"), login("Manager"), login("Finance")
        found = {one["name"].split()[0] for one in staff.get(f"{FAN}/colleagues/{fan.id}?q=").json}
        assert ("CRM" in found, "Finance" in found) == (True, False)


class TestStory:
    def test_facts_and_comments_stand_in_one_line(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        staff.post(f"{CREATOR}/comments/{creator.id}", data={"body": "Nice to have you."})
        page = staff.get(f"{CREATOR}/story/{creator.id}", headers=PART).text
        assert ("Creator activated" in page or "Creator" in page, "Nice to have you." in page) == (True, True)

    def test_a_wrong_moment_is_not_there(self, creator: Creator, login: Login) -> None:
        assert login("CRM").get(f"{CREATOR}/story/{creator.id}?before=yesterday").status_code == 404


class TestRelated:
    def test_records_of_every_system_are_found_by_the_noun(self, creator: Creator, login: Login) -> None:
        tabs, more = _related("CrmCreatorConsole", login("Admin"))
        assert {"CrmNoteConsole.creator_id", "FinancePayoutConsole.creator_id"} <= {*tabs, *more}

    def test_a_list_shows_the_rows_of_this_record_only(
        self, db: Any, creator: Creator, fan: Fan, login: Login
    ) -> None:
        service.add_note_about(creator_id=creator.id, body="About Ada")
        service.add_note_about(fan_id=fan.id, body="About Tom")
        assert db.query(Note).count() == 2
        page = (
            login("CRM").get(f"{CREATOR}/related/{creator.id}/CrmNoteConsole.creator_id", headers=PART).text
        )
        assert ("About Ada" in page, "About Tom" in page) == (True, False)

    def test_it_needs_the_right_to_the_other_console(self, creator: Creator, login: Login) -> None:
        content = login("Content")
        assert content.get(f"{CREATOR}/show/{creator.id}").status_code == 200
        assert content.get(f"{CREATOR}/related/{creator.id}/CrmNoteConsole.creator_id").status_code == 404
        assert "CrmNoteConsole" not in content.get(f"{CREATOR}/show/{creator.id}").text


def _related(console: str, client: Any) -> tuple[list[str], list[str]]:
    page = client.get(f"/{console.lower()}/list/")
    assert page.status_code == 200
    tabs, more = consoles[console].related_tabs()
    return [one.name for one in tabs], [one.name for one in more]
