"""Reports as those see them who made them, and what was removed of one's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy import false, or_, select
from sqlalchemy.orm import joinedload

from fanzadmin.contracts.crm import People
from fanzadmin.crm.reports.models import Case, CaseState, Report
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.paging import KeysetQuery, Paged
from security.identity import Me

EXCERPT = 160  # characters


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of the user's. `decision` is the Community team's sentence; empty while the case is open."""

    report_id: str
    kind: Annotated[str, "post, comment, message, creator or asset"]
    subject_id: str
    excerpt: str
    ground: str
    words: str
    state: Annotated[str, "open, dismissed, removed or handled"]
    decision: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that the user wrote or published and the Community team removed; `reason` says why."""

    kind: str
    subject_id: str
    excerpt: str
    reason: str
    removed_at: datetime


def report(report_id: str) -> OwnReport:
    """One report, whosever. Raises sqlalchemy's NoResultFound."""
    return _own_report(session.get_one(Report, report_id))


def reports_of(person: Me, *, limit: int = 25, cursor: str | None = None) -> Paged[OwnReport]:
    """What the user reported, as a fan and as a creator, the latest first. Raises BadCursor."""
    people, sides = ask(People), []
    if fan := people.fan_of_user(person.user_id):
        sides.append(Report.fan_id == fan.id)
    if creator := people.creator_of_user(person.user_id):
        sides.append(Report.creator_id == creator.id)
    query = select(Report).where(or_(false(), *sides)).options(joinedload(Report.case))
    return KeysetQuery(query, (Report.created_at, Report.id), _own_report).page(limit=limit, cursor=cursor)


def removals_of(person: Me, *, limit: int = 25, cursor: str | None = None) -> Paged[Removal]:
    """What was removed of the user's, the latest first. Raises BadCursor."""
    people, sides = ask(People), []
    if fan := people.fan_of_user(person.user_id):
        sides.append(Case.fan_id == fan.id)
    if creator := people.creator_of_user(person.user_id):
        sides.append((Case.creator_id == creator.id) & Case.fan_id.is_(None))
    query = select(Case).where(or_(false(), *sides), Case.state == CaseState.REMOVED)
    return KeysetQuery(query, (Case.decided_at, Case.id), _removal).page(limit=limit, cursor=cursor)


def _own_report(row: Report) -> OwnReport:
    case = row.case
    state, decision = case.state, case.decision
    if row.decisions_before < len(case.decisions):
        head, _, decision = case.decisions[row.decisions_before].partition(": ")
        state = head.rpartition(", ")[2]
    return OwnReport(
        report_id=row.id,
        kind=case.kind,
        subject_id=case.subject_id,
        excerpt=_excerpt(case),
        ground=row.ground,
        words=row.words,
        state=state,
        decision=decision,
        created_at=row.created_at,
    )


def _removal(case: Case) -> Removal:
    return Removal(
        case.kind, case.subject_id, _excerpt(case), case.decision, case.decided_at or case.created_at
    )


def _excerpt(case: Case) -> str:
    words = case.title or case.body
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"
