"""The story of a creator or a fan as the timeline of its record shows it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from fanzadmin.console.record.timeline import Happening
from fanzadmin.console.rendering.cells import spoken_word
from fanzadmin.console.rendering.tones import tone_of
from fanzadmin.crm.timeline.models import TimelineEntry
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id


class Kind(StrEnum):
    """What a sentence is about, in the words that are translated for its badge."""

    APPLIED = "applied"
    ONBOARDING = "onboarding"
    JOINED = "joined"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    OFFBOARDED = "offboarded"
    PRICE = "price"
    UPLOADED = "uploaded"
    HELD = "held"
    RELEASED = "released"
    QUARANTINED = "quarantined"
    READY = "ready"
    FAILED = "failed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SUGGESTION = "suggestion"
    UNLOCK = "unlock"
    TIP = "tip"
    SUBSCRIPTION = "subscription"
    REFUND = "refund"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    COMMENTED = "commented"
    PAYOUT = "payout"


GOOD = {Kind.UNLOCK, Kind.TIP, Kind.SUBSCRIPTION, Kind.JOINED, Kind.REINSTATED}


class Chronicle:
    """Answers the consoles' Chronicle for creators and fans."""

    resource = "crm:timeline"

    def about(
        self, table: str, record_id: str, *, before: datetime | None, limit: int
    ) -> Sequence[Happening]:
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
        return [_happening(row) for row in session.execute(query).scalars()]


def _happening(row: TimelineEntry) -> Happening:
    return Happening(
        at=row.at,
        id=row.id,
        title=row.sentence,
        text=spoken_word(row.kind),
        icon="timeline",
        tone="good" if row.kind in GOOD else tone_of(row.kind),
        url=f"/crmtimelineconsole/show/{row.id}",
    )
