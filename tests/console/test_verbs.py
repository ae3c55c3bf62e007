"""A verb asks what it must know, runs by the service's function, and the words that the person typed are what stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from fanzadmin.console import Approval, Choice, Day, Money, Text, Verb, batches
from fanzadmin.console.approvals.requests import ApprovalRequest
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.registry import consoles
from fanzadmin.console.verbs.questions import answer_lines, answers_of, form_of, restored, schema_of, stored
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.kernel.bus.outbox import OutboxFact
from security.models import AuditEntry, StaffCluster

Login = Callable[..., Any]
CREATORS = "/crmcreatorconsole"
WHY = "Her contract ended yesterday."


@pytest.fixture
def console(app: Any) -> Any:
    """The creators' console: its verb "suspend" asks for a reason."""
    return consoles["CrmCreatorConsole"]


@pytest.fixture
def applicants(db: Any, creator: Creator) -> None:
    """So many more that a verb on all of them is a batch."""
    for at in range(101):
        service.apply_creator(
            f"bulk{at:03}", cluster="velvet", name=f"C {at}", email=f"c{at}@example.test", legal_name="C"
        )
    db().commit_transaction()


def last_entry(db: Any, record_id: str) -> AuditEntry:
    query = select(AuditEntry).where(AuditEntry.record_id == record_id).order_by(AuditEntry.id.desc())
    entry: AuditEntry = db.execute(query.limit(1)).scalar_one()
    return entry


@pytest.mark.usefixtures("console")
class TestAsking:
    def test_a_record_s_page_carries_the_questions_for_the_dialog(
        self, creator: Creator, login: Login
    ) -> None:
        page = login("CRM").get(f"{CREATORS}/show/{creator.id}").text
        assert 'data-confirm-fields="ask-CrmCreatorConsole-show-suspend"' in page
        assert 'name="ask-reason"' in page

    def test_without_an_answer_a_page_asks_and_nothing_happens(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        page = login("CRM").post(f"{CREATORS}/action/suspend/{creator.id}", data={})
        assert (page.status_code, 'name="ask-reason"' in page.text) == (200, True)
        assert "Keep these creators from publishing?" in page.text
        db.refresh(creator)
        assert creator.state == "active"

    @pytest.mark.parametrize("reason", ["", "   ", "no", "x" * 1001])
    def test_a_reason_that_says_nothing_is_asked_for_again(
        self, db: Any, creator: Creator, login: Login, reason: str
    ) -> None:
        page = login("CRM").post(f"{CREATORS}/action/suspend/{creator.id}", data={"ask-reason": reason})
        assert (page.status_code, "One field needs your attention" in page.text) == (200, True)
        db.refresh(creator)
        assert creator.state == "active"

    def test_the_page_carries_on_which_rows_were_chosen(self, creator: Creator, login: Login) -> None:
        page = (
            login("CRM").post(f"{CREATORS}/action_post", data={"action": "suspend", "rowid": creator.id}).text
        )
        assert f'<input type="hidden" name="rowid" value="{creator.id}">' in page
        assert '<input type="hidden" name="action" value="suspend">' in page


@pytest.mark.usefixtures("console")
class TestRunning:
    def test_the_typed_words_stand_in_record_fact_and_audit(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        answer = staff.post(f"{CREATORS}/action/suspend/{creator.id}", data={"ask-reason": f"  {WHY} "})
        assert answer.location.endswith(f"{CREATORS}/show/{creator.id}")
        db.refresh(creator)
        assert (creator.state, creator.state_reason) == ("suspended", WHY)
        fact = db.execute(
            select(OutboxFact).where(OutboxFact.type == "crm.creator_suspended.v1")
        ).scalar_one()
        assert fact.data["reason"] == WHY
        assert last_entry(db, creator.id).reason == WHY

    def test_it_is_offered_where_it_is_possible_only(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        assert "/action/suspend/" in staff.get(f"{CREATORS}/show/{creator.id}").text
        staff.post(f"{CREATORS}/action/suspend/{creator.id}", data={"ask-reason": WHY})
        assert "/action/suspend/" not in staff.get(f"{CREATORS}/show/{creator.id}").text

    def test_what_the_service_refuses_is_said(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        for _ in range(2):
            staff.post(f"{CREATORS}/action/suspend/{creator.id}", data={"ask-reason": WHY})
        with staff.session_transaction() as cookie:
            assert any("cannot be suspended" in words for _kind, words in cookie["_flashes"])

    def test_a_neighbour_s_record_is_not_there(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db().commit_transaction()
        sent = {"ask-reason": WHY}
        assert staff.post(f"{CREATORS}/action/suspend/{creator.id}", data=sent).status_code == 404
        staff.post(f"{CREATORS}/action_post", data={"action": "suspend", "rowid": creator.id, **sent})
        db.refresh(creator)
        assert creator.state == "active"

    def test_who_lacks_the_right_is_refused(self, db: Any, creator: Creator, login: Login) -> None:
        sent = {"ask-reason": WHY}
        assert login("Finance").post(f"{CREATORS}/action/suspend/{creator.id}", data=sent).status_code in {
            302,
            403,
        }
        db.refresh(creator)
        assert creator.state == "active"

    def test_a_board_moves_a_card_with_the_answer(self, db: Any, creator: Creator, login: Login) -> None:
        staff, to = login("CRM"), {"to": "suspended"}
        json = {"Accept": "application/json"}
        assert staff.post(f"{CREATORS}/board/{creator.id}", data=to, headers=json).status_code == 409
        assert 'name="ask-reason"' in staff.post(f"{CREATORS}/board/{creator.id}", data=to).text
        moved = staff.post(f"{CREATORS}/board/{creator.id}", data=to | {"ask-reason": WHY}, headers=json)
        assert moved.json["state"] == "suspended"
        db.refresh(creator)
        assert creator.state_reason == WHY


@pytest.mark.usefixtures("console", "applicants")
class TestMany:
    def test_all_that_match_are_asked_previewed_and_done_with_the_reason(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff, sent = login("CRM"), {"action": "suspend", "_all": "1"}
        assert 'name="ask-reason"' in staff.post(f"{CREATORS}/action_post", data=sent).text
        preview = staff.post(f"{CREATORS}/action_post", data=sent | {"ask-reason": WHY}).text
        assert f'<input type="hidden" name="ask-reason" value="{WHY}">' in preview
        staff.post(f"{CREATORS}/bulk/action", data=sent | {"ask-reason": WHY})
        ordered = db.execute(select(batches.Batch)).scalar_one()
        assert ordered.options["said"] == ["Suspend", f"Reason: {WHY}"]
        creator_id = creator.id
        bulk_rows.perform(ordered.id)
        row = db.get(Creator, creator_id)
        assert (row.state, row.state_reason) == ("suspended", WHY)
        assert last_entry(db, creator_id).reason == WHY

    def test_why_somebody_acts_on_many_outlives_preview_and_job(
        self,
        db: Any,
        creator: Creator,
        login: Login,
        console: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        verb = Verb(
            "suspend", lambda pk: service.suspend_creator(pk, reason=WHY), label="Suspend", done="Suspended"
        )
        monkeypatch.setattr(console, "verbs", (verb,), raising=False)
        staff = login("CRM")
        sent = {"action": "suspend", "_all": "1", "audit_reason": "The brand closes."}
        assert (
            'name="audit_reason" value="The brand closes."'
            in staff.post(f"{CREATORS}/action_post", data=sent).text
        )
        staff.post(f"{CREATORS}/bulk/action", data=sent)
        creator_id = creator.id
        bulk_rows.perform(db.execute(select(batches.Batch.id)).scalar_one())
        assert last_entry(db, creator_id).reason == "The brand closes."


class TestFourEyes:
    @pytest.fixture(autouse=True)
    def second(self, console: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(console, "approvals", {"suspend": Approval()}, raising=False)

    def test_the_approval_keeps_the_answer_and_the_second_person_reads_it(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff, sent = login("CRM"), {"ask-reason": WHY}
        page = staff.post(f"{CREATORS}/action/suspend/{creator.id}", data=sent).text
        assert "A second person has to agree" in page
        assert f'name="ask-reason" value="{WHY}"' in page
        staff.post(
            f"{CREATORS}/second/suspend", data=sent | {"rowid": creator.id, "reason": "Please look at it."}
        )
        request = db.execute(select(ApprovalRequest)).scalar_one()
        assert request.lines == [["Reason", WHY]]
        other = login("CRM")
        other.post(f"/opsapprovalconsole/decide/{request.id}", data={"decision": "agree"})
        db.refresh(creator)
        db.refresh(request)
        assert (creator.state_reason, request.state, request.outcome) == (WHY, "done", "Suspended")

    def test_asking_without_the_answer_is_no_request(self, db: Any, creator: Creator, login: Login) -> None:
        sent = {"rowid": creator.id, "reason": "Please look at it."}
        assert login("CRM").post(f"{CREATORS}/second/suspend", data=sent).status_code == 400
        assert db.execute(select(ApprovalRequest)).scalar() is None


QUESTIONS = (
    Choice("outcome", "Resolution", choices=("confirmed", "false_positive")),
    Text("note", "Note", required=False),
    Money("amount_minor", "Amount"),
    Day("due", "Due"),
)
SENT = {
    "ask-outcome": "false_positive", "ask-note": " Seen. ", "ask-amount_minor": "12.50", "ask-due": "2026-03-01",
}  # fmt: skip
HELD = {"outcome": "false_positive", "note": "Seen.", "amount_minor": 1250, "due": date(2026, 3, 1)}


class TestQuestions:
    @pytest.fixture(autouse=True)
    def request_context(self, app: Any) -> Any:
        with app.test_request_context():
            yield

    def test_a_page_and_json_give_the_same_answers(self) -> None:
        form = form_of(QUESTIONS, MultiDict(SENT))
        assert form.validate(), form.errors
        assert answers_of(form, QUESTIONS) == HELD
        value = stored(QUESTIONS, HELD)
        assert value == HELD | {"due": "2026-03-01"}
        assert restored(QUESTIONS, value) == HELD

    @pytest.mark.parametrize(
        "wrong",
        [{"ask-outcome": "maybe"}, {"ask-outcome": ""}, {"ask-amount_minor": "-1"}, {"ask-due": "tomorrow"}],
    )
    def test_a_page_refuses_what_does_not_fit(self, wrong: dict[str, str]) -> None:
        assert not form_of(QUESTIONS, MultiDict(SENT | wrong)).validate()

    @pytest.mark.parametrize(
        "wrong", [{"outcome": "maybe"}, {"amount_minor": "12.50"}, {"due": "tomorrow"}, {"other": 1}]
    )
    def test_json_refuses_what_does_not_fit(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            schema_of(QUESTIONS).load(HELD | {"due": "2026-03-01"} | wrong)

    def test_people_read_the_answers_as_words(self) -> None:
        lines = dict(answer_lines(QUESTIONS, HELD))
        assert lines == {
            "Resolution": "False positive",
            "Note": "Seen.",
            "Amount": "$12.50",
            "Due": "2026-03-01",
        }
