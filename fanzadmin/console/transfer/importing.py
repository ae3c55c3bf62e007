"""Bring data in from a file: upload, say what each column is, see row by row what would happen, then do it.

Nothing is written before the user has seen the report. Up to `AT_ONCE` rows are compared and written in the request,
more by the job `consoles.imports`; an import can be cancelled between two chunks, and undone for a day.
"""

import logging
from collections.abc import Sequence
from typing import ClassVar

from flask import Response, abort, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.transfer import import_check as importing_check
from fanzadmin.console.transfer import import_rows
from fanzadmin.console.transfer.exporting import Exporting
from fanzadmin.console.transfer.import_files import (
    accept_guess,
    mapping_page,
    read,
    read_mapping,
    store_upload,
)
from fanzadmin.console.transfer.import_report import (
    SHOWN,
    counts_of,
    notes_of,
    page_number,
    report_lines,
    report_rows,
)
from fanzadmin.console.transfer.import_targets import keys_of, may_add, may_change, targets_of
from fanzadmin.console.transfer.import_undo import may_remove
from fanzadmin.console.transfer.sheet_reading import LARGEST
from fanzadmin.console.transfer.sheet_writing import write_csv
from fanzadmin.console.transfer.workbooks import UnreadableSheet
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.i18n.languages import current_language, number_text
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.queue.tasks import OPEN

AT_ONCE = 200  # rows compared or written in the request

log = logging.getLogger("console")


class NotNow(Conflict):
    title = "This import cannot do that now"


class Importing(Exporting):
    """`may_import = False` does without; what may be written is what the add and edit forms write."""

    RIGHTS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("import_file", "import_page", "import_check", "import_run", "import_report", "import_template"),
        "import",
    )

    may_import: ClassVar[bool] = True
    import_keys: ClassVar[
        Sequence[str]
    ] = ()  # texts by which records are found too, whatever the case: e-mail

    @expose("/import", methods=["GET", "POST"])
    @has_access
    def import_file(self) -> ResponseReturnValue:
        """Take a file."""
        if "import" not in self.abilities or not (may_add(self) or may_change(self)):
            abort(404)
        problem = ""
        if request.method == "POST":
            try:
                return redirect(address_of(self, store_upload(self, request.files.get("file"))))
            except UnreadableSheet as error:
                problem = error.detail
        response: ResponseReturnValue = self.render_template(
            "console/import.html",
            title=gettext("Import"),
            problem=problem,
            largest=LARGEST,
            targets=targets_of(self).values(),
            keys=keys_of(self),
            back=url_for(f"{self.endpoint}.list"),
        )
        return response

    @expose("/import/template.csv")
    @has_access
    def import_template(self) -> ResponseReturnValue:
        """An empty table with the columns that can be brought in."""
        heads = [target.label for target in targets_of(self).values()]
        response = Response(b"".join(write_csv(heads, (), bom=True)), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"{self.list_title}.csv")
        return response

    @expose("/import/<batch_id>")
    @has_access
    def import_page(self, batch_id: str) -> ResponseReturnValue:
        """Where an import is: its columns, its report, or its end."""
        batch = _import_of(self, batch_id)
        task = session.get(Task, batch.task_id) if batch.task_id else None
        if batch.options["phase"] == "map":
            return mapping_page(self, batch)
        response: ResponseReturnValue = self.render_template(
            "console/import_report.html",
            title=batch.title,
            batch=batch,
            phase=batch.options["phase"],
            task=task,
            is_open=task is not None and task.state in OPEN,
            counts=counts_of(batch),
            shown=request.args.get("only", ""),
            lines=report_lines(self, batch, request.args.get("only", ""), page_number()),
            page=page_number(),
            size=SHOWN,
            notes=notes_of(self, batch) if "columns" in batch.options else [],
            waiting=batches.outcomes(batch).get("waiting", 0),
            removes=may_remove(self),
            back=url_for(f"{self.endpoint}.list"),
        )
        return response

    @expose("/import/<batch_id>/check", methods=["POST"])
    @has_access
    def import_check(self, batch_id: str) -> ResponseReturnValue:
        """Compare the file with the records, as the columns were said to be."""
        batch = _import_of(self, batch_id, lock=True)
        _refuse_while_running(batch)
        if batch.options["phase"] == "read":
            raise NotNow(gettext("The file has not been read yet."))
        if "again" in request.form:
            batch.options = {**batch.options, "phase": "map"}
            return redirect(address_of(self, batch))
        try:
            batch.options = {**batch.options, **read_mapping(self, batch, request.form), "phase": "check"}
            _perform_or_dispatch(self, batch)
        except UnreadableSheet as error:
            batch.options = {**batch.options, "phase": "map"}
            flash(error.detail, "danger")
        return redirect(address_of(self, batch))

    @expose("/import/<batch_id>/run", methods=["POST"])
    @has_access
    def import_run(self, batch_id: str) -> ResponseReturnValue:
        """Write what the report shows."""
        batch = _import_of(self, batch_id)
        begin_run(batch)
        _perform_or_dispatch(self, batch)
        return redirect(address_of(self, batch))

    @expose("/import/<batch_id>/report.csv")
    @has_access
    def import_report(self, batch_id: str) -> ResponseReturnValue:
        """The report as a file: every row, what becomes of it and why."""
        batch = _import_of(self, batch_id)
        heads = [gettext("Row"), gettext("Id"), gettext("Outcome"), gettext("Changes"), gettext("Why")]
        chunks = write_csv(heads, report_rows(self, batch), bom=True)
        response = Response(stream_with_context(chunks), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"report-{batch.id}.csv")
        return response


def begin_run(batch: Batch) -> None:
    """Let an import that was compared be written next. Raises NotNow."""
    session.refresh(batch, with_for_update=True)
    _refuse_while_running(batch)
    if batch.options.get("phase") not in {"ready", "run"}:
        raise NotNow(gettext("Look at the report first."))
    batch.options = {**batch.options, "phase": "run"}
    batch.total = batches.outcomes(batch).get("waiting", 0) + batch.done + batch.refused


def continue_import(console: ConsoleLike, batch: Batch) -> str:
    """Read, compare or write, as far as the order is."""
    if batch.options["phase"] == "read":
        read(console, batch)
        if "choices" not in batch.options:
            return str(gettext("Read. Say what is in the columns."))
        accept_guess(console, batch, batch.options["choices"])
    if batch.options["phase"] == "check":
        importing_check.check(batch, console)
        return str(gettext("Compared. The report waits for you."))
    import_rows.run(batch, console)
    _note(console, batch)
    text: str = gettext(
        "%(done)s written, %(refused)s refused",
        done=number_text(batch.done),
        refused=number_text(batch.refused),
    )
    return text


def _import_of(console: ConsoleLike, batch_id: str, *, lock: bool = False) -> Batch:
    batch = batches.batch_of(batch_id)
    if batch.kind != "imports" or batch.console != type(console).__name__:
        raise batches.NoSuchBatch(gettext("There is no such import."))
    if lock:
        session.refresh(batch, with_for_update=True)
    return batch


def _refuse_while_running(batch: Batch) -> None:
    task = session.get(Task, batch.task_id) if batch.task_id else None
    if batch.options.get("phase") == "done" or (task is not None and task.state in OPEN):
        raise NotNow(gettext("This import is at work, or done. Start a new one."))


def _perform_or_dispatch(console: ConsoleLike, batch: Batch) -> None:
    """At once where it is little, else by the job, in the language of whoever asks now."""
    batch.options = {**batch.options, "language": current_language()}
    rows = batch.options["lines"] if batch.options["phase"] == "check" else batch.total
    if rows <= AT_ONCE:
        batch.task_id = None
        continue_import(console, batch)
    else:
        batches.dispatch(batch)


def _note(console: ConsoleLike, batch: Batch) -> None:
    """Who brought in what, in the audit and in the log; each record has its own entry besides."""
    facts = {"file": batch.options["name"], "written": batch.done, "refused": batch.refused}
    changes = {name: [None, value] for name, value in facts.items()}
    ask(Audit).note("import", table=table_of(console.datamodel.obj), record_id=batch.id, changes=changes)
    log.info(
        "%s imported %r into %s: %d written, %d refused",
        current().actor,
        batch.options["name"],
        type(console).__name__,
        batch.done,
        batch.refused,
    )


def address_of(console: ConsoleLike, batch: Batch) -> str:
    return url_for(f"{console.endpoint}.import_page", batch_id=batch.id)


def perform(batch_id: str) -> str:
    """The job `consoles.imports`."""
    with batches.performing(batch_id, ability="import") as performance:
        return continue_import(performance.console, performance.batch)
