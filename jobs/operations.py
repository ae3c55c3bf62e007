"""Jobs of operations."""

from fanzadmin.operations import service


def close_late_requests(_subject: str) -> None:
    """Requests for a second person that no one decided in time."""
    service.close_late_requests()


def maintain(_subject: str) -> None:
    """Partitions of the coming days; rows that are kept for a day only."""
    service.maintain()
