"""Incidents, read."""

from dataclasses import dataclass, fields
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import func, select

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.i18n.reasons import reason_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.shield.incidents.models import Incident, IncidentNote, IncidentState, Severity
from security.clusters import within


class NoSuchIncident(NotFound):
    title = "There is no such incident"


@dataclass(frozen=True, slots=True)
class NoteCard:
    """One line of a timeline."""

    kind: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident; `about` is `kind:id` of what it concerns or empty."""

    id: str
    cluster: str | None
    title: str
    detail: str
    code: str
    severity: str
    state: str
    outcome: str | None
    about: str
    creator_id: str | None
    opened_by: str
    assignee: str
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentDetail(IncidentCard):
    """An incident with its timeline."""

    notes: tuple[NoteCard, ...]


def incident_of(incident_id: str, *, clusters: frozenset[str] | None = None) -> IncidentDetail:
    """One incident with its timeline. Raises NoSuchIncident."""
    query = within(select(Incident).where(Incident.id == incident_id), Incident.cluster, clusters)
    row = session.execute(query).scalar() if is_id(incident_id) else None
    if row is None:
        raise NoSuchIncident(gettext("There is no such incident."))
    notes = session.execute(
        select(IncidentNote)
        .filter_by(incident_id=incident_id)
        .order_by(IncidentNote.created_at, IncidentNote.id)
    ).scalars()
    lines = tuple(NoteCard(note.kind, note.author, reason_text(note.text), note.created_at) for note in notes)
    card = incident_card(row)
    plain = {field.name: getattr(card, field.name) for field in fields(card)}
    return IncidentDetail(**plain, notes=lines)


def open_incidents(*, limit: int = 20, clusters: frozenset[str] | None = None) -> tuple[IncidentCard, ...]:
    """What waits, the worst first, the oldest of these first."""
    query = within(
        select(Incident).where(Incident.state != IncidentState.RESOLVED), Incident.cluster, clusters
    )
    worst = func.array_position([str(severity) for severity in reversed(Severity)], Incident.severity)
    rows = session.execute(query.order_by(worst, Incident.created_at).limit(limit)).scalars()
    return tuple(incident_card(row) for row in rows)


def incident_card(row: Incident) -> IncidentCard:
    return IncidentCard(
        id=row.id,
        cluster=row.cluster,
        title=row.title,
        detail=reason_text(row.detail),
        code=row.code,
        severity=row.severity,
        state=row.state,
        outcome=row.outcome,
        about=f"{row.about_kind}:{row.about_id}" if row.about_id else "",
        creator_id=row.creator_id,
        opened_by=row.opened_by,
        assignee=row.assignee,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
    )
