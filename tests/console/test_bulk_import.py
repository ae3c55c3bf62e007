"""Imports and bulk changes of many rows do what the form does for one, only sooner."""

# ruff: noqa: F811  a fixture asked for by name is no redefinition

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest
from flask_appbuilder.baseviews import BaseCRUDView
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, validators
from wtforms.fields import DateField, DecimalField, FloatField, IntegerField, SelectField, SelectMultipleField

from fanzadmin.console.editing import bulk_writer, conflicts
from fanzadmin.console.editing.bulk_writer import BulkWriter, write_all
from fanzadmin.console.editing.form_cache import RecordForm
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.fields import IdField, MomentField, WordsField, YesNoField
from fanzadmin.console.transfer.import_columns import NotUnderstood, Reader
from fanzadmin.crm import service
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.bulk_flush import bulk_flush, dry_run
from fanzadmin.kernel.db import engine
from fanzadmin.kernel.errors import Invalid
from security.models import AuditEntry
from tests.console.test_transfer import FANS, compared, rows_of
from tests.crm.conftest import applicant, brands, creator, fan, records  # noqa: F401

Login = Callable[..., Any]

NASTY = (
    "", " ", "  x  ", "\t", "0", "-0", "1", "01", "1e5", "1e400", "NaN", "inf", "-1", "5.0", "5.50", "1,5", "١٢", "=1+1",
    "'-", "'", "yes", "NO", "true", "on", "x", "maybe", "2026-02-30", "2026-02-28", "28.02.2026", "2026-02-28T10:00",
    "2026-02-28T10:00:00+02:00", "2026-02-28 10:00:00", "0001-01-01", "50 EUR", "19.99 USD", "red", "Red", "RED,blue", "blue,",
    "a,b", "•••", "018f0000-0000-7000-8000-000000000000", "018F0000-0000-7000-8000-000000000000", "no-id", "é" * 9,
    "x" * 300, "ａ", "\u202e", "9" * 30,
)  # fmt: skip


class AllKinds(Form):
    """A field of every kind, as converters and consoles make them."""

    text = StringField("Text", [validators.Optional(), validators.Length(max=8)])
    needed = StringField("Needed", [validators.InputRequired(), validators.Regexp(r"[a-z ]+")])
    trimmed = StringField("Trimmed", filters=[lambda value: value.strip() if value else value])
    tags = WordsField("Tags", [validators.Optional()])
    whole = IntegerField("Whole", [validators.Optional(), validators.NumberRange(min=0, max=99)])
    exact = DecimalField("Exact", [validators.Optional()])
    rough = FloatField("Rough", [validators.DataRequired()])
    day = DateField("Day", [validators.Optional()])
    moment = MomentField("Moment", [validators.InputRequired()])
    ident = IdField("Id", [validators.Optional()])
    switch = YesNoField("Switch")
    colour = SelectField("Colour", choices=[("", ""), ("red", "Red"), ("blue", "Blue")])
    colours = SelectMultipleField("Colours", choices=[("red", "Red"), ("blue", "Blue")])
    one_of = StringField("One of", [validators.AnyOf(["red", "blue"])])


NAMES = list(AllKinds()._fields)


class Record:
    """What the form is about."""

    def __init__(self, **values: Any) -> None:
        self.id = "1"
        self.__dict__ |= dict.fromkeys(NAMES) | values


class FormConsole:
    """As much of a console as forms need."""

    prefill_form = BaseCRUDView.prefill_form
    edit_columns: ClassVar[list[str]] = NAMES

    class datamodel:  # noqa: N801  as consoles call it
        @staticmethod
        def get_pk_value(item: Any) -> Any:
            return item.id

    def is_writable(self, _name: str) -> bool:
        return True

    def form_of(self, item: Any, form: Any = None) -> Any:
        form = form or AllKinds()
        for field in form:
            field.errors = ()
            field.process(None, getattr(item, field.name, None))
        return form


def form_console() -> Any:
    return FormConsole()


def by_form(item: Any, name: str, value: Any) -> tuple[Any, ...]:
    """The whole form, filled and asked anew: what `Console.prepare` does for one record."""
    form = form_console().form_of(item)
    held = conflicts.sent_value(form[name])
    form[name].process(MultiDict({name: value}), getattr(item, name, None))
    refusal = "" if form[name].validate(form) else " ".join(str(error) for error in form[name].errors)
    return held, form[name].data, conflicts.sent_value(form[name]), refusal


HELD: dict[str, Any] = {
    "text": "old", "needed": "abc", "trimmed": " t ", "tags": ["a", "b"], "whole": 7, "rough": 1.5, "day": date(2026, 1, 2),
    "moment": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC), "ident": "018f0000-0000-7000-8000-000000000000", "switch": True,
    "colour": "red", "colours": ["blue"], "one_of": "red",
}  # fmt: skip


class TestFieldwise:
    def test_every_kind_of_field_says_of_a_nasty_cell_what_the_whole_form_says(self) -> None:
        items = [Record(), Record(**HELD)]
        fields, reader = RecordForm(form_console(), items[0]), Reader()
        assert not fields.entangled
        for _again in range(2):  # the second time from memory
            for item in items:
                fields.turn_to(item)
                for name in NAMES:
                    for cell in NASTY:
                        try:
                            value = reader.sent(fields.form[name], cell)
                        except NotUnderstood:
                            value = cell
                        held = fields.held([name])[name]
                        used = fields.take(name, value)
                        texts = (held, used.data, used.sent, used.refusal)
                        assert repr(texts) == repr(by_form(item, name, value)), (
                            name,
                            cell,
                        )  # NaN is not itself
                        assert fields.held([name])[name] == held

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(name=st.sampled_from(NAMES), cells=st.lists(st.text(max_size=12), min_size=1, max_size=4))
    def test_whatever_the_cells_hold(self, name: str, cells: list[str]) -> None:
        item = Record(**HELD)
        fields = RecordForm(form_console(), item)
        for cell in [*cells, *cells]:
            used = fields.take(name, cell)
            assert repr((used.data, used.sent, used.refusal)) == repr(by_form(item, name, cell)[1:])

    def test_the_verb_gets_what_the_form_would_give_it(self) -> None:
        item = Record(**HELD)
        fields = RecordForm(form_console(), item)
        errors, data = fields.prepare({"text": "new", "whole": "8"})
        form = form_console().form_of(item)
        assert errors == {}
        assert data == {name: form[name].data for name in NAMES} | {"text": "new", "whole": 8}

    def test_no_two_records_share_a_list(self) -> None:
        fields = RecordForm(form_console(), Record())
        item, other = (fields.prepare({"colours": ["red"]})[1]["colours"] for _ in range(2))
        assert item == other == ["red"]
        assert item is not other

    def test_a_form_whose_fields_look_at_each_other_is_filled_whole(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        console = form_console()
        monkeypatch.setattr(type(console), "prefill_form", lambda *_: None)
        assert RecordForm(console, Record()).entangled

    def test_no_field_of_any_console_makes_its_form_be_filled_whole(self, db: Any, login: Login) -> None:
        """Not a rule, but what makes 100,000 rows quick: a console listed here is slow for a reason."""
        slow = set()
        for name, console in consoles.items():
            if not console.read_only and console.may_update and "update" in console.abilities:
                fields = RecordForm(console, console.datamodel.obj())
                slow |= {name} if fields.entangled else set()
        values = {
            "CrmCreatorConsole",
            "SecurityPersonConsole",
        }  # logins are never imported; many are only switched off
        assert slow <= values, slow


def fans(db: Any, count: int) -> list[Fan]:
    keys = [service.register_fan(f"Fan {at:02}", cluster="velvet") for at in range(count)]
    return list(db.execute(select(Fan).where(Fan.id.in_(keys)).order_by(Fan.id)).scalars())


def entries(db: Any) -> int:
    query = select(func.count()).where(AuditEntry.table_name == "crm.fan", AuditEntry.action == "update")
    return int(db.execute(query).scalar_one())


@contextmanager
def statements() -> Iterator[list[str]]:
    texts: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        texts.append(statement)

    event.listen(engine(), "before_cursor_execute", hear)
    try:
        yield texts
    finally:
        event.remove(engine(), "before_cursor_execute", hear)


def in_savepoint(db: Any, fans: list[Fan], **values: Any) -> None:
    with db.begin_nested():
        for item in fans:
            for name, value in values.items():
                setattr(item, name, value)
        bulk_flush()


class TestTogether:
    def test_many_changed_rows_are_one_statement_with_an_audit_entry_each(
        self, db: Any, brands: None
    ) -> None:
        result = fans(db, 30)
        for at, items in enumerate(result):
            items.country, items.tags, items.last_seen = (
                "FR",
                [f'"{at}"', "a,b"],
                datetime(2026, 1, 1, tzinfo=UTC),
            )
        result[0].name = "O'Hara \\ %s :x"
        for items in result[:12]:
            items.name += "!"
        with statements() as texts:
            bulk_flush()
        assert len([item for item in texts if item.startswith("UPDATE crm.fan")]) == 2, texts
        assert entries(db) == 30
        assert not db.dirty
        db.expire_all()
        assert (result[0].name, result[0].tags) == ("O'Hara \\ %s :x!", ['"0"', "a,b"])
        assert {each.country for each in result} == {"FR"}
        written = (
            select(AuditEntry).where(AuditEntry.record_id == result[20].id).order_by(AuditEntry.id.desc())
        )
        entry = db.execute(written.limit(1)).scalar_one()
        assert entry.changes["country"] == ["", "FR"]

    def test_what_did_not_change_is_not_written(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        db.execute(text("UPDATE crm.fan SET name = 'Renamed'"))
        for items in result:
            items.country, items.name = "FR", str(items.name)
        bulk_flush()
        db.expire_all()
        assert {entry.name for entry in result} == {"Renamed"}
        for items in result:
            items.country = "FR"
        with statements() as texts:
            bulk_flush()
        assert not [item for item in texts if "UPDATE" in item]

    def test_a_savepoint_that_is_taken_back_takes_it_back(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        savepoint = db.begin_nested()
        for items in result:
            items.country = "FR"
        bulk_flush()
        savepoint.rollback()
        assert {item.country for item in result} == {""}

    def test_the_database_refuses_as_it_does_else(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        for column, value, error in (("country", "FRANCE", DataError), ("name", None, IntegrityError)):
            with pytest.raises(error):
                in_savepoint(db, result, **{column: value})
            assert {getattr(item, column) for item in result} != {value}

    def test_a_row_that_is_gone_is_noticed(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        db.execute(text("DELETE FROM crm.fan WHERE id = :id"), {"id": result[3].id})
        with pytest.raises(StaleDataError):
            in_savepoint(db, result, country="FR")

    def test_what_it_cannot_write_is_left_to_sqlalchemy(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        for items in result:
            items.spent_minor = Fan.spent_minor + 5
        bulk_flush()
        db.expire_all()
        assert {item.spent_minor for item in result} == {5}

    def test_a_trial_leaves_nothing_and_no_audit(self, db: Any, brands: None) -> None:
        result = fans(db, 12)
        with dry_run():
            for items in result:
                items.country = "FR"
            bulk_flush()
            assert db.execute(select(func.count()).where(Fan.country == "FR")).scalar_one() == 12
        assert ({item.country for item in result}, entries(db)) == ({""}, 0)
        result[0].country = "FR"
        db.flush()
        assert entries(db) == 1

    def test_a_trial_that_breaks_is_over(self, db: Any, brands: None) -> None:
        with pytest.raises(ZeroDivisionError), dry_run():
            raise ZeroDivisionError
        (item,) = fans(db, 1)
        item.country = "FR"
        db.flush()
        assert entries(db) == 1


class Row:
    def __init__(self, number: int, item: Fan, **after: str) -> None:
        self.number, self.record_id, self.after = number, item.id, after


class TestRefusals:
    @pytest.fixture(params=["one", "many", "none"])
    def console(
        self, request: Any, login: Login, monkeypatch: pytest.MonkeyPatch, db: Any, brands: None
    ) -> Any:
        """The fan console by its verb for many, by that for one, and by no verb."""
        console: Any = consoles["CrmFanConsole"]
        if request.param != "many":
            monkeypatch.setattr(type(console), "update_many_with", None)
        if request.param == "none":
            monkeypatch.setattr(type(console), "update_with", None)
        return console

    def test_a_row_that_is_refused_takes_no_other_with_it(self, db: Any, console: Any) -> None:
        value = fans(db, 45)
        pairs = [
            (Row(at, items, country="FRANCE" if at % 20 == 7 else "FR", name=f"N{at}"), items)
            for at, items in enumerate(value)
        ]
        results = write_all(BulkWriter(console, lambda row, _fields: row.after), pairs)
        outcomes = {each["number"]: each["outcome"] for each in results}
        assert [at for at in outcomes if outcomes[at] == "refused"] == [7, 27]
        assert all(entry["sentence"] for entry in results if entry["outcome"] == "refused")
        db.expire_all()
        assert [item.country for item in value] == ["" if at % 20 == 7 else "FR" for at in range(45)]
        assert entries(db) == 43
        first = next(result for result in results if result["number"] == 0)
        assert first["before"] == {"country": "", "name": "Fan 00"}
        assert first["after"] == {"country": "FR", "name": "N0"}

    def test_a_verb_that_refuses_one_has_its_batch_done_in_tenths(
        self, db: Any, brands: None, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        console: Any = consoles["CrmFanConsole"]
        asked = []

        def verb(item: Fan, **values: Any) -> None:
            asked.append(item.id)
            if values["name"] == "N50":
                raise Invalid("Not this one.")
            item.name = values["name"]

        monkeypatch.setattr(type(console), "update_many_with", None)
        monkeypatch.setattr(type(console), "update_with", staticmethod(verb))
        pairs = [(Row(at, each, name=f"N{at}"), each) for at, each in enumerate(fans(db, 100))]
        results = write_all(BulkWriter(console, lambda row, _fields: row.after), pairs)
        assert [entry["number"] for entry in results if entry["outcome"] == "refused"] == [50]
        assert next(result for result in results if result["number"] == 50)["sentence"] == "Not this one."
        assert len(asked) < 100 + 100 + bulk_writer.ROW_BY_ROW + 1


class TestCells:
    def test_what_no_text_can_hold_is_refused_with_a_sentence(self, db: Any, fan: Fan, login: Login) -> None:
        content = f'{{"Id": "{fan.id}", "Name": "A\\u0000B"}}\n'
        order = compared(db, login("CRM"), FANS, content)
        (row,) = rows_of(db, order)
        assert (row.outcome, "no text" in row.sentence) == ("refused", True)

    @pytest.mark.parametrize("text", ["1e400", "inf", "-inf", "nan", "9" * 400])
    def test_a_number_beyond_all_columns_is_refused_with_a_sentence(self, text: str) -> None:
        with pytest.raises(NotUnderstood, match="no number"):
            Reader().sent(AllKinds()["whole"], text)

    def test_a_day_is_sent_as_browsers_do(self) -> None:
        form = AllKinds(data=HELD)
        assert (conflicts.sent_value(form["day"]), conflicts.display_text(form["day"])) == (
            "2026-01-02",
            "2026-01-02",
        )
