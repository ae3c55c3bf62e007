"""Who may see which published asset, answered for everybody who asks."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from fanzadmin.contracts.crm import Blocks, People
from fanzadmin.contracts.finance import Entitlements
from fanzadmin.contracts.media import Access, Opening, Remedy, Viewer, remedy_for
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.media.assets.models import Asset, Audience
from fanzadmin.media.assets.queries import asset_card


class AccessAnswers(Access):
    """What other systems may ask."""

    def openings(self, viewer: Viewer, asset_ids: tuple[str, ...]) -> dict[str, Opening]:
        known_ids = [asset_id for asset_id in asset_ids if is_id(asset_id)]
        if not known_ids:
            return {}
        query = select(Asset).where(Asset.id.in_(known_ids), Asset.published_at.is_not(None))
        assets = offered(session.execute(query).scalars().all(), viewer)
        remedies = remedies_for(assets, viewer)
        return {asset.id: Opening(asset_card(asset), remedies[asset.id]) for asset in assets}


def offered(assets: Sequence[Asset], viewer: Viewer) -> list[Asset]:
    """Those of published assets whose creators may act now and are not blocked; one's own whatever the state."""
    active = ask(People).active_among(tuple({asset.creator_id for asset in assets}))
    if viewer.fan_id is not None:
        active -= ask(Blocks).blocked_creators(viewer.fan_id)
    return [
        asset
        for asset in assets
        if asset.creator_id in active or viewer.owns(asset.creator_id, asset.cluster)
    ]


def remedies_for(assets: Iterable[Asset], viewer: Viewer) -> dict[str, Remedy]:
    """What would open each asset for the viewer; at most two questions about money, however many assets."""
    assets = tuple(assets)
    closed = [
        asset
        for asset in assets
        if asset.audience != Audience.PUBLIC and not viewer.owns(asset.creator_id, asset.cluster)
    ]
    subscribed, unlocked = _paid_for(closed, viewer)
    return {
        asset.id: remedy_for(
            asset.audience,
            is_owner=viewer.owns(asset.creator_id, asset.cluster),
            is_subscribed=asset.creator_id in subscribed,
            has_unlocked=asset.id in unlocked,
        )
        for asset in assets
    }


def _paid_for(assets: list[Asset], viewer: Viewer) -> tuple[frozenset[str], frozenset[str]]:
    """The creators to whom the viewer subscribes, and which of these assets the viewer unlocked."""
    if viewer.fan_id is None or not assets:
        return frozenset(), frozenset()
    entitlements = ask(Entitlements)
    unlocked = entitlements.unlocked_among(viewer.fan_id, tuple(asset.id for asset in assets))
    if all(asset.audience == Audience.PPV for asset in assets):
        return frozenset(), unlocked
    return entitlements.subscribed_creator_ids(viewer.fan_id), unlocked
