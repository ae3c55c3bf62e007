"""The encode of one asset: run by a worker, safe to run twice, cancelled and retried by people."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext
from sqlalchemy import delete, insert, select

from fanzadmin.contracts.media import AssetFailed, AssetReady
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import end_read, session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.queue import Task, enqueue, progress, update_places
from fanzadmin.kernel.queue import cancel as cancel_task
from fanzadmin.kernel.storage import StorageFull, get_storage
from fanzadmin.kernel.temp_dirs import temp_dir
from fanzadmin.media.assets.models import ENCODE, Asset, Encode, Rendition, Scan
from fanzadmin.media.assets.queries import NoSuchAsset
from fanzadmin.media.assets.renditions import remove_renditions
from fanzadmin.media.assets.service import lock_asset, notify_owner
from fanzadmin.media.publishing.service import publish_if_due
from fanzadmin.media.transcoding.rendering import Rendered, render

HEARTBEAT_S = 1.0
ROOM_FACTOR = 3
"""Free bytes wanted for each byte of the source: rungs, segments and the copy while both exist."""


class NotBeingProcessed(Conflict):
    title = "There is nothing to cancel"


class NothingToRetry(Conflict):
    title = "There is nothing to retry"


def encode(asset_id: str) -> None:
    """Make and store every rendition, then say the asset is ready; leaves alone what is not due any more.

    The objects' keys follow from the asset's id, and rows are replaced in one transaction with the fact, so a second
    run after a crash leaves the same as one. Raises what `render` raises, and StorageFull.
    """
    due = _due(asset_id)
    if due is None:
        return
    end_read()  # minutes of ffmpeg follow
    began = time.monotonic()
    with temp_dir("encode") as folder, get_storage().local_copy(due.clean_key) as source:
        _check_room(source)
        report = _Reporter()
        rendered = render(source, folder=folder, report=report, cancelled=report.is_cancelled)
        _store(rendered, prefix=due.prefix)
    _finish(asset_id, rendered, processing_ms=round((time.monotonic() - began) * 1000))


def encoding_failed(asset_id: str, reason: str) -> None:
    """The worker gave up; `reason` is a sentence for the creator."""
    asset = lock_asset(asset_id)
    if asset.encode_state == Encode.QUEUED:
        fail(asset, reason=reason)


def cancel(asset: Asset) -> None:
    """Stop before the asset is ready. Raises NotBeingProcessed."""
    if asset.encode_state not in (Encode.WAITING, Encode.QUEUED) or asset.withdrawn_at is not None:
        raise NotBeingProcessed(gettext("This asset is not being processed; withdraw it instead."))
    if asset.scan_state == Scan.QUARANTINED:
        raise NotBeingProcessed(gettext("This asset was quarantined; there is nothing left to cancel."))
    cancel_task(ENCODE, asset.id)
    asset.encode_state = Encode.CANCELLED
    notify_owner(asset)


def retry(asset: Asset) -> None:
    """Begin again after a failure or a cancel. Raises NothingToRetry."""
    if asset.encode_state not in (Encode.FAILED, Encode.CANCELLED) or asset.withdrawn_at is not None:
        raise NothingToRetry(gettext("Only what failed or was cancelled can be tried again."))
    if asset.scan_state == Scan.QUARANTINED:
        raise NothingToRetry(gettext("This file was quarantined and cannot be processed."))
    if asset.scan_state == Scan.REFUSED:
        raise NothingToRetry(gettext("This file was refused; upload another one instead."))
    if session.execute(
        select(Task.id).where(Task.name == ENCODE, Task.subject == asset.id, Task.state == "running")
    ).scalar():
        raise NothingToRetry(gettext("The last run is still being stopped; try again in a few seconds."))
    if asset.scan_state == Scan.CLEARED:
        enqueue_encoding(asset)
    else:
        asset.encode_state, asset.failure = Encode.WAITING, ""
    notify_owner(asset)


@dataclass(frozen=True)
class _Due:
    clean_key: str
    prefix: str


def _due(asset_id: str) -> _Due | None:
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NoSuchAsset(gettext("There is no asset %(asset_id)s.", asset_id=asset_id))
    is_due = asset.encode_state == Encode.QUEUED and asset.scan_state == Scan.CLEARED
    if not is_due or asset.clean_key is None or asset.withdrawn_at is not None:
        return None
    return _Due(asset.clean_key, asset.prefix)


class _Reporter:
    """Reports progress to the task; repeats the report once a second while ffmpeg is silent, so that a cancel and a
    takeover by another worker are noticed: both raise."""

    def __init__(self) -> None:
        self.percent, self.message, self.reported_at = 0, "", 0.0

    def __call__(self, percent: int, message: str) -> None:
        self.percent, self.message, self.reported_at = percent, message, time.monotonic()
        progress.report(percent, message)

    def is_cancelled(self) -> bool:
        if time.monotonic() - self.reported_at > HEARTBEAT_S:
            self(self.percent, self.message)
        return False


def _check_room(source: Path) -> None:
    needed = source.stat().st_size * ROOM_FACTOR
    free = get_storage().free_bytes()
    here = shutil.disk_usage(tempfile.gettempdir()).free
    if min(here, free if free is not None else here) < needed:
        raise StorageFull(
            gettext("The disk is full; nothing was kept. The team can see it; try again later.")
        )


def _store(rendered: Rendered, *, prefix: str) -> None:
    """The same keys at every run; whatever an earlier run left beside them goes."""
    storage = get_storage()
    keys = {f"{prefix}/{name}" for name, _ in (*rendered.files, *rendered.manifests)}
    for meta in list(storage.list_objects(f"{prefix}/")):
        if meta.key not in keys:
            storage.delete(meta.key)
    try:
        storage.put_files((f"{prefix}/{name}", path) for name, path in rendered.files)
        for name, path in rendered.manifests:
            storage.put_file(f"{prefix}/{name}", path)
    except StorageFull:
        storage.delete_prefix(f"{prefix}/")
        raise


def _finish(asset_id: str, rendered: Rendered, *, processing_ms: int) -> None:
    asset = lock_asset(asset_id)
    if (
        asset.encode_state != Encode.QUEUED
        or asset.withdrawn_at is not None
        or asset.scan_state != Scan.CLEARED
    ):
        get_storage().delete_prefix(f"{asset.prefix}/")  # cancelled or withdrawn while it was encoded
        return
    _replace_renditions(asset, rendered)
    asset.encode_state, asset.ready_at, asset.processing_ms = Encode.DONE, clock.now(), processing_ms
    record(
        AssetReady(
            asset_id=asset.id,
            cluster=asset.cluster,
            creator_id=asset.creator_id,
            kind=rendered.kind,
            duration_ms=asset.duration_ms or 0,
            stored_bytes=asset.stored_bytes,
            processing_ms=processing_ms,
        )
    )
    publish_if_due(asset)
    notify_owner(asset)


def _replace_renditions(asset: Asset, rendered: Rendered) -> None:
    source, now = rendered.probe, clock.now()
    asset.kind, asset.duration_ms, asset.thumbhash = rendered.kind, source.duration_ms, rendered.thumbhash
    asset.width, asset.height, asset.probe = source.width, source.height, source.as_json()
    asset.stored_bytes = asset.size + sum(piece.size for piece in rendered.pieces)
    session.execute(delete(Rendition).where(Rendition.asset_id == asset.id))
    rows = [
        {
            "id": new_id(),
            "cluster": asset.cluster,
            "asset_id": asset.id,
            "purpose": piece.purpose,
            "name": piece.name,
            "path": piece.path,
            "content_type": piece.content_type,
            "width": piece.width,
            "height": piece.height,
            "bit_rate": piece.bit_rate,
            "files": piece.files,
            "size": piece.size,
            "created_at": now,
        }
        for piece in rendered.pieces
    ]
    session.execute(insert(Rendition), rows)


def enqueue_encoding(asset: Asset) -> str:
    """Ask the media workers; returns the task id."""
    asset.encode_state, asset.failure = Encode.QUEUED, ""
    task_id = enqueue(
        ENCODE,
        asset.id,
        queue="media",
        title=f"Encoding {asset.title}",
        owner_user_id=asset.uploader_user_id,
    )
    update_places("media", ENCODE, only=task_id)
    return task_id


def fail(asset: Asset, *, reason: str) -> None:
    """The asset cannot be processed; `reason` is a sentence for the creator."""
    asset.encode_state, asset.failure = Encode.FAILED, reason
    record(
        AssetFailed(
            asset_id=asset.id,
            cluster=asset.cluster,
            creator_id=asset.creator_id,
            title=asset.title,
            reason=reason,
        )
    )
    remove_renditions(asset)
    notify_owner(asset)
