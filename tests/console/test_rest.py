"""A console over REST: the same rows, columns, masks, rights and verbs as its pages, for programs."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from fanzadmin.console import Approval, Hidden, ReadOnly, batches
from fanzadmin.console.approvals.requests import ApprovalRequest
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.registry import consoles
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.console.transfer import importing
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import Task
from security.models import AuditEntry, StaffCluster
from tests.console.test_transfer_files import workbook

Login = Callable[..., Any]
FANS, NOTES, CREATORS = "/api/v1/crm/fans", "/api/v1/crm/notes", "/api/v1/crm/creators"
WHY = "Her contract ended yesterday."


@pytest.fixture
def fans(db: Any, brands: None) -> list[Fan]:
    ids = [
        service.register_fan(f"Fan {at}", cluster="velvet", email=f"f{at}@example.test") for at in range(5)
    ]
    for at, fan_id in enumerate(ids):
        db.get(Fan, fan_id).spent_minor = at * 100
    db().commit_transaction()
    return [db.get(Fan, fan_id) for fan_id in ids]


def entries(db: Any, record_id: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.record_id == record_id).order_by(AuditEntry.id.desc())
    return list(db.execute(query).scalars())


@pytest.mark.usefixtures("fans")
class TestLists:
    def test_the_list_is_the_console_s(self, login: Login) -> None:
        page = login("CRM").get(FANS).json
        assert {item["name"] for item in page["items"]} == {f"Fan {at}" for at in range(5)}
        assert page["next"] is None
        assert set(page["items"][0]) == {
            "id",
            "name",
            "brand.name",
            "country",
            "tags",
            "spent_minor",
            "currency",
            "last_seen",
            "joined_at",
            "verbs",
        }

    def test_it_takes_the_grammar_of_the_console_s_filters(self, login: Login) -> None:
        items = login("CRM").get(FANS, query_string={"q": "spent_minor:over:2"}).json["items"]
        assert {item["spent_minor"] for item in items} == {300, 400}

    def test_pages_follow_each_other_in_the_order_asked_for(self, login: Login) -> None:
        staff, seen, args = login("CRM"), [], {"order": "-spent_minor", "limit": "2"}
        while True:
            page = staff.get(FANS, query_string=args).json
            seen += [item["spent_minor"] for item in page["items"]]
            if page["next"] is None:
                break
            args = args | {"cursor": page["next"]}
        assert seen == [400, 300, 200, 100, 0]

    def test_columns_are_chosen_as_in_the_list(self, login: Login) -> None:
        items = login("CRM").get(FANS, query_string={"cols": "country,name"}).json["items"]
        assert set(items[0]) == {"id", "country", "name", "verbs"}

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({"q": "nonsense"}, "filter-unreadable"),
            ({"q": "email:is:f1@example.test"}, "filter-unreadable"),
            ({"order": "email"}, "order-unknown"),
            ({"order": "-nothing"}, "order-unknown"),
            ({"cursor": "forged"}, "bad-cursor"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, login: Login, args: dict[str, str], error: str) -> None:
        answer = login("CRM").get(FANS, query_string=args)
        assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (400, error)

    def test_a_cursor_of_another_filter_is_refused(self, login: Login) -> None:
        staff = login("CRM")
        cursor = staff.get(FANS, query_string={"limit": "2"}).json["next"]
        args = {"limit": "2", "cursor": cursor, "q": "spent_minor:over:2"}
        assert staff.get(FANS, query_string=args).status_code == 400

    def test_staff_of_another_brand_sees_nothing(self, db: Any, fans: list[Fan], login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db().commit_transaction()
        assert staff.get(FANS).json["items"] == []
        assert staff.get(f"{FANS}/{fans[0].id}").status_code == 404


class TestFields:
    def test_masked_is_masked_and_told_only_for_a_reason(
        self, db: Any, fans: list[Fan], login: Login
    ) -> None:
        staff, address = login("CRM"), f"{FANS}/{fans[1].id}"
        assert staff.get(address).json["email"] == "f•••@•••"
        assert staff.post(f"{address}/reveal", json={"columns": ["email"], "reason": "x"}).status_code == 422
        response = staff.post(
            f"{address}/reveal", json={"columns": ["email"], "reason": "She asked us to check."}
        )
        assert response.json["email"] == "f1@example.test"
        assert (entries(db, fans[1].id)[0].action, entries(db, fans[1].id)[0].reason) == (
            "reveal",
            "She asked us to check.",
        )
        assert staff.get(address).json["email"] == "f•••@•••"

    def test_hidden_is_absent_and_read_only_refused(
        self, fans: list[Fan], login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        console = consoles["CrmFanConsole"]
        monkeypatch.setattr(console, "field_rules", {"country": Hidden(), "tags": ReadOnly()}, raising=False)
        monkeypatch.setattr(console, "_rules_cache", {}, raising=False)
        staff, address = login("CRM"), f"{FANS}/{fans[0].id}"
        assert "country" not in staff.get(address).json
        answer = staff.patch(address, json={"tags": ["vip"], "country": "DE"})
        assert (answer.status_code, set(answer.json["errors"])) == (422, {"tags", "country"})


class TestAmounts:
    def test_have_their_currency_beside_them(self, fans: list[Fan], login: Login) -> None:
        record = login("CRM").get(f"{FANS}/{fans[0].id}").json
        assert (record["spent_minor"], record["currency"]) == (fans[0].spent_minor, fans[0].brand.currency)


class TestWriting:
    def test_a_record_is_added_changed_and_deleted(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        response = staff.post(NOTES, json={"creator": creator.id, "body": "Prefers e-mail", "pinned": True})
        assert (response.status_code, response.json["body"], response.json["pinned"]) == (
            201,
            "Prefers e-mail",
            True,
        )
        address = response.headers["Location"]
        assert address.endswith(f"{NOTES}/{response.json['id']}")
        changed = staff.patch(address, json={"body": "Prefers calls"})
        assert (changed.status_code, changed.json["body"], changed.json["pinned"]) == (
            200,
            "Prefers calls",
            True,
        )
        assert staff.delete(address, headers={"Audit-Reason": "No longer true."}).status_code == 204
        assert staff.get(address).status_code == 404
        assert entries(db, response.json["id"])[0].reason == "No longer true."

    def test_wrong_values_are_named(self, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        refused = staff.post(NOTES, json={"creator": creator.id}).json
        assert refused["type"] == "/problems/kernel/invalid-fields"
        assert set(refused["errors"]["json"]) == {"body"}
        wrong = staff.post(NOTES, json={"creator": new_id(), "body": "To whom?"})
        assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"creator"})
        assert staff.post(NOTES, json={"creator": creator.id, "body": "x", "author": "me"}).status_code == 422

    def test_what_the_verb_refuses_is_its_own_problem(self, db: Any, login: Login) -> None:
        answer = login("CRM").post(NOTES, json={"body": "About nobody"})
        assert 400 <= answer.status_code < 500
        assert answer.json["type"] != "about:blank"
        assert db.query(Note).count() == 0

    @pytest.mark.parametrize("key", ["nothing", "00000000-0000-0000-0000-000000000000", '["a","b"]'])
    def test_what_is_not_there_is_404(self, login: Login, key: str) -> None:
        staff = login("CRM")
        assert staff.get(f"{NOTES}/{key}").status_code == 404
        assert staff.patch(f"{NOTES}/{key}", json={"body": "x"}).status_code == 404
        assert staff.delete(f"{NOTES}/{key}").status_code == 404

    def test_who_is_nobody_or_lacks_the_right_is_told_so(
        self, client: Any, creator: Creator, login: Login
    ) -> None:
        note = service.add_note_about(creator_id=creator.id, body="Old")
        for method, address, body in (
            ("GET", NOTES, None),
            ("GET", f"{NOTES}/{note}", None),
            ("POST", NOTES, {"creator": creator.id, "body": "x"}),
            ("PATCH", f"{NOTES}/{note}", {"body": "x"}),
            ("DELETE", f"{NOTES}/{note}", None),
        ):
            assert client.open(address, method=method, json=body).status_code == 401, (method, address)
            assert login("Finance").open(address, method=method, json=body).status_code == 403, (
                method,
                address,
            )

    def test_a_field_that_needs_two_is_asked_for(
        self, db: Any, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        approvals = {"field:tier": Approval(when=lambda _item, tier: tier == "star")}
        monkeypatch.setattr(consoles["CrmCreatorConsole"], "approvals", approvals, raising=False)
        staff, address = login("CRM"), f"{CREATORS}/{creator.id}"
        assert staff.patch(address, json={"tier": "star"}).status_code == 403
        answer = staff.patch(
            address, json={"tier": "star"}, headers={"Audit-Reason": "Ten thousand subscribers."}
        )
        request = db.execute(select(ApprovalRequest)).scalar_one()
        assert (answer.status_code, answer.json["approvals"]) == (
            202,
            [f"/api/v1/operations/approvals/{request.id}"],
        )
        assert request.reason == "Ten thousand subscribers."
        assert staff.get(answer.headers["Location"]).json["state"] == "waiting"


class TestVersions:
    def test_a_change_over_the_version_that_was_read_is_done_and_over_an_older_one_refused(
        self, fans: list[Fan], login: Login
    ) -> None:
        staff, address = login("CRM"), f"{FANS}/{fans[0].id}"
        held = staff.get(address).headers["ETag"]
        changed = staff.patch(address, json={"country": "DE"}, headers={"If-Match": held})
        assert (changed.status_code, changed.headers["ETag"]) == (200, staff.get(address).headers["ETag"])
        refused = staff.patch(address, json={"country": "FR"}, headers={"If-Match": held})
        assert (refused.status_code, refused.json["type"]) == (412, "/problems/kernel/record-changed")

    def test_a_verb_compares_with_its_record(self, creator: Creator, login: Login) -> None:
        staff, address = login("CRM"), f"{CREATORS}/{creator.id}"
        held = staff.get(address).headers["ETag"]
        body, stale = {"reason": "She asked for a pause."}, {"If-Match": '"of yesterday"'}
        assert staff.post(f"{address}/suspend", json=body, headers=stale).status_code == 412
        done = staff.post(f"{address}/suspend", json=body, headers={"If-Match": held})
        assert (done.status_code, done.json["state"]) == (200, "suspended")
        assert done.headers["Content-Location"] == address
        assert done.headers["ETag"] == staff.get(address).headers["ETag"] != held

    def test_what_holds_no_record_matches_none(self, fans: list[Fan], login: Login) -> None:
        staff, stale = login("CRM"), {"If-Match": '"any"'}
        body = {"ids": [fans[0].id], "changes": {"tags": ["vip"]}}
        assert staff.post(f"{FANS}/bulk", json=body, headers=stale).status_code == 412
        assert staff.delete(f"{NOTES}/{new_id()}", headers=stale).status_code == 404


class TestMany:
    def test_a_change_of_many_is_a_batch(self, db: Any, fans: list[Fan], login: Login) -> None:
        staff = login("CRM")
        body = {"q": "spent_minor:over:2", "changes": {"tags": ["vip"]}}
        answer = staff.post(f"{FANS}/bulk", json=body)
        assert (answer.status_code, answer.json["total"], answer.json["state"]) == (202, 2, "waiting")
        bulk_rows.perform(answer.json["id"])
        done = staff.get(answer.headers["Location"]).json
        assert (done["done"], done["refused"]) == (2, 0)
        assert sorted(fan.name for fan in db.query(Fan) if fan.tags == ["vip"]) == ["Fan 3", "Fan 4"]
        assert login("CRM").get(answer.headers["Location"]).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"changes": {"email": "x@example.test"}},
            {"changes": {}},
            {},
            {"verb": "nothing"},
            {"q": "nonsense", "changes": {"tags": []}},
        ],
    )
    def test_what_makes_no_sense_is_no_batch(
        self, db: Any, fans: list[Fan], login: Login, body: dict[str, Any]
    ) -> None:
        assert 400 <= login("CRM").post(f"{FANS}/bulk", json=body).status_code < 500
        assert db.execute(select(batches.Batch)).scalar() is None

    def test_a_file_is_compared_and_then_written(self, db: Any, fans: list[Fan], login: Login) -> None:
        staff = login("CRM")
        text = f"id,country\n{fans[0].id},DE\n{fans[1].id},FR\n"
        ids = [fan.id for fan in fans[:2]]
        answer = staff.post(f"{FANS}/import", data={"file": (BytesIO(text.encode()), "fans.csv")})
        assert answer.status_code == 202, answer.json
        importing.perform(answer.json["id"])
        db.execute(update(Task).values(state="done"))
        assert staff.get(answer.headers["Location"]).json["state"] == "ready"
        assert staff.post(f"{answer.headers['Location']}/run").status_code == 202
        importing.perform(answer.json["id"])
        db.expire_all()
        assert {db.get(Fan, fan_id).country for fan_id in ids} == {"DE", "FR"}

    def test_a_workbook_is_read_and_compared_by_the_job(self, db: Any, fans: list[Fan], login: Login) -> None:
        staff = login("CRM")
        content = workbook(["id", "country"], [fans[0].id, "DE"])
        answer = staff.post(
            f"{FANS}/import", data={"file": (BytesIO(content), "fans.xlsx"), "mode": "change"}
        )
        assert answer.status_code == 202, answer.json
        importing.perform(answer.json["id"])
        db.execute(update(Task).values(state="done"))
        assert staff.get(answer.headers["Location"]).json["state"] == "ready"
        assert db.get(batches.Batch, answer.json["id"]).total == 1


class TestNames:
    def test_every_console_has_an_address_of_its_own(self, app: Any) -> None:
        addresses = [f"{system_of(console)}/{resource_of(console)}" for console in consoles.values()]
        assert len(set(addresses)) == len(addresses)
        rules = {str(rule) for rule in app.url_map.iter_rules()}
        assert {f"/api/v1/{address}" for address in addresses} <= rules

    def test_every_operation_is_documented_once(self, client: Any) -> None:
        paths = client.get("/api/v1/openapi.json").json["paths"]
        assert "/api/v1/crm/fans/{key}" in paths
        names = [
            operation["operationId"]
            for path in paths.values()
            for operation in path.values()
            if "operationId" in operation
        ]
        assert len(set(names)) == len(names)
