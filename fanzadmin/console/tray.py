"""The activity tray, and the page of one batch: how far it is, what refused it, cancel and undo.

Everything here belongs to the current user: another user's task or batch is not found.
"""

import csv
import io
from datetime import timedelta

from flask import Blueprint, Flask, Response, current_app, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Query

from fanzadmin.console import batch_rows, batches
from fanzadmin.console.batches import Batch, BatchRow
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.registry import by_name
from fanzadmin.console.transfer import import_undo
from fanzadmin.console.transfer.import_report import page_number
from fanzadmin.console.transfer.sheet_writing import defused
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, NotFound, SignInNeeded
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.queue import Task, cancel
from fanzadmin.kernel.queue.tasks import OPEN

RECENT = timedelta(days=1)
SHOWN = 20
REFUSALS_SHOWN = 50

pages = Blueprint("console_batch", __name__, url_prefix="/activity")


class NoSuchTask(NotFound):
    title = "There is no such task"


class NothingToUndo(Conflict):
    title = "There is nothing to take back"


def install(app: Flask) -> None:
    """Serve the tray, and let templates find the console that a widget belongs to."""
    app.register_blueprint(pages)
    app.jinja_env.globals["console_by_name"] = by_name


@pages.get("/tray")
def tray() -> Response:
    """The open tasks of the current user, and those of the last day; batches that were done at once too."""
    recent = or_(Task.state.in_(OPEN), Task.finished_at > clock.now() - RECENT)
    query = (
        select(Task, Batch)
        .outerjoin(Batch, Batch.task_id == Task.id)
        .where(Task.owner_user_id == _me(), recent)
        .order_by(Task.created_at.desc())
        .limit(SHOWN)
    )
    shown = [_shape(task, batch) for task, batch in session.execute(query)]
    at_once = (
        select(Batch)
        .where(Batch.owner_user_id == _me(), Batch.task_id.is_(None), Batch.created_at > clock.now() - RECENT)
        .where(Batch.total > 0, Batch.done + Batch.refused == Batch.total)  # the others are not ordered yet
        .order_by(Batch.created_at.desc())
        .limit(SHOWN)
    )
    shown += [_batch_shape(batch) for batch in session.execute(at_once).scalars()]
    return jsonify(tasks=sorted(shown, key=lambda entry: str(entry["at"]), reverse=True)[:SHOWN])


@pages.post("/tasks/<task_id>/cancel")
def cancel_task(task_id: str) -> Response:
    """Cancel an own task: at once while it waits, at its next report while it runs."""
    query = select(Task).where(Task.id == task_id, Task.owner_user_id == _me())
    task = session.execute(query).scalar() if is_id(task_id) else None
    if task is None:
        raise NoSuchTask(gettext("It is not there, or it was somebody else's."))
    cancelled = cancel(task.name, task.subject)
    return jsonify(cancelled=cancelled)


@pages.get("/<uuid:batch_id>")
def page(batch_id: object) -> str:
    """How a batch stands: live while it runs, then what was changed and what was refused."""
    batch = batches.batch_of(str(batch_id))
    task = session.get(Task, batch.task_id) if batch.task_id else None
    console: ConsoleLike = batches.console_of(batch)
    return render_template(
        "console/batch.html",
        title=batch.title,
        batch=batch,
        task=task,
        is_open=task is not None and task.state in OPEN,
        outcomes=batches.outcomes(batch),
        refusals=_refusals(batch).limit(REFUSALS_SHOWN).all(),
        changed=batch_rows.changed_rows(console, batch, page_number()),
        page=page_number(),
        size=batch_rows.SHOWN,
        console=console,
        appbuilder=current_app.extensions["appbuilder"],
        base_template="layouts/shell.html",
        can_undo=_can_undo(batch, task),
    )


@pages.get("/<uuid:batch_id>/refusals.csv")
def refusals(batch_id: object) -> Response:
    """What was refused, one row a line: the record's id and why."""
    batch = batches.batch_of(str(batch_id))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([gettext("Id"), gettext("Why")])
    lines.writerows((row.record_id, defused(row.sentence)) for row in _refusals(batch))
    return Response(
        out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=refused-{batch.id}.csv"},
    )


@pages.post("/<uuid:batch_id>/undo")
def undo(batch_id: object) -> ResponseReturnValue:
    """Take a bulk change or an import back, row by row; what was changed since is left and reported."""
    batch = batches.batch_of(str(batch_id))
    session.refresh(batch, with_for_update=True)
    if not _can_undo(batch, session.get(Task, batch.task_id) if batch.task_id else None):
        raise NothingToUndo(gettext("It changed nothing, it is not over yet, or it was taken back already."))
    console: ConsoleLike = batches.console_of(batch)
    title = gettext("Taken back: %(what)s", what=batch.title)
    back = batches.create(
        "undo", console, title=title, options={"of": batch.id, "said": batch.options.get("said", [])}
    )
    bulk_rows.freeze_undo(back, batch)
    if back.total:
        batches.require(console, "update")
    import_undo.freeze_added(back, batch, console)
    if not back.total:
        raise NothingToUndo(gettext("It only added records, and you may not delete them here: they stay."))
    batch.options = {**batch.options, "undone_by": back.id, "stay": back.options.get("stay", 0)}
    if back.total <= bulk_rows.CHUNK_ROWS // 10:
        import_undo.remove(back, console)
        bulk_rows.step(back, console)
        flash(
            gettext("Taken back: %(done)s, refused: %(refused)s", done=back.done, refused=back.refused),
            "success",
        )
    else:
        batches.dispatch(back)
    return redirect(url_for("console_batch.page", batch_id=back.id))


def _me() -> int:
    user_id = current().actor_id
    if user_id is None:
        raise SignInNeeded(gettext("Sign in to see what you started."))
    return user_id


def _can_undo(batch: Batch, task: Task | None) -> bool:
    over = task is None or task.state not in OPEN
    return (
        over
        and batch.kind in {"bulk", "undo", "imports"}
        and batch.done > batch.options.get("removed", 0)  # what was deleted does not come back
        and "undone_by" not in batch.options
    )


def _refusals(batch: Batch) -> Query[BatchRow]:
    rows = session.query(BatchRow).filter(BatchRow.batch_id == batch.id, BatchRow.outcome == "refused")
    return rows.order_by(BatchRow.number)


def _batch_shape(batch: Batch) -> dict[str, object]:
    return {
        "id": batch.id,
        "title": batch.title,
        "state": "done",
        "percent": 100,
        "message": "",
        "at": batch.created_at.isoformat(),
        "url": batch.link or url_for("console_batch.page", batch_id=batch.id),
    }


def _shape(task: Task, batch: Batch | None) -> dict[str, object]:
    address = "" if batch is None else batch.link or url_for("console_batch.page", batch_id=batch.id)
    return {
        "id": task.id,
        "title": task.title,
        "state": task.state,
        "percent": task.percent,
        "message": task.message,
        "at": task.created_at.isoformat(),
        "url": address,
    }
