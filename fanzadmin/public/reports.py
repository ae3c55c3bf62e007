"""`/report/<kind>/<id>`: a fan or a creator reports what they see; the Community team looks at it."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from fanzadmin.crm import service
from fanzadmin.crm.rights import CRM_OWN_REPORT
from fanzadmin.crm.service import Ground
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.public.inbox import own_inbox
from security.identity import me
from security.rbac import requires

GROUNDS = {
    Ground.SPAM: lazy_gettext("Spam or fraud"),
    Ground.ABUSE: lazy_gettext("Abuse, threats or hate"),
    Ground.UNLAWFUL: lazy_gettext("Unlawful content"),
    Ground.MINOR: lazy_gettext("A person may be under 18"),
    Ground.NO_CONSENT: lazy_gettext("A person is shown without consent"),
    Ground.STOLEN: lazy_gettext("It is stolen from its author"),
    Ground.PERSONAL_DATA: lazy_gettext("A person's personal data"),
    Ground.IMPERSONATION: lazy_gettext("It pretends to be another person"),
    Ground.OTHER: lazy_gettext("Something else"),
}
KINDS = {
    "post": lazy_gettext("Post"),
    "comment": lazy_gettext("Comment"),
    "message": lazy_gettext("Message"),
    "creator": lazy_gettext("Creator's page"),
    "asset": lazy_gettext("Item"),
}

blueprint = Blueprint("reports", __name__)


@blueprint.get("/report/<kind>/<subject_id>")
@requires(CRM_OWN_REPORT)
def reporting(kind: str, subject_id: str) -> str:
    """What is reported, and why."""
    return _page(kind, subject_id)


@blueprint.post("/report/<kind>/<subject_id>")
@requires(CRM_OWN_REPORT)
def report(kind: str, subject_id: str) -> Response | tuple[str, int]:
    """Report it, and to what one reported."""
    try:
        service.report_content(
            me(),
            kind=kind,
            subject_id=subject_id,
            ground=request.form.get("ground", ""),
            words=request.form.get("words", ""),
        )
    except BusinessError as error:
        return _page(kind, subject_id, problem=error.detail), error.status
    flash(gettext("Thank you. The Community team looks at it; you read here what it decides."), "success")
    inbox = own_inbox()
    return redirect("/safety" if inbox is None or inbox.is_fan else "/portal/safety", 303)


def _page(kind: str, subject_id: str, *, problem: str = "") -> str:
    subject = service.subject_of(me(), kind, subject_id)
    return render_template(
        "public/report.html",
        place="",
        subject=subject,
        grounds=GROUNDS,
        kinds=KINDS,
        problem=problem,
        chosen=request.form.get("ground", ""),
        words=request.form.get("words", ""),
        longest=2000,
    )
