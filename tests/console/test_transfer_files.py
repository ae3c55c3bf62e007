"""What people's spreadsheets make of a table: code pages, marks, cells, and workbooks that are none."""

# ruff: noqa: F811  a fixture asked for by name is no redefinition

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from fanzadmin.console import batches
from fanzadmin.console.transfer import code_pages, workbooks
from fanzadmin.console.transfer.sheet_reading import Line, UnreadableSheet, opened, recognise
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import sandbox
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.queue.tasks import close
from jobs import consoles as jobs
from tests.console.test_transfer import FANS, brought, compared, latest, outcomes_of, rows_of
from tests.crm.conftest import applicant, brands, creator, fan, records  # noqa: F401

Login = Callable[..., Any]

CASES = Path(__file__).parents[1] / "cases" / "csv"
WRITTEN = {
    "cp1250": ["Žofie Dvořáková", "Łukasz Wójcik", "Gyöngyi Szőke", "Đorđe Šarić"],
    "cp1251": ["Анна Петрова", "Олена Коваленко", "ОЛЕГ"],
    "cp1252": ["Zoë", "José Muñoz", "Åse Bjørn", "D’Angelo", "MÜLLER", "João Gonçalves", "5 €"],
    "cp1254": ["Ayşe Yıldız", "İbrahim Şahin", "Çağla Güneş"],
    "cp932": ["山田花子", "さくら", "ハナコ"],
    "gb18030": ["王小明", "李娜", "张伟"],
    "mac-roman": ["Zoë", "José Muñoz", "D’Angelo", "François"],
}


class TestTheEncodingOfATable:
    @pytest.mark.parametrize(
        ("encoding", "name"), [(page, name) for page, names in WRITTEN.items() for name in names]
    )
    def test_of_one_name_is_found(self, tmp_path: Path, encoding: str, name: str) -> None:
        path = tmp_path / "fans.csv"
        path.write_bytes(f"Id,Name,Country\r\n1,{name},XX\r\n".encode(encoding))
        with opened(path, recognise(path)) as sheet:
            assert next(sheet.lines).values["Name"] == name

    @pytest.mark.parametrize("encoding", list(WRITTEN))
    def test_is_found_where_the_first_such_letter_is_far_from_the_beginning(
        self, tmp_path: Path, encoding: str
    ) -> None:
        path = tmp_path / "fans.csv"
        path.write_bytes(("Id,Name\n" + "1,Al\n" * 80_000 + f"2,{WRITTEN[encoding][0]}\n").encode(encoding))
        assert recognise(path).encoding == encoding

    @pytest.mark.parametrize(
        ("encoding", "has_mark"),
        [
            *(
                (name, True)
                for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030")
            ),
            *((name, False) for name in ("utf-16-le", "utf-16-be")),
        ],
    )
    def test_is_what_the_mark_says(self, tmp_path: Path, encoding: str, has_mark: bool) -> None:
        own = encoding in {"utf-8-sig", "utf-16", "utf-32"}
        path = tmp_path / "fans.csv"
        path.write_bytes((("\ufeff" if has_mark and not own else "") + "Id,Name\n1,Zoë\n").encode(encoding))
        with opened(path, recognise(path)) as sheet:
            assert (list(sheet.columns), next(sheet.lines).values) == (
                ["Id", "Name"],
                {"Id": "1", "Name": "Zoë"},
            )

    @pytest.mark.parametrize("encoding", code_pages.ENCODINGS)
    def test_every_one_that_can_be_chosen_is_known(self, encoding: str) -> None:
        assert "Id".encode(encoding)

    def test_of_a_file_from_the_field_is_found(self, db: Any, fan: Fan, login: Login) -> None:
        content = (
            (CASES / "cyrillic_cp1251.csv").read_bytes().replace(b"REPLACE-WITH-A-FAN-ID", fan.id.encode())
        )
        batch = compared(db, login("CRM"), FANS, content)
        assert batch.options["form"]["encoding"] == "cp1251"
        assert rows_of(db, batch)[0].after == {"name": "Анна Петрова", "country": "RU"}

    def test_can_be_chosen_after_a_wrong_guess(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        brought(staff, FANS, f"Id,Name\n{fan.id},Ελένη\n".encode("cp1253"))
        page = staff.get(f"{latest(db).link}?encoding=cp1253")
        assert "Ελένη" in page.text
        assert "does not say its encoding" in page.text


def workbook(*rows: list[Any], formats: dict[str, str] | None = None) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, shown_as in (formats or {}).items():
        book.active[place].number_format = shown_as
    book.save(out)
    return out.getvalue()


def lines_of(tmp_path: Path, content: bytes) -> list[Line]:
    path, rows = tmp_path / "book.xlsx", tmp_path / "rows"
    path.write_bytes(content)
    form = recognise(path)
    workbooks.unpack(path, rows)
    with opened(rows, form) as sheet:
        return list(sheet.lines)


class TestARowWithoutEnd:
    @pytest.mark.parametrize("row", ["," * 8_000_001, '"a\n",' * 2_000_000, '{"a": "' + "x" * 8_000_001])
    def test_is_not_read_to_its_end(self, tmp_path: Path, row: str) -> None:
        path = tmp_path / "fans.csv"
        path.write_text(f"Id,Name\n{row}" if not row.startswith("{") else row)
        with (
            pytest.raises(UnreadableSheet, match="longer than a row"),
            opened(path, recognise(path)) as sheet,
        ):
            list(sheet.lines)


class TestTheCellsOfAWorkbook:
    @pytest.mark.parametrize(
        ("value", "shown_as", "read"),
        [
            (1067, "00000", "01067"),
            (123456, "00000", "123456"),
            (123456789, "000\\-00\\-0000", "123-45-6789"),
            (491701234567, '"+"00000000000000', "+00491701234567"),
            (5, "0", "5"),
            (5, "0.00", "5"),
            (1234.5, "#,##0.00", "1234.5"),
            (0.5, "00000", "0.5"),
            (7, "General", "7"),
        ],
    )
    def test_a_number_keeps_the_zeros_that_it_is_shown_with(
        self, tmp_path: Path, value: float, shown_as: str, read: str
    ) -> None:
        content = workbook(["Id", "Name"], ["1", value], formats={"B2": shown_as})
        (line,) = lines_of(tmp_path, content)
        assert line.values["Name"] == read

    def test_a_day_in_a_text_column_is_a_day(self, tmp_path: Path) -> None:
        from datetime import datetime

        day, moment = datetime(2026, 11, 5), datetime(2026, 11, 5, 18, 30)  # noqa: DTZ001  as a sheet holds them
        content = workbook(
            ["Name", "Tags"], [day, moment], formats={"A2": "yyyy\\-mm\\-dd", "B2": "yyyy-mm-dd hh:mm"}
        )
        (line,) = lines_of(tmp_path, content)
        assert line.values == {"Name": "2026-11-05", "Tags": "2026-11-05T18:30:00Z"}

    def test_a_row_with_an_error_is_refused_and_named(self, tmp_path: Path) -> None:
        content = workbook(["Id", "Name"], ["1", "#N/A"], ["2", "Al"])
        first, second = lines_of(tmp_path, content)
        assert first.wrong == "The column “Name” holds the error #N/A."
        assert (second.wrong, second.values["Name"]) == ("", "Al")


class TestAWorkbook:
    def test_is_read_by_a_job_that_the_page_follows(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        answer = brought(staff, FANS, workbook(["Id", "Name"], [fan.id, "Thomas"]))
        batch = latest(db)
        assert (answer.status_code, batch.options["phase"]) == (302, "read")
        assert "data-reload-after" in staff.get(batch.link).text
        assert staff.post(f"{batch.link}/check").status_code == 409
        jobs.imports(batch.id)
        task = db.get(Task, batch.task_id)
        task.state = "done"
        close(task.name, task.subject, task_id=task.id)
        db.flush()
        page = staff.get(batch.link).text
        assert "What is in the columns?" in page
        assert "Thomas" in page

    def test_that_cannot_be_read_ends_in_a_sentence(self, db: Any, login: Login) -> None:
        brought(login("CRM"), FANS, packed('<row r="1"><c t="s"><v>9</v></c></row><row'))
        with pytest.raises(UnreadableSheet, match="damaged"):
            jobs.imports(latest(db).id)


def packed(rows: str | bytes, padding: int = 0, texts: bytes = b"") -> bytes:
    """A workbook by hand."""
    out, kind = io.BytesIO(), "http://schemas.openxmlformats.org"
    whole = rows.encode() if isinstance(rows, str) else rows
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kind}/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sheet.main+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{kind}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{kind}/spreadsheetml/2006/main" xmlns:r="{kind}/officeDocument/2006/relationships">'
            '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{kind}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{kind}/spreadsheetml/2006/main"><sheetData>'.encode()
            + whole
            + b"</sheetData></worksheet>",
        )
        if texts:
            book.writestr("xl/sharedStrings.xml", texts)
        book.writestr("xl/media/noise.bin", random.Random(1).randbytes(padding))
    return out.getvalue()


class TestABomb:
    """Issue: 179 KB of six million empty cells and random padding held a web worker for 39 s and 2 GB."""

    def test_of_empty_cells_is_refused_within_its_limits(
        self, db: Any, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbooks, "LIMITS", sandbox.Limits(seconds=60, memory=192 << 20, output=1 << 20))
        content = packed(b"<row>" + b"<c/>" * 6_000_000 + b"</row>", padding=150_000)
        assert len(content) < 200_000
        answer = brought(login("CRM"), FANS, content)
        assert answer.status_code == 302, "the request only looks at the list of parts"
        with pytest.raises(UnreadableSheet, match="unpacks to far more"):
            jobs.imports(latest(db).id)

    def test_of_many_rows_is_refused_by_its_cells(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbooks, "MOST_CELLS", 1000)
        with pytest.raises(UnreadableSheet, match="unpacks to far more"):
            lines_of(tmp_path, packed("<row><c><v>1</v></c></row>" * 2000, padding=1000))

    def test_that_takes_for_ever_is_ended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "LIMITS", sandbox.Limits(seconds=0.01, memory=1 << 30, output=1 << 20))
        with pytest.raises(UnreadableSheet, match="unpacks to far more"):
            lines_of(tmp_path, packed("<row><c><v>1</v></c></row>" * 2000, padding=1000))

    def test_of_a_million_parts_is_refused_by_its_list(self, db: Any, login: Login) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as book:
            for number in range(12_000):
                book.writestr(f"xl/worksheets/sheet{number:070}.xml", b"")
        assert "unpacks to far more" in brought(login("CRM"), FANS, out.getvalue()).text
        assert db.execute(select(batches.Batch)).first() is None


class TestTheKeyOfARow:
    def test_is_an_id_in_capitals_too(self, db: Any, fan: Fan, login: Login) -> None:
        batch = compared(db, login("CRM"), FANS, f"Id,Name\n{fan.id.upper()},Thomas\n{{{fan.id}}},Al\n")
        first, second = rows_of(db, batch)
        assert (first.record_id, first.after) == (fan.id, {"name": "Thomas"})
        assert second.sentence == "Row 2 has the same key."

    def test_is_the_e_mail_of_a_fan(self, db: Any, fan: Fan, login: Login) -> None:
        fan.email = "Tom@fan.test"
        db.flush()
        batch = compared(db, login("CRM"), FANS, "E-mail,Name\n TOM@fan.test,Thomas\nno@fan.test,Al\n")
        assert batch.options["key"] == "email"
        first, second = rows_of(db, batch)
        assert (first.record_id, first.after) == (fan.id, {"name": "Thomas"})
        assert second.outcome == "refused"

    def test_that_two_fans_have_finds_neither(self, db: Any, fan: Fan, login: Login) -> None:
        from fanzadmin.crm import service

        other = db.get(Fan, service.register_fan("Una", cluster="velvet"))
        other.email = fan.email = "both@fan.test"
        db.flush()
        batch = compared(db, login("CRM"), FANS, "E-mail,Name\nboth@fan.test,Thomas\n")
        assert outcomes_of(db, batch) == ["refused"]

    def test_is_no_e_mail_for_who_may_not_see_it(
        self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "fanzadmin.console.transfer.import_targets._may_know", lambda _console, _name: False
        )
        brought(login("CRM"), FANS, "E-mail,Name\ntom@fan.test,Thomas\n")
        assert latest(db).options["key"] == ""
