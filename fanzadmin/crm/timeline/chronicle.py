"""Timelines of creators and fans, as the consoles show them beside a record."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from fanzadmin.console.record.timeline import TimelineEvent
from fanzadmin.console.rendering.cells import state_text
from fanzadmin.contracts.timeline import tones
from fanzadmin.crm.timeline.models import OWN_TONES, TimelineEntry
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id

TONES: dict[str, str] = {**OWN_TONES, **tones()}


class CrmTimeline:
    """Answers the consoles' Chronicle for creators and fans."""

    resource = "crm:timeline"

    def about(
        self, table: str, record_id: str, *, before: datetime | None, limit: int
    ) -> Sequence[TimelineEvent]:
        """The sentences about a creator or a fan, the newest first."""
        kind = table.rpartition(".")[2]
        if not is_id(record_id):
            return ()
        query = select(TimelineEntry).where(
            TimelineEntry.subject_id == record_id, TimelineEntry.subject_kind == kind
        )
        if before is not None:
            query = query.where(TimelineEntry.at < before)
        query = query.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(limit)
        return [_event(row) for row in session.execute(query).scalars()]


def _event(row: TimelineEntry) -> TimelineEvent:
    return TimelineEvent(
        at=row.at,
        id=row.id,
        title=row.sentence,
        text=state_text(row.kind),
        icon="timeline",
        tone=TONES.get(row.kind, ""),
        url=f"/crmtimelineconsole/show/{row.id}",
    )
