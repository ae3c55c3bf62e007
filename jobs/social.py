"""FanzSocial's jobs."""

from fanzadmin.social import service


def publish_scheduled(_subject: str) -> None:
    """Posts whose moment has come."""
    service.publish_scheduled()
