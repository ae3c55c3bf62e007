"""Take out what a list shows: its rows, the chosen columns, as CSV, XLSX or JSON Lines.

Up to `DIRECT` rows are streamed into the response, more are a job whose file its owner may fetch for a day. The rows
are those of `matching`, the values those of `value_of`: what is masked in the list is masked in the file.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from urllib.parse import parse_qsl

from flask import Response, abort, current_app, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict

from fanzadmin.console import batches
from fanzadmin.console.approvals.mixin import Approving, console_of
from fanzadmin.console.approvals.requests import ApprovalRequest, approval_handler
from fanzadmin.console.contract import Arguments, ConsoleLike
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.data.shapes import Record, model_of
from fanzadmin.console.registry import may
from fanzadmin.console.transfer.sheet_columns import Field, fields_of, loads
from fanzadmin.console.transfer.sheet_writing import FORMATS, Row, write_csv, write_jsonl, write_xlsx
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.i18n.languages import SOURCE, current_language, number_text, using_language
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import Task, progress
from fanzadmin.kernel.storage import CHUNK, NoSuchObject, get_storage
from fanzadmin.kernel.temp_dirs import temp_dir

DIRECT = 10_000  # rows; more of them are a job
FETCH_ROWS = 500  # rows fetched at a time
PROGRESS_EVERY = 5_000  # rows between two reports of progress
FOLDER = "console/exports"

log = logging.getLogger("console")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What an export is to hold: the kind of file, its columns, and the query string of the list."""

    kind: str
    columns: Sequence[str]
    bom: bool
    arguments: str

    @property
    def args(self) -> Arguments:
        return MultiDict(parse_qsl(self.arguments, keep_blank_values=True))


class Exporting(Approving):
    """The page that asks how, the file at once or by a job, and its download. `may_export = False` does without."""

    RIGHTS: ClassVar[dict[str, str]] = {"export": "export", "export_made": "export", "export_file": "export"}

    may_export: ClassVar[bool] = True
    datamodel: Datamodel
    abilities: set[str]
    list_title: str

    def offers(self, ability: str) -> bool:
        """Whether a page of this console may lead to `export` or `import` for the current user."""
        return ability in self.abilities and may(ability, self.resource)

    def exportable(self) -> list[str]:
        """The columns that the current user may take out: those of the list and the record, what the edit form
        changes, and the key, by which a file finds its way back."""
        columns = [*self.key_columns(), *self.columns_for("list"), *self.columns_for("export")]
        columns += [*self.columns_for("show"), *self.columns_for("edit")]
        return [name for name in dict.fromkeys(columns) if self._is_written(name)]

    def key_columns(self) -> list[str]:
        """The columns of the primary key, where the current user may see them."""
        mapper = self.datamodel.obj.__mapper__
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        return [] if any(self.is_hidden(key) for key in keys) else keys

    def _is_written(self, column: str) -> bool:
        """Whether a file can hold a column: no bytes, and no field that only a form has."""
        name = column.split(".", maxsplit=1)[0]
        return hasattr(self.datamodel.obj, name) and not self.datamodel.is_binary(name)

    @expose("/export", methods=["GET", "POST"])
    @has_access
    def export(self) -> ResponseReturnValue:
        """Ask which columns and which kind of file; then make it."""
        if not self.may_export:
            abort(404)
        arguments = request.query_string.decode()
        if request.method == "POST":
            return _export(self, _options_of(self, arguments))
        ticked = {*self.key_columns(), *self.chosen_columns(request.args)}
        response: ResponseReturnValue = self.render_template(
            "console/export.html",
            title=gettext("Export"),
            columns=[(name, label, name in ticked) for name, label in labels_of(self)],
            count=capped(self.matching(request.args)),
            direct=DIRECT,
            second=bool(self.needs_approval("export")),
            filtered=bool(self.filters_of(request.args).get_filters_values()),
            back=f"{url_for(f'{self.endpoint}.list')}?{arguments}".rstrip("?"),
            action=f"{url_for(f'{self.endpoint}.export')}?{arguments}".rstrip("?"),
        )
        return response

    @expose("/exports/<batch_id>")
    @has_access
    def export_made(self, batch_id: str) -> ResponseReturnValue:
        """Where an export is, and its file when it is there."""
        batch = batches.batch_of(batch_id)
        response: ResponseReturnValue = self.render_template(
            "console/export_made.html",
            title=batch.title,
            batch=batch,
            task=session.get(Task, batch.task_id) if batch.task_id else None,
            file=batch.options.get("file") and _signed_address(self, batch),
            back=url_for(f"{self.endpoint}.list"),
        )
        return response

    @expose("/exports/<batch_id>/file")
    @has_access
    def export_file(self, batch_id: str) -> ResponseReturnValue:
        """The file of an export, for its owner alone, until it expires."""
        batch = batches.batch_of(batch_id)
        try:
            signed = _signer().loads(
                request.args.get("token", ""), max_age=int(batches.RETENTION.total_seconds())
            )
        except BadSignature:
            raise batches.NoSuchBatch(
                gettext("This address is not valid any more. Open the export again.")
            ) from None
        key = batch.options.get("file")
        if signed != [batch.id, batch.owner_user_id] or not key or batch.expires_at < clock.now():
            raise batches.NoSuchBatch(gettext("This file is not there any more. Export again."))
        try:
            size = get_storage().head(key).size
        except NoSuchObject:
            raise batches.NoSuchBatch(gettext("This file is not there any more. Export again.")) from None
        log.info("%s fetched %s, an export of %s", current().actor, batch.id, batch.console)
        response = Response(get_storage().open_range(key), mimetype=_mimetype(batch.options["kind"]))
        response.content_length = size
        return _attached(response, str(batch.options["name"]))


def labels_of(console: ConsoleLike) -> list[tuple[str, str]]:
    """The columns with their labels; where two have the same, with their names."""
    pairs = [(name, console.label_of(name)) for name in console.exportable()]
    labels = [label for _, label in pairs]
    return [(name, label if labels.count(label) == 1 else f"{label} ({name})") for name, label in pairs]


def rows_of(console: ConsoleLike, options: ExportOptions, fields: Sequence[Field]) -> Iterator[Row]:
    """The rows of an export by a cursor on the server, so that a million take no more memory than one batch."""
    query = _in_order(console, console.matching(options.args), options.args)
    query = query.options(*loads(console, options.columns))
    for item in query.yield_per(FETCH_ROWS):
        yield [field.read(item) for field in fields]


def written(
    console: ConsoleLike, options: ExportOptions, rows: Iterator[Row], fields: Sequence[Field]
) -> Iterator[bytes]:
    """The bytes of the file. XLSX is a ZIP archive and begins when it is complete."""
    if options.kind == "csv":
        return write_csv([field.head for field in fields], rows, bom=options.bom)
    if options.kind == "jsonl":
        return write_jsonl([field.name for field in fields], rows)
    return _workbook(console, rows, fields)


def make_file(console: ConsoleLike, batch: batches.Batch) -> str:
    """Make the file of an order; the job's half of `export`."""
    options = ExportOptions(
        kind=batch.options["kind"],
        columns=[name for name in batch.options["columns"] if name in console.exportable()],
        bom=batch.options["bom"],
        arguments=batch.arguments,
    )
    batch.total = console.matching(options.args).order_by(None).count()
    fields = fields_of(console, options.columns)
    key = f"{FOLDER}/{batch.id}/file"
    batch.done = _store(console, key, options, fields, total=batch.total)
    batch.options = {**batch.options, "file": key}
    _note(console, options, batch.done, record_id=batch.id)
    return str(gettext("%(count)s rows", count=number_text(batch.done)))


def _store(
    console: ConsoleLike, key: str, options: ExportOptions, fields: Sequence[Field], *, total: int
) -> int:
    counted = _Counted(rows_of(console, options, fields), total)
    if options.kind == "xlsx":
        with temp_dir("export") as folder:
            path = folder / "export.xlsx"
            write_xlsx(path, [field.head for field in fields], counted, name=str(console.list_title))
            get_storage().put_file(key, path)
    else:
        get_storage().put_stream(key, written(console, options, iter(counted), fields))
    return counted.count


def _export(console: Approving, options: ExportOptions) -> ResponseReturnValue:
    if options.kind not in FORMATS or not options.columns:
        flash(gettext("Choose at least one column and a kind of file."), "warning")
        return redirect(request.full_path)
    count = capped(console.matching(options.args))
    if console.needs_approval("export"):
        return _ask_for_approval(console, options)
    if count > DIRECT:
        return redirect(_dispatch(console, options).link)
    _note(console, options, count, record_id="list")
    fields = fields_of(console, options.columns)
    chunks = written(console, options, rows_of(console, options, fields), fields)
    response = Response(stream_with_context(chunks), mimetype=_mimetype(options.kind))
    return _attached(response, _name(console, options))


def _ask_for_approval(console: Approving, options: ExportOptions) -> ResponseReturnValue:
    """Ask for the second person whom the console wants for exports."""
    columns = ", ".join(console.label_of(name) for name in options.columns)
    try:
        console.ask_for(
            "export",
            None,
            action="console.export",
            title=gettext("Export of %(list)s", list=console.list_title),
            reason=request.form.get("reason", ""),
            lines=[(gettext("Columns"), columns), (gettext("Filter"), options.arguments or "–")],
            arguments={"options": asdict(options), "language": current_language()},
        )
    except BusinessError as error:
        flash(error.detail, "warning")
        return redirect(request.full_path)
    flash(gettext("Asked for a second person. You are told when somebody has decided."), "info")
    return redirect(url_for(f"{console.endpoint}.list"))


@approval_handler("console.export")
def export_approved(approval: ApprovalRequest) -> str:
    """Have an approved export written, as the user who asked and in her or his language."""
    console = console_of(approval)
    batches.require(console, "export")
    with using_language(str(approval.arguments.get("language", SOURCE))):
        batch = _dispatch(console, ExportOptions(**approval.arguments["options"]))
    text: str = gettext("The file waits for whoever asked: %(address)s", address=batch.link)
    return text


def _dispatch(console: ConsoleLike, options: ExportOptions) -> batches.Batch:
    batch = batches.create(
        "export",
        console,
        title=gettext("Export of %(list)s", list=console.list_title),
        arguments=options.arguments,
        options={
            "kind": options.kind,
            "columns": list(options.columns),
            "bom": options.bom,
            "name": _name(console, options),
        },
    )
    batch.link = url_for(f"{console.endpoint}.export_made", batch_id=batch.id)
    batches.dispatch(batch)
    return batch


def _options_of(console: ConsoleLike, arguments: str) -> ExportOptions:
    allowed = console.exportable()
    return ExportOptions(
        kind=request.form.get("kind", ""),
        columns=[name for name in request.form.getlist("column") if name in allowed],
        bom="bom" in request.form,
        arguments=arguments,
    )


def _name(console: ConsoleLike, options: ExportOptions) -> str:
    words = "".join(letter if letter.isalnum() else "-" for letter in str(console.list_title).lower())
    return f"{words.strip('-')}-{clock.now():%Y-%m-%d}.{options.kind}"


def _in_order(console: ConsoleLike, query: Query[Record], args: Arguments) -> Query[Record]:
    """The list's order: what its address says, else the console's own."""
    name = type(console).__name__
    column, direction = args.get(f"_oc_{name}", ""), args.get(f"_od_{name}", "")
    if column not in console.columns_for("order"):
        column, direction = console.base_order or ("", "asc")
    order = console.datamodel.order(column, descending=direction == "desc")
    for step in order.joins:
        query = query.outerjoin(step)
    sorts = [column.desc() if order.descending else column.asc() for column in order.columns]
    return query.order_by(None).order_by(*(column.nulls_last() for column in sorts))


def _workbook(console: ConsoleLike, rows: Iterator[Row], fields: Sequence[Field]) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="fanz-export-") as folder:
        path = Path(folder) / "export.xlsx"
        write_xlsx(path, [field.head for field in fields], rows, name=str(console.list_title))
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _note(console: ConsoleLike, options: ExportOptions, count: int, *, record_id: str) -> None:
    """Who took out what, in the audit and in the log."""
    facts = {
        "rows": count,
        "columns": list(options.columns),
        "kind": options.kind,
        "filter": options.arguments,
    }
    changes = {name: [None, value] for name, value in facts.items()}
    ask(Audit).note("export", table=table_of(console.datamodel.obj), record_id=record_id, changes=changes)
    log.info(
        "%s exported %d rows of %s as %s, columns %s, filter %r",
        current().actor,
        count,
        type(console).__name__,
        options.kind,
        ",".join(options.columns),
        options.arguments,
    )


def _signed_address(console: ConsoleLike, batch: batches.Batch) -> str:
    token = _signer().dumps([batch.id, batch.owner_user_id])
    return url_for(f"{console.endpoint}.export_file", batch_id=batch.id, token=token)


class _Counted:
    """Rows on their way, with progress. Raises Cancelled between two of them."""

    def __init__(self, rows: Iterator[Row], total: int) -> None:
        self.rows, self.total, self.count = rows, total, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            yield row
            self.count += 1
            if self.count % PROGRESS_EVERY == 0:
                percent = min(99, self.count * 100 // max(self.total, 1))
                progress.report(percent, batches.so_far(self.count, self.total))


def perform(batch_id: str) -> str:
    """The job `consoles.export`."""
    with batches.performing(batch_id, ability="export") as performance:
        return make_file(performance.console, performance.batch)


def capped(query: Query[Record]) -> int:
    """The number of rows, at most one more than what is streamed at once."""
    keys = model_of(query).__mapper__.primary_key
    result: int = query.order_by(None).with_entities(*keys).limit(DIRECT + 1).count()
    return result


def forget_files() -> None:
    """Remove the files whose time is over, whatever became of their orders."""
    before = clock.now() - batches.RETENTION
    for meta in list(get_storage().list_objects("console/")):
        if meta.modified_at < before:
            get_storage().delete(meta.key)


def _attached(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mimetype(kind: str) -> str:
    return FORMATS[kind].partition(";")[0]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="console.export")
