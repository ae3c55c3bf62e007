"""Where the scan of an upload stands, and what follows from FanzShield's verdict."""

from __future__ import annotations

from fanzadmin.kernel.db import after_commit
from fanzadmin.kernel.queue import cancel as cancel_task
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media.assets.models import ENCODE, Asset, Encode, Scan
from fanzadmin.media.assets.renditions import remove_renditions
from fanzadmin.media.assets.service import lock_asset, notify_owner
from fanzadmin.media.encodes.service import enqueue_encoding, fail
from fanzadmin.media.publishing.service import unpublish


def mark_scanning(asset_id: str) -> None:
    """The upload's fact is on its way: from now on it is being scanned."""
    asset = lock_asset(asset_id)
    if asset.scan_state == Scan.WAITING:
        asset.scan_state = Scan.SCANNING
        notify_owner(asset)


def mark_unscannable(asset_id: str, *, reason: str) -> None:
    """FanzShield could not check the file; `reason` is a sentence for the creator. Nothing happens to it until it can."""
    asset = lock_asset(asset_id)
    if asset.scan_state in (Scan.WAITING, Scan.SCANNING):
        asset.scan_state = Scan.UNCHECKED
        asset.scan_reasons = ["shield.unchecked", reason]
        notify_owner(asset)


def restart_scan(asset_id: str) -> None:
    """The team has the file checked again."""
    asset = lock_asset(asset_id)
    if asset.scan_state == Scan.UNCHECKED:
        asset.scan_state, asset.scan_reasons = Scan.SCANNING, []
        notify_owner(asset)


def accept_clean_copy(asset_id: str, *, clean_key: str, content_type: str, kind: str) -> None:
    """FanzShield cleared the file: encode its clean copy, and forget the original with all that its metadata reveals."""
    asset = lock_asset(asset_id)
    if asset.scan_state in (Scan.CLEARED, Scan.QUARANTINED, Scan.REFUSED):
        return
    asset.scan_state, asset.scan_reasons, asset.clean_key = Scan.CLEARED, [], clean_key
    _forget_original(asset)
    asset.content_type, asset.kind = content_type[:120], kind
    if asset.encode_state == Encode.WAITING and asset.withdrawn_at is None:
        enqueue_encoding(asset)
    notify_owner(asset)


def refuse(asset_id: str, *, reasons: tuple[str, ...]) -> None:
    """The file cannot be used, by no one's ill will: it has failed, and the creator reads why."""
    asset = lock_asset(asset_id)
    if asset.scan_state in (Scan.CLEARED, Scan.QUARANTINED, Scan.REFUSED):
        return
    asset.scan_state, asset.scan_reasons = Scan.REFUSED, list(reasons)
    source_key = asset.source_key
    after_commit(lambda: get_storage().delete(source_key))
    fail(asset, reason="\n".join(reasons))


def quarantine(asset_id: str, *, reasons: tuple[str, ...]) -> None:
    """FanzShield blocked the file, now or later: nothing of it is served any more."""
    asset = lock_asset(asset_id)
    if asset.scan_state == Scan.QUARANTINED:
        return
    asset.scan_state, asset.scan_reasons = Scan.QUARANTINED, list(reasons)
    cancel_task(ENCODE, asset.id)
    unpublish(asset, reason="\n".join(reasons))
    remove_renditions(asset)
    notify_owner(asset)


def _forget_original(asset: Asset) -> None:
    """Only the clean copy is kept. It is there before FanzShield announces it, so that the original may go before we
    commit: a second delivery finds nothing to remove."""
    storage = get_storage()
    if asset.clean_key and asset.clean_key != asset.source_key and storage.exists(asset.clean_key):
        storage.delete(asset.source_key)
        asset.source_key = asset.clean_key
