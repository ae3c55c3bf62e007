"""Reports: made by fans and creators, decided by the Community team."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from fanzadmin.contracts.crm import (
    CaseDecided,
    ContentReported,
    Evidence,
    People,
    Reportable,
    ReportedAssets,
    ReportedMessages,
    ReportedPosts,
)
from fanzadmin.contracts.media import Viewer
from fanzadmin.crm.reports.models import Case, CaseState, Ground, Kind, Report
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid, NotFound
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from security.asset_viewer import viewer_of
from security.identity import Me

LONGEST = 2000  # characters
A_DAY = 50  # reports of one user
SOURCES: dict[str, type[Reportable]] = {
    Kind.POST: ReportedPosts,
    Kind.COMMENT: ReportedPosts,
    Kind.MESSAGE: ReportedMessages,
    Kind.ASSET: ReportedAssets,
}


class NothingToReport(NotFound):
    title = "There is nothing to report"


class NotReportable(Invalid):
    title = "This cannot be reported"


class TooManyReports(BusinessError):
    status = 429
    title = "Too many reports"


class NoSuchCase(NotFound):
    title = "There is no such case"


class CaseIsDecided(BusinessError):
    status = 409
    title = "This case is decided"


class NothingToRemove(BusinessError):
    status = 409
    title = "A page is not removed here"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a user reports, as the form shows it."""

    kind: str
    subject_id: str
    title: str
    text: str


def subject_of(person: Me, kind: str, subject_id: str) -> Subject:
    """What would be reported. Raises NothingToReport, also for what the user does not see, NotReportable for one's own."""
    evidence = _evidence(viewer_of(person), kind, subject_id)
    return Subject(kind, subject_id, evidence.title, evidence.text)


def report_content(person: Me, *, kind: str, subject_id: str, ground: str, words: str = "") -> str:
    """Report something that the user sees; the same user again, while the case is open, is the same report. Returns its id.

    Raises NothingToReport, NotReportable, TooManyReports.
    """
    if ground not in set(Ground) or len(words) > LONGEST:
        raise NotReportable(gettext("Choose a ground of the list and use at most 2,000 characters."))
    viewer = viewer_of(person)
    evidence = _evidence(viewer, kind, subject_id)
    case = _open_case(kind, subject_id, evidence)
    before = _own_report_in(case, viewer)
    if before is not None:
        return before.id
    _demand_few(viewer)
    report = Report(
        id=new_id(),
        case_id=case.id,
        fan_id=viewer.fan_id,
        creator_id=None if viewer.fan_id else viewer.creator_id,
        ground=ground,
        words=words.strip(),
        decisions_before=len(case.decisions),
        created_at=clock.now(),
    )
    session.add(report)
    case.reports += 1
    record(
        ContentReported(
            cluster=case.cluster,
            case_id=case.id,
            kind=kind,
            subject_id=subject_id,
            creator_id=case.creator_id,
            ground=ground,
        )
    )
    return report.id


def dismiss_case(case_id: str, *, reason: str) -> None:
    """Leave what was reported as it is. Raises NoSuchCase, CaseIsDecided."""
    _decide(_undecided(case_id), CaseState.DISMISSED, reason)


def remove_reported(case_id: str, *, reason: str) -> None:
    """Remove what was reported, with the reason that its author reads. Raises NoSuchCase, CaseIsDecided, NothingToRemove."""
    case = _undecided(case_id)
    source = SOURCES.get(case.kind)
    if source is None:
        raise NothingToRemove(gettext("Suspend the creator in CreatorCRM, then say here what was done."))
    ask(source).remove(case.kind, case.subject_id, reason=reason)
    _decide(case, CaseState.REMOVED, reason)


def handle_case(case_id: str, *, reason: str) -> None:
    """Close a case about which something else was done; `reason` says what. Raises NoSuchCase, CaseIsDecided."""
    _decide(_undecided(case_id), CaseState.HANDLED, reason)


def concerns_asset(case: Case) -> bool:
    """Whether a removal takes a published asset from everyone, which needs two of the team."""
    return case.kind == Kind.ASSET and case.state == CaseState.OPEN


def _evidence(viewer: Viewer, kind: str, subject_id: str) -> Evidence:
    if viewer.fan_id is None and viewer.creator_id is None:
        raise NotReportable(gettext("Only fans and creators report."))
    evidence = None
    if is_id(subject_id):
        source = SOURCES.get(kind)
        evidence = ask(source).evidence(kind, subject_id, viewer) if source else None
        if kind == Kind.CREATOR:
            evidence = _creators_page(subject_id)
    if evidence is None:
        raise NothingToReport(gettext("What you want to report is not there, or not any more."))
    is_own = evidence.fan_id == viewer.fan_id if evidence.fan_id else evidence.creator_id == viewer.creator_id
    if is_own:
        raise NotReportable(gettext("This is your own."))
    return evidence


def _creators_page(creator_id: str) -> Evidence | None:
    creator = ask(People).creator(creator_id)
    if creator is None or not creator.is_active:
        return None
    return Evidence(
        cluster=creator.cluster,
        creator_id=creator.id,
        fan_id=None,
        title=f"{creator.name} (@{creator.handle})",
        text=creator.about,
    )


def _open_case(kind: str, subject_id: str, evidence: Evidence) -> Case:
    """The case about this, locked: made, or opened again with what stands there now."""
    row = insert(Case).values(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        cluster=evidence.cluster,
        creator_id=evidence.creator_id,
        fan_id=evidence.fan_id,
        title="",
        body="",
        surroundings=[],
        reports=0,
        state=CaseState.OPEN.value,
        decision="",
        decisions=[],
        created_at=clock.now(),
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["kind", "subject_id"]))
    query = select(Case).where(Case.kind == kind, Case.subject_id == subject_id).with_for_update()
    case = session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if case.reports == 0 or case.state != CaseState.OPEN:
        case.state, case.decision = CaseState.OPEN.value, ""
        case.title, case.body, case.asset_id = evidence.title, evidence.text, evidence.asset_id
        case.surroundings = list(evidence.surroundings)
    return case


def _own_report_in(case: Case, viewer: Viewer) -> Report | None:
    """The user's report since the last decision."""
    since = Report.decisions_before == len(case.decisions)
    query = select(Report).where(Report.case_id == case.id, _by(viewer), since)
    return session.scalars(query).first()


def _by(viewer: Viewer) -> ColumnElement[bool]:
    return Report.fan_id == viewer.fan_id if viewer.fan_id else Report.creator_id == viewer.creator_id


def _demand_few(viewer: Viewer) -> None:
    """Raises TooManyReports."""
    since = clock.now() - timedelta(days=1)
    query = select(func.count()).select_from(Report).where(_by(viewer), Report.created_at > since)
    if session.execute(query).scalar_one() >= A_DAY:
        raise TooManyReports(gettext("You reported a lot today. Write to the team about the rest."))


def _undecided(case_id: str) -> Case:
    case = session.get(Case, case_id, with_for_update=True) if is_id(case_id) else None
    clusters = current().clusters
    if case is None or (clusters is not None and case.cluster not in clusters):
        raise NoSuchCase(gettext("There is no such case."))
    if case.state != CaseState.OPEN:
        raise CaseIsDecided(gettext("This case is decided. A new report opens it again."))
    return case


def _decide(case: Case, state: CaseState, reason: str) -> None:
    now = clock.now()
    case.state, case.decision = state.value, reason.strip()
    case.decided_at, case.decided_by = now, current().actor_id
    case.decisions = [*case.decisions, f"{now:%-d %b %Y, %H:%M}, {state.value}: {reason.strip()}"]
    record(
        CaseDecided(
            cluster=case.cluster,
            case_id=case.id,
            kind=case.kind,
            subject_id=case.subject_id,
            creator_id=case.creator_id,
            fan_id=case.fan_id or "",
            outcome=state.value,
            reason=reason.strip(),
        )
    )
