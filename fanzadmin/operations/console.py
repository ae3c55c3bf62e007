"""Consoles over what the platform did: facts, deliveries, tasks, audit."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext

from fanzadmin.console import Board, Card, Console, Datamodel, Menu, Rows, Verb
from fanzadmin.console.approvals import requests
from fanzadmin.console.approvals.mixin import may_reveal_change, record_asked_about, reveal_change
from fanzadmin.console.approvals.requests import ApprovalRequest
from fanzadmin.console.data.shapes import Key
from fanzadmin.kernel.bus.inbox import Delivery
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.queue import Task
from fanzadmin.kernel.queue.tasks import TaskState
from fanzadmin.operations import service
from security.models import AuditEntry


class OpsFactConsole(Console):
    datamodel = Datamodel(OutboxFact)
    resource = "ops:fact"
    menu = Menu("Operations", "Facts", "share")
    facets = ("type", "cluster")
    read_only = True
    list_title, show_title = "Facts", "Fact"
    list_columns = ["time", "type", "cluster", "subject", "actor", "published_at", "trace_id"]
    show_columns = [*list_columns, "id", "source", "traceparent", "data"]
    search_columns = ["type", "cluster", "subject", "time", "trace_id"]
    base_order = ("time", "desc")


class OpsDeliveryConsole(Console):
    datamodel = Datamodel(Delivery)
    resource = "ops:fact"
    menu = Menu("Operations", "Deliveries", "inbox")
    facets = ("state", "consumer", "type")
    read_only = True
    list_title, show_title = "Deliveries", "Delivery"
    list_columns = ["first_at", "consumer", "type", "state", "attempts", "done_at", "trace_id"]
    show_columns = [*list_columns, "event_id", "subject", "retry_at", "error"]
    search_columns = ["consumer", "type", "state", "trace_id", "first_at"]
    cards = (
        Card("Given up", q="state:any:dead", icon="alert", waits="replay"),
        Card("Tried again", q="state:any:retrying", icon="refresh"),
        Card("Tried again for longest", q="state:any:retrying", oldest="first_at", icon="clock"),
    )
    base_order = ("first_at", "desc")

    verbs = (
        Verb(
            "replay",
            service.replay,
            label="Replay",
            done="Replayed",
            icon="refresh",
            confirm="Apply these facts once more at their consumer?",
            takes=("consumer", "event_id"),
        ),
    )


class OpsTaskConsole(Console):
    datamodel = Datamodel(Task)
    resource = "ops:task"
    menu = Menu("Operations", "Tasks", "clock")
    search = ("title", "name", "subject", "trace_id")
    facets = ("state", "queue", "name")
    read_only = True
    list_title, show_title = "Tasks", "Task"
    list_columns = ["created_at", "title", "queue", "state", "percent", "message", "attempts", "trace_id"]
    show_columns = [
        *list_columns,
        "name",
        "subject",
        "actor",
        "started_at",
        "heartbeat_at",
        "finished_at",
        "error",
    ]
    search_columns = ["name", "queue", "state", "subject", "created_at", "trace_id"]
    board = Board(
        "state",
        states=TaskState,
        title="title",
        fields=("queue", "percent", "message", "created_at"),
        moves={TaskState.WAITING: {TaskState.FAILED: "retry", TaskState.CANCELLED: "retry"}},
    )
    cards = (
        Card("Run", q="state:any:running", icon="play"),
        Card("Wait", q="state:any:waiting", icon="inbox"),
        Card("Waiting longest", q="state:any:waiting", oldest="created_at", icon="clock"),
        Card(
            "Failed",
            q="state:any:failed",
            since="created_at",
            days=1,
            good_when="down",
            icon="alert",
            waits="retry",
        ),
    )
    base_order = ("created_at", "desc")

    verbs = (
        Verb(
            "retry",
            service.retry_task,
            label="Run again",
            done="Started again",
            icon="refresh",
            confirm="Run these tasks again?",
            when={"state": (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)},
        ),
    )


class OpsAuditConsole(Console):
    datamodel = Datamodel(AuditEntry)
    resource = "audit:entry"
    rest_name = "audit-entries"
    menu = Menu("Operations", "Audit", "document")
    facets = ("action", "table_name")
    read_only = True
    list_title, show_title = "Audit", "Audit entry"
    list_columns = ["at", "actor", "approver", "action", "table_name", "record_id", "reason", "trace_id"]
    show_columns = [*list_columns, "changes"]
    search_columns = ["actor", "action", "table_name", "record_id", "at", "trace_id"]
    base_order = ("at", "desc")


class OpsApprovalConsole(Console):
    """What waits for the current user, and what she or he asked for."""

    datamodel = Datamodel(ApprovalRequest)
    resource = "console:approval"
    menu = Menu("Operations", "Approvals", "check-circle")
    search = ("title", "requested_by")
    read_only = True
    list_title, show_title = "Approvals", "Approval"
    show_template = "console/approval.html"
    list_columns = ["title", "state", "requested_by", "reason", "created_at", "expires_at", "decided_by"]
    show_columns = [
        "title", "state", "requested_by", "reason", "created_at", "expires_at", "decided_by", "decided_at", "answer", "outcome",
    ]  # fmt: skip
    search_columns = ["state", "requested_by", "decided_by", "created_at", "expires_at"]
    may_export = False  # a request is between those who ask and those who decide
    row_rules = (Rows(requests.mine_or_decidable),)
    base_order = ("created_at", "desc")
    RIGHTS = {"decide": "read", "see_change": "read"}

    may_decide = staticmethod(requests.may_decide)
    is_mine = staticmethod(requests.is_mine)
    record_of = staticmethod(record_asked_about)
    may_reveal_change = staticmethod(may_reveal_change)

    @expose("/change/<pk>", methods=["POST"])
    @has_access
    def see_change(self, pk: Key) -> ResponseReturnValue:
        """Show the masked change to whoever decides on it, once; the audit keeps that they saw it."""
        change = reveal_change(self._record_or_404(pk))
        page = self.render_template(
            self.show_template, pk=pk, title=self.show_title, widgets=self._show(pk), change=change
        )
        return page, {"Cache-Control": "no-store"}

    @expose("/decide/<pk>", methods=["POST"])
    @has_access
    def decide(self, pk: Key) -> ResponseReturnValue:
        """Agree, refuse or take the own request back."""
        verb = requests.VERBS.get(request.form.get("decision", ""), requests.refuse)
        if self._tried(lambda: verb(self._record_or_404(pk).id, answer=request.form.get("answer", ""))):
            flash(gettext("Decided. The audit keeps both names."), "success")
        return redirect(url_for("OpsApprovalConsole.show", pk=pk))
