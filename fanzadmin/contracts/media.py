"""MediaCore: what happens to an asset on its way from upload to playable."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

declare_reasons("media", {"by_creator": N_("Its creator took it back.")})


class Announce(StrEnum):
    """How a creator's fans hear of an asset when it is published: a post in the feeds, a message to the subscribers, both, or neither."""

    FEED = "feed"
    MESSAGE = "message"
    BOTH = "both"
    NONE = "none"

    @property
    def in_feed(self) -> bool:
        """Whether it becomes a post."""
        return self in {Announce.FEED, Announce.BOTH}

    @property
    def by_message(self) -> bool:
        """Whether the subscribers get a message."""
        return self in {Announce.MESSAGE, Announce.BOTH}


@fact("media.asset_uploaded.v1", subject="asset_id")
class AssetUploaded(Fact):
    """The bytes of an upload are stored whole. `price_minor` is 0 unless the audience is `ppv`; `source_key` holds them until
    the scan is through: then the clean copy takes their place, or the quarantine. `acts` is what it shows (contracts/compliance.py),
    `produced_on` the day it was made on, `2026-11-30`; both are empty where the uploader did not say."""

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
    acts: tuple[str, ...] = ()
    produced_on: str = ""


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
    """Cleared, released and ready: the asset is offered to its audience (`public`, `subscribers` or `ppv`). `announce` is how the
    creator's fans hear of it: `feed`, `message`, `both` or `none`."""

    asset_id: str
    creator_id: str
    title: str
    caption: str
    kind: str
    audience: str
    price_minor: int
    currency: str
    tags: tuple[str, ...]
    announce: str = Announce.FEED


@fact("media.asset_changed.v1", subject="asset_id")
class AssetChanged(Fact):
    """A published asset reads, is priced or is offered otherwise from now on; `former_*` is what stood before. What fans bought stays
    theirs."""

    asset_id: str
    creator_id: str
    title: str
    caption: str
    kind: str
    audience: str
    price_minor: int
    currency: str
    tags: tuple[str, ...]
    former_title: str
    former_audience: str
    former_price_minor: int


@fact("media.asset_failed.v1", subject="asset_id")
class AssetFailed(Fact):
    """The asset could not be processed; `reason` is for the creator: reasons (kernel/i18n/reasons.py), a line each."""

    asset_id: str
    creator_id: str
    title: str
    reason: str


@fact("media.asset_withdrawn.v1", subject="asset_id")
class AssetWithdrawn(Fact):
    """The asset is not offered any more; `reason` says why: reasons (kernel/i18n/reasons.py), a line each."""

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


class Assets(Protocol):
    """Questions to MediaCore."""

    def card(self, asset_id: str) -> AssetCard | None:
        """One asset, whatever its state."""

    def cards(self, asset_ids: tuple[str, ...]) -> dict[str, AssetCard]:
        """Several assets at once, by id; unknown ids are left out."""


class TaggedAssets(Protocol):
    """Who publishes what is called so."""

    def creators_with_tag(self, tag: str, *, cluster: str) -> frozenset[str]:
        """The creators of a brand who offer an asset with this tag now."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks to see: anonymous, a fan, a creator, or staff who may see every asset of `clusters` (None: of all).

    `fan_cluster` is the brand of a fan, who can pay only there."""

    user_id: int | None = None
    fan_id: str | None = None
    fan_cluster: str | None = None
    creator_id: str | None = None
    is_staff: bool = False
    clusters: frozenset[str] | None = None

    def owns(self, creator_id: str, cluster: str) -> bool:
        """Whether no audience applies to the viewer: the creator, and staff of the cluster."""
        is_staff_here = self.is_staff and (self.clusters is None or cluster in self.clusters)
        return is_staff_here or creator_id == self.creator_id


class Remedy(StrEnum):
    """What would open something for a viewer; `NOTHING` when it is open."""

    NOTHING = ""
    SUBSCRIBE = "subscribe"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Opening:
    """A published asset as one viewer may see it."""

    card: AssetCard
    remedy: Remedy

    @property
    def is_open(self) -> bool:
        """Whether the viewer may see it whole."""
        return self.remedy is Remedy.NOTHING


def remedy_for(audience: str, *, is_owner: bool, is_subscribed: bool, has_unlocked: bool) -> Remedy:
    """The rule of the audiences: `public` is for everyone, `subscribers` for them, `ppv` for who unlocked it. What was unlocked once
    stays open, whatever the audience is by now."""
    if is_owner or has_unlocked or audience == "public":
        return Remedy.NOTHING
    if audience == "ppv":
        return Remedy.UNLOCK
    return Remedy.NOTHING if is_subscribed else Remedy.SUBSCRIBE


class Access(Protocol):
    """Who may see what: the one answer of the platform."""

    def openings(self, viewer: Viewer, asset_ids: tuple[str, ...]) -> dict[str, Opening]:
        """Those of the assets that are published, by id; a fixed number of statements, however many assets."""


timeline(
    AssetUploaded,
    creator=Entry("uploaded", N_("“%(title)s” was uploaded."), about="asset_id"),
    counts={"assets": 1},
)
timeline(AssetReady, creator=Entry("ready", N_("%(asset)s can be played."), about="asset_id", tone="good"))
timeline(
    AssetPublished,
    creator=Entry(
        "published",
        By(
            "audience",
            {
                "public": N_("“%(title)s” was published for everyone."),
                "subscribers": N_("“%(title)s” was published for subscribers."),
                "ppv": N_("“%(title)s” was published for those who unlock it for %(price)s."),
            },
            other=N_("“%(title)s” was published for %(audience)s."),
        ),
        about="asset_id",
        tone="good",
    ),
    opens="published",
)
timeline(
    AssetWithdrawn,
    creator=Entry(
        "withdrawn",
        By(
            "reason",
            {"": N_("%(asset)s is not offered any more.")},
            other=N_("%(asset)s is not offered any more. %(reason)s"),
        ),
        about="asset_id",
        tone="bad",
    ),
    closes="published",
)
timeline(
    AssetFailed,
    creator=Entry(
        "failed",
        By(
            "reason",
            {"": N_("“%(title)s” could not be processed.")},
            other=N_("“%(title)s” could not be processed. %(reason)s"),
        ),
        about="asset_id",
        tone="bad",
    ),
)
