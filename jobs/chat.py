"""ChatSphere's jobs."""

from fanzadmin.chat import service


def tell_subscribers(asset_id: str) -> None:
    """Tell each subscriber of the asset's creator; those who know already are left alone."""
    service.tell_subscribers(asset_id)
