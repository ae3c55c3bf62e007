"""The stories of creators and fans, one sentence at a time."""

from sqlalchemy import insert

from fanzadmin.crm.models import Subject, TimelineEntry
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import new_id


def tell(
    subject: Subject, subject_id: str, kind: str, sentence: str, *, cluster: str, link: str = ""
) -> None:
    """Append a sentence to a creator's or fan's story, in the trace at hand. `link` is `noun/id` or empty."""
    row = {
        "id": new_id(),
        "cluster": cluster,
        "subject_kind": subject.value,
        "subject_id": subject_id,
        "at": clock.now(),
        "kind": kind,
        "sentence": sentence,
        "link": link,
        "trace_id": current().trace_id,
    }
    session.execute(insert(TimelineEntry.__table__), [row])
