"""Looks at records in the open: each is written into the audit, as a reveal in the consoles is."""

import io
import json
import zipfile
from dataclasses import asdict
from hashlib import sha256

from fanzadmin.compliance import queries
from fanzadmin.compliance.models import IdentityDocument, Performer
from fanzadmin.kernel.audit import Audit, table_of
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import get_storage

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


def export_records(term: str, *, clusters: frozenset[str] | None, reason: str) -> bytes:
    """What `inspect_records` finds as a ZIP: `records.json`, each copy of a document under its id, and `SHA256SUMS` of all
    of them. Who took it and why is kept for each record and each copy."""
    records = inspect_records(term, clusters=clusters, reason=reason)
    files = {
        "records.json": json.dumps([asdict(record) for record in records], default=str, indent=1).encode()
    }
    for document in (document for record in records for document in record.record.documents):
        if document.has_copy:
            key = open_copy(document.id, clusters=clusters, reason=reason)
            files[f"copies/{document.id}"] = get_storage().get(key)
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*files.items(), ("SHA256SUMS", sums.encode())):
            archive.writestr(name, content)
    return bundle.getvalue()


def open_copy(
    document_id: str, *, clusters: frozenset[str] | None = None, reason: str = "Downloaded the copy"
) -> str:
    """The storage key of a document's copy; who took it and why is kept. Raises NothingOnRecord."""
    key = queries.document_copy(document_id, clusters=clusters)
    ask(Audit).note(
        "reveal",
        table=table_of(IdentityDocument),
        record_id=document_id,
        changes={"copy": None},
        reason=reason,
    )
    return key


def view_copy(document_id: str, *, clusters: frozenset[str] | None = None) -> str:
    """`open_copy` for a look beside the record. Raises NothingOnRecord."""
    return open_copy(document_id, clusters=clusters, reason="Looked at the copy")
