"""Entries in the timelines of creators and fans."""

from datetime import datetime

from sqlalchemy import insert

from fanzadmin.crm.timeline.models import Subject, TimelineEntry
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.stored_messages import StoredMessage, in_english
from fanzadmin.kernel.ids import new_id_at


def record_entry(
    subject: Subject, subject_id: str, kind: str, message: StoredMessage, *, cluster: str, link: str = ""
) -> None:
    """Append an entry to a creator's or fan's timeline, in the current trace. `link` is `noun/id` or empty."""
    row = entry_row(
        subject,
        subject_id,
        kind,
        message,
        cluster=cluster,
        at=clock.now(),
        link=link,
        trace_id=current().trace_id,
    )
    insert_entries([row])


def entry_row(
    subject: Subject,
    subject_id: str,
    kind: str,
    message: StoredMessage,
    *,
    cluster: str,
    at: datetime,
    link: str = "",
    trace_id: str = "",
) -> dict[str, object]:
    """The row of an entry, for `insert_entries`."""
    return {
        "id": new_id_at(at),
        "cluster": cluster,
        "subject_kind": subject.value,
        "subject_id": subject_id,
        "at": at,
        "kind": kind,
        "sentence": in_english(message),
        "told": message,
        "link": link,
        "trace_id": trace_id,
    }


def insert_entries(rows: list[dict[str, object]]) -> None:
    """Append many entries at once."""
    session.execute(insert(TimelineEntry.__table__), rows)
