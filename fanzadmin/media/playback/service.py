"""Playback: what a player needs, and the object behind a signed address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.media import Remedy, Viewer
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Conflict, Forbidden, NotFound, SignInNeeded
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.storage import NoSuchObject, get_storage
from fanzadmin.media.assets.models import Asset, Encode, Rendition, Scan
from fanzadmin.media.assets.queries import NoSuchAsset
from fanzadmin.media.assets.signed_urls import WHOLE, LinkRefused, expiry, poster_version, sign, verify
from fanzadmin.media.playback.queries import offered, remedies_for
from fanzadmin.media.transcoding.pictures import TEASER
from fanzadmin.media.transcoding.rendering import content_type

KEEP_S = 60
"""Seconds that a browser may show a piece again without asking whether the right to see it still stands."""

_PATH = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*){0,2}")


class NotForYou(Forbidden):
    title = "This is not for you yet"


class NotReady(Conflict):
    title = "This asset cannot be played yet"


class NoSuchFile(NotFound):
    title = "There is no such file"


@dataclass(frozen=True)
class PictureLink:
    """A picture's address; `format` is avif, webp or jpg; width and height in pixels."""

    url: str
    format: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Playback:
    """Everything a player needs; an address is empty where the kind of asset has no such thing."""

    asset_id: str
    kind: str
    title: str
    duration_ms: int
    expires_at: datetime
    hls_url: str = ""
    dash_url: str = ""
    audio_url: str = ""
    waveform_url: str = ""
    storyboard_url: str = ""
    preview_url: str = ""
    pictures: tuple[PictureLink, ...] = ()
    thumbhash: str = ""


@dataclass(frozen=True)
class ServedFile:
    """An object as it is sent; `max_age` in seconds for which a browser may keep it."""

    key: str
    size: int
    modified_at: datetime
    content_type: str
    max_age: int


def grant_playback(asset_id: str, viewer: Viewer) -> Playback:
    """Addresses for `viewer`, valid for about four hours, for no other login, and no longer than the right to see the asset.

    Raises NoSuchAsset for what is not offered to them at all, SignInNeeded or NotForYou with what would help,
    NotReady to the owner while it is processed.
    """
    asset = session.get(Asset, asset_id) if is_id(asset_id) else None
    if asset is None:
        raise NoSuchAsset(gettext("There is no asset %(asset_id)s.", asset_id=asset_id))
    if viewer.owns(asset.creator_id, asset.cluster):
        _check_playable(asset)
        return _playback(asset, who=f"o{viewer.user_id}")
    if asset.published_at is None or not offered([asset], viewer):
        raise NoSuchAsset(gettext("There is no asset %(asset_id)s.", asset_id=asset_id))
    _check_entitled(asset, viewer)
    return _playback(asset, who=f"v{viewer.user_id or ''}")


def find_file(token: str, path: str, viewer: Viewer) -> ServedFile:
    """The object behind an address, for the login that asks now. Raises LinkRefused (changed, expired, made for another login, the right
    to see it has ended), NoSuchFile."""
    asset_id, who, allowed, expires = verify(token)
    left = expires - int(clock.now().timestamp())
    if left <= 0:
        raise LinkRefused(gettext("This link has expired; load the page again."))
    if not _PATH.fullmatch(path) or allowed not in (WHOLE, path):
        raise NoSuchFile(gettext("There is no such file."))
    _check_still_open(asset_id, who, allowed, viewer)
    key = f"renditions/{asset_id}/{path}"
    try:
        meta = get_storage().head(key)
    except NoSuchObject:
        raise NoSuchFile(gettext("There is no such file.")) from None
    return ServedFile(key, meta.size, meta.modified_at, content_type(path), min(left, KEEP_S))


def _check_entitled(asset: Asset, viewer: Viewer) -> None:
    """Pass those who may see a published asset. Raises SignInNeeded, NotForYou with what would open it."""
    remedy = remedies_for([asset], viewer)[asset.id]
    if remedy is Remedy.NOTHING:
        return
    if viewer.user_id is None:
        raise SignInNeeded(gettext("Sign in to see this."))
    if viewer.fan_id is None:
        raise NotForYou(gettext("Only fans of this creator can see this."))
    if remedy is Remedy.UNLOCK:
        price = money_text(asset.price_minor, asset.currency)
        raise NotForYou(gettext("Unlock this for %(price)s to see it.", price=price))
    raise NotForYou(_subscribe_first(ask(People).creator(asset.creator_id)))


def _check_playable(asset: Asset) -> None:
    if asset.withdrawn_at is not None or asset.scan_state == Scan.QUARANTINED:
        raise NotReady(gettext("This asset was taken back; nothing of it is served."))
    if asset.encode_state != Encode.DONE:
        raise NotReady(gettext("This asset is not processed yet."))


def _check_still_open(asset_id: str, who: str, allowed: str, viewer: Viewer) -> None:
    """A token outlives a withdrawal, a suspension, a refund and a change of login: the rows do not, and every piece asks them."""
    is_owners, user_id = who.startswith("o"), who[1:]
    if user_id and user_id != str(viewer.user_id or ""):
        raise LinkRefused(gettext("This link was made for another login; load the page again."))
    asset = session.get(Asset, asset_id)
    if asset is None or asset.withdrawn_at is not None or asset.scan_state == Scan.QUARANTINED:
        raise LinkRefused(gettext("This is not offered any more."))
    if is_owners:
        is_open = viewer.owns(asset.creator_id, asset.cluster)
    else:
        is_open = _is_offered(asset, viewer) and _may_see(asset, allowed, viewer if user_id else Viewer())
    if not is_open:
        raise LinkRefused(gettext("This is not offered any more."))


def _is_offered(asset: Asset, viewer: Viewer) -> bool:
    return asset.published_at is not None and bool(offered([asset], viewer))


def _may_see(asset: Asset, allowed: str, viewer: Viewer) -> bool:
    """Whether the audience is still open to the viewer; the blurred teaser is for everyone."""
    return allowed == TEASER or remedies_for([asset], viewer)[asset.id] is Remedy.NOTHING


def _playback(asset: Asset, *, who: str) -> Playback:
    expires_at = expiry()
    base = f"/media/{sign(asset.id, who=who, path=WHOLE, expires_at=expires_at)}/"
    rows = session.execute(
        select(Rendition).where(Rendition.asset_id == asset.id).order_by(Rendition.path)
    ).scalars()
    pieces = {row.path: row for row in rows}

    def url(path: str) -> str:
        return base + path if path in pieces else ""

    return Playback(
        asset_id=asset.id,
        kind=asset.kind or "",
        title=asset.title,
        duration_ms=asset.duration_ms or 0,
        expires_at=expires_at,
        hls_url=url("cmaf/master.m3u8"),
        dash_url=url("cmaf/manifest.mpd"),
        audio_url=url("audio.opus"),
        waveform_url=url("waveform.json"),
        storyboard_url=url("storyboard.vtt"),
        preview_url=url("preview.webp") or url("moving.webp"),
        pictures=tuple(
            _link(base, row, poster_version(asset))
            for row in pieces.values()
            if row.purpose in ("poster", "image") and row.width
        ),
        thumbhash=asset.thumbhash,
    )


def _link(base: str, row: Rendition, version: str) -> PictureLink:
    return PictureLink(
        base + row.path + version, row.path.rpartition(".")[2], row.width or 0, row.height or 0
    )


def _subscribe_first(creator: CreatorCard | None) -> str:
    if creator is None:
        return str(gettext("Subscribe to this creator to see this."))
    return str(gettext("Subscribe to %(name)s to see this.", name=creator.name))
