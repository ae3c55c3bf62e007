"""The stories of creators and fans, one sentence at a time."""

from datetime import datetime

from sqlalchemy import insert

from fanzadmin.crm.timeline.models import Subject, TimelineEntry
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.stored_messages import StoredMessage, Value, in_english, stored_message
from fanzadmin.kernel.ids import new_id


def tell(
    subject: Subject,
    subject_id: str,
    kind: str,
    message: str,
    *,
    cluster: str,
    link: str = "",
    **values: Value,
) -> None:
    """Append a sentence to a creator's or fan's story, in the trace at hand: a message, which N_ marks, with the values
    for its places. `link` is `noun/id` or empty."""
    row = entry(
        subject,
        subject_id,
        kind,
        stored_message(message, **values),
        cluster=cluster,
        at=clock.now(),
        link=link,
        trace_id=current().trace_id,
    )
    write([row])


def entry(
    subject: Subject,
    subject_id: str,
    kind: str,
    told: StoredMessage,
    *,
    cluster: str,
    at: datetime,
    link: str = "",
    trace_id: str = "",
) -> dict[str, object]:
    """The row of a sentence."""
    return {
        "id": new_id(),
        "cluster": cluster,
        "subject_kind": subject.value,
        "subject_id": subject_id,
        "at": at,
        "kind": kind,
        "sentence": in_english(told),
        "told": told,
        "link": link,
        "trace_id": trace_id,
    }


def write(entries: list[dict[str, object]]) -> None:
    """Append many sentences at once."""
    session.execute(insert(TimelineEntry.__table__), entries)
