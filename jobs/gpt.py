"""Jobs of FanzGPT."""

from fanzadmin.gpt import service


def suggest(asset_id: str) -> None:
    """Make suggestions for an asset."""
    service.suggest(asset_id)
