"""What a console does only with a second person's consent: declared, kept for actions, fields and exports alike.

    approvals = {
        "pay": Approval(when=lambda payout: payout.amount_minor >= LIMIT),      # an action
        "field:tier": Approval(when=lambda creator, tier: tier == "star"),      # a field, in every way to write it
    }

Whoever acts is asked for a reason; another user who holds the right agrees or refuses (requests.py); then it is
done as the user who asked. The second person needs the right of the action itself unless `right` names another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import abort, flash, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from markupsafe import Markup

from fanzadmin.console.access.rules import Masked
from fanzadmin.console.approvals.requests import (
    VALID,
    ApprovalRequest,
    NewApproval,
    approval_handler,
    may_decide,
    request_approval,
)
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.masks import HIDDEN
from fanzadmin.console.data.shapes import Form, Record, Value, Widgets
from fanzadmin.console.editing.verbs import Verbs
from fanzadmin.console.registry import by_name, may
from fanzadmin.console.rendering.cells import draw
from fanzadmin.console.verbs.questions import Answers, answer_lines, answers_of, reason_in, restored, stored
from fanzadmin.console.verbs.verb import Verb
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.errors import BusinessError, Forbidden
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.ports import ask

FIELD = "field:"
APPROVAL_REASON, REQUESTED = (
    "approval_reason",
    "approvals_requested",
)  # of `g`: what REST states, and what was asked


@dataclass(frozen=True, slots=True)
class Approval:
    """Who else must agree, and to what. `when(item)` or, for a field, `when(item, new value)`; None means always.

    `right` is the action in `system:resource:action` that the second person must hold on this console's resource;
    empty means the same as the first. A request is open for `valid`.
    """

    when: Callable[..., bool] | None = None
    right: str = ""
    valid: timedelta = VALID


class SecondPersonNeeded(BusinessError):
    status = 403
    title = "A second person has to agree"


class NotDone(BusinessError):
    title = "It could not be done"


class RightGone(Forbidden):
    title = "The person who asked may not do this any more"


class Approving(Verbs):
    """Holds back what needs a second person, and asks for one."""

    RIGHTS: ClassVar[dict[str, str]] = {"ask_second": "read"}

    approvals: ClassVar[Mapping[str, Approval]] = {}
    resource: ClassVar[str]

    def needs_approval(self, name: str, *about: Value) -> Approval | None:
        """The approval that an action (`about` the item), `field:<column>` (the item and the new value) or `export`
        needs now; None where none is declared, or while an approved request is carried out."""
        approval = self.approvals.get(name)
        if approval is None or g.get("approved") == (type(self).__name__, name):
            return None
        return approval if approval.when is None or approval.when(*about) else None

    def ask_for(
        self,
        name: str,
        item: Record | None,
        *,
        action: str,
        title: str,
        reason: str,
        lines: Sequence[tuple[str, str]] = (),
        arguments: Mapping[str, Value] | None = None,
    ) -> ApprovalRequest:
        """Ask for a second person to agree to `name` on a record (None: on none in particular). `lines`,
        `arguments` and `action` are those of NewApproval. Raises ReasonMissing, AlreadyAsked."""
        approval = self.approvals[name]
        permission = approval.right or ("update" if name.startswith(FIELD) else name)
        key = "" if item is None else str(self.datamodel.get_pk_value(item))
        requested = request_approval(
            NewApproval(
                action=action,
                title=title,
                resource=self.resource,
                permission=permission,
                record_keys=[f"{table_of(self.datamodel.obj)}:{key}"] if key else [],
                arguments={"console": type(self).__name__, "name": name, "pk": key, **(arguments or {})},
                cluster=getattr(item, "cluster", None),
                valid=approval.valid,
                lines=lines,
            ),
            reason=reason,
        )
        if has_request_context():
            g.setdefault(REQUESTED, []).append(requested.id)
        return requested

    def field_approvals(self) -> list[str]:
        """The labels of the fields whose change needs a second person."""
        names = [name.removeprefix(FIELD) for name in self.approvals if name.startswith(FIELD)]
        return [str(self.label_columns.get(name, name)) for name in names if name in self.columns_for("edit")]

    @expose("/second/<name>", methods=["POST"])
    @has_access
    def ask_second(self, name: str) -> ResponseReturnValue:
        """Send the requests for a verb on the chosen records, one each."""
        verb = self.verb_named(name)
        if verb is None or name not in self.approvals:
            abort(404)
        if not self.may_run(verb):
            abort(403)
        items = [self._record_or_404(key) for key in request.form.getlist("rowid")]
        answers, reason = self._posted_answers(verb), request.form.get("reason", "")
        try:
            for item in items:
                self.ask_for_verb(verb, item, answers, reason=reason)
        except BusinessError as error:
            return self.ask_page(verb, items, answers, error=error.detail)
        flash(gettext("Asked for a second person. You are told when somebody has decided."), "info")
        return redirect(url_for(f"{self.endpoint}.list"))

    def ask_for_verb(self, verb: Verb, item: Record, answers: Answers, *, reason: str) -> ApprovalRequest:
        """Ask for a second person to agree to a verb with these answers on a record. Raises ReasonMissing, AlreadyAsked."""
        return self.ask_for(
            verb.name,
            item,
            action="console.verb",
            title=f"{translate(verb.label)}: {self.title_of(item)}",
            reason=reason,
            lines=answer_lines(verb.questions, answers),
            arguments={"answers": stored(verb.questions, answers)},
        )

    def _posted_answers(self, verb: Verb) -> Answers:
        """The answers that the page before this one took. 400 where they are none."""
        form = self._answered(verb)
        if form is None:
            abort(400)
        return answers_of(form, verb.questions)

    def ask_page(
        self, verb: Verb, items: Sequence[Record], answers: Answers, *, error: str = ""
    ) -> ResponseReturnValue:
        """The page that asks why, before the second person is asked."""
        stated = reason_in(verb.questions, answers) or current().reason
        keys = [str(self.datamodel.get_pk_value(item)) for item in items]
        page: str = self.render_template(
            "console/ask_second.html",
            title=translate(verb.label),
            verb=verb,
            items=[(key, self.title_of(item)) for key, item in zip(keys, items, strict=True)],
            error=error,
            reason=request.form.get("reason", stated),
            answered=answer_lines(verb.questions, answers),
            carried=self._carried_answers(),
        )
        return page

    def _get_edit_widget(
        self, form: Form, exclude_cols: Sequence[str] | None = None, widgets: Widgets | None = None
    ) -> Widgets:
        drawn = super()._get_edit_widget(form, exclude_cols, widgets)
        drawn["edit"].template_args["second_for"] = self.field_approvals()
        return drawn

    def _store_form(self, form: Form, item: Record | None) -> None:
        if item is None:
            super()._store_form(form, None)
            return
        held = self._held_back(form, item)
        reason = _reason_for_second()
        if held and not reason.strip():
            words = ", ".join(str(form[name].label.text) for name, _ in held)
            raise SecondPersonNeeded(
                gettext("A second person has to agree to a change of %(words)s: say why.", words=words)
            )
        super()._store_form(form, item)
        for name, sent in held:
            self._ask_for_field(name, item, form, sent, reason)
        if held and APPROVAL_REASON not in g:
            flash(gettext("Asked for a second person; the other fields are saved."), "info")

    def _held_back(self, form: Form, item: Record) -> list[tuple[str, list[str]]]:
        """The fields whose change needs a second person, with what was sent; the form keeps their old values."""
        held = []
        for key in self.approvals:
            name = key.removeprefix(FIELD)
            if key == name or name not in form:
                continue
            old, new = getattr(item, name, None), form[name].data
            if (old or None) != (new or None) and self.needs_approval(key, item, new):
                held.append((name, [str(value) for value in form[name].raw_data or ()]))
                form[name].data = old
        return held

    def _ask_for_field(self, name: str, item: Record, form: Form, sent: list[str], reason: str) -> None:
        label = str(form[name].label.text)
        secret = any(isinstance(rule, Masked) for rule in self._rules(name))
        change = HIDDEN if secret else f"{getattr(item, name, '')} → {', '.join(sent)}"
        self.ask_for(
            FIELD + name,
            item,
            action="console.field",
            title=f"{label}: {self.title_of(item)}",
            reason=reason,
            lines=[(label, change)],
            arguments={"sent": sent},
        )


def _reason_for_second() -> str:
    """Why a second person should agree, as the form or the program says it."""
    if not has_request_context():
        return ""
    return str(g.get(APPROVAL_REASON, "") or request.form.get("approval_reason", ""))


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A record as its list shows it to the current user."""

    url: str
    lines: list[tuple[str, Markup]]


def record_asked_about(approval: ApprovalRequest) -> RecordCard | None:
    """The record of a request, under the rules of whoever looks; None when there is none or they may not see it."""
    console = by_name(str(approval.arguments.get("console", "")))
    if console is None or not approval.arguments.get("pk") or not may("read", console.resource):
        return None
    item = console.datamodel.get(approval.arguments["pk"], console._base_filters)
    if item is None:
        return None
    formatters = console.formatters_columns or {}
    lines = [
        (
            str(console.label_columns.get(name, name)),
            draw(formatters.get(name), console.value_of(item, name), console.seen(item)),
        )
        for name in console.columns_for("list")
    ]
    return RecordCard(url_for(f"{console.endpoint}.show", pk=approval.arguments["pk"]), lines)


def may_reveal_change(approval: ApprovalRequest) -> bool:
    """Whether the user may see the masked change that they are to decide on."""
    masked = [HIDDEN] in [line[1:] for line in approval.lines]
    return masked and may_decide(approval) and may("reveal", approval.resource)


def reveal_change(approval: ApprovalRequest) -> str:
    """The masked change of a field, from what to what; the audit keeps that the user saw it to decide. Raises
    RightGone, NotDone."""
    if not may_reveal_change(approval):
        raise RightGone(gettext("Only who decides this request and may reveal such data sees the change."))
    console = console_of(approval)
    item, name = _record(console, approval), str(approval.arguments["name"]).removeprefix(FIELD)
    ask(Audit).note(
        "reveal",
        table=table_of(console.datamodel.obj),
        record_id=str(approval.arguments["pk"]),
        changes={name: None},
        reason=f"To decide on: {approval.title}",
    )
    return f"{getattr(item, name, '')} → {', '.join(approval.arguments['sent'])}"


def console_of(approval: ApprovalRequest) -> ConsoleLike:
    """The console that a request was made in. Raises NotDone."""
    console = by_name(str(approval.arguments["console"]))
    if console is None:
        raise NotDone(gettext("Its console is not there any more."))
    return console


def _record(console: ConsoleLike, approval: ApprovalRequest) -> Record:
    item = console.datamodel.get(approval.arguments["pk"], console._base_filters)
    if item is None:
        raise NotDone(gettext("The record is gone, or the person who asked may not see it any more."))
    return item


def _require(permission: str, resource: str) -> None:
    if not may(permission, resource):
        raise RightGone(gettext("The person who asked has lost the right to do this."))


@approval_handler("console.verb")
def run_on_record(approval: ApprovalRequest) -> str:
    """Do an approved verb, as the user who asked."""
    console = console_of(approval)
    verb = console.verb_named(str(approval.arguments["name"]))
    if verb is None:
        raise NotDone(gettext("Its console does not do this any more."))
    _require(verb.ability, console.resource)
    item, answers = (
        _record(console, approval),
        restored(verb.questions, approval.arguments.get("answers", {})),
    )
    g.approved = (type(console).__name__, verb.name)
    try:
        refusals = console.run_verb(verb, [item], answers)
    finally:
        g.pop("approved")
    if refusals:
        raise NotDone(refusals[id(item)])
    return translate(verb.done)


@approval_handler("console.field")
def change_field(approval: ApprovalRequest) -> str:
    """Write an approved field, as the user who asked, through the console's own form and verb."""
    console, key = console_of(approval), str(approval.arguments["name"])
    _require("update", console.resource)
    item, name = _record(console, approval), key.removeprefix(FIELD)
    sent = approval.arguments["sent"]
    g.approved = (type(console).__name__, key)
    try:
        errors = console.change(item, {name: sent if len(sent) > 1 else "".join(sent)})
    finally:
        g.pop("approved")
    if errors:
        raise NotDone(" ".join(errors.values()))
    return str(gettext("Changed."))
