"""What FanzShield tells: verdicts, incidents, and the numbers of the security board."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask_babel import gettext
from sqlalchemy import Select, func, select

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from fanzadmin.kernel.ids import is_id
from fanzadmin.shield.models import (
    BlockedHash,
    Incident,
    IncidentNote,
    IncidentState,
    Outcome,
    Severity,
    Verdict,
)

Clusters = frozenset[str] | None
S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class NothingFound(NotFound):
    title = "There is nothing of this kind"


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """What a scan found. Sizes in bytes, times in milliseconds; `removed` names kinds of metadata, never their content."""

    asset_id: str
    creator_id: str
    cluster: str
    title: str
    outcome: str
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    sha256: str
    size: int
    format: str
    kind: str
    width: int
    height: int
    duration_ms: int
    removed: tuple[str, ...]
    scan_ms: int
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteCard:
    """One line of a timeline."""

    kind: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident; `about` is `kind:id` of what it concerns or empty, `notes` its timeline where asked for."""

    id: str
    cluster: str
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
    notes: tuple[NoteCard, ...] = ()


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many files were let through and blocked, and how many incidents began, on one day (UTC)."""

    day: date
    clean: int
    blocked: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Board:
    """The head of the security board. `resolve_hours` is the mean time to resolve of the period, None without any."""

    scanned: int
    blocked: int
    unresolved: int
    critical: int
    unassigned: int
    resolve_hours: float | None
    scan_ms: float | None


@dataclass(frozen=True, slots=True)
class VerdictDay:
    """How many files of one day (UTC) ended how; `outcome` is waiting, clean, blocked or failed."""

    day: date
    outcome: str
    files: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """How long incidents of a severity took that were resolved in a period, in hours: half were done within
    `median_hours`, nine of ten within `slow_hours`."""

    severity: str
    resolved: int
    median_hours: float
    slow_hours: float


@dataclass(frozen=True, slots=True)
class BlockList:
    """The files that nobody may upload: how many in all, how many were added since, and how often one was tried."""

    hashes: int
    added: int
    hits: int


def verdict_of(asset_id: str, *, creator_id: str | None = None, clusters: Clusters = None) -> VerdictCard:
    """The verdict on an asset; with `creator_id` only if the asset is theirs. Raises NothingFound."""
    query = select(Verdict).where(Verdict.asset_id == asset_id)
    if creator_id is not None:
        query = query.where(Verdict.creator_id == creator_id)
    row = session.execute(_within(query, Verdict, clusters)).scalar() if is_id(asset_id) else None
    if row is None:
        raise NothingFound(gettext("There is no verdict on this asset."))
    return verdict_card(row)


def incidents_query(
    *, state: str | None = None, severity: str | None = None, clusters: Clusters = None
) -> Select[Any]:
    """The incidents that a person may see; for paging."""
    query = _within(select(Incident), Incident, clusters)
    if state:
        query = query.where(Incident.state == state)
    return query.where(Incident.severity == severity) if severity else query


def incident_of(incident_id: str, *, clusters: Clusters = None) -> IncidentCard:
    """One incident with its timeline. Raises NothingFound."""
    query = _within(select(Incident).where(Incident.id == incident_id), Incident, clusters)
    row = session.execute(query).scalar() if is_id(incident_id) else None
    if row is None:
        raise NothingFound(gettext("There is no such incident."))
    notes = session.execute(
        select(IncidentNote)
        .filter_by(incident_id=incident_id)
        .order_by(IncidentNote.created_at, IncidentNote.id)
    ).scalars()
    lines = tuple(NoteCard(note.kind, note.author, note.text, note.created_at) for note in notes)
    return incident_card(row, notes=lines)


def open_incidents(*, limit: int = 20, clusters: Clusters = None) -> tuple[IncidentCard, ...]:
    """What waits, the worst first, the oldest of these first."""
    query = _within(select(Incident).where(Incident.state != IncidentState.RESOLVED), Incident, clusters)
    worst = func.array_position([str(one) for one in reversed(Severity)], Incident.severity)
    rows = session.execute(query.order_by(worst, Incident.created_at).limit(limit)).scalars()
    return tuple(incident_card(row) for row in rows)


def counts_by_day(*, days: int = 30, clusters: Clusters = None) -> tuple[DayCount, ...]:
    """One entry per day up to today, days without anything too."""
    today = clock.now().date()
    first = today - timedelta(days=days - 1)
    files = _by_day(Verdict, Verdict.outcome, first, clusters)
    begun = _by_day(Incident, Incident.cluster, first, clusters)
    return tuple(
        DayCount(
            day,
            clean=files.get((day, Outcome.CLEAN), 0),
            blocked=files.get((day, Outcome.BLOCKED), 0),
            incidents=sum(count for (on, _), count in begun.items() if on == day),
        )
        for day in (first + timedelta(days=number) for number in range(days))
    )


def counts_by_reason(*, days: int = 30, clusters: Clusters = None) -> tuple[tuple[str, int], ...]:
    """Reason codes of blocked files with their number, the most frequent first."""
    code = func.jsonb_array_elements(Verdict.reasons).op("->>")("code").label("code")
    query = select(code).where(Verdict.outcome == Outcome.BLOCKED, Verdict.created_at >= _since(days))
    found = _within(query, Verdict, clusters).subquery()
    rows = session.execute(
        select(found.c.code, func.count()).group_by(found.c.code).order_by(func.count().desc(), found.c.code)
    )
    return tuple((str(row[0]), int(row[1])) for row in rows)


def board(*, days: int = 30, clusters: Clusters = None) -> Board:
    """The numbers of the last `days` days, and what waits now."""
    since = _since(days)
    scans = select(
        func.count(), func.count().filter(Verdict.outcome == Outcome.BLOCKED), func.avg(Verdict.scan_ms)
    ).where(Verdict.created_at >= since, Verdict.decided_at.is_not(None))
    scanned, blocked, scan_ms = session.execute(_within(scans, Verdict, clusters)).one()
    waiting = select(
        func.count(),
        func.count().filter(Incident.severity == Severity.CRITICAL),
        func.count().filter(Incident.state == IncidentState.OPEN),
    ).where(Incident.state != IncidentState.RESOLVED)
    unresolved, critical, unassigned = session.execute(_within(waiting, Incident, clusters)).one()
    taken = func.avg(func.extract("epoch", Incident.resolved_at - Incident.created_at))
    seconds = session.execute(
        _within(select(taken).where(Incident.resolved_at >= since), Incident, clusters)
    ).scalar()
    return Board(
        scanned=scanned,
        blocked=blocked,
        unresolved=unresolved,
        critical=critical,
        unassigned=unassigned,
        resolve_hours=float(seconds) / 3600 if seconds is not None else None,
        scan_ms=float(scan_ms) if scan_ms is not None else None,
    )


def verdicts_by_day(since: date, *, clusters: Clusters = None) -> tuple[VerdictDay, ...]:
    """Files by the day they came in and their outcome, oldest first; days without any are left out."""
    found = _by_day(Verdict, Verdict.outcome, since, clusters)
    return tuple(VerdictDay(day, outcome, count) for (day, outcome), count in sorted(found.items()))


def unresolved_by_severity(*, clusters: Clusters = None) -> dict[str, int]:
    """Incidents that wait now, the worst severity first; an index-only scan of ix_incident_unresolved."""
    query = select(Incident.severity, func.count()).where(Incident.state != IncidentState.RESOLVED)
    rows = session.execute(_within(query, Incident, clusters).group_by(Incident.severity))
    counted = {row[0]: int(row[1]) for row in rows}
    return {str(severity): counted.get(severity, 0) for severity in reversed(Severity)}


def resolution_times(*, days: int = 30, clusters: Clusters = None) -> tuple[Resolution, ...]:
    """How long the incidents took that were resolved in the last `days` days, the worst severity first."""
    hours = func.extract("epoch", Incident.resolved_at - Incident.created_at) / 3600
    query = select(
        Incident.severity,
        func.count(),
        func.percentile_cont(0.5).within_group(hours),
        func.percentile_cont(0.9).within_group(hours),
    ).where(Incident.resolved_at >= _since(days))
    worst = func.array_position([str(one) for one in reversed(Severity)], Incident.severity)
    rows = session.execute(_within(query, Incident, clusters).group_by(Incident.severity).order_by(worst))
    return tuple(Resolution(row[0], int(row[1]), float(row[2]), float(row[3])) for row in rows)


def block_list(*, days: int = 30, clusters: Clusters = None) -> BlockList:
    """The block list, which holds for all clusters, and its hits in `clusters` in the last `days` days."""
    hits = (
        select(func.count())
        .select_from(Verdict)
        .where(
            Verdict.outcome == Outcome.BLOCKED,
            Verdict.created_at >= _since(days),
            Verdict.reasons.contains([{"code": "blocked_hash"}]),
        )
    )
    query = select(
        func.count(),
        func.count().filter(BlockedHash.created_at >= _since(days)),
        _within(hits, Verdict, clusters).scalar_subquery(),
    )
    hashes, added, hit = session.execute(query).one()
    return BlockList(int(hashes), int(added), int(hit))


def verdict_card(row: Verdict) -> VerdictCard:
    return VerdictCard(
        asset_id=row.asset_id,
        creator_id=row.creator_id,
        cluster=row.cluster,
        title=row.title,
        outcome=row.outcome,
        reasons=row.sentences,
        codes=tuple(reason["code"] for reason in row.reasons),
        sha256=row.sha256,
        size=row.size,
        format=row.format,
        kind=row.kind,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        removed=tuple(row.removed),
        scan_ms=row.scan_ms,
        created_at=row.created_at,
        decided_at=row.decided_at,
    )


def incident_card(row: Incident, *, notes: tuple[NoteCard, ...] = ()) -> IncidentCard:
    return IncidentCard(
        id=row.id,
        cluster=row.cluster,
        title=row.title,
        detail=row.detail,
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
        notes=notes,
    )


def _by_day(
    model: Any, part: Any, first: date, clusters: Clusters
) -> dict[tuple[date, str], int]:  # Any: a mapped class
    day = func.date(func.timezone("UTC", model.created_at))
    query = _within(select(day, part, func.count()).where(day >= first), model, clusters)
    rows = session.execute(query.where(model.created_at >= first).group_by(day, part))
    return {(row[0], str(row[1])): int(row[2]) for row in rows}


def _since(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _within(query: S, model: Any, clusters: Clusters) -> S:  # Any: a mapped class
    return query if clusters is None else query.where(model.cluster.in_(clusters))
