"""Signed, expiring addresses of renditions.

An address is `/media/<token>/<path>`. The token covers asset, viewer and expiry, not the path, so one token serves a
playlist and all its segments by their relative names; a token for a single picture names its path.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zlib import crc32

from flask_babel import gettext

from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import Forbidden
from fanzadmin.media.assets.models import Asset, Audience, Encode, Scan
from fanzadmin.media.transcoding.pictures import CARD, TEASER
from security.crypto import SignatureRefused, seal, unseal

PLAY_FOR = timedelta(hours=4)
ROUND_TO_S = 900
"""Expiries are rounded up to a quarter of an hour, so that the same viewer gets the same, cacheable address."""

WHOLE = "*"
_PURPOSE = "media"


class LinkRefused(Forbidden):
    title = "This link is not valid"


def picture_url(asset: Asset, *, for_owner: bool = False) -> str:
    """One small picture for a card: the poster, or the blurred teaser where the audience has to pay; empty without."""
    if asset.encode_state != Encode.DONE or asset.scan_state != Scan.CLEARED or not asset.thumbhash:
        return ""
    if asset.withdrawn_at is not None:  # nothing of it is served any more
        return ""
    if not for_owner and asset.published_at is None:
        return ""
    path = CARD if for_owner or asset.audience == Audience.PUBLIC else TEASER
    token = sign(asset.id, who="o" if for_owner else "v", path=path, expires_at=expiry())
    return f"/media/{token}/{path}{poster_version(asset)}"


def poster_version(asset: Asset) -> str:
    """The end of the addresses of a poster: another one for another picture, so that no browser shows the former from its cache."""
    return f"?v={crc32(asset.poster_drawn.encode()):08x}" if asset.poster_drawn else ""


def expiry() -> datetime:
    expires = int((clock.now() + PLAY_FOR).timestamp())
    return datetime.fromtimestamp(-(-expires // ROUND_TO_S) * ROUND_TO_S, UTC)


def sign(asset_id: str, *, who: str, path: str, expires_at: datetime) -> str:
    return seal(_PURPOSE, [asset_id, who, path, int(expires_at.timestamp())])


def verify(token: str) -> tuple[str, str, str, int]:
    try:
        value = unseal(_PURPOSE, token)
    except SignatureRefused:
        raise LinkRefused(gettext("This link is not valid.")) from None
    match value:
        case [str() as asset_id, str() as who, str() as path, int() as expires]:
            return asset_id, who, path, expires
    raise LinkRefused(gettext("This link is not valid."))
