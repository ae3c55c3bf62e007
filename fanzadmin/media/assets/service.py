"""The verbs on an asset as such: fetching it for a change, describing it, showing its owner where it stands."""

from __future__ import annotations

import json
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.media import AssetChanged
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.web.realtime import emit_to_user
from fanzadmin.media.assets.details import (
    LONGEST_CAPTION,
    MAX_PRICE_MINOR,
    clean_caption,
    clean_tags,
    clean_title,
)
from fanzadmin.media.assets.models import Asset, Audience
from fanzadmin.media.assets.queries import NoSuchAsset


def asset_of(creator_id: str, asset_id: str) -> Asset:
    """An asset of this creator, locked. Raises NoSuchAsset, also for a neighbour's."""
    asset = _find_locked(asset_id)
    if asset is None or asset.creator_id != creator_id:
        raise NoSuchAsset(gettext("There is no asset with this number among yours."))
    return asset


def lock_asset(asset_id: str) -> Asset:
    """Any asset, locked until the end of the transaction. Raises NoSuchAsset."""
    asset = _find_locked(asset_id)
    if asset is None:
        raise NoSuchAsset(gettext("There is no asset %(asset_id)s.", asset_id=asset_id))
    return asset


def _find_locked(asset_id: str) -> Asset | None:
    if not is_id(asset_id):
        return None
    query = select(Asset).where(Asset.id == asset_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar()


class Terms(NamedTuple):
    """How an asset reads and for what it is offered: what AssetChanged is about."""

    title: str
    caption: str
    tags: tuple[str, ...]
    audience: str
    price_minor: int


def terms_of(asset: Asset) -> Terms:
    """As they stand now."""
    return Terms(asset.title, asset.caption, tuple(asset.tags), asset.audience, asset.price_minor)


def record_change(asset: Asset, *, former: Terms) -> None:
    """Announce what changed of a published asset since it stood as `former`; of another one its publication says all."""
    current = terms_of(asset)
    if asset.published_at is None or current == former:
        return
    record(
        AssetChanged(
            asset_id=asset.id,
            cluster=asset.cluster,
            creator_id=asset.creator_id,
            kind=asset.kind or "",
            currency=asset.currency,
            former_title=former.title,
            former_audience=former.audience,
            former_price_minor=former.price_minor,
            **current._asdict(),
        )
    )


def apply_suggestion(asset_id: str, *, kind: str, value: str) -> None:
    """The creator accepted what FanzGPT suggested; tags, caption and (for pay-per-view) price are ours to change."""
    asset, suggested = lock_asset(asset_id), json.loads(value)
    former = terms_of(asset)
    if kind == "tags":
        asset.tags = list(clean_tags([*asset.tags, *suggested]))
    elif kind == "caption":
        asset.caption = str(suggested)[:LONGEST_CAPTION]
    elif kind == "price" and asset.audience == Audience.PPV and 0 < int(suggested) <= MAX_PRICE_MINOR:
        asset.price_minor = int(suggested)
    record_change(asset, former=former)


def describe(asset: Asset, *, title: str, caption: str) -> None:
    """Change title and caption of an asset. Raises UploadRefused."""
    former = terms_of(asset)
    asset.title, asset.caption = clean_title(title), clean_caption(caption)
    record_change(asset, former=former)


def notify_owner(asset: Asset) -> None:
    """Show the asset's new state on the creator's open pages."""
    session.flush()  # the database derives `state`
    emit_to_user(
        asset.uploader_user_id, "asset", {"id": asset.id, "state": asset.state, "title": asset.title}
    )
