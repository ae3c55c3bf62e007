"""The parts of a record's page: its history and the way back, comments, its timeline, what belongs to it.

Each is a part of the record's page that is loaded when someone opens it (`X-Part: 1`), and a page of its own for
whoever has no script.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from fanzadmin.console.access import relations as related
from fanzadmin.console.access.relations import Relation
from fanzadmin.console.access.rules import Seen
from fanzadmin.console.contract import Menu
from fanzadmin.console.data.shapes import Key, Record, Widgets
from fanzadmin.console.editing.writing import Writing
from fanzadmin.console.record import comments, history, timeline
from fanzadmin.console.record.comments import Subject
from fanzadmin.console.record.history import Step
from fanzadmin.console.record.timeline import TimelineSource
from fanzadmin.kernel.audit import Entry as AuditEntry
from fanzadmin.kernel.audit import Staff, table_of
from fanzadmin.kernel.context import acting, current, enter
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask

SAY_WHY = frozenset({"action", "action_post", "bulk_action", "delete"})
LONGEST_REASON = 400
TABS = 4  # related lists with a tab of their own; more of them share one


class RecordParts(Writing):
    """The parts of a record's page."""

    RIGHTS: ClassVar[dict[str, str]] = {
        "history": "read",
        "revert": "update",
        "comments": "read",
        "comment": "read",
        "colleagues": "read",
        "timeline": "read",
        "related": "read",
    }

    resource: ClassVar[str]
    menu: ClassVar[Menu]
    chronicle: ClassVar[TimelineSource | None] = (
        None  # what the system keeps about its records, for their timelines
    )

    def create_blueprint(self, *args: object, **kwargs: object) -> Blueprint:
        blueprint: Blueprint = super().create_blueprint(*args, **kwargs)
        blueprint.before_request(_take_reason)
        return blueprint

    def subject_of(self, item: Record) -> Subject:
        """The record as comments and the timeline name it."""
        key = str(self.address_of(item))
        return Subject(
            table_name=table_of(self.datamodel.obj),
            record_id=key,
            console=type(self).__name__,
            resource=self.resource,
            title=self.title_of(item),
            url=url_for(f"{self.endpoint}.show", pk=key),
            cluster=getattr(item, "cluster", None),
        )

    def related_tabs(self) -> tuple[list[Relation], list[Relation]]:
        """The relations with a tab of their own, and those that share one."""
        relations = related.relations_of(self)
        return (relations, []) if len(relations) <= TABS + 1 else (relations[:TABS], relations[TABS:])

    @expose("/history/<pk>")
    @has_access
    def history(self, pk: str) -> ResponseReturnValue:
        """Who changed what, field by field, and why."""
        item = self._record_or_404(pk)
        lines = history.history_of(self, item, before=_cursor())
        older = lines[-1].entry.id if len(lines) == history.PAGE else ""
        return self._part("history", item, lines=lines, older=older)

    @expose("/revert/<pk>/<entry>", methods=["GET", "POST"])
    @has_access
    def revert(self, pk: str, entry: str) -> ResponseReturnValue:
        """How the record was after an entry; sent with a reason, it becomes so again through the console's verbs."""
        item = self._record_or_404(pk)
        if not history.may_go_back(self) or not is_id(entry):
            abort(404)
        version, steps = history.version_of(self, item, entry)
        reason = request.form.get("reason", "").strip()
        if request.method == "POST" and self._revert(item, version, steps, reason):
            return redirect(url_for(f"{self.endpoint}.show", pk=pk) + "#history")
        return self._part("revert", item, entry=version, steps=steps, reason=reason)

    def _revert(self, item: Record, entry: AuditEntry, steps: list[Step], reason: str) -> bool:
        values = history.values_back(self, item, steps)
        if not values or len(reason) < 3:
            flash(
                gettext("Say why the record goes back.") if values else gettext("Nothing would change."),
                "warning",
            )
            return False
        with acting(reason=f"Back to {entry.at:%Y-%m-%d %H:%M} UTC: {reason}"):
            errors = self.change(item, values)
        for name, sentence in errors.items():
            label = self.label_columns.get(name, name)
            flash(
                gettext("%(label)s: %(value)s", label=label, value=sentence) if name else sentence, "danger"
            )
        if not errors:
            flash(gettext("The record is as it was then."), "success")
        return not errors

    @expose("/comments/<pk>", methods=["GET", "POST"])
    @has_access
    def comments(self, pk: str) -> ResponseReturnValue:
        """What colleagues say about the record; POST says something."""
        item = self._record_or_404(pk)
        if request.method == "GET":
            return self._comments(item)
        subject = self.subject_of(item)
        return self._after_comment(
            item, lambda: comments.comment_on(subject, body=request.form.get("body", ""))
        )

    @expose("/comments/<pk>/<comment_id>", methods=["POST"])
    @has_access
    def comment(self, pk: str, comment_id: str) -> ResponseReturnValue:
        """Change an own comment, or take it back."""
        item = self._record_or_404(pk)
        subject, body = self.subject_of(item), request.form.get("body", "")
        if "remove" in request.form:
            return self._after_comment(item, lambda: comments.remove_comment(subject, comment_id))
        return self._after_comment(item, lambda: comments.reword_comment(subject, comment_id, body=body))

    @expose("/colleagues/<pk>")
    @has_access
    def colleagues(self, pk: str) -> ResponseReturnValue:
        """Who may be named in a comment here: `[{"username", "name"}]` of those whose name begins with `q`."""
        cluster, words = (
            getattr(self._record_or_404(pk), "cluster", None),
            request.args.get("q", "").strip()[:40],
        )
        colleagues = ask(Staff).like(words, "read", self.resource, cluster=cluster)
        return jsonify([{"username": colleague.username, "name": colleague.name} for colleague in colleagues])

    @expose("/timeline/<pk>")
    @has_access
    def timeline(self, pk: str) -> ResponseReturnValue:
        """What happened around the record, in one line of time."""
        item = self._record_or_404(pk)
        try:
            before = datetime.fromisoformat(request.args["before"]) if "before" in request.args else None
        except ValueError:
            abort(404)
        earlier_than = before if before and before.tzinfo else None
        events = timeline.timeline_of(self, self.subject_of(item), before=earlier_than)
        older = events[-1].at.isoformat() if len(events) == timeline.PAGE else ""
        return self._part("timeline", item, events=events, older=older)

    @expose("/related/<pk>/<name>")
    @has_access
    def related(self, pk: str, name: str) -> ResponseReturnValue:
        """The rows of another console that belong to the record, as that console lists them."""
        item = self._record_or_404(pk)
        relation = next(
            (candidate for candidate in related.relations_of(self) if candidate.name == name), None
        )
        if relation is None:
            abort(404)
        filters = related.related_filters(relation, self.datamodel.get_pk_value(item))
        rows = relation.console.rows_widget(filters)
        return self._part("related", item, relation=relation, rows=rows)

    def _show(self, pk: Key) -> Widgets:
        item = self._record_or_404(pk)
        widgets: Widgets = self._get_show_widget(self.address_of(item), item)
        self.update_redirect()
        return widgets

    def _comments(self, item: Record, *, error: str = "", status: int = 200) -> ResponseReturnValue:
        subject, before = self.subject_of(item), _cursor()
        page = comments.comments_on(subject, before=before)
        if not before:
            comments.read_mentions([comment.id for comment in page])
        older = page[-1].id if len(page) == comments.PAGE else ""
        return (
            self._part(
                "comments",
                item,
                comments=page,
                older=older,
                error=error,
                me=current().actor_id,
                body=request.form.get("body", "") if error else "",
            ),
            status,
        )

    def _after_comment(self, item: Record, verb: Callable[[], object]) -> ResponseReturnValue:
        refused = self._refusal(verb)
        if refused:
            return self._comments(item, error=refused[""], status=422)
        if "X-Part" in request.headers:
            return self._comments(item)
        return redirect(self.subject_of(item).url + "#comments")

    def _part(self, part: str, item: Record, **facts: object) -> str:
        alone = "X-Part" not in request.headers
        text: str = self.render_template(
            f"console/{'part' if alone else part}.html",
            part=f"console/{part}.html",
            title=self.title_of(item),
            pk=self.address_of(item),
            item=Seen(self, item),
            endpoint=self.endpoint,
            **facts,
        )
        return text


def _take_reason() -> None:
    """Why the user deletes or acts, where she or he said so in the question before: the audit keeps it."""
    if request.method == "POST" and (request.endpoint or "").rpartition(".")[2] in SAY_WHY:
        reason = request.form.get("audit_reason", "").strip()[:LONGEST_REASON]
        if reason:
            enter(replace(current(), reason=reason))


def _cursor() -> str:
    before = request.args.get("before", "")
    return before if is_id(before) else ""
