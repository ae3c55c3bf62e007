"""Incidents: opened, assigned, commented on, resolved, opened again. Every step is a line of the timeline."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from fanzadmin.contracts.compliance import MinorSuspected
from fanzadmin.contracts.shield import IncidentOpened, IncidentResolved
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Invalid
from fanzadmin.kernel.i18n.reasons import english_reason, reason_code
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.web.realtime import emit_to_room, emit_to_user
from fanzadmin.shield.incidents.models import Incident, IncidentNote, IncidentState, Resolution, Severity
from fanzadmin.shield.incidents.queries import NoSuchIncident

ROOM = "security"
PAGE = "/shieldincidentconsole/show/"
LOUD = frozenset({Severity.HIGH, Severity.CRITICAL})  # what interrupts whoever is at work
PLATFORM = "FanzShield"  # who opens what no one reported, and not the uploader

_ALARMS = {
    (Severity.HIGH, "opened"): lazy_gettext("High incident opened"),
    (Severity.HIGH, "reopened"): lazy_gettext("High incident reopened"),
    (Severity.CRITICAL, "opened"): lazy_gettext("Critical incident opened"),
    (Severity.CRITICAL, "reopened"): lazy_gettext("Critical incident reopened"),
}


class IncidentClosed(Conflict):
    title = "This incident is resolved"


class IncidentNotClosed(Conflict):
    title = "This incident is not resolved"


class UnclearIncident(Invalid):
    title = "This incident is not described well enough"


def open_incident(
    title: str,
    *,
    code: str,
    severity: str,
    cluster: str | None,
    detail: str = "",
    about_kind: str = "",
    about_id: str = "",
    creator_id: str | None = None,
    opened_by: str = "",
) -> str:
    """Give the security team something to look at. Returns the incident's id; while an incident of the same code about
    the same thing is unresolved, that one. Raises UnclearIncident."""
    if severity not in set(Severity) or not title.strip():
        raise UnclearIncident(
            gettext(
                "An incident needs a title and a severity: %(severities)s.", severities=", ".join(Severity)
            )
        )
    if about_id and (unresolved := _unresolved(code, about_kind, about_id)):
        return unresolved.id
    incident = Incident(
        id=new_id(),
        title=title.strip(),
        code=code,
        severity=severity,
        cluster=cluster,
        detail=detail,
        state=IncidentState.OPEN,
        about_kind=about_kind,
        about_id=about_id,
        creator_id=creator_id,
        opened_by=opened_by or current().actor,
        assignee="",
        created_at=clock.now(),
    )
    session.add(incident)
    _write(incident, "opened", detail or title, author=incident.opened_by)
    record(
        IncidentOpened(
            cluster=cluster,
            incident_id=incident.id,
            severity=severity,
            title=incident.title,
            about=f"{about_kind}:{about_id}" if about_id else "",
        )
    )
    return incident.id


def report_minor(fact: MinorSuspected) -> None:
    """Have the team look at a performer whose stated date of birth is that of a minor."""
    open_incident(
        "A performer record with the date of birth of a minor",
        code="minor_suspected",
        severity=Severity.CRITICAL,
        cluster=fact.cluster,
        detail="shield.minor_suspected",
        about_kind="performer",
        about_id=fact.performer_id,
        creator_id=fact.creator_id,
        opened_by=PLATFORM,
    )


def assign_incident(incident_id: str, *, user_id: int | None, name: str) -> None:
    """Make a user responsible. Raises NoSuchIncident, IncidentClosed."""
    incident = _open(incident_id)
    if incident.assignee_user_id == user_id and incident.state == IncidentState.ASSIGNED:
        return
    incident.assignee_user_id, incident.assignee, incident.state = user_id, name, IncidentState.ASSIGNED
    _write(incident, "assigned", reason_code("shield.assigned", name=name))
    if user_id != current().actor_id:
        emit_to_user(user_id, "notice", _notice(incident, title=lazy_gettext("An incident is yours now")))


def take_incident(incident_id: str) -> None:
    """Make the current user responsible. Raises NoSuchIncident, IncidentClosed."""
    assign_incident(incident_id, user_id=current().actor_id, name=current().actor)


def comment_on_incident(incident_id: str, *, text: str) -> None:
    """Add a line to the timeline, also of a resolved incident. Raises NoSuchIncident, UnclearIncident."""
    if not text.strip():
        raise UnclearIncident(gettext("Write something first."))
    _write(_locked(incident_id), "note", text.strip())


def resolve_incident(incident_id: str, *, outcome: str, text: str = "") -> None:
    """Close an incident as confirmed, false_positive or mitigated. Raises NoSuchIncident, IncidentClosed, UnclearIncident."""
    if outcome not in set(Resolution):
        raise UnclearIncident(
            gettext("An incident ends as one of: %(outcomes)s.", outcomes=", ".join(Resolution))
        )
    incident = _open(incident_id)
    incident.state, incident.outcome, incident.resolved_at = IncidentState.RESOLVED, outcome, clock.now()
    _write(incident, "resolved", f"{reason_code('shield.resolved', outcome=outcome)}\n{text}".strip())
    record(IncidentResolved(cluster=incident.cluster, incident_id=incident.id, outcome=outcome))


def reopen_incident(incident_id: str, *, text: str = "") -> None:
    """Look at a resolved incident again. Raises NoSuchIncident, IncidentNotClosed."""
    incident = _locked(incident_id)
    if incident.state != IncidentState.RESOLVED:
        raise IncidentNotClosed(gettext("This incident is still being worked on."))
    incident.state = IncidentState.ASSIGNED if incident.assignee else IncidentState.OPEN
    incident.outcome = incident.resolved_at = None
    _write(incident, "reopened", text.strip() or "shield.reopened")


def _unresolved(code: str, about_kind: str, about_id: str) -> Incident | None:
    return (
        session.query(Incident)
        .filter_by(code=code, about_kind=about_kind, about_id=about_id)
        .filter(Incident.state != IncidentState.RESOLVED)
        .first()
    )


def _locked(incident_id: str) -> Incident:
    incident = session.get(Incident, incident_id, with_for_update=True)
    if incident is None:
        raise NoSuchIncident(gettext("There is no such incident."))
    return incident


def _open(incident_id: str) -> Incident:
    incident = _locked(incident_id)
    if incident.state == IncidentState.RESOLVED:
        raise IncidentClosed(gettext("This incident is resolved. Reopen it to go on."))
    return incident


def _write(incident: Incident, kind: str, text: str, *, author: str = "") -> None:
    note = IncidentNote(
        id=new_id(),
        incident_id=incident.id,
        kind=kind,
        author=author or current().actor,
        text=text,
        created_at=clock.now(),
    )
    session.add(note)
    data: dict[str, object] = {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "state": incident.state,
        "cluster": incident.cluster,
        "change": kind,
        "text": "\n".join(map(english_reason, text.splitlines())),
        "at": note.created_at.isoformat(),
    }
    emit_to_team("incident", data, cluster=incident.cluster)
    if kind in {"opened", "reopened"} and incident.severity in LOUD:
        notice = _notice(incident, title=_ALARMS[Severity(incident.severity), kind], loud=True)
        emit_to_team("notice", notice, cluster=incident.cluster)


def emit_to_team(event: str, data: dict[str, object], *, cluster: str | None) -> None:
    """Emit to the open pages of the security team; members of one cluster get only theirs."""
    for room in (ROOM, f"{ROOM}:{cluster}") if cluster else (ROOM,):
        emit_to_room(room, event, data)


def _notice(incident: Incident, *, title: object, loud: bool = False) -> dict[str, object]:
    kind, url = "danger" if loud else "info", f"{PAGE}{incident.id}"
    return {"kind": kind, "title": str(title), "message": incident.title, "url": url}
