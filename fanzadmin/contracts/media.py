"""MediaCore: what happens to an asset on its way from upload to playable."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.kernel.bus import Fact, fact


@fact("media.asset_uploaded.v1", subject="asset_id")
class AssetUploaded(Fact):
    """The bytes of an upload are stored whole. `price_minor` is 0 unless the audience is `ppv`; `source_key` holds them until
    the scan is through: then the clean copy takes their place, or the quarantine."""

    asset_id: str
    creator_id: str
    title: str
    filename: str
    content_type: str
    size: int
    sha256: str
    source_key: str
    audience: str
    price_minor: int
    currency: str
    performer_ids: tuple[str, ...]


@fact("media.asset_ready.v1", subject="asset_id")
class AssetReady(Fact):
    """Every rendition is stored; the asset can be played by those who may."""

    asset_id: str
    creator_id: str
    kind: str
    duration_ms: int
    stored_bytes: int
    processing_ms: int


@fact("media.asset_published.v1", subject="asset_id")
class AssetPublished(Fact):
    """Cleared, released and ready: the asset is offered to its audience (`public`, `subscribers` or `ppv`)."""

    asset_id: str
    creator_id: str
    title: str
    caption: str
    kind: str
    audience: str
    price_minor: int
    currency: str
    tags: tuple[str, ...]


@fact("media.asset_failed.v1", subject="asset_id")
class AssetFailed(Fact):
    """The asset could not be processed; `reason` is a sentence for the creator."""

    asset_id: str
    creator_id: str
    title: str
    reason: str


@fact("media.asset_withdrawn.v1", subject="asset_id")
class AssetWithdrawn(Fact):
    """The asset is not offered any more; `reason` says why."""

    asset_id: str
    creator_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AssetCard:
    """What others may show of an asset. `poster_url` is a signed, expiring URL or empty; `thumbhash` is base64."""

    id: str
    creator_id: str
    cluster: str
    title: str
    caption: str
    kind: str
    state: str
    audience: str
    price_minor: int
    currency: str
    duration_ms: int
    tags: tuple[str, ...]
    poster_url: str
    thumbhash: str
    published_at: str | None

    def is_open_to(self, *, subscribed: bool, unlocked: bool) -> bool:
        """Whether a fan may see it who is `subscribed` to its creator, or has `unlocked` it."""
        return audience_includes(self.audience, subscribed=subscribed, unlocked=unlocked)


def audience_includes(audience: str, *, subscribed: bool, unlocked: bool) -> bool:
    """Whether `public`, `subscribers` or `ppv` includes a fan who is `subscribed`, or has `unlocked` the thing."""
    return audience == "public" or (unlocked if audience == "ppv" else subscribed)


class Assets(Protocol):
    """Questions to MediaCore."""

    def card(self, asset_id: str) -> AssetCard | None:
        """One asset, whatever its state."""

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        """Several assets at once, by id; unknown ids are left out."""
