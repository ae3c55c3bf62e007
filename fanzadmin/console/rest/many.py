"""Many records over REST: a verb or a change on a selection, rows of a file, and the batch that does it.

All of it is a batch, however small: the answer is 202 with the batch's address, where its owner sees how far it is, and why
rows were refused. An import compares the file with the records first; `POST <batch>/run` writes what the report shows.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Required, TypedDict
from urllib.parse import urlencode

from flask_babel import gettext
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import FileStorage, MultiDict

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Value
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.editing.bulk import Selection
from fanzadmin.console.editing.bulk_rows import ADD, SET, TAKE
from fanzadmin.console.editing.writing import ValuesRefused
from fanzadmin.console.rest.bodies import sent_values
from fanzadmin.console.rest.lists import FilterUnreadable
from fanzadmin.console.rest.resource import Resource
from fanzadmin.console.transfer import importing
from fanzadmin.console.transfer.import_files import accept_guess, store_upload
from fanzadmin.console.verbs.questions import schema_of
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.web.rest import Blueprint

ADDRESS = "/api/v1/console/batches"
MOST_IDS = 10_000
REFUSALS_SHOWN = 100

blueprint = Blueprint(
    "console", __name__, url_prefix="/api/v1/console", description="Batches: many records at once."
)


class NoSuchVerb(Invalid):
    """The resource has no verb of this name, or the current user may not do it."""

    title = "There is no such verb"


class Refusal(Schema):
    """A record that a batch left as it was, and why."""

    record = fields.String(required=True)
    why = fields.String(required=True)


class BatchSchema(Schema):
    """A change of many records. `state` is of its task: waiting, running, done, failed or cancelled; an import that was compared
    is `ready` to be run."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    refusals = fields.List(
        fields.Nested(Refusal), required=True, metadata={"description": f"The first {REFUSALS_SHOWN}."}
    )


class ManyArgs(Schema):
    """Which records (`ids`, or all that `q` and `find` select), and what to do: a `verb` with its `answers`, or `changes`."""

    ids = fields.List(fields.String(), validate=validate.Length(1, MOST_IDS))
    q = fields.String(load_default="")
    find = fields.String(load_default="", validate=validate.Length(max=200))
    verb = fields.String()
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    changes = fields.Dict(keys=fields.String(), metadata={"description": "New values by column."})
    how = fields.String(
        load_default=SET,
        validate=validate.OneOf((SET, ADD, TAKE)),
        metadata={
            "description": "Of columns that hold several values: set them, add to them, take from them."
        },
    )


class BulkBody(TypedDict, total=False):
    """What ManyArgs reads."""

    ids: list[str]
    q: Required[str]
    find: Required[str]
    verb: str
    answers: Required[dict[str, Value]]
    changes: dict[str, Value]
    how: Required[str]


class ImportArgs(Schema):
    """A file as an export writes it: CSV, XLSX or JSON Lines. Its columns are found by their heads."""

    file = Upload(required=True)


class ImportOptions(Schema):
    """`key` is the column by which rows find their records; `mode` says whether they add, change or both."""

    key = fields.String()
    mode = fields.String(validate=validate.OneOf(("both", "add", "change")))


class Many(Resource):
    """A console's records, many at once."""

    def bulk(self, body: BulkBody) -> Value:
        selection = _selection(self.console, body)
        if "verb" in body:
            kind, title, options = self._verb(body)
        else:
            kind, title, options = self._changes(body)
        batch = batches.create(
            kind,
            self.console,
            title=title,
            arguments=selection.arguments,
            chosen=selection.chosen,
            options=options,
        )
        bulk_rows.freeze(batch, self.console.selected(selection))
        batches.dispatch(batch)
        return _accepted(batch)

    def _verb(self, body: BulkBody) -> tuple[str, str, Mapping[str, Value]]:
        verb = self.console.verb_named(body["verb"])
        if verb is None:
            raise NoSuchVerb(gettext("There is no such verb."))
        self.require(verb.ability)
        schema = schema_of(verb.questions)
        if errors := schema.validate(body["answers"]):
            raise ValuesRefused({name: " ".join(map(str, texts)) for name, texts in errors.items()})
        options = self.console.verb_options(verb, schema.load(body["answers"]))
        return "act", f"{translate(verb.label)}: {self.console.list_title}", options

    def _changes(self, body: BulkBody) -> tuple[str, str, Mapping[str, Value]]:
        self.require("update")
        offered = self.console.bulk_columns() if self.console.bulk_offers() else ()
        unknown = [name for name in body.get("changes") or {"changes": None} if name not in offered]
        if unknown:
            raise ValuesRefused(dict.fromkeys(unknown, gettext("This column cannot be changed here.")))
        sent = sent_values(body["changes"])
        changes: dict[str, list[Value]] = {
            name: [body["how"], value if isinstance(value, list) else [value]] for name, value in sent.items()
        }
        errors, sentences = self.console.checked_changes(changes)
        if errors:
            raise ValuesRefused(errors)
        title = gettext("Change of %(what)s", what=self.console.list_title)
        return "bulk", title, {"changes": changes, "said": sentences}

    def bring_in(self, files: Mapping[str, FileStorage], options: Mapping[str, str]) -> Value:
        """Compare the rows of a file with the records."""
        batch = store_upload(self.console, files["file"])
        accept_guess(
            self.console, batch, {name: options[name] for name in ("key", "mode") if name in options}
        )
        batches.dispatch(batch)
        return _accepted(batch)


@blueprint.get("/batches/<batch_id>")
@blueprint.response(200, BatchSchema)
def show_batch(batch_id: str) -> dict[str, object]:
    """How far a batch of the current user is."""
    return card(batches.batch_of(batch_id))


@blueprint.post("/batches/<batch_id>/run")
@blueprint.response(202, BatchSchema)
def run_import(batch_id: str) -> Value:
    """Write what an import that was compared would change."""
    batch = batches.batch_of(batch_id)
    console = batches.console_of(batch)
    Many(console).require("import")
    importing.begin_run(batch)
    batches.dispatch(batch)
    return _accepted(batch)


def card(batch: Batch) -> dict[str, object]:
    """A batch as its owner sees it."""
    task = session.get(Task, batch.task_id) if batch.task_id else None
    phase = batch.options.get("phase", "")
    rows = session.query(BatchRow).filter(BatchRow.batch_id == batch.id, BatchRow.outcome == "refused")
    return {
        "id": batch.id,
        "title": batch.title,
        "state": phase if phase == "ready" else (task.state if task else "done"),
        "total": batch.total,
        "done": batch.done,
        "refused": batch.refused,
        "refusals": [
            {"record": row.record_id or str(row.number), "why": row.sentence}
            for row in rows.order_by(BatchRow.number).limit(REFUSALS_SHOWN)
        ],
    }


def _accepted(batch: Batch) -> Value:
    session.flush()
    return card(batch), HTTPStatus.ACCEPTED, {"Location": f"{ADDRESS}/{batch.id}"}


def _selection(console: ConsoleLike, body: BulkBody) -> Selection:
    """The ids, or all that the words of a list select. Raises FilterUnreadable."""
    words = {name: text for name, text in (("q", body["q"]), ("find", body["find"])) if text}
    if problem := console.filter_problem(MultiDict(words)):
        raise FilterUnreadable(problem)
    return Selection(body.get("ids"), urlencode(words))
