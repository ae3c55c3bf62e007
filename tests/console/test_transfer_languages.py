"""Files go out and come back in whatever language people read, and what is written is told and taken back."""

# ruff: noqa: F811  a fixture asked for by name is no redefinition

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select
from wtforms import Form

from fanzadmin.console import batches
from fanzadmin.console.access.rules import Masked
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.fields import YesNoField
from fanzadmin.console.transfer import exporting
from fanzadmin.console.transfer.import_columns import NotUnderstood, Reader
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.kernel.i18n import languages
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.storage import get_storage
from jobs import consoles as jobs
from security.models import StaffCluster
from tests.console.test_transfer import CREATORS, FANS, TestNewRecords, latest, outcomes_of, rows_of
from tests.crm.conftest import applicant, brands, creator, fan, records  # noqa: F401

Login = Callable[..., Any]
NOTES = "/crmnoteconsole"
COLUMNS = ["id", "name", "country", "tags", "spent_minor", "last_seen", "brand.name"]
OTHERS = sorted(languages.LANGUAGES.keys() - {languages.SOURCE})


def forget() -> None:
    g.pop("_flask_babel", None)
    g.pop("words", None)


@pytest.fixture(autouse=True)
def each_asks_anew(app: Flask) -> Iterator[None]:
    """Tests share one application context, in which the language is kept."""

    app.before_request_funcs.setdefault(None, []).insert(0, forget)
    yield
    app.before_request_funcs[None].remove(forget)
    if g:
        forget()


def said(language: str, message: str, **values: Any) -> str:
    result = message if language == "en" else languages.catalogue(language).get(message)
    text = result if isinstance(result, str) else str(result.string)  # type: ignore[union-attr]
    return text % values if values else text


def heading(language: str) -> dict[str, str]:
    return {"Accept-Language": language}


def taken_out(person: Any, language: str, **form: Any) -> Any:
    expected = {"kind": "csv", "column": COLUMNS, **form}
    return person.post(f"{FANS}/export", data=expected, headers=heading(language))


def brought_in(
    db: Any, person: Any, address: str, content: bytes | str, language: str = "en"
) -> batches.Batch:
    """Upload a file, take the guess of its columns, and have it compared."""
    data = content.encode() if isinstance(content, str) else content
    form = {"file": (io.BytesIO(data), "file.csv")}
    kind = "multipart/form-data"
    answer = person.post(f"{address}/import", data=form, content_type=kind, headers=heading(language))
    assert answer.status_code == 302, answer.text
    batch = latest(db)
    options = batch.options
    sent = {f"column-{at}": options["mapping"][name] for at, name in enumerate(options["columns"])}
    sent |= {"key": options["key"], "mode": options["mode"]}
    assert person.post(f"{batch.link}/check", data=sent, headers=heading(language)).status_code == 302
    db.refresh(batch)
    return batch


def run_in(db: Any, person: Any, batch: batches.Batch, language: str = "en") -> None:
    assert person.post(f"{batch.link}/run", headers=heading(language)).status_code == 302
    db.refresh(batch)


def work_off(job: Callable[[str], Any], batch: batches.Batch) -> Any:
    """Run a job, which has no request to ask for the language."""
    forget()
    return job(batch.id)


def finish(db: Any, batch: batches.Batch) -> None:
    db.get(Task, batch.task_id).state = "done"
    db.flush()


class TestJobs:
    @pytest.fixture(autouse=True)
    def _few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exporting, "DIRECT", 0)
        monkeypatch.setattr("fanzadmin.console.transfer.importing.AT_ONCE", 0)

    @pytest.mark.parametrize("language", ["en", *OTHERS])
    def test_an_export_speaks_the_language_of_whoever_ordered_it(
        self, db: Any, fan: Fan, login: Login, language: str
    ) -> None:
        assert taken_out(login("CRM"), language).status_code == 302
        result = latest(db)
        assert result.options["language"] == language
        assert work_off(jobs.export, result) == said(language, "%(count)s rows", count="1")
        head = get_storage().get(result.options["file"]).decode().splitlines()[0]
        assert said(language, "Country") in head.split(",")
        assert languages.current_language() == "en", "nobody waits any more"

    def test_an_import_compares_what_is_not_written_in_every_language(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff = login("CRM")
        spent = said("de", "Spent")
        head = said("de", "%(label)s (minor units)", label=spent)
        order = brought_in(db, staff, FANS, f"Id,Name,{head}\n{fan.id},Tom N.,5\n", "de")
        work_off(jobs.imports, order)
        finish(db, order)
        (row,) = rows_of(db, order)
        assert row.sentence == said("de", "Not written: %(changes)s", changes=f"{head}: 0 → 5")

    def test_an_import_refuses_in_the_language_of_whoever_writes(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff, key = login("CRM"), fan.id
        order = brought_in(db, staff, FANS, f"Id,Name\n{key},Una\n", "fr")
        work_off(jobs.imports, order)
        finish(db, order)
        run_in(db, staff, order, "de")
        db.get(Fan, key).name = "Somebody was quicker"
        db.flush()
        done = work_off(jobs.imports, order)
        assert done == said("de", "%(done)s written, %(refused)s refused", done=0, refused=1)
        assert rows_of(db, order)[0].sentence == said("de", "It was changed since, and is left as it is.")


class TestHeads:
    @pytest.mark.parametrize("wrote", ["en", *OTHERS])
    @pytest.mark.parametrize("reads", ["en", "de"])
    def test_a_file_of_one_language_comes_back_in_another(
        self, db: Any, fan: Fan, login: Login, wrote: str, reads: str
    ) -> None:
        staff = login("CRM")
        rows = list(csv.reader(io.StringIO(taken_out(staff, wrote).data.decode(), newline="")))
        rows[1][rows[0].index(said(wrote, "Name"))] = "Thomas"
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        order = brought_in(db, staff, FANS, out.getvalue(), reads)
        assert order.options["mapping"][said(wrote, "Country")] == "country"
        (row,) = rows_of(db, order)
        assert (row.outcome, row.after, row.sentence) == ("waiting", {"name": "Thomas"}, "")


class TestYesAndNo:
    @pytest.mark.parametrize("word", ["ja", "Sí", "SI", "si\u0301", "oui", "sim", "yes", "x", "WAHR", " Ja "])
    def test_yes(self, app: Flask, word: str) -> None:
        assert Reader().sent(self.field(), word) == "y"

    @pytest.mark.parametrize("word", ["nein", "no", "Non", "não", "nao", "", "0", "FALSCH"])
    def test_no(self, app: Flask, word: str) -> None:
        assert Reader().sent(self.field(), word) == ""

    def test_anything_else_is_refused(self, app: Flask) -> None:
        with pytest.raises(NotUnderstood):
            Reader().sent(self.field(), "vielleicht")

    def field(self) -> Any:
        class Switches(Form):
            on = YesNoField("On")

        return Switches().on


class TestRelatedRecords:
    @pytest.mark.parametrize("named", ["{title}", "ada.fox", "@ada.fox", "ADA.FOX", "{name}", "{id}"])
    def test_are_found_by_what_people_call_them(
        self, db: Any, creator: Creator, login: Login, named: str
    ) -> None:
        staff = login("CRM")
        name = named.format(title=str(creator), name=creator.name, id=creator.id)
        order = brought_in(db, staff, NOTES, f'Creator,Note\n"{name}",Rang\n')
        (row,) = rows_of(db, order)
        assert (row.outcome, row.sentence) == ("waiting", "")
        assert row.after["creator"] == creator.id  # type: ignore[index]

    def test_what_names_nobody_or_two_is_refused(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        order = brought_in(db, staff, NOTES, "Creator,Note\nNobody Here,Rang\n%,Rang\n@,Rang\n")
        assert outcomes_of(db, order) == ["refused"] * 3
        assert "There is no record “Nobody Here”." in rows_of(db, order)[0].sentence

    def test_two_of_one_name_are_told_apart_by_their_ids(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = brought_in(db, staff, NOTES, "Fan,Note\nTom N.,Rang\n")
        assert rows_of(db, order)[0].after["fan"] == fan.id  # type: ignore[index]
        service.register_fan("Tom N.", cluster="velvet")
        order = brought_in(db, staff, NOTES, f"Fan,Note\nTom N.,Rang\n{fan.id},Rang\n")
        refused, waiting = rows_of(db, order)
        assert refused.sentence == "Several records are called “Tom N.”: give the id."
        assert waiting.outcome == "waiting"

    def test_ids_win_over_titles_where_the_file_has_both(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        order = brought_in(
            db, login("CRM"), NOTES, f"Creator,Creator (id),Note\nSomebody,{creator.id},Rang\n"
        )
        assert order.options["mapping"] == {"Creator": "", "Creator (id)": "creator", "Note": "body"}
        assert outcomes_of(db, order) == ["waiting"]

    def test_a_neighbours_creator_is_not_found(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        order = brought_in(db, staff, NOTES, "Creator,Note\nada.fox,Rang\n")
        assert outcomes_of(db, order) == ["refused"]

    def test_a_masked_name_finds_nobody(self, db: Any, creator: Creator, login: Login) -> None:
        order = brought_in(db, login("CRM"), NOTES, f"Creator,Note\n{creator.legal_name},Rang\n")
        assert outcomes_of(db, order) == ["refused"]


class TestUndo:
    def notes(self, db: Any, staff: Any) -> batches.Batch:
        batch = brought_in(db, staff, NOTES, "Creator,Note\nada.fox,One\nada.fox,Two\n")
        run_in(db, staff, batch)
        assert batch.done == 2
        return batch

    def texts(self, db: Any) -> list[str]:
        return sorted(db.execute(select(Note.body)).scalars())

    def test_deletes_what_the_import_added(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        order = self.notes(db, staff)
        assert "every new one is deleted" in staff.get(order.link).text
        page = staff.post(f"/activity/{order.id}/undo", follow_redirects=True).text
        assert self.texts(db) == []
        assert "Deleted: the import had added it." in page
        assert 'undo-work" data-confirm' not in page

    def test_leaves_what_was_changed_since(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        order = self.notes(db, staff)
        db.execute(select(Note).where(Note.body == "One")).scalar_one().body = "Mine"
        db.flush()
        staff.post(f"/activity/{order.id}/undo")
        assert self.texts(db) == ["Mine"]
        assert (latest(db).done, latest(db).refused) == (1, 1)

    def test_is_done_by_the_job_where_it_is_much(
        self, db: Any, creator: Creator, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("fanzadmin.console.editing.bulk_rows.CHUNK_ROWS", 1)
        staff = login("CRM")
        order = self.notes(db, staff)
        staff.post(f"/activity/{order.id}/undo")
        assert len(self.texts(db)) == 2
        back = latest(db)
        jobs.undo(back.id)
        assert self.texts(db) == []
        assert (back.done, back.total) == (2, 2)

    def test_says_how_many_stay(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        lines = (
            "ada.fox,velvet,Ada,ada@example.test,Adelaide Foxworth,999\nbo,velvet,Bo,b@x.test,Bo Lind,500\n"
        )
        order = brought_in(db, staff, CREATORS, TestNewRecords.HEAD + lines)
        run_in(db, staff, order)
        page = staff.post(f"/activity/{order.id}/undo", follow_redirects=True).text
        assert "1 new record stays" in page
        assert "1 new record stays." in staff.get(order.link).text
        assert len(db.execute(select(Creator)).all()) == 2

    def test_of_new_records_alone_that_stay_is_refused(self, db: Any, brands: None, login: Login) -> None:
        staff = login("CRM")
        order = brought_in(db, staff, CREATORS, TestNewRecords.HEAD + "bo,velvet,Bo,b@x.test,Bo Lind,500\n")
        run_in(db, staff, order)
        answer = staff.post(f"/activity/{order.id}/undo")
        assert answer.status_code == 409
        assert "undone_by" not in order.options


class TestPageOfAWork:
    def changed(self, db: Any, staff: Any, fan: Fan) -> batches.Batch:
        batch = brought_in(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n")
        run_in(db, staff, batch)
        return batch

    def test_tells_what_each_row_held_and_holds(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = self.changed(db, staff, fan)
        page = staff.get(f"/activity/{order.id}").text
        assert "<del>Tom N.</del>" in page
        assert "<ins>Thomas</ins>" in page
        assert f"/show/{fan.id}" in page

    def test_keeps_masks(self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        staff = login("CRM")
        order = self.changed(db, staff, fan)
        console = consoles["CrmFanConsole"]
        monkeypatch.setattr(type(console), "field_rules", {"name": Masked()})
        console.__dict__.get("_rules_cache", {}).clear()
        page = staff.get(f"/activity/{order.id}").text
        console.__dict__.get("_rules_cache", {}).clear()
        assert "Tom N." not in page
        assert "Thomas" not in page
        assert "•••" in page

    def test_tells_nothing_of_rows_that_became_somebody_elses(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = self.changed(db, staff, fan)
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        page = staff.get(f"/activity/{order.id}").text
        assert "Thomas" not in page
        assert "It is gone, or you may no longer see it." in page

    def test_comes_in_pages(self, db: Any, fan: Fan, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fanzadmin.console.batch_rows.SHOWN", 1)
        staff = login("CRM")
        order = self.changed(db, staff, fan)
        assert "?page=1" in staff.get(f"/activity/{order.id}").text
        assert "Thomas" not in staff.get(f"/activity/{order.id}?page=1").text
        assert staff.get(f"/activity/{order.id}?page=-1").status_code == 200


class TestReports:
    def test_speak_the_readers_language(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        order = brought_in(db, staff, FANS, f"Id,Name\n{fan.id},Thomas\n{fan.id},B\n")
        text = staff.get(f"{order.link}/report.csv", headers=heading("de")).data.decode("utf-8-sig")
        assert [line.split(",")[2] for line in text.splitlines()] == [
            said("de", "Outcome"),
            said("de", "changes"),
            said("de", "refused"),
        ]
        refusals = staff.get(f"/activity/{order.id}/refusals.csv", headers=heading("de")).text
        assert refusals.splitlines()[0] == f"{said('de', 'Id')},{said('de', 'Why')}"
