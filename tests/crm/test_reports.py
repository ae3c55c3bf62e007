"""What is reported becomes a case; the Community team decides; those concerned read the sentence."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fanzadmin.chat import queries as chat
from fanzadmin.chat import service as talks
from fanzadmin.contracts.crm import CaseDecided, ContentReported
from fanzadmin.crm import queries, service
from fanzadmin.crm.reports import service as reports
from fanzadmin.crm.reports.models import Case
from fanzadmin.social import queries as social
from fanzadmin.social import service as posts
from tests.crm.conftest import recorded
from tests.social.makers import Stage
from tests.town import Town, in_town

WHY = "It insults another person."
CASES = "/api/v1/crm/cases"


@pytest.fixture
def stage(db: Any) -> Iterator[Stage]:
    """A creator with a subscriber Ben and a stranger Eve, of whom all systems know."""
    with in_town(Town(db)) as town:
        yield Stage(town)


@pytest.fixture
def things(stage: Stage) -> dict[str, str]:
    """Something of each kind that Ben sees and did not make, by kind."""
    post_id = stage.post()
    service_talk = talks.open_conversation(stage.creator.id, stage.subscriber.id)
    for number in range(3):
        talks.send_message(stage.ben, service_talk, body=f"before {number}", client_id=f"b{number}")
    message = talks.send_message(stage.mia, service_talk, body="Pay or I tell your wife", client_id="1")
    comment_id = posts.comment_post(stage.eve, post_id, body="You are all idiots")
    return {
        "post": post_id,
        "comment": comment_id,
        "message": message.id,
        "creator": stage.creator.id,
        "talk": service_talk,
    }


def case_about(db: Any, kind: str) -> Case:
    db.flush()
    case: Case = db.query(Case).filter_by(kind=kind).one()
    return case


class TestReportContent:
    @pytest.mark.parametrize("kind", ["post", "comment", "message", "creator"])
    def test_opens_a_case_with_what_stood_there(
        self, stage: Stage, things: dict[str, str], db: Any, kind: str
    ) -> None:
        service.report_content(stage.ben, kind=kind, subject_id=things[kind], ground="abuse", words="Look")
        case = case_about(db, kind)
        assert (case.state, case.reports, case.creator_id) == ("open", 1, stage.creator.id)
        assert case.title or case.body
        assert [fact["kind"] for fact in recorded(db, ContentReported)] == [kind]

    def test_a_message_comes_with_those_around_it(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="message", subject_id=things["message"], ground="abuse")
        lines = case_about(db, "message").surroundings
        assert [line.partition(": ")[2] for line in lines] == [
            "before 0", "before 1", "before 2", "Pay or I tell your wife",
        ]  # fmt: skip

    def test_a_comment_names_its_author_and_its_post(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="comment", subject_id=things["comment"], ground="abuse")
        case = case_about(db, "comment")
        assert case.fan_id == stage.stranger.id
        assert case.surroundings[0] == "Sunset"

    def test_twice_is_once_and_two_people_are_two_reports_of_one_case(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        for person in (stage.ben, stage.ben, stage.eve):
            service.report_content(person, kind="post", subject_id=things["post"], ground="spam")
        assert case_about(db, "post").reports == 2

    def test_a_report_after_the_decision_opens_it_again_and_keeps_what_was_decided(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="post", subject_id=things["post"], ground="spam")
        reports.dismiss_case(case_about(db, "post").id, reason="No spam.")
        service.report_content(stage.eve, kind="post", subject_id=things["post"], ground="abuse")
        case = case_about(db, "post")
        assert (case.state, case.reports) == ("open", 2)
        assert case.decisions[0].endswith("dismissed: No spam.")
        first = queries.reports_of(stage.ben).items[0]
        assert (first.state, first.decision) == ("dismissed", "No spam.")
        assert queries.reports_of(stage.eve).items[0].state == "open"

    def test_what_one_does_not_see_is_not_there(self, stage: Stage, things: dict[str, str]) -> None:
        with pytest.raises(reports.NothingToReport):
            service.report_content(stage.eve, kind="message", subject_id=things["message"], ground="abuse")
        for kind, subject_id in (("post", "x"), ("asset", things["post"]), ("joke", things["post"])):
            with pytest.raises(reports.NothingToReport):
                service.report_content(stage.ben, kind=kind, subject_id=subject_id, ground="abuse")

    def test_nobody_reports_their_own(self, stage: Stage, things: dict[str, str]) -> None:
        for person, kind in ((stage.mia, "post"), (stage.mia, "creator"), (stage.eve, "comment")):
            with pytest.raises(reports.NotReportable):
                service.report_content(person, kind=kind, subject_id=things[kind], ground="abuse")

    def test_a_creator_reports_what_a_fan_wrote(self, stage: Stage, things: dict[str, str], db: Any) -> None:
        service.report_content(stage.mia, kind="comment", subject_id=things["comment"], ground="abuse")
        assert queries.reports_of(stage.mia).items[0].excerpt == "You are all idiots"

    def test_a_message_can_be_reported_after_a_block(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        stage.town.block(stage.creator, stage.subscriber)
        service.report_content(stage.ben, kind="message", subject_id=things["message"], ground="abuse")
        assert case_about(db, "message").reports == 1

    def test_a_flood_is_refused(
        self, stage: Stage, things: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reports, "A_DAY", 1)
        service.report_content(stage.ben, kind="post", subject_id=things["post"], ground="spam")
        with pytest.raises(reports.TooManyReports):
            service.report_content(stage.ben, kind="creator", subject_id=things["creator"], ground="spam")

    def test_only_a_ground_of_the_list(self, stage: Stage, things: dict[str, str]) -> None:
        with pytest.raises(reports.NotReportable):
            service.report_content(stage.ben, kind="post", subject_id=things["post"], ground="ugly")


class TestRemoveReported:
    def test_a_post_is_gone_and_its_creator_reads_why(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="post", subject_id=things["post"], ground="abuse")
        reports.remove_reported(case_about(db, "post").id, reason=WHY)
        assert social.posts_of(stage.creator.id, stage.ben).items == ()
        assert [removal.reason for removal in queries.removals_of(stage.mia).items] == [WHY]
        assert queries.removals_of(stage.ben).items == ()
        decision = queries.reports_of(stage.ben).items[0]
        assert (decision.state, decision.decision) == ("removed", WHY)
        assert [fact["outcome"] for fact in recorded(db, CaseDecided)] == ["removed"]

    def test_a_fans_comment_is_gone_and_the_fan_reads_why(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="comment", subject_id=things["comment"], ground="abuse")
        reports.remove_reported(case_about(db, "comment").id, reason=WHY)
        assert social.comments_of(stage.ben, things["post"]).items == ()
        assert [removal.reason for removal in queries.removals_of(stage.eve).items] == [WHY]
        assert queries.removals_of(stage.mia).items == ()

    def test_a_message_says_to_both_who_removed_it_and_why(
        self, stage: Stage, things: dict[str, str], db: Any
    ) -> None:
        service.report_content(stage.ben, kind="message", subject_id=things["message"], ground="abuse")
        reports.remove_reported(case_about(db, "message").id, reason=WHY)
        for person in (stage.ben, stage.mia):
            last = chat.messages_of(person, things["talk"]).items[-1]
            assert (last.body, last.removed_by, last.removed_reason) == ("", "moderator", WHY)

    def test_a_page_is_left_to_the_suspension(self, stage: Stage, things: dict[str, str], db: Any) -> None:
        service.report_content(
            stage.ben, kind="creator", subject_id=things["creator"], ground="impersonation"
        )
        case = case_about(db, "creator")
        with pytest.raises(reports.NothingToRemove):
            reports.remove_reported(case.id, reason=WHY)
        reports.handle_case(case.id, reason="The creator is suspended.")
        assert queries.reports_of(stage.ben).items[0].decision == "The creator is suspended."

    def test_a_decided_case_is_decided(self, stage: Stage, things: dict[str, str], db: Any) -> None:
        service.report_content(stage.ben, kind="post", subject_id=things["post"], ground="abuse")
        case = case_about(db, "post")
        reports.dismiss_case(case.id, reason="Nothing wrong with it.")
        with pytest.raises(reports.CaseIsDecided):
            reports.remove_reported(case.id, reason=WHY)


class TestTheConsole:
    @pytest.fixture
    def case_id(self, stage: Stage, things: dict[str, str], db: Any) -> str:
        service.report_content(
            stage.ben, kind="message", subject_id=things["message"], ground="abuse", words="Help"
        )
        case_id: str = case_about(db, "message").id
        db().commit_transaction()
        return case_id

    def test_shows_the_community_team_everything(self, login: Callable[..., Any], case_id: str) -> None:
        team = login("Community")
        page = team.get(f"/crmcaseconsole/show/{case_id}").text
        for words in ("Pay or I tell your wife", "before 2", "Mia"):
            assert words in page, words
        assert [item["words"] for item in team.get("/api/v1/crm/reports").json["items"]] == ["Help"]

    def test_a_program_decides_with_a_reason(self, login: Callable[..., Any], case_id: str) -> None:
        team = login("Community")
        assert team.post(f"{CASES}/{case_id}/remove", json={}).status_code == 422
        assert team.post(f"{CASES}/{case_id}/remove", json={"reason": WHY}).status_code == 200
        assert team.get(f"{CASES}/{case_id}").json["state"] == "removed"
        assert team.post(f"{CASES}/{case_id}/dismiss", json={"reason": WHY}).status_code == 409

    @pytest.mark.parametrize("role", ["CRM", "Manager", "Finance", "Fan", "Creator"])
    def test_nobody_else_reads_private_words(
        self, login: Callable[..., Any], case_id: str, role: str
    ) -> None:
        assert login(role).get(f"{CASES}/{case_id}").status_code == 403


class TestThePages:
    @pytest.fixture
    def ben(self, stage: Stage, login: Callable[..., Any], db: Any) -> Any:
        client = login("Fan")
        client.card = stage.town.new_fan("Ben", of=stage.creator, user_id=client.user_id)
        db().commit_transaction()
        return client

    def test_a_fan_reports_reads_the_decision_and_is_told_what_is_missing(
        self, stage: Stage, things: dict[str, str], ben: Any, db: Any
    ) -> None:
        db().commit_transaction()
        address = f"/report/post/{things['post']}"
        assert "Sunset" in ben.get(address).text
        refused = ben.post(address, data={"words": "Look"})
        assert (refused.status_code, "Choose a ground" in refused.text) == (422, True)
        assert ben.post(address, data={"ground": "abuse"}).headers["Location"] == "/safety"
        assert "The team looks at it" in ben.get("/safety").text
        reports.remove_reported(case_about(db, "post").id, reason=WHY)
        db().commit_transaction()
        assert WHY in ben.get("/safety").text

    def test_rest_is_the_same(self, things: dict[str, str], ben: Any, db: Any) -> None:
        db().commit_transaction()
        asked = {"kind": "post", "subject_id": things["post"], "ground": "spam"}
        answer = ben.post("/api/v1/crm/me/reports", json=asked)
        assert (answer.status_code, answer.json["state"]) == (201, "open")
        assert len(ben.get("/api/v1/crm/me/reports").json["items"]) == 1
        assert ben.get("/api/v1/crm/me/removals").json["items"] == []
        assert ben.post("/api/v1/crm/me/reports", json=asked | {"subject_id": "x"}).status_code == 404
