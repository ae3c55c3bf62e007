"""Jobs of operations."""

from fanzadmin.operations import service


def keep_house(_subject: str) -> None:
    """Partitions of the coming days; rows that are kept for a day only."""
    service.keep_house()
