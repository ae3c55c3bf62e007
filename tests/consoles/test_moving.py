"""How data is taken out of consoles and brought back."""

# ruff: noqa: F811  a fixture asked for by name is no redefinition

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, text

from fanzadmin.crm import service
from fanzadmin.crm.models import Creator, Fan
from fanzadmin.kernel import clock
from fanzadmin.kernel.console import exporting, work
from fanzadmin.kernel.console.sheets import armed, defused, plain
from fanzadmin.kernel.storage import get_storage
from jobs import consoles as jobs
from security.models import AuditEntry, StaffCluster
from tests.crm.conftest import applicant, brands, creator, fan  # noqa: F401

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
            datetime(2026, 11, 1, 18, 4, 5),
        ]
        assert row[0].data_type == "s"

    def test_the_filter_and_the_order_of_the_list_hold(self, db: Any, fan: Fan, login: Login) -> None:
        for name, country in (("Bea", "US"), ("Al", "US"), ("Cy", "FR")):
            db.get(Fan, service.register_fan(name, cluster="velvet")).country = country
        db.flush()
        asked = f"{FANS}/export?_flt_0_country=US&_oc_CrmFanConsole=name&_od_CrmFanConsole=desc"
        found = [line["Name"] for line in lines_of(exported(login("CRM"), asked))]
        assert found == ["Bea", "Al"]

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
        many_fans(db, 3 * exporting.BATCH)
        answer = exported(login("CRM"))
        assert answer.is_streamed
        assert len(lines_of(answer)) == 3 * exporting.BATCH + 1


class TestLargeExport:
    @pytest.fixture(autouse=True)
    def _few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exporting, "DIRECT", 2)

    def test_a_job_makes_the_file_and_its_owner_fetches_it(self, db: Any, fan: Fan, login: Login) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        made = self.ordered(db, staff)
        assert "Waiting" in staff.get(made.link).text
        assert jobs.export(made.id) == "5 rows"
        page = staff.get(made.link)
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
        made = self.ordered(db, login("CRM"), kind=kind)
        jobs.export(made.id)
        data = get_storage().get(made.options["file"])
        count = (
            len(data.splitlines()) if kind == "jsonl" else load_workbook(io.BytesIO(data)).active.max_row - 1
        )
        assert (made.done, count) == (5, 5)

    def test_the_job_obeys_the_rules_of_the_person(self, db: Any, fan: Fan, login: Login) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        made = self.ordered(db, staff)
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        jobs.export(made.id)
        assert made.done == 0

    def test_a_file_is_gone_after_a_day(self, db: Any, fan: Fan, login: Login, monkeypatch: Any) -> None:
        many_fans(db, 4)
        staff = login("CRM")
        made = self.ordered(db, staff)
        jobs.export(made.id)
        key, link = made.options["file"], made.link
        later = clock.now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        jobs.forget_expired("")
        assert not get_storage().exists(key)
        assert staff.get(link).status_code == 404

    def ordered(self, db: Any, staff: Any, kind: str = "csv") -> work.Work:
        answer = exported(staff, kind=kind)
        assert answer.status_code == 302
        made: work.Work = db.execute(select(work.Work).order_by(work.Work.id.desc()).limit(1)).scalar_one()
        assert answer.headers["Location"] == made.link
        assert made.owner_user_id == staff.user_id
        return made


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
