"""Jobs of FanzShield."""

from fanzadmin.shield import service


def scan(asset_id: str) -> None:
    """Look at an uploaded file and decide."""
    service.scan_asset(asset_id)


def scan_failed(asset_id: str, sentence: str) -> None:
    """The scan could not be done in any attempt."""
    service.fail_scan(asset_id, sentence=sentence)


def quarantine(asset_id: str) -> None:
    """Take an asset back whose content was blocked later."""
    service.quarantine_asset(asset_id)
