"""A second person: asked with a reason, told, agrees or refuses; nobody decides their own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from fanzadmin.console import Approval
from fanzadmin.console.approvals.requests import ApprovalRequest, expire_requests
from fanzadmin.console.registry import consoles
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import clock
from security.models import AuditEntry, StaffCluster

Login = Callable[..., Any]
CREATOR, INBOX = "/crmcreatorconsole", "/opsapprovalconsole"
WHY = "The contract ended yesterday."


@pytest.fixture(autouse=True)
def declared(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if suspending a creator and making one a star needed a second person."""
    console = consoles["CrmCreatorConsole"]
    approvals = {"suspend": Approval(), "field:tier": Approval(when=lambda _item, tier: tier == "star")}
    monkeypatch.setattr(console, "approvals", approvals, raising=False)


def asked(client: Any, creator: Creator, reason: str = WHY) -> Any:
    return client.post(
        f"{CREATOR}/second/suspend", data={"rowid": creator.id, "reason": reason, "ask-reason": WHY}
    )


def request_in(db: Any) -> ApprovalRequest:
    approval_request: ApprovalRequest = db.query(ApprovalRequest).one()
    db.refresh(approval_request)
    return approval_request


def decide(client: Any, approval: ApprovalRequest, decision: str, answer: str = "") -> Any:
    return client.post(f"{INBOX}/decide/{approval.id}", data={"decision": decision, "answer": answer})


class TestAsking:
    def test_the_action_asks_why_instead_of_acting(self, db: Any, creator: Creator, login: Login) -> None:
        page = login("CRM").post(
            f"{CREATOR}/action_post", data={"action": "suspend", "rowid": creator.id, "ask-reason": WHY}
        )
        assert (page.status_code, "A second person has to agree" in page.text) == (200, True)
        db.refresh(creator)
        assert creator.state == "active"
        assert db.query(ApprovalRequest).count() == 0

    def test_a_reason_sends_it(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        assert asked(staff, creator).status_code == 302
        request = request_in(db)
        assert (request.state, request.requested_by_id, request.reason, request.cluster) == (
            "waiting",
            staff.user_id,
            WHY,
            "velvet",
        )

    def test_without_a_reason_or_twice_it_is_not_sent(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        assert "write a few words" in asked(staff, creator, "x").text
        asked(staff, creator)
        assert "waits for a second person already" in asked(login("CRM"), creator).text
        assert db.query(ApprovalRequest).count() == 1

    def test_who_may_not_act_may_not_ask(self, db: Any, creator: Creator, login: Login) -> None:
        for role in ("Manager", "Finance"):
            asked(login(role), creator)
        abroad = login("CRM")
        db.add(StaffCluster(user_id=abroad.user_id, cluster="ember"))
        db().commit_transaction()
        assert asked(abroad, creator).status_code == 404
        assert db.query(ApprovalRequest).count() == 0


class TestAgreeing:
    def test_the_second_person_makes_it_happen_in_the_name_of_the_first(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        first, second = login("CRM"), login("CRM")
        asked(first, creator)
        request = request_in(db)
        assert f"{INBOX}/show/{request.id}" in second.get(f"{INBOX}/list/").text
        assert decide(second, request, "agree").status_code == 302
        db.refresh(creator)
        request = request_in(db)
        assert (creator.state, request.state, request.decided_by_id) == ("suspended", "done", second.user_id)
        entry = (
            db.query(AuditEntry)
            .filter_by(table_name="crm.creator", record_id=creator.id)
            .order_by(AuditEntry.id.desc())
            .first()
        )
        assert (entry.actor_id, entry.approver_id, entry.reason) == (first.user_id, second.user_id, WHY)

    def test_nobody_agrees_to_their_own_request(self, db: Any, creator: Creator, login: Login) -> None:
        first = login("CRM")
        asked(first, creator)
        decide(first, request_in(db), "agree")
        db.refresh(creator)
        assert (creator.state, request_in(db).state) == ("active", "waiting")

    def test_not_even_as_an_admin(self, db: Any, creator: Creator, login: Login) -> None:
        admin = login("Admin")
        asked(admin, creator)
        decide(admin, request_in(db), "agree")
        assert request_in(db).state == "waiting"

    def test_the_wrong_role_and_the_wrong_cluster_do_not_decide(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        asked(login("CRM"), creator)
        request = request_in(db)
        abroad = login("CRM")
        db.add(StaffCluster(user_id=abroad.user_id, cluster="ember"))
        db().commit_transaction()
        for wrong in (login("Finance"), login("Manager"), abroad):
            assert decide(wrong, request, "agree").status_code == 404
            assert str(request.id) not in wrong.get(f"{INBOX}/list/").text
        assert request_in(db).state == "waiting"

    def test_who_lost_the_right_meanwhile_gets_nothing_done(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        from flask_appbuilder.security.sqla.models import User

        first, second = login("CRM"), login("CRM")
        asked(first, creator)
        db.get(User, first.user_id).roles = []
        db().commit_transaction()
        decide(second, request_in(db), "agree")
        db.refresh(creator)
        request = request_in(db)
        assert (creator.state, request.state) == ("active", "failed")
        assert "lost the right" in request.outcome

    def test_what_the_service_refuses_is_written_down(self, db: Any, creator: Creator, login: Login) -> None:
        from fanzadmin.crm import service

        first, second = login("CRM"), login("CRM")
        asked(first, creator)
        service.suspend_creator(creator.id, reason="Somebody was faster.")
        db().commit_transaction()
        decide(second, request_in(db), "agree")
        assert request_in(db).state == "failed"

    def test_a_decided_request_is_not_decided_again(self, db: Any, creator: Creator, login: Login) -> None:
        first, second = login("CRM"), login("CRM")
        asked(first, creator)
        decide(second, request_in(db), "refuse", "Not before the lawyer said so.")
        decide(login("CRM"), request_in(db), "agree")
        db.refresh(creator)
        assert (creator.state, request_in(db).state) == ("active", "refused")


class TestRefusing:
    def test_it_needs_a_reason(self, db: Any, creator: Creator, login: Login) -> None:
        first, second = login("CRM"), login("CRM")
        asked(first, creator)
        decide(second, request_in(db), "refuse", "no")
        assert request_in(db).state == "waiting"
        decide(second, request_in(db), "refuse", "Not before the lawyer said so.")
        assert (request_in(db).state, request_in(db).answer) == ("refused", "Not before the lawyer said so.")

    def test_the_own_request_is_taken_back(self, db: Any, creator: Creator, login: Login) -> None:
        first = login("CRM")
        asked(first, creator)
        decide(login("CRM"), request_in(db), "withdraw")
        assert request_in(db).state == "waiting"
        decide(first, request_in(db), "withdraw")
        assert request_in(db).state == "withdrawn"

    def test_it_runs_out(self, db: Any, creator: Creator, login: Login) -> None:
        asked(login("CRM"), creator)
        request = request_in(db)
        assert expire_requests() == 0
        request.expires_at = clock.now() - timedelta(seconds=1)
        db().commit_transaction()
        assert expire_requests() == 1
        assert request_in(db).state == "expired"
        decide(login("CRM"), request, "agree")
        assert request_in(db).state == "expired"


class TestFields:
    FORM: ClassVar = {"name": "Ada F.", "legal_name": "", "email": "", "about": "", "tier": "star", "subscription_minor": "999", "login_name": ""}  # fmt: skip

    def test_the_field_waits_and_the_others_are_saved(self, db: Any, creator: Creator, login: Login) -> None:
        first, second = login("CRM"), login("CRM")
        first.post(f"{CREATOR}/edit/{creator.id}", data=self.FORM | {"approval_reason": WHY})
        db.refresh(creator)
        assert (creator.name, creator.tier) == ("Ada F.", "starter")
        assert request_in(db).lines == [["Tier", "starter → star"]]
        decide(second, request_in(db), "agree")
        db.refresh(creator)
        assert (creator.tier, request_in(db).state) == ("star", "done")

    def test_the_form_asks_for_the_reason_and_names_the_fields(self, creator: Creator, login: Login) -> None:
        page = login("CRM").get(f"{CREATOR}/edit/{creator.id}").text
        assert ('name="approval_reason"' in page, "a change of: Tier." in page) == (True, True)
        assert "approval_reason" not in login("CRM").get(f"{CREATOR}/add").text

    def test_without_a_reason_nothing_is_saved(self, db: Any, creator: Creator, login: Login) -> None:
        page = login("CRM").post(f"{CREATOR}/edit/{creator.id}", data=self.FORM)
        assert "A second person has to agree" in page.text
        db.refresh(creator)
        assert creator.name == "Ada Fox"

    def test_a_value_that_needs_nobody_is_written_at_once(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        login("CRM").post(f"{CREATOR}/edit/{creator.id}", data=self.FORM | {"tier": "rising"})
        db.refresh(creator)
        assert creator.tier == "rising"

    def test_no_other_way_of_writing_goes_around_it(self, db: Any, creator: Creator, login: Login) -> None:
        login("CRM").get(f"{CREATOR}/show/{creator.id}")
        errors = consoles["CrmCreatorConsole"].change(creator, {"tier": "star"})
        assert "second person" in errors[""]
        assert creator.tier == "starter"


class TestMaskedFields:
    """Who agrees must see to what, and nobody else does: not the request, not its history, not the audit."""

    FORM: ClassVar = TestFields.FORM | {
        "email": "new@example.test",
        "tier": "starter",
        "approval_reason": WHY,
    }

    @pytest.fixture
    def approval(
        self, db: Any, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> ApprovalRequest:
        monkeypatch.setattr(
            consoles["CrmCreatorConsole"], "approvals", {"field:email": Approval()}, raising=False
        )
        login("CRM").post(f"{CREATOR}/edit/{creator.id}", data=self.FORM)
        return request_in(db)

    def test_the_request_and_the_audit_hold_it_back(
        self, db: Any, approval: ApprovalRequest, login: Login
    ) -> None:
        second = login("CRM")
        assert approval.lines == [["E-mail", "•••"]]
        for page in ("show", "history", "story"):
            assert "new@example.test" not in second.get(f"{INBOX}/{page}/{approval.id}").text
        assert "new@example.test" not in str([entry.changes for entry in db.query(AuditEntry)])

    def test_who_decides_sees_it_and_the_audit_keeps_that(
        self, db: Any, approval: ApprovalRequest, login: Login
    ) -> None:
        second = login("CRM")
        page = second.post(f"{INBOX}/change/{approval.id}")
        assert "ada@example.test → new@example.test" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert db.query(AuditEntry).filter_by(action="reveal", actor_id=second.user_id).one().changes == {
            "email": None
        }

    def test_who_asked_and_who_may_not_reveal_do_not(
        self, db: Any, approval: ApprovalRequest, login: Login
    ) -> None:
        for person in (login(user_id=approval.requested_by_id), login("Manager"), login("Finance")):
            answer = person.post(f"{INBOX}/change/{approval.id}")
            assert (answer.status_code in {403, 404}, "new@example.test" in answer.text) == (True, False)

    def test_the_value_is_forgotten_with_the_decision(
        self, db: Any, creator: Creator, approval: ApprovalRequest, login: Login
    ) -> None:
        decide(login("CRM"), approval, "agree")
        db.refresh(creator)
        assert (creator.email, "sent" in request_in(db).arguments) == ("new@example.test", False)


class TestWhatWillBeDone:
    @pytest.fixture
    def approval(self, db: Any, login: Login, fan: Fan, monkeypatch: pytest.MonkeyPatch) -> ApprovalRequest:
        monkeypatch.setattr(type(consoles["CrmFanConsole"]), "approvals", {"export": Approval()})
        login("CRM").post(
            "/crmfanconsole/export", data={"kind": "csv", "column": ["name", "tags"], "reason": WHY}
        )
        return request_in(db)

    @pytest.mark.parametrize("shown", [(), ("lines",)])
    def test_it_is_told_by_label_and_value(
        self, approval: ApprovalRequest, login: Login, monkeypatch: pytest.MonkeyPatch, shown: tuple[str, ...]
    ) -> None:
        """Also in the history of a console that shows the column."""
        inbox = consoles["OpsApprovalConsole"]
        monkeypatch.setattr(inbox, "show_columns", [*inbox.show_columns, *shown], raising=False)
        second, label = login("CRM"), approval.lines[0][0]
        for page in ("history", "story", "comments", *([] if shown else ["show"])):
            assert "[&#39;" not in second.get(f"{INBOX}/{page}/{approval.id}").text, page
        assert f"<dt>{label}</dt>" in second.get(f"{INBOX}/show/{approval.id}").text
        history = second.get(f"{INBOX}/history/{approval.id}").text
        assert (f"{label}: {approval.lines[0][1]}" in history) == bool(shown)
        assert ">Deed<" not in history


class TestDeclared:
    def test_large_payouts_published_assets_and_births_need_two(self) -> None:
        declared = {name: set(console.approvals) for name, console in consoles.items() if console.approvals}
        assert declared["FinancePayoutConsole"] == {"pay"}
        assert declared["MediaAssetConsole"] == {"withdraw"}
        assert declared["CompliancePerformerConsole"] == {"field:born_on", "export"}
        assert declared["ComplianceDocumentConsole"] == declared["ComplianceAliasConsole"] == {"export"}
