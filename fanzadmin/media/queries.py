"""What others may read of MediaCore."""

from fanzadmin.media.assets.queries import (
    AssetAnswers,
    AssetView,
    Gates,
    PublishedKind,
    RenditionView,
    asset_view,
    counts_by_state,
    gates_of,
    own_assets,
    published_by_kind,
    titles_of,
)

__all__ = [
    "AssetAnswers",
    "AssetView",
    "Gates",
    "PublishedKind",
    "RenditionView",
    "asset_view",
    "counts_by_state",
    "gates_of",
    "own_assets",
    "published_by_kind",
    "titles_of",
]
