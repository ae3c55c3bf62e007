"""How data is taken out of consoles and brought back."""

# ruff: noqa: F811  a fixture asked for by name is no redefinition

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, text

from fanzadmin.console import batches
from fanzadmin.console.access.rules import Hidden
from fanzadmin.console.approvals.mixin import Approval
from fanzadmin.console.approvals.requests import ApprovalRequest, approve
from fanzadmin.console.registry import consoles
from fanzadmin.console.transfer import exporting
from fanzadmin.console.transfer.sheet_writing import armed, defused, plain
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.queue.tasks import close
from fanzadmin.kernel.storage import get_storage
from jobs import consoles as jobs
from security.models import AuditEntry, StaffCluster
from tests.crm.conftest import applicant, brands, creator, fan, records  # noqa: F401

Login = Callable[..., Any]
FANS, CREATORS = "/crmfanconsole", "/crmcreatorconsole"
RISKY = ("=1+1", "+49 30 1", "-5", "@mia", "\tx", "\rx", "'=x", "''@x", "＝1", "'plain", "plain", "", "'")


def lines_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def exported(person: Any, address: str = f"{FANS}/export", **form: Any) -> Any:
    return person.post(address, data={"kind": "csv", "column": ["id", "name", "tags", "spent_minor"], **form})


def many_fans(db: Any, count: int) -> None:
    db.execute(
        text(
            "INSERT INTO crm.fan (id, cluster, name, email, country, spent_minor, joined_at, created_at)"
            " SELECT gen_random_uuid(), 'velvet', 'Fan ' || n, '', 'US', n, now(), now()"
            "   FROM generate_series(1, :count) n"
        ),
        {"count": count},
    )


class TestExport:
    def test_the_rows_of_the_list_come_as_csv(self, db: Any, fan: Fan, login: Login) -> None:
        fan.tags, fan.spent_minor = ["night owl", "vip"], 1999
        answer = exported(login("CRM"))
        (line,) = lines_of(answer)
        assert line == {
            "Id": fan.id,
            "Name": "Tom N.",
            "Tags": "night owl, vip",
            "Spent": "19.99 USD",
            "Spent (minor units)": "1999",
        }
        assert answer.data.startswith(b"Id,")
        assert "\r\n" in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]
        assert exported(login("CRM"), bom="1").data.startswith(b"\xef\xbb\xbfId,")

    def test_json_lines_keep_their_types(self, fan: Fan, login: Login) -> None:
        answer = exported(login("CRM"), kind="jsonl", column=["id", "tags", "spent_minor", "last_seen"])
        assert json.loads(answer.data) == {
            "id": fan.id,
            "tags": [],
            "spent_minor (readable)": "0.00 USD",
            "spent_minor": 0,
            "last_seen": None,
        }

    def test_a_workbook_holds_numbers_moments_and_texts(self, db: Any, fan: Fan, login: Login) -> None:
        fan.name, fan.last_seen = "=HYPERLINK(1)", datetime(2026, 11, 1, 18, 4, 5, 123456, tzinfo=UTC)
        answer = exported(login("CRM"), kind="xlsx", column=["name", "spent_minor", "last_seen"])
        sheet = load_workbook(io.BytesIO(answer.data)).active
        head, row = sheet.iter_rows()
        assert [cell.value for cell in head] == ["Name", "Spent", "Spent (minor units)", "Last seen"]
        assert [cell.value for cell in row] == [
            "=HYPERLINK(1)",
            "0.00 USD",
            0,
            datetime(2026, 11, 1, 18, 4, 5),  # noqa: DTZ001  a workbook's moments have no zone
        ]
        assert row[0].data_type == "s"

    def test_the_filter_and_the_order_of_the_list_hold(self, db: Any, fan: Fan, login: Login) -> None:
        for name, country in (("Bea", "US"), ("Al", "US"), ("Cy", "FR")):
            db.get(Fan, service.register_fan(name, cluster="velvet")).country = country
        db.flush()
        asked = f"{FANS}/export?_flt_0_country=US&_oc_CrmFanConsole=name&_od_CrmFanConsole=desc"
        results = [line["Name"] for line in lines_of(exported(login("CRM"), asked))]
        assert results == ["Bea", "Al"]

    def test_a_colleague_of_another_cluster_takes_out_nothing(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        assert lines_of(exported(staff)) == []

    def test_what_is_masked_in_the_list_is_masked_in_the_file(self, creator: Creator, login: Login) -> None:
        answer = exported(login("CRM"), f"{CREATORS}/export", column=["handle", "legal_name", "email"])
        (line,) = lines_of(answer)
        assert line["Handle"] == "ada.fox"
        assert "Foxworth" not in answer.text
        assert "ada@example.test" not in answer.text
        assert line["Legal Name" if "Legal Name" in line else "Legal name"].startswith("A")

    def test_only_columns_that_the_person_may_see_come_along(self, fan: Fan, login: Login) -> None:
        (line,) = lines_of(exported(login("CRM"), column=["name", "user_id", "no_such_column"]))
        assert list(line) == ["Name"]
        assert exported(login("CRM"), column=["user_id"]).status_code == 302
        assert exported(login("CRM"), kind="exe").status_code == 302

    @pytest.mark.parametrize("role", ["Finance", "Security", "Fan", "Creator"])
    def test_who_may_not_export_gets_nothing(self, fan: Fan, login: Login, role: str) -> None:
        person = login(role)
        assert exported(person).status_code == 403
        assert person.get(f"{FANS}/export").status_code == 403

    def test_who_only_reads_cannot_take_out(self, fan: Fan, login: Login) -> None:
        person = login("Community")
        assert person.get(f"{FANS}/list/").status_code == 200
        assert exported(person).status_code == 403
        assert "Export" not in person.get(f"{FANS}/list/").text

    def test_nobody_is_asked_to_sign_in(self, client: Any) -> None:
        assert "/login" in exported(client).headers["Location"]

    def test_the_audit_says_who_took_out_what(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        exported(staff, f"{FANS}/export?_flt_0_country=US", column=["name"])
        query = select(AuditEntry).where(AuditEntry.action == "export")
        entry = db.execute(query).scalar_one()
        assert (entry.actor_id, entry.table_name) == (staff.user_id, "crm.fan")
        assert entry.changes["rows"] == [None, 0]
        assert entry.changes["columns"] == [None, ["name"]]
        assert entry.changes["filter"] == [None, "_flt_0_country=US"]

    def test_the_page_offers_what_the_list_shows(self, fan: Fan, login: Login) -> None:
        page = login("CRM").get(f"{FANS}/export?_flt_0_country=US")
        assert page.status_code == 200
        assert 'value="brand.name" checked' in page.text
        assert 'value="email"' in page.text
        assert "_flt_0_country=US" in page.text

    def test_memory_is_that_of_a_batch(self, db: Any, fan: Fan, login: Login) -> None:
        many_fans(db, 3 * exporting.FETCH_ROWS)
        answer = exported(login("CRM"))
        assert answer.is_streamed
        assert len(lines_of(answer)) == 3 * exporting.FETCH_ROWS + 1


class TestLargeExport:
    @pytest.fixture(autouse=True)
    def _few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exporting, "DIRECT", 2)

    def test_a_job_makes_the_file_and_its_owner_fetches_it(self, db: Any, fan: Fan, login: Login) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        result = self.ordered(db, staff)
        assert "Waiting" in staff.get(result.link).text
        assert jobs.export(result.id) == "5 rows"
        page = staff.get(result.link)
        address = page.text.split('href="')[1:]
        file = next(part.split('"')[0] for part in address if "/file?" in part).replace("&amp;", "&")
        answer = staff.get(file)
        assert len(lines_of(answer)) == 5
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert login("CRM").get(file).status_code == 404
        assert staff.get(file[:-3] + "abc").status_code == 404
        assert staff.get(file.partition("?")[0]).status_code == 404

    @pytest.mark.parametrize("kind", ["xlsx", "jsonl"])
    def test_every_kind_of_file(self, db: Any, fan: Fan, login: Login, kind: str) -> None:
        many_fans(db, 4)
        result = self.ordered(db, login("CRM"), kind=kind)
        jobs.export(result.id)
        data = get_storage().get(result.options["file"])
        count = (
            len(data.splitlines()) if kind == "jsonl" else load_workbook(io.BytesIO(data)).active.max_row - 1
        )
        assert (result.done, count) == (5, 5)

    def test_the_job_obeys_the_rules_of_the_person(self, db: Any, fan: Fan, login: Login) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        result = self.ordered(db, staff)
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        jobs.export(result.id)
        assert result.done == 0

    def test_a_column_hidden_meanwhile_is_left_out(
        self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many_fans(db, 4)
        result = self.ordered(db, login("CRM"))
        monkeypatch.setattr(type(consoles["CrmFanConsole"]), "field_rules", {"tags": Hidden()})
        consoles["CrmFanConsole"].__dict__.get("_rules_cache", {}).clear()
        jobs.export(result.id)
        consoles["CrmFanConsole"].__dict__.get("_rules_cache", {}).clear()
        assert b"Tags" not in get_storage().get(result.options["file"])

    @pytest.mark.running_clock  # as the storage has one
    def test_a_file_is_gone_after_a_day(self, db: Any, fan: Fan, login: Login, monkeypatch: Any) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        result = self.ordered(db, staff)
        jobs.export(result.id)
        key, link = result.options["file"], result.link
        later = clock.now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        jobs.forget_expired("")
        assert not get_storage().exists(key)
        assert staff.get(link).status_code == 404

    def ordered(self, db: Any, staff: Any, kind: str = "csv") -> batches.Batch:
        answer = exported(staff, kind=kind)
        assert answer.status_code == 302
        batch: batches.Batch = db.execute(
            select(batches.Batch).order_by(batches.Batch.id.desc()).limit(1)
        ).scalar_one()
        assert answer.headers["Location"] == batch.link
        assert batch.owner_user_id == staff.user_id
        return batch


class TestSecondPerson:
    @pytest.fixture(autouse=True)
    def _declared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(consoles["CrmFanConsole"]), "approvals", {"export": Approval()})

    def test_nothing_leaves_before_somebody_agreed(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        assert exported(staff).status_code == 302
        assert db.execute(select(ApprovalRequest)).first() is None, "a reason is missing"
        assert "Why" in staff.get(f"{FANS}/export").text
        assert exported(staff, reason="For the auditors").status_code == 302
        asked = db.execute(select(ApprovalRequest)).scalar_one()
        assert (asked.action, asked.requested_by_id) == ("console.export", staff.user_id)
        assert db.execute(select(batches.Batch)).first() is None

    def test_then_the_file_is_made_for_who_asked(self, db: Any, fan: Fan, login: Login) -> None:
        staff, other = login("CRM"), login("CRM")
        exported(staff, reason="For the auditors")
        asked = db.execute(select(ApprovalRequest)).scalar_one()
        with acting(Context(actor_id=other.user_id, actor="Olga")):
            approve(asked.id)
        result = latest(db)
        assert (asked.state, result.owner_user_id, result.kind) == ("done", staff.user_id, "export")
        jobs.export(result.id)
        assert result.done == 1


class TestFormulas:
    @pytest.mark.parametrize("text", RISKY)
    def test_defusing_is_taken_back(self, text: str) -> None:
        assert armed(defused(text)) == text

    @given(st.text())
    def test_any_text_comes_back(self, text: str) -> None:
        assert armed(defused(text)) == text

    @given(st.text(alphabet="=+-@'\t\rab"))
    def test_no_defused_text_begins_a_formula(self, text: str) -> None:
        assert defused(text)[:1] not in tuple("=+-@\t\r")

    def test_numbers_stay_numbers(self, db: Any, fan: Fan, login: Login) -> None:
        fan.spent_minor, fan.name = -5, "-5"
        (line,) = lines_of(exported(login("CRM"), column=["name", "spent_minor"]))
        assert (line["Name"], line["Spent"], line["Spent (minor units)"]) == ("'-5", "'-0.05 USD", "-5")

    def test_values_have_one_form(self) -> None:
        assert plain(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
        assert [plain(value) for value in (None, True, 5.0, 0.25, ["a", "b"])] == [
            "",
            "yes",
            "5",
            "0.25",
            "a, b",
        ]
        assert plain(["a,b"]) == '["a,b"]'


def brought(person: Any, address: str, content: str | bytes, name: str = "fans.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    form = {"file": (io.BytesIO(data), name)}
    return person.post(f"{address}/import", data=form, content_type="multipart/form-data")


def problem_in(answer: Any) -> str:
    """The sentence of a page that took no file."""
    result = re.search(r"cannot be taken</strong><p>(.*?)</p>", answer.text)
    return result[1] if result else str(answer.status)


def latest(db: Any) -> batches.Batch:
    batch: batches.Batch = db.execute(
        select(batches.Batch).order_by(batches.Batch.id.desc()).limit(1)
    ).scalar_one()
    return batch


def compared(db: Any, person: Any, address: str, content: str | bytes, **said: str) -> batches.Batch:
    """Upload a file, take the guess of its columns, and have it compared."""
    answer = brought(person, address, content)
    assert answer.status_code == 302, problem_in(answer)
    batch = latest(db)
    if batch.options["phase"] == "read":
        run_task(db, batch)
        db.refresh(batch)
    columns = {
        f"column-{number}": batch.options["mapping"][name]
        for number, name in enumerate(batch.options["columns"])
    }
    form = columns | {"key": batch.options["key"], "mode": batch.options["mode"]} | said
    answer = person.post(f"{batch.link}/check", data=form)
    assert answer.status_code == 302, problem_in(answer)
    db.refresh(batch)
    return batch


def written(db: Any, person: Any, batch: batches.Batch) -> batches.Batch:
    assert person.post(f"{batch.link}/run").status_code == 302
    db.refresh(batch)
    return batch


def rows_of(db: Any, batch: batches.Batch) -> list[batches.BatchRow]:
    query = (
        select(batches.BatchRow)
        .where(batches.BatchRow.batch_id == batch.id)
        .order_by(batches.BatchRow.number)
    )
    return list(db.execute(query).scalars())


def outcomes_of(db: Any, batch: batches.Batch) -> list[str]:
    return [row.outcome for row in rows_of(db, batch)]


class TestRoundTrip:
    @pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
    def test_what_nobody_touched_changes_nothing(self, db: Any, fan: Fan, login: Login, kind: str) -> None:
        fan.tags, fan.name, fan.last_seen = ["vip", "x y"], "=1+1", clock.now()
        staff = login("CRM")
        columns = ["id", "name", "country", "tags", "spent_minor", "last_seen", "brand.name"]
        content = exported(staff, kind=kind, column=columns).data
        order = compared(db, staff, FANS, content)
        (row,) = rows_of(db, order)
        assert (row.outcome, row.sentence, row.after) == ("same", "", None)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_change_is_shown_first_and_then_written_alone(
        self, db: Any, fan: Fan, login: Login, kind: str
    ) -> None:
        service.register_fan("Una", cluster="velvet")
        staff = login("CRM")
        content = exported(staff, kind=kind, column=["id", "name", "tags"]).data
        order = compared(db, staff, FANS, changed(content, kind, fan.id, "Name", "Thomas"))
        assert sorted(outcomes_of(db, order)) == ["same", "waiting"]
        waiting = next(row for row in rows_of(db, order) if row.outcome == "waiting")
        assert (waiting.before, waiting.after) == ({"name": "Tom N."}, {"name": "Thomas"})
        page = staff.get(order.link).text
        assert "Tom N." in page
        assert "Thomas" in page
        assert fan.name == "Tom N."
        written(db, staff, order)
        db.refresh(fan)
        assert (fan.name, order.done, order.refused) == ("Thomas", 1, 0)
        query = select(AuditEntry.changes).where(
            AuditEntry.record_id == fan.id, AuditEntry.action == "update"
        )
        assert db.execute(query).scalars().all()[-1] == {"name": ["Tom N.", "Thomas"]}

    def test_it_is_taken_back_as_a_bulk_change_is(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = compared(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n")
        written(db, staff, order)
        staff.post(f"/activity/{order.id}/undo")
        db.refresh(fan)
        assert fan.name == "Tom N."

    def test_what_changed_since_the_report_is_left_alone(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = compared(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n")
        fan.name = "Somebody was quicker"
        db.flush()
        written(db, staff, order)
        assert (fan.name, outcomes_of(db, order)) == ("Somebody was quicker", ["refused"])

    def test_columns_that_are_not_written_are_compared_and_unknown_ones_named(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff = login("CRM")
        order = compared(db, staff, FANS, f"Id,Name,Spent (minor units),Mood\n{fan.id},Tom N.,5,good\n")
        (row,) = rows_of(db, order)
        assert (row.outcome, row.sentence) == ("same", "Not written: Spent (minor units): 0 → 5")
        page = staff.get(order.link).text
        assert "Only compared, never written here: Spent (minor units)." in page
        assert "Ignored: Mood." in page


class TestNewRecords:
    HEAD = "Handle,Cluster,Name,E-mail,Legal name,Subscription a month (minor units)\n"

    def test_creators_come_from_a_file(self, db: Any, brands: None, login: Login) -> None:
        staff = login("CRM")
        lines = "mia,velvet,Mia,mia@example.test,Mia Stone,999\nbo,nowhere,Bo,bo@example.test,Bo Lind,999\n"
        order = compared(db, staff, CREATORS, self.HEAD + lines)
        assert outcomes_of(db, order) == ["waiting", "refused"]
        assert db.execute(select(Creator)).first() is None
        written(db, staff, order)
        result = db.execute(select(Creator)).scalar_one()
        assert (result.handle, result.subscription_minor) == ("mia", 999)
        assert rows_of(db, order)[0].record_id == result.id

    def test_a_key_that_is_there_changes_and_the_others_are_new(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        lines = (
            "ada.fox,velvet,Ada,ada@example.test,Adelaide Foxworth,999\nbo,velvet,Bo,b@x.test,Bo Lind,500\n"
        )
        order = compared(db, staff, CREATORS, self.HEAD + lines)
        assert order.options["key"] == "handle"
        first, second = rows_of(db, order)
        assert (first.record_id, first.after) == (creator.id, {"name": "Ada"})
        assert (second.before, second.outcome, second.sentence) == (None, "waiting", "")
        written(db, staff, order)
        assert (order.done, order.refused) == (2, 0)

    def test_who_may_not_add_adds_nobody(self, db: Any, fan: Fan, login: Login) -> None:
        order = compared(db, login("CRM"), FANS, "Id,Name\n,New\n")
        (row,) = rows_of(db, order)
        assert (row.outcome, row.record_id) == ("refused", None)

    def test_a_row_refused_among_others_takes_no_other_with_it(
        self, db: Any, brands: None, login: Login
    ) -> None:
        staff = login("CRM")
        lines = "".join(f"x{n},velvet,N{n},n{n}@x.test,L,{500 if n != 3 else 5}\n" for n in range(6))
        order = compared(db, staff, CREATORS, self.HEAD + lines)
        refusals = [row.number for row in rows_of(db, order) if row.outcome == "refused"]
        assert refusals == [5], rows_of(db, order)[0].sentence


class TestRules:
    def test_the_rules_of_form_and_service_refuse_with_a_sentence(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        tags = " ".join("x" * 5 for _ in range(40))
        order = compared(db, login("CRM"), FANS, f'Id,Name,Tags\n{fan.id},Tom,"{tags}"\n')
        (row,) = rows_of(db, order)
        assert row.outcome == "refused"
        assert "tag" in row.sentence.lower()

    def test_a_colleague_of_another_cluster_changes_nobody_here(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        order = compared(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n")
        assert outcomes_of(db, order) == ["refused"]

    def test_masked_columns_are_neither_written_nor_compared(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        order = compared(db, staff, CREATORS, "Handle,E-mail\nada.fox,ada@example.test\n", mode="change")
        (row,) = rows_of(db, order)
        assert (row.outcome, row.after) == ("same", None)

    def test_the_same_key_twice_is_refused_the_second_time(self, db: Any, fan: Fan, login: Login) -> None:
        order = compared(db, login("CRM"), FANS, f"Id,Name\n{fan.id},A\n{fan.id},B\n")
        first, second = rows_of(db, order)
        assert (first.outcome, second.outcome, second.sentence) == (
            "waiting",
            "refused",
            "Row 2 has the same key.",
        )

    @pytest.mark.parametrize("role", ["Finance", "Community", "Manager"])
    def test_who_may_not_import_sees_no_page(self, fan: Fan, login: Login, role: str) -> None:
        person = login(role)
        assert person.get(f"{FANS}/import").status_code == 403
        assert brought(person, FANS, "Id\n1\n").status_code == 403

    def test_an_import_belongs_to_who_began_it(self, db: Any, fan: Fan, login: Login) -> None:
        order = compared(db, login("CRM"), FANS, f"Id,Name\n{fan.id},Thomas\n")
        other = login("CRM")
        assert other.get(order.link).status_code == 404
        assert other.post(f"{order.link}/run").status_code == 404
        assert other.get(f"{order.link}/report.csv").status_code == 404

    def test_a_console_that_is_read_only_has_no_import(self, login: Login) -> None:
        assert login("Admin").get("/crmtimelineconsole/import").status_code == 403

    def test_a_right_taken_away_between_report_and_run_writes_nothing(
        self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staff = login("CRM")
        order = compared(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n")
        monkeypatch.setattr("fanzadmin.console.transfer.import_rows.may_change", lambda _console: False)
        written(db, staff, order)
        assert outcomes_of(db, order) == ["refused"]


class TestJob:
    @pytest.fixture(autouse=True)
    def _nothing_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fanzadmin.console.transfer.importing.AT_ONCE", 0)

    def test_a_large_file_is_compared_and_written_by_the_job(self, db: Any, fan: Fan, login: Login) -> None:
        staff, key = login("CRM"), fan.id
        order = compared(db, staff, FANS, f"Id,Name\n{key},Thomas\n")
        assert order.options["phase"] == "check"
        assert staff.post(f"{order.link}/run").status_code == 409
        run_task(db, order)
        assert outcomes_of(db, order) == ["waiting"]
        written(db, staff, order)
        run_task(db, order)
        assert (db.get(Fan, key).name, order.options["phase"]) == ("Thomas", "done")

    def test_a_job_that_is_run_again_doubles_nothing(self, db: Any, brands: None, login: Login) -> None:
        staff = login("CRM")
        order = compared(db, staff, CREATORS, TestNewRecords.HEAD + "mia,velvet,Mia,m@x.test,Mia Stone,900\n")
        run_task(db, order)
        written(db, staff, order)
        run_task(db, order)
        jobs.imports(order.id)
        assert len(db.execute(select(Creator)).all()) == 1


def run_task(db: Any, batch: batches.Batch) -> None:
    jobs.imports(batch.id)
    task = db.get(Task, batch.task_id)
    assert task.name == "consoles.imports"
    task.state = "done"
    close(task.name, task.subject, task_id=task.id)
    db.flush()


def changed(content: bytes, kind: str, key: str, column: str, value: str) -> bytes:
    """A file as somebody saves it who changed one cell."""
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        at = rows[0].index(column)
        for row in rows:
            if row[0] == key:
                row[at] = value
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
        return out.getvalue().encode("cp1252")
    book = load_workbook(io.BytesIO(content))
    for cells in book.active.iter_rows():
        if cells[0].value == key:
            next(cell for cell in cells if book.active.cell(1, cell.column).value == column).value = value
    out_bytes = io.BytesIO()
    book.save(out_bytes)
    return out_bytes.getvalue()


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("xl/workbook.xml", "<workbook/>")
    archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
PLAIN_ZIP = io.BytesIO()
with zipfile.ZipFile(PLAIN_ZIP, "w") as archive:
    archive.writestr("notes.txt", "x")

WRONG: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty"),
    "only spaces": (b" \r\n ", "The file is empty"),
    "only a head": (b"Id,Name\r\n", "no rows below it"),
    "no head": (b",,\r\n,,\r\n", "empty"),
    "a head twice": (b"Id,Name,name\r\n1,2,3\r\n", "is there twice"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9, "This is no table"),
    "noise": (bytes(byte for byte in range(1, 256)) * 40, "no text in an encoding that we know"),
    "a bomb": (BOMB.getvalue(), "unpacks to far more"),
    "an archive": (PLAIN_ZIP.getvalue(), "no Excel workbook"),
    "a damaged workbook": (b"PK\x03\x04" + b"x" * 500, "damaged"),
    "an open quote": (b'Id,Name\r\n1,"abc\r\n2,def\r\n', "quotation mark"),
    "a JSON array": (b'[{"id": 1}, {"id": 2}]', "This is a JSON array"),
    "no objects": (b'{"id": 1}x\n{"id": 2}\n', "no JSON object"),
}


class TestWrongFiles:
    @pytest.mark.parametrize("name", WRONG)
    def test_each_ends_in_a_sentence(self, db: Any, login: Login, name: str) -> None:
        content, sentence = WRONG[name]
        answer = brought(login("CRM"), FANS, content)
        assert answer.status_code == 200
        assert sentence in answer.text
        assert db.execute(select(batches.Batch)).first() is None

    def test_no_file_at_all(self, login: Login) -> None:
        answer = login("CRM").post(f"{FANS}/import", data={}, content_type="multipart/form-data")
        assert "Choose a file first" in answer.text

    def test_a_file_too_large(self, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fanzadmin.console.transfer.import_files.LARGEST", 5)
        assert "is larger than" in brought(login("CRM"), FANS, "Id,Name\n1,2\n").text

    def test_a_key_that_is_not_in_the_file(self, db: Any, login: Login) -> None:
        staff = login("CRM")
        brought(staff, FANS, "Name,Country\nA,US\n")
        order = latest(db)
        page = staff.post(
            f"{order.link}/check", data={"column-0": "name", "key": "id"}, follow_redirects=True
        )
        assert "The column of the key is not in the file." in page.text

    def test_two_columns_for_one(self, db: Any, login: Login) -> None:
        staff = login("CRM")
        brought(staff, FANS, "Id,Name,Other\n1,A,B\n")
        order = latest(db)
        values = {"column-0": "id", "column-1": "name", "column-2": "name", "key": "id", "mode": "change"}
        page = staff.post(f"{order.link}/check", data=values, follow_redirects=True)
        assert "Two columns go to Name" in page.text

    def test_a_row_of_another_width_is_refused_alone(self, db: Any, fan: Fan, login: Login) -> None:
        order = compared(db, login("CRM"), FANS, f"Id,Name\n{fan.id},A\n{fan.id},B,C\n")
        first, second = rows_of(db, order)
        assert (first.outcome, second.sentence) == ("waiting", "The row has 3 values, the header 2.")

    def test_what_windows_writes_is_read(self, db: Any, fan: Fan, login: Login) -> None:
        content = f"Id;Name\r\n{fan.id};Zoë\r\n".encode("cp1252")
        order = compared(db, login("CRM"), FANS, content)
        assert order.options["form"] == {"kind": "csv", "encoding": "cp1252", "delimiter": ";"}
        assert rows_of(db, order)[0].after == {"name": "Zoë"}

    def test_another_encoding_can_be_chosen(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        brought(staff, FANS, f"Id,Name\n{fan.id},Zoë\n".encode("mac-roman"))
        page = staff.get(f"{latest(db).link}?encoding=mac-roman")
        assert "Zoë" in page.text
