"""Bring data in from a file: upload, say what each column is, see row by row what would happen, then do it.

Nothing is written before the user has seen the report. Up to `AT_ONCE` rows are compared and written in the request,
more by the job `consoles.imports`; an import can be cancelled between two batches, and taken back for a day.
"""

import logging
from typing import ClassVar

from flask import Response, abort, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from fanzadmin.console import batches
from fanzadmin.console.batches import Work
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.transfer import import_check as importing_check
from fanzadmin.console.transfer import import_rows
from fanzadmin.console.transfer.exporting import Exporting
from fanzadmin.console.transfer.import_files import mapping_page, read_mapping, store_upload
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
from fanzadmin.console.transfer.sheet_reading import LARGEST, UnreadableSheet
from fanzadmin.console.transfer.sheet_writing import write_csv
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.i18n.languages import number_text, reader
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

    @expose("/import/<work_id>")
    @has_access
    def import_page(self, work_id: str) -> ResponseReturnValue:
        """Where an import is: its columns, its report, or its end."""
        order = _import_of(self, work_id)
        task = session.get(Task, order.task_id) if order.task_id else None
        if order.options["phase"] == "map":
            return mapping_page(self, order)
        response: ResponseReturnValue = self.render_template(
            "console/import_report.html",
            title=order.title,
            order=order,
            phase=order.options["phase"],
            task=task,
            is_open=task is not None and task.state in OPEN,
            counts=counts_of(order),
            shown=request.args.get("only", ""),
            lines=report_lines(self, order, request.args.get("only", ""), page_number()),
            page=page_number(),
            size=SHOWN,
            notes=notes_of(self, order),
            waiting=batches.outcomes(order).get("waiting", 0),
            removes=may_remove(self),
            back=url_for(f"{self.endpoint}.list"),
        )
        return response

    @expose("/import/<work_id>/check", methods=["POST"])
    @has_access
    def import_check(self, work_id: str) -> ResponseReturnValue:
        """Compare the file with the records, as the columns were said to be."""
        order = _import_of(self, work_id, lock=True)
        _refuse_while_running(order)
        if "again" in request.form:
            order.options = {**order.options, "phase": "map"}
            return redirect(address_of(self, order))
        try:
            order.options = {**order.options, **read_mapping(self, order, request.form), "phase": "check"}
            _perform_or_dispatch(self, order)
        except UnreadableSheet as error:
            order.options = {**order.options, "phase": "map"}
            flash(error.detail, "danger")
        return redirect(address_of(self, order))

    @expose("/import/<work_id>/run", methods=["POST"])
    @has_access
    def import_run(self, work_id: str) -> ResponseReturnValue:
        """Write what the report shows."""
        order = _import_of(self, work_id)
        begin_run(order)
        _perform_or_dispatch(self, order)
        return redirect(address_of(self, order))

    @expose("/import/<work_id>/report.csv")
    @has_access
    def import_report(self, work_id: str) -> ResponseReturnValue:
        """The report as a file: every row, what becomes of it and why."""
        order = _import_of(self, work_id)
        heads = [gettext("Row"), gettext("Id"), gettext("Outcome"), gettext("Changes"), gettext("Why")]
        chunks = write_csv(heads, report_rows(self, order), bom=True)
        response = Response(stream_with_context(chunks), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"report-{order.id}.csv")
        return response


def begin_run(order: Work) -> None:
    """Let an import that was compared be written next. Raises NotNow."""
    session.refresh(order, with_for_update=True)
    _refuse_while_running(order)
    if order.options.get("phase") not in {"ready", "run"}:
        raise NotNow(gettext("Look at the report first."))
    order.options = {**order.options, "phase": "run"}
    order.total = batches.outcomes(order).get("waiting", 0) + order.done + order.refused


def continue_import(console: ConsoleLike, order: Work) -> str:
    """Compare or write, as far as the order is."""
    if order.options["phase"] == "check":
        importing_check.check(order, console)
        return str(gettext("Compared. The report waits for you."))
    import_rows.run(order, console)
    _note(console, order)
    text: str = gettext(
        "%(done)s written, %(refused)s refused",
        done=number_text(order.done),
        refused=number_text(order.refused),
    )
    return text


def _import_of(console: ConsoleLike, work_id: str, *, lock: bool = False) -> Work:
    order = batches.work_of(work_id)
    if order.kind != "imports" or order.console != type(console).__name__:
        raise batches.NoSuchWork(gettext("There is no such import."))
    if lock:
        session.refresh(order, with_for_update=True)
    return order


def _refuse_while_running(order: Work) -> None:
    task = session.get(Task, order.task_id) if order.task_id else None
    if order.options.get("phase") == "done" or (task is not None and task.state in OPEN):
        raise NotNow(gettext("This import is at work, or done. Start a new one."))


def _perform_or_dispatch(console: ConsoleLike, order: Work) -> None:
    """At once where it is little, else by the job, in the language of whoever asks now."""
    order.options = {**order.options, "language": reader()}
    rows = order.options["lines"] if order.options["phase"] == "check" else order.total
    if rows <= AT_ONCE:
        order.task_id = None
        continue_import(console, order)
    else:
        batches.dispatch(order)


def _note(console: ConsoleLike, order: Work) -> None:
    """Who brought in what, in the audit and in the log; each record has its own entry besides."""
    facts = {"file": order.options["name"], "written": order.done, "refused": order.refused}
    changes = {name: [None, value] for name, value in facts.items()}
    ask(Audit).note("import", table=table_of(console.datamodel.obj), record_id=order.id, changes=changes)
    log.info(
        "%s imported %r into %s: %d written, %d refused",
        current().actor,
        order.options["name"],
        type(console).__name__,
        order.done,
        order.refused,
    )


def address_of(console: ConsoleLike, order: Work) -> str:
    return url_for(f"{console.endpoint}.import_page", work_id=order.id)


def perform(work_id: str) -> str:
    """The job `consoles.imports`."""
    with batches.performing(work_id, ability="import") as performance:
        return continue_import(performance.console, performance.work)
