"""Looks at records in the open: each is written into the audit, as a reveal in the consoles is."""

from fanzadmin.compliance import queries
from fanzadmin.compliance.models import IdentityDocument, Performer
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.ports import ask

SEEN = ("legal_name", "born_on", "aliases", "documents")


def inspect_records(
    term: str, *, clusters: frozenset[str] | None = None, reason: str = ""
) -> tuple[queries.InspectedRecord, ...]:
    """Records by any name or by a work, as queries.inspect_records; who looked and why is kept for each of them."""
    records = queries.inspect_records(term, clusters=clusters)
    for inspected in records:
        ask(Audit).note(
            "reveal",
            table=table_of(Performer),
            record_id=inspected.record.id,
            changes=dict.fromkeys(SEEN),
            reason=reason or f"Inspection of “{term}”",
        )
    return records


def open_copy(document_id: str, *, clusters: frozenset[str] | None = None) -> str:
    """The storage key of a document's copy; who took it is kept. Raises NothingOnRecord."""
    key = queries.document_copy(document_id, clusters=clusters)
    ask(Audit).note(
        "reveal",
        table=table_of(IdentityDocument),
        record_id=document_id,
        changes={"copy": None},
        reason="Downloaded the copy",
    )
    return key
