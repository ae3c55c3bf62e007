"""What others may read of MediaCore."""

from fanzadmin.media.assets.queries import (
    AssetAnswers,
    AssetsPage,
    AssetView,
    Gates,
    PublishedKind,
    RenditionView,
    asset_view,
    assets_of,
    counts_by_day,
    counts_by_state,
    gates_of,
    own_assets,
    published_by_kind,
    published_of,
    stored_bytes,
    titles_of,
)

__all__ = [
    "AssetAnswers",
    "AssetView",
    "AssetsPage",
    "Gates",
    "PublishedKind",
    "RenditionView",
    "asset_view",
    "assets_of",
    "counts_by_day",
    "counts_by_state",
    "gates_of",
    "own_assets",
    "published_by_kind",
    "published_of",
    "stored_bytes",
    "titles_of",
]
