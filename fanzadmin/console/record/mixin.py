"""What a console knows about one record: its history and the way back, comments, its timeline, what belongs to it.

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
from fanzadmin.console.record import comments, history
from fanzadmin.console.record import timeline as story
from fanzadmin.console.record.comments import Subject
from fanzadmin.console.record.history import Step
from fanzadmin.console.record.timeline import Chronicle
from fanzadmin.kernel.audit import Entry as AuditEntry
from fanzadmin.kernel.audit import Staff, table_of
from fanzadmin.kernel.context import acting, current, enter
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask

SAY_WHY = frozenset({"action", "action_post", "bulk_action", "delete"})
LONGEST_REASON = 400
TABS = 4  # related lists with a tab of their own; more of them share one


class Knowing(Writing):
    """The parts of a record's page."""

    RIGHTS: ClassVar[dict[str, str]] = {
        "history": "read",
        "revert": "update",
        "comments": "read",
        "comment": "read",
        "colleagues": "read",
        "story": "read",
        "related": "read",
    }

    resource: ClassVar[str]
    menu: ClassVar[Menu]
    chronicle: ClassVar[Chronicle | None] = None  # what the system keeps about its records, for their stories

    def create_blueprint(self, *args: object, **kwargs: object) -> Blueprint:
        made: Blueprint = super().create_blueprint(*args, **kwargs)
        made.before_request(_take_reason)
        return made

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
        found = related.relations_of(self)
        return (found, []) if len(found) <= TABS + 1 else (found[:TABS], found[TABS:])

    @expose("/history/<pk>")
    @has_access
    def history(self, pk: str) -> ResponseReturnValue:
        """Who changed what, field by field, and why."""
        item = self._one(pk)
        told = history.history_of(self, item, before=_cursor())
        older = told[-1].entry.id if len(told) == history.PAGE else ""
        return self._part("history", item, told=told, older=older)

    @expose("/revert/<pk>/<entry>", methods=["GET", "POST"])
    @has_access
    def revert(self, pk: str, entry: str) -> ResponseReturnValue:
        """How the record was after an entry; sent with a reason, it becomes so again through the console's verbs."""
        item = self._one(pk)
        if not history.may_go_back(self) or not is_id(entry):
            abort(404)
        found, steps = history.version_of(self, item, entry)
        reason = request.form.get("reason", "").strip()
        if request.method == "POST" and self._gone_back(item, found, steps, reason):
            return redirect(url_for(f"{self.endpoint}.show", pk=pk) + "#history")
        return self._part("revert", item, entry=found, steps=steps, reason=reason)

    def _gone_back(self, item: Record, entry: AuditEntry, steps: list[Step], reason: str) -> bool:
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
        item = self._one(pk)
        if request.method == "GET":
            return self._comments(item)
        subject = self.subject_of(item)
        return self._spoken(item, lambda: comments.comment_on(subject, body=request.form.get("body", "")))

    @expose("/comments/<pk>/<comment_id>", methods=["POST"])
    @has_access
    def comment(self, pk: str, comment_id: str) -> ResponseReturnValue:
        """Change an own comment, or take it back."""
        item = self._one(pk)
        subject, body = self.subject_of(item), request.form.get("body", "")
        if "remove" in request.form:
            return self._spoken(item, lambda: comments.remove_comment(subject, comment_id))
        return self._spoken(item, lambda: comments.reword_comment(subject, comment_id, body=body))

    @expose("/colleagues/<pk>")
    @has_access
    def colleagues(self, pk: str) -> ResponseReturnValue:
        """Who may be named in a comment here: `[{"username", "name"}]` of those whose name begins with `q`."""
        cluster, words = getattr(self._one(pk), "cluster", None), request.args.get("q", "").strip()[:40]
        found = ask(Staff).like(words, "read", self.resource, cluster=cluster)
        return jsonify([{"username": one.username, "name": one.name} for one in found])

    @expose("/story/<pk>")
    @has_access
    def story(self, pk: str) -> ResponseReturnValue:
        """What happened around the record, in one line of time."""
        item = self._one(pk)
        try:
            before = datetime.fromisoformat(request.args["before"]) if "before" in request.args else None
        except ValueError:
            abort(404)
        earlier_than = before if before and before.tzinfo else None
        found = story.story_of(self, self.subject_of(item), before=earlier_than)
        older = found[-1].at.isoformat() if len(found) == story.PAGE else ""
        return self._part("story", item, happenings=found, older=older)

    @expose("/related/<pk>/<name>")
    @has_access
    def related(self, pk: str, name: str) -> ResponseReturnValue:
        """The rows of another console that belong to the record, as that console lists them."""
        item = self._one(pk)
        relation = next((one for one in related.relations_of(self) if one.name == name), None)
        if relation is None:
            abort(404)
        filters = related.related_filters(relation, self.datamodel.get_pk_value(item))
        rows = relation.console.rows_widget(filters)
        return self._part("related", item, relation=relation, rows=rows)

    def _show(self, pk: Key) -> Widgets:
        item = self._one(pk)
        widgets: Widgets = self._get_show_widget(self.address_of(item), item)
        self.update_redirect()
        return widgets

    def _comments(self, item: Record, *, error: str = "", status: int = 200) -> ResponseReturnValue:
        subject, before = self.subject_of(item), _cursor()
        found = comments.comments_on(subject, before=before)
        if not before:
            comments.read_mentions([one.id for one in found])
        older = found[-1].id if len(found) == comments.PAGE else ""
        return (
            self._part(
                "comments",
                item,
                comments=found,
                older=older,
                error=error,
                me=current().actor_id,
                body=request.form.get("body", "") if error else "",
            ),
            status,
        )

    def _spoken(self, item: Record, verb: Callable[[], object]) -> ResponseReturnValue:
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
