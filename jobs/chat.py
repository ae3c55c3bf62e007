"""ChatSphere's jobs."""

from fanzadmin.chat import service


def send_broadcast(broadcast_id: str) -> None:
    """One message to each subscriber about what was gathered; sent once."""
    service.send_broadcast(broadcast_id)


def send_due_broadcasts(_subject: str) -> None:
    """The broadcasts whose time is over."""
    service.send_due_broadcasts()
