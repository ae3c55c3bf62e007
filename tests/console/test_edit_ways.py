"""A change of every console's records by page, in bulk and over REST: the same rows, facts, audit and refusals."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select
from wtforms import fields

from fanzadmin.console import batches
from fanzadmin.console.batches import BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Form, Record
from fanzadmin.console.editing import conflicts
from fanzadmin.console.registry import consoles
from fanzadmin.kernel.bulk_flush import dry_run
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.context import Context, acting
from fanzadmin.kernel.db import session
from security.models import AuditEntry
from tests.conftest import Client
from tests.console.test_rest_rights import address_of
from tests.console.test_statements import demo_world
from tests.console.test_verb_ways import Outcome, outcome, signed_in, undone

__all__ = ["demo_world"]

NEW_TEXT = "Changed by a colleague"
TRIED = 3  # records of a table

Value = str | bool | int


class Edit(NamedTuple):
    """A column of a record, and a value that it does not hold."""

    key: Any
    column: str
    value: Value


Way = Callable[[Client, ConsoleLike, Record, Edit], str]


@pytest.fixture(scope="module")
def staff(app: Flask, demo_world: Any) -> Client:
    """Whoever may do everything."""
    return signed_in(app, "Admin")


def editable() -> list[tuple[str, ConsoleLike]]:
    """The consoles that change records by a form."""
    return [(name, item) for name, item in sorted(consoles.items()) if "update" in item.abilities]


def other_value(form: Form, column: str) -> Value | None:
    """A value that a field does not hold, as JSON has it; None where none is known."""
    field = form[column]
    if isinstance(field, fields.BooleanField):
        return not field.data
    if isinstance(field, fields.SelectField):
        keys = [str(key) for key, _label, is_chosen, *_rest in field.iter_choices() if key and not is_chosen]
        return next(iter(keys), None)
    if isinstance(field, fields.IntegerField):
        return int(field.data or 0) + 1
    return NEW_TEXT if type(field) in {fields.StringField, fields.TextAreaField} else None


def as_sent(value: Value) -> str:
    """A value as a browser sends it."""
    return ("y" if value else "") if isinstance(value, bool) else str(value)


def filled(console: ConsoleLike, item: Record) -> dict[str, Any]:
    """The whole form as its page sends it, unchanged."""
    form = console.form_of(item)
    sent = {
        field.name: conflicts.sent_value(field) for field in form if not isinstance(field, conflicts.NO_VALUE)
    }
    seen = {conflicts.VERSION: conflicts.version(form, console.open_columns())}
    return {name: value for name, value in sent.items() if value} | seen


def by_page(client: Client, console: ConsoleLike, item: Record, edit: Edit) -> str:
    with acting(Context(actor_id=client.user_id, actor="Admin")):
        data = filled(console, item) | {edit.column: as_sent(edit.value)}
    if not data[edit.column]:
        del data[edit.column]
    path = f"{console.route_base}/edit/{console.address_of(item)}"
    return "" if client.post(path, data=data).status_code == 302 else "refused"


def in_bulk(client: Client, console: ConsoleLike, item: Record, edit: Edit) -> str:
    data = {"rowid": str(console.address_of(item)), "_change": edit.column, edit.column: as_sent(edit.value)}
    client.post(f"{console.route_base}/bulk/start", data=data)
    batch = session.execute(
        select(batches.Batch).order_by(batches.Batch.created_at.desc()).limit(1)
    ).scalar_one()
    row = session.execute(select(BatchRow).where(BatchRow.batch_id == batch.id)).scalar_one()
    return "refused" if row.sentence else ""


def by_rest(client: Client, console: ConsoleLike, item: Record, edit: Edit) -> str:
    answer = client.patch(f"{address_of(console)}/{console.address_of(item)}", json={edit.column: edit.value})
    assert answer.status_code < 500, answer.text
    return "" if answer.status_code == 200 else "refused"


WAYS: dict[str, Way] = {"page": by_page, "bulk": in_bulk, "rest": by_rest}


def changed_by(client: Client, console: ConsoleLike, edit: Edit, way: Way) -> Outcome:
    """Change a record by one way, and roll it back."""
    with undone():
        facts = set(session.execute(select(OutboxFact.id)).scalars())
        entries = set(session.execute(select(AuditEntry.id)).scalars())
        refusal = way(client, console, session.get(console.datamodel.obj, edit.key), edit)
        session.flush()
        return outcome(console, edit.key, facts, entries, refusal)


def choices_of(console: ConsoleLike, user_id: int) -> list[Edit]:
    """Columns with a value that a record would take, by a dry run: its key, column and value."""
    chosen: dict[str, Edit] = {}
    with acting(Context(actor_id=user_id, actor="Admin")):
        columns = console.bulk_columns() if console.bulk_offers() else []
        for item in session.query(console.datamodel.obj).order_by(*console.datamodel.keys).limit(TRIED):
            key = console.datamodel.get_pk_value(item)
            for column in columns:
                value = other_value(console.form_of(item), column)
                if (
                    value is None
                    or column in chosen
                    or console.needs_approval(f"field:{column}", item, value)
                ):
                    continue
                with dry_run():
                    refused = console.change(item, {column: as_sent(value)})
                if not refused:
                    chosen[column] = Edit(key, column, value)
    return list(chosen.values())


def test_a_change_does_the_same_by_page_in_bulk_and_over_rest(staff: Client) -> None:
    different, tried = {}, 0
    for name, console in editable():
        for edit in choices_of(console, staff.user_id or 0):
            tried += 1
            outcomes = {way: changed_by(staff, console, edit, act) for way, act in WAYS.items()}
            if len({repr(item) for item in outcomes.values()}) > 1 or any(
                entry.refusal for entry in outcomes.values()
            ):
                different[f"{name}.{edit.column}"] = outcomes
    assert not different, "\n".join(f"{name}: {ways}" for name, ways in different.items())
    assert tried > 10


def test_a_change_is_made_for_nobody_without_the_right(app: Flask, staff: Client) -> None:
    changed, stranger = {}, signed_in(app, "Creator")
    for name, console in editable():
        for edit in choices_of(console, staff.user_id or 0)[:1]:
            before = changed_by(stranger, console, edit, lambda *_: "")
            for way in (by_page, by_rest):
                after = changed_by(stranger, console, edit, way)
                if after.row != before.row or after.facts or not after.refusal:
                    changed[f"{name}.{edit.column} {way.__name__}"] = after
    assert not changed
