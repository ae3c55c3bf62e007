"""What is told before many records are acted on, and after: the money, who would refuse, and what cannot be taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from fanzadmin.console import batches
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.registry import consoles
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.bus.outbox import OutboxFact
from security.models import AuditEntry

Login = Callable[..., Any]
CREATORS = "/crmcreatorconsole"
WHY = "The brand is closed."


@pytest.fixture
def creators(db: Any, creator: Creator, login: Login) -> list[str]:
    """Somebody who may publish, and 101 applicants of whom the first lacks nothing."""
    results = [
        service.apply_creator(
            f"bulk{at:03}", cluster="velvet", name=f"C {at}", email=f"c{at}@example.test", legal_name="C"
        )
        for at in range(101)
    ]
    ready = db.get(Creator, results[0])
    ready.user_id, ready.subscription_minor = login("Creator").user_id, 999
    db().commit_transaction()  # a refused request rolls back what was not ended before it
    return [creator.id, *results]


def counted(db: Any, model: Any) -> int:
    db.flush()
    return int(db.execute(select(func.count()).select_from(model)).scalar_one())


class TestTrial:
    def test_it_says_who_would_refuse_and_why_and_nothing_stays(
        self, db: Any, creators: list[str], login: Login
    ) -> None:
        staff = login("CRM")
        before = counted(db, OutboxFact), counted(db, AuditEntry)
        page = staff.post(
            f"{CREATORS}/action_post", data={"action": "suspend", "_all": "1", "ask-reason": WHY}
        ).text
        assert "9 of the first 10 would be refused" in page
        assert "cannot be suspended" in page
        assert (counted(db, OutboxFact), counted(db, AuditEntry)) == before
        db.expire_all()
        assert db.get(Creator, creators[0]).state == "active"

    def test_it_says_when_none_refuses(self, db: Any, creators: list[str], login: Login) -> None:
        page = login("CRM").post(
            f"{CREATORS}/action_post",
            data={"action": "suspend", "_all": "1", "_arguments": "q=state:any:active", "ask-reason": WHY},
        )
        assert "The first ones were tried, and none of them refuses." in page.text
        assert "Suspend, for 1 record." in page.text

    def test_a_few_ticked_rows_are_done_without_a_preview(
        self, db: Any, creators: list[str], login: Login
    ) -> None:
        data = {"action": "suspend", "rowid": creators[:2], "ask-reason": WHY}
        assert login("CRM").post(f"{CREATORS}/action_post", data=data).status_code == 302
        db.expire_all()
        assert db.get(Creator, creators[0]).state == "suspended"


class TestSums:
    def test_money_is_added_up_by_currency(self, db: Any, brands: None, login: Login) -> None:
        for cluster, amounts in (("velvet", (1_000, 250)), ("ember", (500,))):
            for amount in amounts:
                fan_id = service.register_fan(f"Fan {amount}", cluster=cluster)
                db.flush()
                db.get(Fan, fan_id).spent_minor = amount
        db.flush()
        change = {"_all": "1", "_change": "tags", "_how-tags": "add", "tags": "spring"}
        page = login("CRM").post("/crmfanconsole/bulk/preview", data=change).text
        assert "Spent, together" in page
        assert "$12.50" in page
        assert "€5.00" in page
        only = change | {"_arguments": "q=cluster:any:ember"}
        page = login("CRM").post("/crmfanconsole/bulk/preview", data=only).text
        assert "$12.50" not in page
        assert "€5.00" in page

    def test_no_console_fails_to_add_up(self, app: Any, db: Any, login: Login) -> None:
        from fanzadmin.console.editing import bulk_dry_run

        with app.test_request_context():
            summed = {
                name: [item.label for item in bulk_dry_run.sums(console, db.query(console.datamodel.obj))]
                for name, console in consoles.items()
            }
        assert summed["FinancePayoutConsole"] == ["Amount"]
        assert summed["FinancePaymentConsole"] == ["Gross", "Creator's share", "Platform's fee"]
        assert summed["FinanceAccountConsole"] == []  # a balance is no column


class TestTakingBack:
    def result(self, db: Any, staff: Any, action: str) -> str:
        staff.post(f"{CREATORS}/bulk/action", data={"action": action, "_all": "1", "ask-reason": WHY})
        batch = db.execute(select(batches.Batch)).scalar_one()
        bulk_rows.perform(batch.id)
        return str(staff.get(f"/activity/{batch.id}").text)

    def test_the_result_says_that_it_cannot_be_taken_back(
        self, db: Any, creators: list[str], login: Login
    ) -> None:
        assert "An action cannot be taken back." in self.result(db, login("CRM"), "onboard")

    def test_not_where_the_board_leads_back(self, db: Any, creators: list[str], login: Login) -> None:
        assert "An action cannot be taken back." not in self.result(db, login("CRM"), "suspend")

    @pytest.mark.parametrize(
        ("console", "action", "final"),
        [
            ("ShieldIncidentConsole", "resolve", False),
            ("ShieldIncidentConsole", "assign", True),
            ("FinancePayoutConsole", "approve", True),
            ("FinancePayoutConsole", "pay", True),
            ("FinancePaymentConsole", "refund", True),
            ("CompliancePerformerConsole", "verify", True),
        ],
    )
    def test_what_boards_say(self, app: Any, console: str, action: str, final: bool) -> None:
        assert consoles[console].is_final(action) is final
