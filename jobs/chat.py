"""ChatSphere's jobs."""

from fanzadmin.chat import service


def broadcast_asset(asset_id: str) -> None:
    """One message to each subscriber of the creator; those who have it already get no second one."""
    service.broadcast_asset(asset_id)
