"""Figures of the security board. Each is one statement; `clusters` None means all of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.shield.incidents.models import Incident, IncidentState, Severity
from fanzadmin.shield.verdicts.models import BlockedHash, Outcome, Verdict
from security.clusters import within


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
class ResolutionTimes:
    """How long incidents of a severity took that were resolved in a period, in hours: half were done within
    `median_hours`, nine of ten within `slow_hours`."""

    severity: str
    resolved: int
    median_hours: float
    slow_hours: float


@dataclass(frozen=True, slots=True)
class BlockList:
    """The files that may not be uploaded: how many in all, how many were added since, and how often one was tried."""

    hashes: int
    added: int
    hits: int


def counts_by_reason(
    *, days: int = 30, clusters: frozenset[str] | None = None
) -> tuple[tuple[str, int], ...]:
    """Reason codes of blocked files with their number, the most frequent first."""
    code = func.jsonb_array_elements(Verdict.reasons).op("->>")("code").label("code")
    query = select(code).where(Verdict.outcome == Outcome.BLOCKED, Verdict.created_at >= _since(days))
    codes = within(query, Verdict.cluster, clusters).subquery()
    rows = session.execute(
        select(codes.c.code, func.count()).group_by(codes.c.code).order_by(func.count().desc(), codes.c.code)
    )
    return tuple((str(row[0]), int(row[1])) for row in rows)


def board(*, days: int = 30, clusters: frozenset[str] | None = None) -> Board:
    """The numbers of the last `days` days, and what waits now."""
    since = _since(days)
    scans = select(
        func.count(), func.count().filter(Verdict.outcome == Outcome.BLOCKED), func.avg(Verdict.scan_ms)
    ).where(Verdict.created_at >= since, Verdict.decided_at.is_not(None))
    scanned, blocked, scan_ms = session.execute(within(scans, Verdict.cluster, clusters)).one()
    waiting = select(
        func.count(),
        func.count().filter(Incident.severity == Severity.CRITICAL),
        func.count().filter(Incident.state == IncidentState.OPEN),
    ).where(Incident.state != IncidentState.RESOLVED)
    unresolved, critical, unassigned = session.execute(within(waiting, Incident.cluster, clusters)).one()
    duration = func.avg(func.extract("epoch", Incident.resolved_at - Incident.created_at))
    seconds = session.execute(
        within(select(duration).where(Incident.resolved_at >= since), Incident.cluster, clusters)
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


def verdicts_by_day(since: date, *, clusters: frozenset[str] | None = None) -> tuple[VerdictDay, ...]:
    """Files by the day they came in and their outcome, oldest first; days without any are left out."""
    counts = _by_day(Verdict, Verdict.outcome, since, clusters)
    return tuple(VerdictDay(day, outcome, count) for (day, outcome), count in sorted(counts.items()))


def unresolved_by_severity(*, clusters: frozenset[str] | None = None) -> dict[str, int]:
    """Incidents that wait now, the worst severity first; an index-only scan of ix_incident_unresolved."""
    query = select(Incident.severity, func.count()).where(Incident.state != IncidentState.RESOLVED)
    rows = session.execute(within(query, Incident.cluster, clusters).group_by(Incident.severity))
    counted = {row[0]: int(row[1]) for row in rows}
    return {str(severity): counted.get(severity, 0) for severity in reversed(Severity)}


def resolution_times(
    *, days: int = 30, clusters: frozenset[str] | None = None
) -> tuple[ResolutionTimes, ...]:
    """How long the incidents took that were resolved in the last `days` days, the worst severity first."""
    hours = func.extract("epoch", Incident.resolved_at - Incident.created_at) / 3600
    query = select(
        Incident.severity,
        func.count(),
        func.percentile_cont(0.5).within_group(hours),
        func.percentile_cont(0.9).within_group(hours),
    ).where(Incident.resolved_at >= _since(days))
    worst = func.array_position([str(severity) for severity in reversed(Severity)], Incident.severity)
    rows = session.execute(
        within(query, Incident.cluster, clusters).group_by(Incident.severity).order_by(worst)
    )
    return tuple(ResolutionTimes(row[0], int(row[1]), float(row[2]), float(row[3])) for row in rows)


def block_list(*, days: int = 30, clusters: frozenset[str] | None = None) -> BlockList:
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
        within(hits, Verdict.cluster, clusters).scalar_subquery(),
    )
    hashes, added, hit = session.execute(query).one()
    return BlockList(int(hashes), int(added), int(hit))


def _by_day(
    model: Any, part: Any, first: date, clusters: frozenset[str] | None
) -> dict[tuple[date, str], int]:  # Any: a mapped class
    day = func.date(func.timezone("UTC", model.created_at))
    query = within(select(day, part, func.count()).where(day >= first), model.cluster, clusters)
    rows = session.execute(query.where(model.created_at >= first).group_by(day, part))
    return {(row[0], str(row[1])): int(row[2]) for row in rows}


def _since(days: int) -> datetime:
    """Midnight UTC at which the last `days` days begin, today included."""
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
