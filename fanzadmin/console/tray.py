"""The activity tray, and the page of one work: how far it is, what refused it, cancel and undo.

Everything here belongs to the person at hand: somebody else's task or work is not found.
"""

import csv
import io
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import or_, select

from fanzadmin.console import batch_rows, batches
from fanzadmin.console.batches import Work, WorkRow
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

pages = Blueprint("console_work", __name__, url_prefix="/activity")


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
    """The open tasks of the person at hand, and those of the last day; works that were done at once too."""
    recent = or_(Task.state.in_(OPEN), Task.finished_at > clock.now() - RECENT)
    query = (
        select(Task, Work)
        .outerjoin(Work, Work.task_id == Task.id)
        .where(Task.owner_user_id == _me(), recent)
        .order_by(Task.created_at.desc())
        .limit(SHOWN)
    )
    shown = [_shape(task, made) for task, made in session.execute(query)]
    at_once = (
        select(Work)
        .where(Work.owner_user_id == _me(), Work.task_id.is_(None), Work.created_at > clock.now() - RECENT)
        .where(Work.total > 0, Work.done + Work.refused == Work.total)  # the others are not ordered yet
        .order_by(Work.created_at.desc())
        .limit(SHOWN)
    )
    shown += [_shape_of_work(made) for made in session.execute(at_once).scalars()]
    return jsonify(tasks=sorted(shown, key=lambda one: str(one["at"]), reverse=True)[:SHOWN])


@pages.post("/tasks/<task_id>/cancel")
def cancel_task(task_id: str) -> Response:
    """Cancel an own task: at once while it waits, at its next report while it runs."""
    query = select(Task).where(Task.id == task_id, Task.owner_user_id == _me())
    task = session.execute(query).scalar() if is_id(task_id) else None
    if task is None:
        raise NoSuchTask(gettext("It is not there, or it was somebody else's."))
    cancelled = cancel(task.name, task.subject)
    return jsonify(cancelled=cancelled)


@pages.get("/<uuid:work_id>")
def page(work_id: object) -> str:
    """How a work stands: live while it runs, then what was changed and what was refused."""
    made = batches.work_of(str(work_id))
    task = session.get(Task, made.task_id) if made.task_id else None
    console: Any = batches.console_of(made)
    return render_template(
        "console/work.html",
        title=made.title,
        work=made,
        task=task,
        is_open=task is not None and task.state in OPEN,
        outcomes=batches.outcomes(made),
        refusals=_refusals(made).limit(REFUSALS_SHOWN).all(),
        changed=batch_rows.changed_rows(console, made, page_number()),
        page=page_number(),
        size=batch_rows.SHOWN,
        console=console,
        appbuilder=current_app.extensions["appbuilder"],
        base_template="layouts/shell.html",
        can_undo=_can_undo(made, task),
    )


@pages.get("/<uuid:work_id>/refusals.csv")
def refusals(work_id: object) -> Response:
    """What was refused, one row a line: the record's id and why."""
    made = batches.work_of(str(work_id))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([gettext("Id"), gettext("Why")])
    lines.writerows((row.record_id, defused(row.sentence)) for row in _refusals(made))
    return Response(
        out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=refused-{made.id}.csv"},
    )


@pages.post("/<uuid:work_id>/undo")
def undo(work_id: object) -> Any:
    """Take a bulk change or an import back, row by row; what was changed since is left and reported."""
    made = batches.work_of(str(work_id))
    session.refresh(made, with_for_update=True)
    if not _can_undo(made, session.get(Task, made.task_id) if made.task_id else None):
        raise NothingToUndo(gettext("It changed nothing, it is not over yet, or it was taken back already."))
    console: Any = batches.console_of(made)
    title = gettext("Taken back: %(what)s", what=made.title)
    back = batches.order(
        "undo", console, title=title, options={"of": made.id, "said": made.options.get("said", [])}
    )
    bulk_rows.freeze_undo(back, made)
    if back.total:
        batches.require(console, "update")
    import_undo.freeze_added(back, made, console)
    if not back.total:
        raise NothingToUndo(gettext("It only added records, and you may not delete them here: they stay."))
    made.options = {**made.options, "undone_by": back.id, "stay": back.options.get("stay", 0)}
    if back.total <= bulk_rows.BATCH // 10:
        import_undo.remove(back, console)
        bulk_rows.step(back, console)
        flash(
            gettext("Taken back: %(done)s, refused: %(refused)s", done=back.done, refused=back.refused),
            "success",
        )
    else:
        batches.dispatch(back)
    return redirect(url_for("console_work.page", work_id=back.id))


def _me() -> int:
    user_id = current().actor_id
    if user_id is None:
        raise SignInNeeded(gettext("Sign in to see what you started."))
    return user_id


def _can_undo(made: Work, task: Task | None) -> bool:
    over = task is None or task.state not in OPEN
    return (
        over
        and made.kind in {"bulk", "undo", "imports"}
        and made.done > made.options.get("removed", 0)  # what was deleted does not come back
        and "undone_by" not in made.options
    )


def _refusals(made: Work) -> Any:
    rows = session.query(WorkRow).filter(WorkRow.work_id == made.id, WorkRow.outcome == "refused")
    return rows.order_by(WorkRow.number)


def _shape_of_work(made: Work) -> dict[str, object]:
    return {
        "id": made.id,
        "title": made.title,
        "state": "done",
        "percent": 100,
        "message": "",
        "at": made.created_at.isoformat(),
        "url": made.link or url_for("console_work.page", work_id=made.id),
    }


def _shape(task: Task, made: Work | None) -> dict[str, object]:
    address = "" if made is None else made.link or url_for("console_work.page", work_id=made.id)
    return {
        "id": task.id,
        "title": task.title,
        "state": task.state,
        "percent": task.percent,
        "message": task.message,
        "at": task.created_at.isoformat(),
        "url": address,
    }
