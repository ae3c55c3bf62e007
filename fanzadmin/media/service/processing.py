"""Asking for an encode and taking its results away again."""

from __future__ import annotations

from sqlalchemy import delete

from fanzadmin.kernel.db import after_commit, session
from fanzadmin.kernel.queue import enqueue
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media.models import Asset, Encode, Rendition

ENCODE = "media.encode"


def enqueue_encoding(asset: Asset) -> str:
    """Ask the media workers; returns the task id."""
    asset.encode_state, asset.failure = Encode.QUEUED, ""
    return enqueue(
        ENCODE,
        asset.id,
        queue="media",
        title=f"Encoding {asset.title}",
        owner_user_id=asset.uploader_user_id,
    )


def remove_renditions(asset: Asset) -> None:
    """Forget what people were served; the objects go once that is committed."""
    prefix = asset.prefix
    session.execute(delete(Rendition).where(Rendition.asset_id == asset.id))
    asset.stored_bytes = asset.size
    after_commit(lambda: get_storage().delete_prefix(f"{prefix}/"))
