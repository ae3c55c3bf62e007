"""What a record's page knows: history and the way back, comments and mentions, its story, what belongs to it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User

from fanzadmin.catalogues import _declared
from fanzadmin.console.data.words import words_of
from fanzadmin.console.record.comments import Comment, Mention
from fanzadmin.console.registry import consoles
from fanzadmin.contracts.timeline import tones
from fanzadmin.crm import service
from fanzadmin.crm.creators.console import CrmCreatorConsole
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.crm.timeline.models import Kind
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
        db().commit_transaction()
        assert abroad.get(f"{FAN}/history/{fan.id}").status_code == 404
        assert login("CRM").get(f"{FAN}/history/{new_id()}").status_code == 404


class TestWayBackOffered:
    def test_only_for_a_version_that_differs(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        for name in ("Tom Nolan", "Tim", "Tom Nolan"):
            edited(staff, fan, name=name)
            db.refresh(fan)
        offered, entries = _ways_back(staff, fan), db.query(AuditEntry).filter_by(record_id=fan.id)
        newest, other, same, result = (str(entry.id) for entry in entries.order_by(AuditEntry.id.desc()))
        assert (newest in offered, other in offered, same in offered) == (False, True, False)
        assert result in offered  # it was of no country then

    def test_an_earlier_page_knows_what_came_later(self, fan: Fan, login: Login) -> None:
        for at in range(25):
            service.describe_fan(fan.id, name=f"Tom {at:02}", country="US", tags=[])
        staff = login("CRM")
        older = staff.get(f"{FAN}/history/{fan.id}", headers=PART).text.split("before=")[1].split('"')[0]
        assert len(_ways_back(staff, fan, before=older)) == 6

    def test_not_where_the_console_or_the_role_writes_nothing(
        self, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edited(login("CRM"), fan, name="Tom Nolan")
        admin = login("Admin")
        assert _ways_back(admin, fan)
        for name, value in (("may_update", False), ("read_only", True), ("edit_columns", [])):
            with monkeypatch.context() as patch:
                patch.setattr(consoles["CrmFanConsole"], name, value, raising=False)
                assert not _ways_back(admin, fan)
                assert admin.get(f"{FAN}/revert/{fan.id}/{new_id()}").status_code == 404
        assert not _ways_back(login("Manager"), fan)

    def test_not_for_what_only_actions_change(self, creator: Creator, login: Login) -> None:
        service.suspend_creator(creator.id, reason="A test.")
        assert "/revert/" not in login("CRM").get(f"{CREATOR}/history/{creator.id}", headers=PART).text


def _ways_back(client: Any, fan: Fan, **query: str) -> set[str]:
    page = client.get(f"{FAN}/history/{fan.id}", query_string=query, headers=PART)
    assert page.status_code == 200
    return set(re.findall(rf"/revert/{fan.id}/([\w-]+)", page.text))


class TestGoingBack:
    @pytest.fixture
    def version(self, db: Any, fan: Fan, login: Login) -> str:
        """The entry after which the fan was called Tom Nolan and had a tag."""
        staff = login("CRM")
        edited(staff, fan, name="Tom Nolan", tags="vip", country="DE")
        audit_entry = db.query(AuditEntry).filter_by(record_id=fan.id, action="update").one()
        db.refresh(fan)
        edited(staff, fan, name="Tim", tags="", country="US")
        db.refresh(fan)
        return str(audit_entry.id)

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


class TestSayingWhy:
    def test_the_reason_of_an_action_and_of_a_deletion_is_kept(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff, reason = login("CRM"), "  They asked for a pause.  "
        sent = {"action": "suspend", "rowid": [creator.id], "ask-reason": reason}
        assert staff.post(f"{CREATOR}/action_post", data=sent).status_code == 302
        done = db.query(AuditEntry).filter_by(record_id=creator.id).order_by(AuditEntry.id.desc()).first()
        assert (done.action, done.reason) == ("update", reason.strip())
        assert "Why: They asked" in staff.get(f"{CREATOR}/history/{creator.id}", headers=PART).text
        staff.post(f"{CREATOR}/action/reinstate/{creator.id}", data={"audit_reason": "It is over."})
        again = db.query(AuditEntry).filter_by(record_id=creator.id).order_by(AuditEntry.id.desc()).first()
        assert (again.id != done.id, again.reason) == (True, "It is over.")
        service.add_note_about(creator_id=creator.id, body="Old")
        note = db.query(Note).one().id
        staff.post(f"/crmnoteconsole/delete/{note}", data={"audit_reason": "No longer true."})
        assert (
            db.query(AuditEntry).filter_by(record_id=note, action="delete").one().reason == "No longer true."
        )

    def test_nobody_has_to_say_it_and_no_other_page_takes_it(self, db: Any, fan: Fan, login: Login) -> None:
        edited(login("CRM"), fan, name="Tom Nolan", audit_reason="Smuggled")
        assert db.query(AuditEntry).filter_by(record_id=fan.id, action="update").one().reason is None

    def test_the_question_offers_it(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        names = {"cluster": "velvet", "name": "Zoe", "legal_name": "Zora", "email": "z@example.test"}
        applicant = service.apply_creator("zoe", **names)
        assert "data-confirm-why" in staff.get(f"{CREATOR}/show/{applicant}").text
        page = staff.get(f"{CREATOR}/show/{creator.id}").text
        assert 'name="ask-reason"' in page
        assert re.search(r'show-suspend"(?! data-confirm-why)', page)


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
        comment = db.query(Comment).one()
        address = f"{FAN}/comments/{fan.id}/{comment.id}"
        assert other.post(address, data={"body": "Mine now"}).status_code == 422
        assert staff.post(address, data={"body": "Second"}).status_code == 302
        db.refresh(comment)
        assert (comment.body, comment.edited_at is not None) == ("Second", True)
        assert other.post(address, data={"remove": "1"}).status_code == 422
        assert staff.post(address, data={"remove": "1"}).status_code == 302
        db.refresh(comment)
        assert (comment.body, comment.removed_at is not None) == ("", True)
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
        db().commit_transaction()
        for item in (outsider, abroad):
            answer = staff.post(
                f"{FAN}/comments/{fan.id}", data={"body": f"@{named(db, item)} look"}, headers=PART
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
        results = {item["name"].split()[0] for item in staff.get(f"{FAN}/colleagues/{fan.id}?q=").json}
        assert ("CRM" in results, "Finance" in results) == (True, False)

    def test_many_fans_push_no_colleague_out(self, db: Any, fan: Fan, login: Login) -> None:
        staff, _fans = login("CRM"), [login("Fan") for _ in range(9)]
        for at, items in enumerate(_fans):
            _called(db, items, f"anna{at}", "Anna", f"Fan{at}")
        _called(db, login("Manager"), "zoe", "Annabel", "Zimmer")

        def offered(words: str) -> list[str]:
            body = staff.get(f"{FAN}/colleagues/{fan.id}", query_string={"q": words}).json
            return [item["username"] for item in body]

        for words in ("ANNA", "zo", "zimm", "annabel z"):
            assert offered(words) == ["zoe"], words
        for words in ("nnabel", "%", "_", "\\"):
            assert offered(words) == [], words

    def test_eight_are_offered_and_nobody_of_another_cluster(self, db: Any, fan: Fan, login: Login) -> None:
        staff, others = login("CRM"), [login("CRM") for _ in range(9)]
        for at, items in enumerate(others):
            _called(db, items, f"quill{at}", "Quill", "Reed")
        db.add(StaffCluster(user_id=others[0].user_id, cluster="ember"))
        db().commit_transaction()
        body = staff.get(f"{FAN}/colleagues/{fan.id}?q=quill").json
        assert [item["username"] for item in body] == [f"quill{at}" for at in range(1, 9)]
        db.add(StaffCluster(user_id=others[1].user_id, cluster="ember"))
        db().commit_transaction()
        assert len(staff.get(f"{FAN}/colleagues/{fan.id}?q=quill").json) == 7


def _called(db: Any, client: Any, username: str, first: str, last: str) -> None:
    person = db.get(User, client.user_id)
    person.username, person.first_name, person.last_name = username, first, last
    db().commit_transaction()


class TestStory:
    def test_facts_and_comments_stand_in_one_line(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        staff.post(f"{CREATOR}/comments/{creator.id}", data={"body": "Nice to have you."})
        page = staff.get(f"{CREATOR}/timeline/{creator.id}", headers=PART).text
        assert ("Creator onboarded" in page, "Nice to have you." in page) == (True, True)

    def test_what_its_system_tells_stands_in_it_for_who_may_read_that(
        self, creator: Creator, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staff = login("CRM")
        page = staff.get(f"{CREATOR}/timeline/{creator.id}", headers=PART).text
        assert ("Ada Fox joined Velvet and may publish." in page, "/crmtimelineconsole/show/" in page) == (
            True,
            True,
        )
        assert "Ada Fox joined" not in staff.get(f"{FAN}/timeline/{fan.id}", headers=PART).text
        monkeypatch.setattr(CrmCreatorConsole.chronicle, "resource", "audit:entry", raising=False)
        page = staff.get(f"{CREATOR}/timeline/{creator.id}", headers=PART).text
        assert ("Creator onboarded" in page, "Ada Fox joined" in page) == (True, False)

    def test_it_tells_of_bulk_changes_that_reached_the_record(self, db: Any, fan: Fan, login: Login) -> None:
        staff, other = login("CRM"), service.register_fan("Else", cluster="velvet", email="e@example.test")
        sent = {"rowid": [fan.id], "_change": ["country"], "country": "FR"}
        assert staff.post(f"{FAN}/bulk/start", data=sent).status_code == 302
        page = staff.get(f"{FAN}/timeline/{fan.id}", headers=PART).text
        assert ("Change of Fans" in page, "done, by CRM" in page, "/activity/" in page) == (True, True, True)
        assert "/activity/" not in login("CRM").get(f"{FAN}/timeline/{fan.id}", headers=PART).text
        assert "Change of Fans" not in staff.get(f"{FAN}/timeline/{other}", headers=PART).text

    def test_a_wrong_moment_is_not_there(self, creator: Creator, login: Login) -> None:
        assert login("CRM").get(f"{CREATOR}/timeline/{creator.id}?before=yesterday").status_code == 404


class TestWords:
    def test_every_kind_of_a_timeline_has_its_word(self, app: Any) -> None:
        kinds = {*tones(), *Kind}
        assert len(kinds) > 15
        assert {words_of(kind) for kind in kinds} <= {
            words for words, _place, context in _declared() if context == "state"
        }

    def test_what_badges_say_is_collected_for_translation(self, app: Any) -> None:
        words = {words for words, _place, context in _declared() if context == "state"}
        assert {"Create", "Update", "Delete", "Reveal", "Commented", "Running"} <= words


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
    return [tab.name for tab in tabs], [item.name for item in more]
