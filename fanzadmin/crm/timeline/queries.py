"""Timelines, read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.kernel.db import session
from fanzadmin.kernel.web.paging import KeysetQuery


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry, its sentence in the reader's language; `link` is `noun/id` of what it is about."""

    id: str
    at: datetime
    kind: str
    sentence: str
    link: str
    trace_id: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Newest first. `next` is what `before` takes for the page after, None on the last one."""

    lines: tuple[TimelineLine, ...]
    next: tuple[datetime, str] | None


def timeline(subject_id: str, *, before: tuple[datetime, str] | None = None, limit: int = 25) -> TimelinePage:
    """A page of a creator's or fan's timeline, newest first, after the place that `before` names."""
    query = select(TimelineEntry).where(TimelineEntry.subject_id == subject_id)
    if before is not None:
        query = query.where(tuple_(TimelineEntry.at, TimelineEntry.id) < before)
    query = query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(limit + 1)
    lines = tuple(map(timeline_line, session.execute(query).scalars()))
    last = lines[limit - 1] if len(lines) > limit else None
    return TimelinePage(lines[:limit], (last.at, last.id) if last else None)


def timeline_line(row: TimelineEntry) -> TimelineLine:
    """`row` as it leaves the system."""
    return TimelineLine(**{name: getattr(row, name) for name in TimelineLine.__slots__})


def timeline_of(subject_id: str) -> KeysetQuery[TimelineLine]:
    """All entries about a creator or a fan, newest first."""
    query = select(TimelineEntry).where(TimelineEntry.subject_id == subject_id)
    return KeysetQuery(query, (TimelineEntry.at, TimelineEntry.id), timeline_line)


def latest_kind(subject_id: str, *, about: str, among: frozenset[str]) -> str | None:
    """The kind of the latest entry about something (`noun/id`), of the kinds `among`; None without any."""
    query = select(TimelineEntry.kind).where(
        TimelineEntry.subject_id == subject_id, TimelineEntry.link == about, TimelineEntry.kind.in_(among)
    )
    latest = query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(1)
    return session.execute(latest).scalar()
