"""The renditions of an asset as a whole."""

from __future__ import annotations

from sqlalchemy import delete

from fanzadmin.kernel.db import after_commit, session
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media.assets.models import Asset, Rendition


def remove_renditions(asset: Asset) -> None:
    """Forget what people were served; the objects go once that is committed."""
    prefix, pictures = asset.prefix, asset.poster_prefix
    session.execute(delete(Rendition).where(Rendition.asset_id == asset.id))
    asset.stored_bytes = asset.size
    after_commit(lambda: get_storage().delete_prefix(f"{prefix}/"))
    after_commit(lambda: get_storage().delete_prefix(pictures))
