"""Offering an asset when all three gates stand open, and taking it back when one closes."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import cancel as cancel_task
from fanzadmin.media.assets.models import ENCODE, Asset, Records, State
from fanzadmin.media.assets.renditions import remove_renditions
from fanzadmin.media.assets.service import lock_asset, notify_owner

AT_ONCE = 500  # scheduled assets in one transaction


class AlreadyWithdrawn(Conflict):
    title = "This asset is withdrawn already"


def release(asset_id: str) -> None:
    """Compliance has a verified record and a consent of everyone depicted."""
    asset = lock_asset(asset_id)
    asset.records_state, asset.records_reasons = Records.RELEASED, []
    publish_if_due(asset)
    notify_owner(asset)


def hold(asset_id: str, *, reasons: tuple[str, ...]) -> None:
    """Compliance misses something, by these reasons (kernel/i18n/reasons.py); what was published already is taken back."""
    asset = lock_asset(asset_id)
    asset.records_state, asset.records_reasons = Records.HELD, list(reasons)
    unpublish(asset, reason="\n".join(reasons))
    notify_owner(asset)


def publish_if_due(asset: Asset) -> bool:
    """Offer the asset to its audience when every gate stands open. Returns whether that happened now."""
    if asset.published_at is not None or not asset.may_be_published or asset.is_scheduled:
        return False
    creator = ask(People).creator(asset.creator_id)
    if creator is None or not creator.is_active:
        return False
    asset.published_at, asset.publish_at = clock.now(), None
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
            announce=asset.announce,
        )
    )
    return True


def publish_scheduled() -> int:
    """Offer the assets whose moment has come; what is not through every gate yet is offered as soon as it is. Returns how many
    were offered."""
    due = select(Asset.id).where(Asset.publish_at <= clock.now()).order_by(Asset.publish_at).limit(AT_ONCE)
    published = 0
    for asset_id in session.execute(due).scalars().all():
        asset = lock_asset(asset_id)
        if (
            asset.publish_at is None or asset.is_scheduled
        ):  # changed, or published, while we waited for the lock
            continue
        asset.publish_at = None
        published += publish_if_due(asset)
        notify_owner(asset)
    return published


def publish_due_assets(creator_id: str) -> None:
    """Offer what became ready while its creator could not act."""
    ready = select(Asset.id).where(Asset.creator_id == creator_id, Asset.state == State.READY)
    for asset_id in session.execute(ready.order_by(Asset.id)).scalars().all():
        asset = lock_asset(asset_id)
        if publish_if_due(asset):
            notify_owner(asset)


def is_published(asset: Asset) -> bool:
    """Whether people can see the asset now: taking it from them needs two of the team."""
    return asset.published_at is not None and asset.withdrawn_at is None


def withdraw(asset: Asset, *, reason: str) -> None:
    """Take the asset back for good; its renditions are removed, the books and records stay. Raises AlreadyWithdrawn."""
    if asset.withdrawn_at is not None:
        raise AlreadyWithdrawn(gettext("This asset is withdrawn already."))
    cancel_task(ENCODE, asset.id)
    asset.withdrawn_at, asset.withdrawn_reason = clock.now(), reason
    asset.published_at = asset.publish_at = None
    record(
        AssetWithdrawn(asset_id=asset.id, cluster=asset.cluster, creator_id=asset.creator_id, reason=reason)
    )
    remove_renditions(asset)
    notify_owner(asset)


def unpublish(asset: Asset, *, reason: str) -> None:
    if asset.published_at is None:
        return
    asset.published_at = None
    record(
        AssetWithdrawn(asset_id=asset.id, cluster=asset.cluster, creator_id=asset.creator_id, reason=reason)
    )
