"""The three gates of an asset, and what happens when they open or close."""

from __future__ import annotations

import json
import logging

from flask_babel import gettext

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetFailed, AssetPublished, AssetWithdrawn
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import cancel as cancel_task
from fanzadmin.kernel.storage import get_storage
from fanzadmin.kernel.web.realtime import emit_to_user
from fanzadmin.media.models import Asset, Audience, Encode, Records, Scan

from .assets import locked
from .processing import ENCODE, enqueue_encoding, remove_renditions
from .uploads import LONGEST_CAPTION, MAX_PRICE_MINOR, checked_caption, checked_title, clean_tags

log = logging.getLogger(__name__)


class AlreadyWithdrawn(Conflict):
    title = "This asset is withdrawn already"


def hand_to_shield(asset_id: str) -> None:
    """The upload's fact is on its way: from now on it is being scanned."""
    asset = locked(asset_id)
    if asset.scan_state == Scan.WAITING:
        asset.scan_state = Scan.SCANNING
        tell(asset)


def note_unchecked(asset_id: str, *, reason: str) -> None:
    """FanzShield could not check the file; `reason` is a sentence for the creator. Nothing happens to it until it can."""
    asset = locked(asset_id)
    if asset.scan_state in (Scan.WAITING, Scan.SCANNING):
        asset.scan_state = Scan.UNCHECKED
        asset.scan_reasons = [f"The file could not be checked, through no fault of yours. {reason}"]
        tell(asset)


def note_rescan(asset_id: str) -> None:
    """The team has the file checked again."""
    asset = locked(asset_id)
    if asset.scan_state == Scan.UNCHECKED:
        asset.scan_state, asset.scan_reasons = Scan.SCANNING, []
        tell(asset)


def accept_clean_copy(asset_id: str, *, clean_key: str, content_type: str, kind: str) -> None:
    """FanzShield cleared the file: encode its clean copy, and forget the original with all that it tells about the person."""
    asset = locked(asset_id)
    if asset.scan_state in (Scan.CLEARED, Scan.QUARANTINED):
        return
    asset.scan_state, asset.scan_reasons, asset.clean_key = Scan.CLEARED, [], clean_key
    _forget_original(asset)
    asset.content_type, asset.kind = content_type[:120], kind
    if asset.encode_state == Encode.WAITING and asset.withdrawn_at is None:
        enqueue_encoding(asset)
    tell(asset)


def quarantine(asset_id: str, *, reasons: tuple[str, ...]) -> None:
    """FanzShield blocked the file, now or later: nothing of it is served any more."""
    asset = locked(asset_id)
    if asset.scan_state == Scan.QUARANTINED:
        return
    asset.scan_state, asset.scan_reasons = Scan.QUARANTINED, list(reasons)
    cancel_task(ENCODE, asset.id)
    _unpublish(asset, reason="; ".join(reasons))
    remove_renditions(asset)
    tell(asset)


def release(asset_id: str) -> None:
    """Compliance has a verified record and a consent of everyone depicted."""
    asset = locked(asset_id)
    asset.records_state, asset.records_reasons = Records.RELEASED, []
    publish_if_due(asset)
    tell(asset)


def hold(asset_id: str, *, reasons: tuple[str, ...]) -> None:
    """Compliance misses something; what was published already is taken back."""
    asset = locked(asset_id)
    asset.records_state, asset.records_reasons = Records.HELD, list(reasons)
    _unpublish(asset, reason="; ".join(reasons))
    tell(asset)


def publish_if_due(asset: Asset) -> bool:
    """Offer the asset to its audience when every gate stands open. Returns whether that happened now."""
    if asset.published_at is not None or not asset.may_be_published:
        return False
    creator = ask(People).creator(asset.creator_id)
    if creator is None or creator.state != "active":
        return False
    asset.published_at = clock.now()
    record(
        AssetPublished(
            asset_id=asset.id,
            cluster=asset.cluster,
            creator_id=asset.creator_id,
            title=asset.title,
            caption=asset.caption,
            kind=asset.kind or "",
            audience=asset.audience,
            price_minor=asset.price_minor,
            currency=asset.currency,
            tags=tuple(asset.tags),
        )
    )
    return True


def is_published(asset: Asset) -> bool:
    """Whether people can see the asset now: taking it from them needs two of the team."""
    return asset.published_at is not None and asset.withdrawn_at is None


def withdraw(asset: Asset, *, reason: str) -> None:
    """Take the asset back for good; its renditions are removed, the books and records stay. Raises AlreadyWithdrawn."""
    if asset.withdrawn_at is not None:
        raise AlreadyWithdrawn(gettext("This asset is withdrawn already."))
    cancel_task(ENCODE, asset.id)
    asset.withdrawn_at, asset.withdrawn_reason = clock.now(), reason
    asset.published_at = None
    record(
        AssetWithdrawn(asset_id=asset.id, cluster=asset.cluster, creator_id=asset.creator_id, reason=reason)
    )
    remove_renditions(asset)
    tell(asset)


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
    tell(asset)


def take_suggestion(asset_id: str, *, kind: str, value: str) -> None:
    """The creator accepted what FanzGPT suggested; tags, caption and (for pay-per-view) price are ours to change."""
    asset, suggested = locked(asset_id), json.loads(value)
    if kind == "tags":
        asset.tags = list(clean_tags([*asset.tags, *suggested]))
    elif kind == "caption":
        asset.caption = str(suggested)[:LONGEST_CAPTION]
    elif kind == "price" and asset.audience == Audience.PPV and 0 < int(suggested) <= MAX_PRICE_MINOR:
        asset.price_minor = int(suggested)


def describe(asset: Asset, *, title: str, caption: str) -> None:
    """Change the words of an asset. Raises UploadRefused."""
    asset.title, asset.caption = checked_title(title), checked_caption(caption)


def tell(asset: Asset) -> None:
    """Show the creator's open pages where the asset stands."""
    session.flush()  # the database derives `state`
    emit_to_user(
        asset.uploader_user_id, "asset", {"id": asset.id, "state": asset.state, "title": asset.title}
    )


def _forget_original(asset: Asset) -> None:
    """Only the clean copy is kept. It is there before FanzShield tells, so that the original may go before we commit:
    told again, we find nothing to remove."""
    storage = get_storage()
    if asset.clean_key and asset.clean_key != asset.source_key and storage.exists(asset.clean_key):
        storage.delete(asset.source_key)
        asset.source_key = asset.clean_key


def _unpublish(asset: Asset, *, reason: str) -> None:
    if asset.published_at is None:
        return
    asset.published_at = None
    record(
        AssetWithdrawn(asset_id=asset.id, cluster=asset.cluster, creator_id=asset.creator_id, reason=reason)
    )
