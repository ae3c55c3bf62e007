"""Jobs of Compliance."""

from fanzadmin.compliance import service


def expire_records(_subject: str) -> None:
    """Mark the records whose identity documents have run out."""
    service.expire_records()
