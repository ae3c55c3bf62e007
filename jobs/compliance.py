"""Jobs of Compliance."""

from fanzadmin.compliance import service


def end_consents(_subject: str) -> None:
    """Take back what is shown by a consent whose last day is over."""
    service.end_consents()


def expire_records(_subject: str) -> None:
    """Mark the records whose identity documents have run out."""
    service.expire_records()
