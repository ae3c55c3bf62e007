"""What a process that was killed leaves in the storage: found by asking which objects no asset refers to."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import exists, or_, select

from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.storage import Meta, get_storage
from fanzadmin.kernel.temp_dirs import remove_abandoned
from fanzadmin.media.assets.models import Asset, Encode, Rendition
from fanzadmin.media.uploads.service import source_key

GRACE = timedelta(hours=24)
"""Longer than an upload may last (uploads.LONGEST): an object is older than its row, never by more than that."""

_BATCH = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What was removed: objects that nothing referred to, parts of broken writes, folders of dead processes."""

    objects: tuple[Meta, ...]
    parts: tuple[str, ...]
    folders: tuple[str, ...]

    def __str__(self) -> str:
        size = sum(meta.size for meta in self.objects)
        return (
            f"Removed {len(self.objects)} objects ({size:,} bytes) without an asset, "
            f"{len(self.parts)} parts of broken uploads, {len(self.folders)} temporary folders"
        )


def sweep_storage(*, grace: timedelta = GRACE) -> Swept:
    """Remove uploads and posters that no asset refers to, renditions of assets that have none, and what broken writes left.

    Nothing is touched that was written within `grace`: the row of an upload comes after its last byte.
    """
    storage, before = get_storage(), clock.now() - grace
    prefixes = [*_unknown_uploads(), *_unknown_renditions(), *_unknown_posters()]
    objects = tuple(_old(prefixes, before))
    for meta in objects:
        log.warning(
            "removed %s (%d bytes, of %s): no asset refers to it", meta.key, meta.size, meta.modified_at
        )
        storage.delete(meta.key)
    swept = Swept(objects, tuple(storage.remove_parts(before=before)), tuple(remove_abandoned()))
    log.info("%s", swept)
    return swept


def _unknown_uploads() -> Iterator[str]:
    """Prefixes of uploads without an asset."""
    storage = get_storage()
    for cluster in storage.folders("uploads/"):
        for names in _batches(storage.folders(f"uploads/{cluster}/")):
            keys = [source_key(cluster, name) for name in names]
            referenced = set(
                session.execute(select(Asset.source_key).where(Asset.source_key.in_(keys))).scalars()
            )
            yield from (key.removesuffix("source") for key in keys if key not in referenced)


def _unknown_renditions() -> Iterator[str]:
    """Prefixes of renditions whose asset has none and is not being encoded."""
    for names in _batches(get_storage().folders("renditions/")):
        has_renditions = or_(
            Asset.encode_state == Encode.QUEUED,
            exists().where(Rendition.asset_id == Asset.id).correlate(Asset),
        )
        ids = [name for name in names if is_id(name)]
        referenced = set(session.execute(select(Asset.id).where(Asset.id.in_(ids), has_renditions)).scalars())
        yield from (f"renditions/{name}/" for name in names if name not in referenced)


def _unknown_posters() -> Iterator[str]:
    """Prefixes of pictures that were sent for a poster and are none."""
    for names in _batches(get_storage().folders("posters/")):
        ids = [name for name in names if is_id(name)]
        chosen = select(Asset.id).where(Asset.id.in_(ids), Asset.poster.startswith("picture:"))
        referenced = set(session.execute(chosen).scalars())
        yield from (f"posters/{name}/" for name in names if name not in referenced)


def _old(prefixes: Iterable[str], before: datetime) -> Iterator[Meta]:
    for prefix in prefixes:
        objects = list(get_storage().list_objects(prefix))
        if all(meta.modified_at < before for meta in objects):
            yield from objects


def _batches(names: list[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while batch := list(islice(rest, _BATCH)):
        yield batch
